"""A small store with two firms, and a clock that ticks by the hour."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from chainwright.records import Store

FIRMS = ("91330500MA28C1EK4T", "91330500MA2B3GH5X1")


class Clock:
    """Times an hour apart, from 08:00 UTC on the first of November 2026."""

    def __init__(self):
        self.now = datetime(2026, 11, 1, 7, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(hours=1)
        return self.now


def said(value, *, firm=FIRMS[0], kind="grid_electricity", item="", period="2026-10", **others):
    """Return one row of readings."""
    row = {"firm": firm, "kind": kind, "item": item, "period": period, "value": value}
    return {**row, "text": "", "unit": "", "quality": "billed", "source": "invoice", **others}


def readings(*rows):
    return pd.DataFrame(list(rows)).astype({"value": "float64"})


def small_store(path):
    """Return a new store with the two firms in its registry."""
    store = Store.create(path, clock=Clock())
    names = {"name_zh": ["久立", "长安仁恒"], "gbt4754": ["3311", "1099"], "output": [9.5, None]}
    store.put_firms(pd.DataFrame({"firm": FIRMS, **names}), by="Li")
    return store


def told(table):
    """Return readings as a dict: (firm, kind, item, period) to (value, text, quality, source)."""
    rows = table.to_pylist()
    key, held = ("firm", "kind", "item", "period"), ("value", "text", "quality", "source")
    return {tuple(row[k] for k in key): tuple(row[h] for h in held) for row in rows}
