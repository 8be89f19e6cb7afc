"""A maker's files of 100,000 bill rows: read, understood, matched and previewed."""

import numpy as np
from openpyxl import Workbook

from measure import measure

ROWS, SMALL = 100_000, 300

WORK = """
from chainwright.report.intake_text import preview_text
from chainwright.system import intake

with counted():
    read = intake({path!r})
    text = preview_text(read)
counts = read.counts
assert counts["read"] == {rows}, counts
assert counts["matched"] + counts["possible"] + counts["rejected"] == counts["read"], counts
assert counts["possible"] >= {possible} and counts["rejected"] >= {rejected}, counts
assert str(counts["matched"])[:2] in text
"""


def written(path, rows, *, seed=7):
    """Write a maker's workbook: bill, products, suppliers, sites, sources, stocks; some slips.

    Returns the rows in it, and how many at least are possible and rejected.
    """
    rng = np.random.default_rng(seed)
    parts, assemblies = max(50, rows // 5), max(10, rows // 50)
    code = [f"P-{i:06d}" for i in range(parts)]
    made = rng.integers(0, assemblies, 2 * rows)
    into = rng.integers(assemblies, parts, 2 * rows)
    pairs = np.unique(np.stack([made, into], axis=1), axis=0)
    pairs = pairs[np.sort(rng.choice(len(pairs), rows, replace=False))]
    vendors, slips = max(20, rows // 50), max(2, rows // 2_000)
    names = [f"{a}{b} Industries {i:04d} Co., Ltd." for i, a, b in _named(rng, vendors)]
    book = Workbook(write_only=True)
    bill = book.create_sheet("BOM")
    bill.append(["Parent item", "Component", "Qty per unit"])
    for i, (a, b) in enumerate(pairs.tolist()):
        word = code[b].lower() if i % 50 == 0 else code[b]
        bill.append([code[a], word, f"{1 + i % 7:,}" if i % 3 else 1 + i % 7])
    sheets = {
        "Products": [["Product code", "Product name", "Demand per week", "Price"]]
        + [[code[i], f"Model {i}", 100 + i, 1000] for i in range(10)],
        "Suppliers": [["Supplier code", "Supplier name", "Country"]]
        + [[f"V-{i:05d}", name, "China" if i % 2 else "德国"] for i, name in enumerate(names)],
        "Sites": [["Site code", "Supplier code", "Site name", "Country"]]
        + [[f"S-{i:05d}", f"V-{i:05d}", f"Works {i:05d}", "CN"] for i in range(vendors)],
        "Sourcing": [["Item code", "Supplier name", "Site code", "Share"]]
        + [_source(code[i], names, i % vendors, slip=i < slips) for i in range(parts // 2)],
        "Stocks": [["Item code", "Stock quantity"]]
        + [[code[i] if i >= slips else f"ZZ-{i}", 5 + i] for i in range(parts // 2)],
    }
    for title, lines in sheets.items():
        page = book.create_sheet(title)
        for line in lines:
            page.append(line)
    book.save(path)
    return rows + sum(len(lines) - 1 for lines in sheets.values()), slips, slips


def _named(rng, size):
    first = ["North", "Delta", "River", "Golden", "Union", "Bright", "Summit", "Harbour"]
    last = ["star", "field", "bridge", "stone", "wood", "gate", "land", "port"]
    for i in range(size):
        yield i, first[rng.integers(len(first))], last[rng.integers(len(last))]


def _source(item, names, vendor, *, slip):
    name = names[vendor].replace("ustries", "ustrys") if slip else names[vendor].upper()
    return [item, name, f"S-{vendor:05d}" if not slip else "", "100%"]


def test_100000_bill_rows_are_previewed(figure, smoke, tmp_path):
    path = tmp_path / "maker.xlsx"
    rows, possible, rejected = written(path, SMALL if smoke else ROWS)
    cost = measure(WORK.format(path=str(path), rows=rows, possible=possible, rejected=rejected))
    figure(f"intake and preview of {rows:,} rows, CPU", cost.cpu, bar=20.0, unit="CPU-s")
    figure(f"intake and preview of {rows:,} rows, elapsed", cost.elapsed, bar=20.0, unit="s")
    figure("intake and preview, peak memory", cost.peak / 2**30, bar=1.0, unit="GiB")
    assert cost.cpu > 0.0
