"""Shocks as TOML, to keep, to send and to edit by hand; errors name file, blow and key."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING

from chainwright.errors import Breach, MissingFileError, TableError, near
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.own_breaches import place

if TYPE_CHECKING:
    from chainwright.stress.shocks.shock import Shock

__all__ = ["parts_of_toml", "text_of_file", "toml_of"]

_TEXTS = ("name_en", "name_zh", "source")
_LISTS = ("nodes", "regions", "products", "firms", "buyers")
_TABLES = ("shares", "rebuilding")
_NUMBERS = (
    "share",
    "money",
    "start_day",
    "days",
    "recovery_days",
    "half_recovery_days",
    "rebuild_factor",
)
_WORDS = ("kind", "recovery")
_KEYS = tuple(field.name for field in fields(Blow))

_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_ESCAPES |= {'"': '\\"', "\\": "\\\\"}
_CONTROL = re.compile(r'["\\\x00-\x1f\x7f]')


def toml_of(shock: "Shock") -> str:
    """Return a shock as TOML; what stands at its default is left out.

    Parameters
    ----------
    shock : Shock
        Any whose blows have values of the right types.
    """
    lines = [f"{key} = {_text(getattr(shock, key))}" for key in _TEXTS if getattr(shock, key)]
    for blow in shock.blows:
        lines += ["", "[[blow]]"]
        for field in fields(Blow):
            value = getattr(blow, field.name)
            if field.default is MISSING or value != field.default:
                lines.append(f"{field.name} = {_value(field.name, value)}")
    return "\n".join(lines).lstrip("\n") + "\n"


def _text(value: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"

    return '"' + _CONTROL.sub(escaped, value) + '"'


def _value(key: str, value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple):
        if key in _TABLES:
            inside = (f"{_text(code)} = {_value('', number)}" for code, number in value)
            return "{ " + ", ".join(inside) + " }"
        return "[" + ", ".join(_value("", part) for part in value) + "]"
    if isinstance(value, int):
        return repr(value)
    return repr(float(value))  # type: ignore[arg-type] # numbers are all that is left


def text_of_file(path: Path | str) -> str:
    """Return the text of a shock's file.

    Parameters
    ----------
    path : Path or str
        A TOML file in UTF-8.

    Raises
    ------
    MissingFileError
        If there is no such file.
    TableError
        If it is no text in UTF-8.
    """
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(
            f"There is no file {file}. 'chainwright stress --example embargo' prints one to "
            "start from; Shock.write(path) writes one."
        )
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        wrong = Breach(f"byte {broken.start}", "no UTF-8", "a TOML file", "Save it as UTF-8.")
        raise TableError(str(file), [wrong]) from broken


def parts_of_toml(text: str, name: str) -> tuple[dict[str, str], tuple[Blow, ...]]:
    """Return the names and source of a shock, and its blows.

    Parameters
    ----------
    text : str
        TOML.
    name : str
        What errors call it: the file.

    Raises
    ------
    TableError
        If it is no TOML (it names line and column), a key is not known, or a value is of
        another type; it lists all.
    """
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        told = re.match(r"(.*?) *\((?:at )?(.*)\)$", str(broken))
        why, where = (told[1], told[2]) if told else (str(broken), "the file")
        remedy = f"{why}." if why else "Look at that line."
        raise TableError(name, [Breach(where, "no TOML", "TOML", remedy)]) from broken
    # what is uncertain stands beside the shock: chainwright.stress.Uncertainty reads it
    wrong = list(_unknown(read, (*_TEXTS, "blow", "uncertain"), ""))
    wrong += [
        Breach(f"'{key}'", repr(read[key]), "a text", "Put it in quotes.")
        for key in _TEXTS
        if not isinstance(read.get(key, ""), str)
    ]
    blows = read.get("blow", [])
    if not isinstance(blows, list) or not all(isinstance(blow, dict) for blow in blows):
        expected = "tables headed [[blow]]"
        wrong.append(Breach("'blow'", "something else", expected, "Write [[blow]] above each."))
        blows = []
    elif not blows:
        wrong.append(Breach("the file", "no [[blow]]", "one or more", "Say what happens."))
    made = []
    for i, blow in enumerate(blows):
        broken_keys = [*_unknown(blow, _KEYS, f"blow {i + 1}, "), *_mistyped(blow, i)]
        wrong += broken_keys
        if not broken_keys:
            made.append(Blow(**blow))
    if wrong:
        raise TableError(name, wrong)
    return {key: read[key] for key in _TEXTS if key in read}, tuple(made)


def _unknown(given: Mapping[str, object], known: tuple[str, ...], where: str) -> Iterator[Breach]:
    for key in given:
        if key not in known:
            hint = near(key, known).strip() or f"Known are {', '.join(known)}."
            yield Breach(f"{where}'{key}'", "an unknown key", "a key of a shock", hint)


def _mistyped(blow: Mapping[str, object], number: int) -> Iterator[Breach]:
    if "kind" not in blow:
        yield Breach(place(number, "kind"), "none", "a kind", "Such as kind = 'capacity'.")
    for key, value in blow.items():
        expected = _expected(key, value)
        if expected:
            remedy = "Look at the form of a key: chainwright stress --example embargo."
            yield Breach(place(number, key), repr(value), expected, remedy)


def _expected(key: str, value: object) -> str:
    """Return what a key expects, if its value is something else."""
    if key in _WORDS:
        return "" if isinstance(value, str) else "a word in quotes"
    if key in _NUMBERS:
        return "" if _is_number(value) else "a number"
    if key in _LISTS:
        texts = isinstance(value, str) or (
            isinstance(value, list) and all(isinstance(part, str) for part in value)
        )
        return "" if texts else "a text or a list of texts"
    if key in _TABLES:
        numbers = isinstance(value, dict) and all(map(_is_number, value.values()))
        return "" if numbers else "a table of numbers: { code = 0.5 }"
    if key == "links":
        pairs = isinstance(value, list) and all(
            isinstance(link, list) and len(link) == 2 and all(isinstance(end, str) for end in link)
            for link in value
        )
        return "" if pairs else 'a list of pairs: [["supplier", "buyer"]]'
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
