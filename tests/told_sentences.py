"""Reads a report's texts back: what stands in each place of a text, as words or as a number."""

import csv
import re
from functools import cache
from importlib.resources import files

SIZES = {
    "": 1.0,
    "thousand": 1e3,
    "m": 1e6,
    "bn": 1e9,
    "trillion": 1e12,
    "万": 1e4,
    "亿": 1e8,
    "万亿": 1e12,
}


@cache
def texts():
    """Return every text of a maker's report by its key, as the table of words has it."""
    found = files("chainwright").joinpath("report/maker/words.csv").read_text("utf-8")
    return {row["key"]: row for row in csv.DictReader(found.splitlines())}


@cache
def pattern(key, language):
    """Return what a text looks like, with a named group for each of its places."""
    seen = set()

    def group(found):
        name, words = found[1], found[2]
        if words:  # a word that agrees with a count
            return f"(?:{'|'.join(map(re.escape, words.split('|')))})"
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    parts = re.split(r"(\{\w+(?::[^{}]*)?\})", texts()[key][language])
    return re.compile(
        "".join(
            re.sub(r"\{(\w+)(?::([^{}]*))?\}", group, part)
            if part.startswith("{")
            else re.escape(part)
            for part in parts
        )
    )


def is_said(key, text, language):
    """Return whether a text is that of a key, with anything in its places."""
    return pattern(key, language).fullmatch(text) is not None


def places(key, text, language):
    """Return what stands in the places of a text; it must be the text of that key."""
    found = pattern(key, language).fullmatch(text)
    assert found, (key, text)
    return found.groupdict()


def numbers(key, text, language, *names):
    """Return numbers that stand in places of a text, in the order of their names."""
    told = places(key, text, language)
    return [number(told[name]) for name in names]


def number(text):
    """Return a number as it is written, with its commas; it must be nothing else."""
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?|-?\d+(\.\d+)?|∞|inf", text), text
    return float(text.replace(",", "").replace("∞", "inf"))


def amount(text):
    """Return an amount of money, by how much it may be rounded, and its currency."""
    found = re.fullmatch(
        r"(-?[\d,]*\d(?:\.\d+)?) ?(thousand|m|bn|trillion|万亿|亿|万)? ?(\D*)", text
    )
    assert found, text
    shown, size, currency = found[1], SIZES[found[2] or ""], found[3]
    decimals = len(shown.partition(".")[2])
    return number(shown) * size, 0.5000001 * 10.0**-decimals * size, currency


def same_amount(text, value, currency):
    """Return whether a text is an amount of a currency, rounded as it is written."""
    told, rounding, counted_in = amount(text)
    return abs(told - value) <= rounding and counted_in == currency
