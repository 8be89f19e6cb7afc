"""Measures and firms with numbers that can be followed by hand."""

import pandas as pd

from chainwright import carbon
from chainwright.tables import schema
from firm_reports import every_month, reported

COLUMNS = [c.column for c in schema("energy_measures")]

PLAIN = {
    "classes": "",
    "kinds": "grid_electricity",
    "use_low": 1.0,
    "use_high": 1.0,
    "saving_low": 0.1,
    "saving_high": 0.1,
    "power_low": 0.0,
    "power_high": 0.0,
    "to_kind": "",
    "cost_low": 1000.0,
    "cost_high": 1000.0,
    "cost_per": "MWh",
    "yearly_low": 0.0,
    "yearly_high": 0.0,
    "life_years": 10.0,
    "one_of": "",
    "mark_saving": "assumption",
    "source_saving": "a test",
    "mark_cost": "assumption",
    "source_cost": "a test",
    "date": "2026-11-22",
}


def table_of(**measures):
    """Return a table of measures: each name with what differs from the plain one."""
    rows = [
        {**PLAIN, "measure": name, "name_en": f"Measure {name}", "name_zh": f"措施{name}", **own}
        for name, own in measures.items()
    ]
    return pd.DataFrame(rows)[COLUMNS]


def measures_of(**measures):
    return carbon.read_energy_measures(table_of(**measures))


USED = {"grid_electricity": 100.0, "pipeline_gas:natural_gas": 2.0, "value_added": 50.0}
"""What firm A has every month: MWh, 10^4 Nm3, 10^4 CNY."""


def town(firms=5, classes=None, own=None, **used):
    """Return a system of like firms; what A uses every month can differ, none where None.

    Each firm after A uses a tenth more of everything but value added.
    """
    rows = []
    for n in range(firms):
        held = {**USED, **(own or {}), **used} if n == 0 else USED
        for kind, amount in held.items():
            if amount is None:
                continue
            size = amount if kind == "value_added" else amount * (1 + 0.1 * n)
            rows += every_month(kind, [size] * 12, firm="ABCDEFGHIJ"[n])
    return reported(*rows, classes=classes)


def coded(system):
    """Return the account of a system and its rating."""
    account = carbon.account(system)
    return account, carbon.rate(account)
