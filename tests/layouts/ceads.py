"""Workbooks in the layout of CEADs' provincial tables, as it is described in the field.

Three rows of labels (province, sector, code) over the data and three columns beside them; the
sectors of all provinces, TI, five final categories a province, EX; below the sectors IM, VA001 to
VA004 and perhaps CO2. Amounts are made up; rows and columns of each table balance.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl

CATEGORIES = ("FU101", "FU102", "FU103", "FU201", "FU202")
ADDED = ("VA001", "VA002", "VA003", "VA004")


@dataclass
class Made:
    """What a made-up workbook holds."""

    provinces: list
    sectors: list
    matrix: np.ndarray
    final: np.ndarray  # the provinces' categories, then EX
    imports: np.ndarray
    added: np.ndarray
    co2: np.ndarray


def make(provinces=("Beijing", "Hebei", "Inner Mongolia"), sectors=4, seed=0):
    """Return made-up arrays of a few provinces."""
    rng = np.random.default_rng(seed)
    n, m = len(provinces) * sectors, len(provinces) * len(CATEGORIES) + 1
    matrix = rng.integers(0, 9, (n, n)).astype(float)
    final = rng.integers(30, 50, (n, m)).astype(float)
    imports = rng.integers(0, 5, n).astype(float)
    left = matrix.sum(axis=1) + final.sum(axis=1) - matrix.sum(axis=0) - imports
    added = np.array([0.4, 0.1, 0.2, 0.3])[:, None] * left
    names = [f"Sector {i + 1}" for i in range(sectors)]
    return Made(list(provinces), names, matrix, final, imports, added, rng.random(n))


def write(path, made, *, co2=True, merged=True, output=True, sheet="Table_2017_English Version"):
    """Write a workbook in the layout, and return its path."""
    book = openpyxl.Workbook()
    listed = book.active
    listed.title = "Province"
    listed.append(["No.", "Province"])
    for i, name in enumerate(made.provinces, 1):
        listed.append([i, name])
    names = book.create_sheet("Sector")
    names.append(["No.", "Sector"])
    for i, name in enumerate(made.sectors, 1):
        names.append([i, name])
    size = len(made.sectors)
    codes = [f"{i + 1:02d}" for i in range(size)]
    heads = [(p, s, c) for p in made.provinces for s, c in zip(made.sectors, codes, strict=True)]
    heads += [("", "Total intermediate use", "TI")]
    heads += [(p, c, c) for p in made.provinces for c in CATEGORIES] + [("", "Export", "EX")]
    heads += [("", "Gross output", "GO")] if output else []

    def shown(labels):
        """Leave out what a merged cell hides: all but its first."""
        if not merged:
            return labels
        return [x if i == 0 or labels[i - 1] != x else None for i, x in enumerate(labels)]

    table = book.create_sheet(sheet)
    for level in range(3):
        labels = [head[level] or None for head in heads]
        table.append([None, None, None, *(shown(labels) if level == 0 else labels)])
    total = made.matrix.sum(axis=1)
    regions = shown([p for p in made.provinces for _ in codes])
    n = len(made.matrix)
    for i in range(n):
        row = [*made.matrix[i], total[i], *made.final[i]]
        row += [total[i] + made.final[i].sum()] if output else []
        name, code = made.sectors[i % size], codes[i % size]
        table.append([regions[i], name, code, *map(float, row)])
    table.append([None, "Import", "IM", *map(float, made.imports)])
    for kind, numbers in zip(ADDED, made.added, strict=True):
        table.append([None, "Value added", kind, *map(float, numbers)])
    if co2:
        table.append([None, "CO2 (Mt)", "CO2", *map(float, made.co2)])
    book.save(path)
    return Path(path)
