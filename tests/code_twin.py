"""The inputs of a code by plain loops over a table of readings: one kind at a time, no arrays."""

import hashlib
import hmac
import math

import cbor2

from chainwright.system.readings import QUALITIES, carbon_items, carbon_kinds

KINDS = [row for row in carbon_kinds().values() if int(row["number"]) <= 39]


def number_of(period):
    """Return a month YYYY-MM as a number."""
    year, month = period.split("-")
    return 12 * int(year) + int(month)


def inputs_of(rows, period, window=12):
    """Return [kind, value, unit, source] of each of the 39 kinds, for the rows of one firm."""
    last = number_of(period)
    return [input_of(facts, rows, last, window) for facts in KINDS]


def input_of(facts, rows, last, window):
    """Return what one kind comes to."""
    number = int(facts["number"])
    own = [row for row in rows if row["kind"] == facts["kind"] and number_of(row["period"]) <= last]
    told = {}
    for item in sorted({row["item"] for row in own}):
        of_item = [row for row in own if row["item"] == item]
        found = item_of(facts, of_item, last, window)
        if found is not None:
            unit = carbon_items().get((facts["kind"], item), facts)["unit"]
            told[item] = (*found, unit)
    if not told:
        return [number, None, facts["unit"], "missing"]
    if list(told) == [""]:
        value, source, unit = told[""]
        return [number, value, unit, source]
    values = {item: value for item, (value, _, _) in told.items()}
    return [
        number,
        values,
        one_or_all({item: unit for item, (_, _, unit) in told.items()}),
        one_or_all({item: source for item, (_, source, _) in told.items()}),
    ]


def one_or_all(words):
    """Return the one word that all have, or all words."""
    return next(iter(words.values())) if len(set(words.values())) == 1 else words


def item_of(facts, rows, last, window):
    """Return value and source of one item, or nothing where nobody said anything."""
    inside = [row for row in rows if number_of(row["period"]) > last - window]
    known = [row for row in inside if not math.isnan(row["value"])]
    if facts["content"] != "text" and facts["months"] == "sum":
        if not inside:
            return None
        total = 0.0
        for row in known:
            total += row["value"]
        sources = [source_of(row) for row in inside]
        yearly = facts["grain"] in {"year", "event"}
        if len({row["period"] for row in inside}) < window and not yearly:
            sources.append((QUALITIES.index("missing"), ""))
        return (total if known else None), worded(sources)
    if facts["content"] != "text" and facts["months"] == "mean" and known:
        total = 0.0
        for row in known:
            total += row["value"]
        sources = worded([source_of(row) for row in inside])
        return total / len(known), sources
    text = facts["content"] == "text"
    said = [row for row in rows if (row["text"] if text else not math.isnan(row["value"]))]
    if not said:
        return None
    return said[-1]["text" if text else "value"], worded([source_of(said[-1])])


def source_of(row):
    """Return quality and source; nobody is the source of what is missing."""
    quality = QUALITIES.index(row["quality"])
    return quality, "" if row["quality"] == "missing" else row["source"]


def worded(sources):
    """Return qualities with their sources, best first, each once."""
    return "; ".join(
        f"{QUALITIES[quality]}: {source}" if source else QUALITIES[quality]
        for quality, source in sorted(set(sources))
    )


def root_by_hand(inputs, secret, firm, period_end, issued):
    """Return the root of inputs by the words of the design, one hash after the other."""
    named = b"CC1 salts\x00" + firm.encode() + b"\x00%d\x00%d" % (period_end, issued)
    seed = hmac.new(secret, named, hashlib.sha256).digest()
    drawn = hashlib.shake_256(seed).digest(39 * 16)
    level = []
    for i, row in enumerate(inputs):
        content = cbor2.dumps(row, canonical=True)
        level.append(hashlib.sha256(b"\x00" + drawn[16 * i : 16 * i + 16] + content).digest())
    while len(level) > 1:
        above = []
        for i in range(0, len(level), 2):
            if i + 1 < len(level):
                above.append(hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest())
            else:
                above.append(level[i])
        level = above
    return level[0]
