"""Firms that report what a test says, and nothing else."""

import numpy as np
import pandas as pd

from chainwright.system import Firms, Readings, System

ZHEJIANG = "330500"
EF = 0.4974  # Zhejiang 2023, announcement 2025 No. 47, tCO2/MWh
RESIDUAL = 0.6096  # China 2023 without traded non-fossil power
GAS = 389.31 * 0.0153 * 0.99 * 44 / 12


def reported(*rows, classes=None, divisions=None, more=()):
    """Return a system of firms that report rows of (firm, kind[:item], month, value, quality).

    The quality is "measured" if it is left out; a value None is missing.
    """
    table = []
    for row in rows:
        firm, what, month, value, quality = (*row, "measured")[:5]
        kind, _, item = what.partition(":")
        if value is None:
            value, quality = np.nan, "missing"
        table.append((firm, kind, item, month, value, quality))
    columns = ["firm", "kind", "item", "period", "value", "quality"]
    frame = pd.DataFrame(table, columns=columns)
    firms = list(dict.fromkeys([*frame["firm"], *more]))
    who = pd.DataFrame(
        {
            "firm": firms,
            "name_en": [f"Firm {f}" for f in firms],
            "gbt4754": [(classes or {}).get(f, "1711") for f in firms],
            "division": [(divisions or {}).get(f, ZHEJIANG) for f in firms],
        }
    )
    return System(firms=Firms.of_table(who), readings=Readings.of_table(frame))


def one_month(*rows, month="2023-06", **who):
    """Return a system of firm A that reports (kind[:item], value, quality) in one month."""
    return reported(*(("A", row[0], month, *row[1:]) for row in rows), **who)


def every_month(kind, values, first="2023-01", firm="A", quality="measured"):
    """Return rows of one kind, a value a month."""
    months = np.datetime64(first, "M") + np.arange(len(values))
    return [(firm, kind, str(m), v, quality) for m, v in zip(months, values, strict=True)]
