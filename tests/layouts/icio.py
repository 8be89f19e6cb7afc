"""Files in the layout of OECD ICIO: editions 2021, 2023 and 2025, regular and extended."""

import csv
import gzip
import io
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from chainwright.params import table
from layouts.made import CATEGORIES, made_up, split_up

EDITIONS = {"2021": "icio45_2021", "2023": "icio45", "2025": "icio50"}
PARTS = {"MX1": "MEX", "MX2": "MEX", "CN1": "CHN", "CN2": "CHN"}
FEW = ("AUS", "CHN", "MEX", "USA", "ROW")


def sectors_of(edition):
    """Return the sectors of an edition, in its order."""
    return [row["code"] for row in table("sectors") if row["list"] == EDITIONS[edition]]


def regions_of(edition):
    """Return the regions of an edition's regular tables."""
    return [
        row["code"]
        for row in table("regions")
        if edition in row["editions"].split(";") and row["code"] not in PARTS
    ]


@dataclass
class File:
    """What a file in this layout holds: labels above and beside, and all its cells."""

    rows: list
    columns: list
    values: np.ndarray
    corner: str = ""

    def text(self, cell=repr):
        """Return the file as text, empty where a cell is NaN."""
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([self.corner, *self.columns])
        for label, row in zip(self.rows, self.values, strict=True):
            writer.writerow([label, *("" if np.isnan(v) else cell(v) for v in row.tolist())])
        return lines.getvalue()

    def write(self, path):
        """Write the file, packed if its name ends in ``.gz``."""
        data = self.text().encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return path

    def write_fast(self, path):
        """Write a large file: the shortest text of each number, no quotation marks."""
        columns = {"": pa.array(self.rows)}
        columns |= {
            c: pa.array(v, from_pandas=True)
            for c, v in zip(self.columns, self.values.T, strict=True)
        }
        with path.open("wb") as file:
            file.write(f"{self.corner},{','.join(self.columns)}\n".encode())
            options = pc.WriteOptions(include_header=False, quoting_style="none")
            pc.write_csv(pa.table(columns), file, options)
        return path

    def place(self, row, column):
        """Return where a cell is, by its labels."""
        return self.rows.index(row), self.columns.index(column)

    def without(self, *, rows=(), columns=()):
        """Return the file without these labels."""
        down = [i for i, label in enumerate(self.rows) if label not in rows]
        across = [j for j, label in enumerate(self.columns) if label not in columns]
        return File(
            [self.rows[i] for i in down],
            [self.columns[j] for j in across],
            self.values[np.ix_(down, across)],
            self.corner,
        )


def icio(edition="2023", *, extended=False, regions=FEW, base=None, digits=6, seed=11):
    """Return a file of an edition: few regions, or all with ``regions=None``.

    The numbers come from `base`, a table of other labels, or are made up. Numbers of the blocks
    are rounded to `digits` significant digits, and the totals are those of the rounded numbers.
    """
    regions = list(regions or regions_of(edition))
    sectors = sectors_of(edition)
    found = split_up(base, regions, sectors) if base else made_up(regions, sectors, seed=seed)
    producers, matrix, demand = (
        _parted(found, seed)
        if extended
        else (
            found.regions,
            found.matrix,
            found.demand,
        )
    )
    matrix, final = _rounded(matrix, digits), _rounded(_by_category(demand), digits)
    output = matrix.sum(axis=1) + final.sum(axis=1)
    added = output - matrix.sum(axis=0)
    taxes = _rounded(0.04 * added, digits)
    nodes = [f"{r}_{s}" for r in producers for s in sectors]
    users = [f"{r}_{c}" for r in regions for c in CATEGORIES]
    beside = np.full((len(nodes), 1), np.nan)
    beside[:, 0] = output
    blocks = [np.hstack([matrix, final, beside])]
    for row in _taxes(edition, taxes, regions, producers, len(sectors)):
        on_final = np.where(np.arange(len(users)) % len(CATEGORIES) == 0, 0.5, 0.0)
        blocks.append(np.hstack([row, on_final, [np.nan]])[None])
    empty = np.full(len(users) + 1, np.nan)
    blocks += [np.hstack([added - taxes, empty])[None], np.hstack([output, empty])[None]]
    old = edition == "2021"
    below = [f"{r}_TAXSUB" for r in regions] if old else ["TLS"]
    return File(
        [*nodes, *below, *(("VALU", "OUTPUT") if old else ("VA", "OUT"))],
        [*nodes, *users, "TOTAL" if old else "OUT"],
        _rounded(np.vstack(blocks), 12),
        "" if old else "V1",
    )


def _rounded(array, digits):
    """Round to significant digits, as text would."""
    size = np.where((array == 0.0) | np.isnan(array), 1.0, np.abs(array))
    scale = 10.0 ** np.clip(digits - 1 - np.floor(np.log10(size)), 0, 22)
    return np.round(array * scale) / scale


def _by_category(demand):
    """Split one column a region into six; inventories fall in every third row."""
    shares = np.tile(np.array(list(CATEGORIES.values())), (len(demand), 1))
    falls = np.arange(len(demand)) % 3 == 0
    shares[falls, 3] += 0.04
    shares[falls, 4] -= 0.04
    return (demand[:, :, None] * shares[:, None, :]).reshape(len(demand), -1)


def _taxes(edition, taxes, regions, producers, sectors):
    if edition != "2021":
        return [taxes]
    of = np.repeat([PARTS.get(r, r) for r in producers], sectors)
    return [np.where(of == region, taxes, 0.0) for region in regions]


def _parted(found, seed):
    """Move the producers of China and Mexico to parts behind all regions; zeros stay behind."""
    rng = np.random.default_rng(seed)
    k = len(found.sectors)
    parts = [part for part, whole in PARTS.items() if whole in found.regions]
    producers = [*found.regions, *parts]
    shares = np.zeros((len(producers) * k, len(found.matrix)))
    for j, region in enumerate(found.regions):
        own = [p for p in parts if PARTS[p] == region] or [region]
        first = rng.uniform(0.2, 0.8, k) if len(own) == 2 else np.ones(k)
        for part, share in zip(own, (first, 1.0 - first), strict=False):
            i = producers.index(part)
            shares[i * k : (i + 1) * k, j * k : (j + 1) * k] = np.diag(share)
    return producers, shares @ found.matrix @ shares.T, shares @ found.demand
