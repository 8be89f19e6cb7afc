"""A made-up country of one neck, whose best repair is worked out by hand."""

import pandas as pd

from chainwright import System
from chainwright.plan import RepairMeasure, RepairMeasures
from chainwright.stress import Blow, InventoryModel, Shock

MODEL = InventoryModel(overproduction_max=1.0, stock_days=30.0, replaceable=0.0)
"""Nobody makes more than at rest, so that what is lost can be worked out."""

SHUT = Shock((Blow("capacity", nodes="H:a", share=0.5, start_day=2, days=10),), name_en="half of a")
"""Half of the capacity of a is lost for 10 days."""

BEFORE, COVERED, BACKED, BOTH = 5.0, 2.5, 3.8, 1.3
"""Value added lost, by hand. The node a makes 1 a day, all of it value added, for final users:

- without measures half of it for 10 days: 5;
- half of the blow kept off: a quarter for 10 days, 2.5;
- a line of 0.2 from the fifth day on: 0.5 for 4 days, 0.3 for 6: 3.8;
- both: 0.25 for 4 days, 0.05 for 6: 1.3.
"""


def country():
    """Return a country in which a, b and c need nothing of each other."""
    rows = [
        ("intermediate", "H", "c", "H", "c", 36.5),
        ("final", "H", "a", "H", "household", 365.0),
        ("final", "H", "b", "H", "household", 730.0),
        ("final", "H", "c", "H", "household", 365.0),
    ]
    columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    return System.from_table(pd.DataFrame(rows, columns=columns), currency="CNY", year=2024)


def measures(**changed):
    """Return cover of a (3 a year) and a line beside it (1 a year), and a useless line of b."""
    yearly = {"yearly_high": 3.0, "yearly_low": 3.0, "once_low": 0.0, "once_high": 0.0}
    cheap = {**yearly, "yearly_high": 1.0, "yearly_low": 1.0}
    quoted = {"mark": "quoted", "source": "an offer", "region": "H"}
    cover = {"name": "cover of a", "kind": "stabilise", "users": ("H:a",), "size": 0.5}
    line = {"name": "line of a", "kind": "backup_capacity", "users": ("H:a",), "size": 0.2}
    other = {"name": "line of b", "kind": "backup_capacity", "users": ("H:b",), "size": 0.2}
    held = (
        RepairMeasure(**{**cover, **yearly, **quoted, **changed.get("cover", {})}),
        RepairMeasure(**{**line, "after_days": 4.0, **cheap, **quoted, **changed.get("line", {})}),
        RepairMeasure(**{**other, **cheap, **quoted, **changed.get("other", {})}),
    )
    return RepairMeasures(held, "CNY of 2024")
