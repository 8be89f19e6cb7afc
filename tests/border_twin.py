"""CBAM certificates as a spreadsheet would have them: decimals, one good after the other.

Values are looked up in the files of opencbam as they are; nothing of the program is used.
"""

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files

REMAINS = {
    2026: "0.975", 2027: "0.95", 2028: "0.90", 2029: "0.775", 2030: "0.515", 2031: "0.39",
    2032: "0.265", 2033: "0.14", 2034: "0", 2035: "0", 2040: "0",
}  # fmt: skip
"""Share of free allocation that remains."""

OTHER = "Other Countries and Territories"


@cache
def held(name):
    """Return a file of opencbam."""
    path = files("opencbam.engine.data") / name
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def by_code(name):
    """Return the rows of a file by (country, code) or by code."""
    found = {}
    for row in held(name):
        key = row["cn_code"].replace(" ", "")
        found.setdefault((row["country"], key) if "country" in row else key, []).append(row)
    return found


def default_row(country, code, route=None):
    """Return the row of the longest heading with a number: of the country, else of all others."""
    rows = by_code("default_values_2621.json")
    for whose in (country, OTHER):
        for digits in range(8, 3, -1):
            told = [r for r in rows.get((whose, code[:digits]), ()) if r["total"] != "DASH"]
            if route is not None and len(told) > 1:
                told = [r for r in told if r["route"] == route]
            if told:
                return told[0]
    return None


def benchmark(code, column, route, year):
    """Return value and route of a benchmark; the highest where the route is none of its own."""
    (row,) = by_code("benchmarks_2620.json")[code]
    part = "1" if year < 2028 else "2"
    cells = [c for c in row[f"column_{column.lower()}"] if c["year"] in {None, part}]
    own = [c for c in cells if c["route"] == route]
    cell = own[0] if own and route else max(cells, key=lambda c: Decimal(c["value"]))
    return Decimal(cell["value"]), cell["route"]


def with_default(country, code, year, tonnes, correction="1"):
    """Return embedded, free and certificates of a good with default values, in decimals."""
    row = default_row(country, code)
    marked = Decimal(row[f"markup_{min(year, 2028)}"])
    value, _ = benchmark(code, "B", row["route"], year)
    free = Decimal(REMAINS[year]) * Decimal(correction) * value * Decimal(tonnes)
    embedded = marked * Decimal(tonnes)
    return embedded, free, max(Decimal(0), embedded - free)
