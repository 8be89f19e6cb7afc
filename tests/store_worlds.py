"""A small store with two firms, and a clock that ticks by the hour."""

import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pandas as pd

from chainwright.records import ProjectLedger, Store
from chainwright.report import record_answers

FIRMS = ("91330500MA28C1EK4M", "91330500MA2B3GH5X4")


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


def ledgered(store):
    """Return the ledger of a store after three projects: one runs, one was stopped."""
    ledger = ProjectLedger(store)
    money = {"budget": 120.0, "currency": "10^4 CNY", "year": 2026}
    saves = {"effect_unit": "tCO2 a year", "promised": 800.0, "kind": "energy_saving"}
    who = {"owner": "Wang", "by": "Li"}
    ledger.add("P1", **who, **money, **saves, milestones={"order": "2026-11-10"})
    ledger.add("P2", **who, **money, **saves, region="330502")
    ledger.add("P3", **who, kind="reserve", chain="battery")
    ledger.move("P1", "approved", by="Li")
    ledger.spend("P1", 30.0, date="2026-11-11", by="Li")
    ledger.move("P1", "running", by="Li")
    verified = {"stage": "verified", "verified_by": "TÜV", "evidence": "meter 7"}
    ledger.effect("P1", 640.0, date="2027-10-01", by="Li", **verified)
    ledger.move("P2", "stopped", by="Li", reason="no heat left")
    return ledger


@cache
def store_answers():
    """Return every answer about a store of records, by name."""
    system = record_answers.StoreSystem("city.db")
    with tempfile.TemporaryDirectory() as folder, small_store(Path(folder) / "s.db") as store:
        store.add_readings(readings(said(7.0)), by="Li", file="a.csv")
        store.add_readings(readings(said(8.0)), by="Wang")
        ledger, today = ledgered(store), "2026-11-22"
        parts = ledger.tables(today=today)
        projects = parts.pop("projects")
        one = (FIRMS[0], "grid_electricity", "", "2026-10")
        return {
            "projects": record_answers.ProjectList(system, projects, parts, today),
            "sums": record_answers.ProjectSummary(system, ledger.summary(by="kind"), today),
            "audit": record_answers.AuditTrail(system, store.audit()),
            "intakes": record_answers.IntakeList(system, store.intakes()),
            "revisions": record_answers.RevisionList(system, store.revisions(*one), one),
        }
