import io
from dataclasses import replace
from itertools import product as every

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.plan import RepairCosts
from chainwright.plan.repairs.supplement import supplemented
from chainwright.tables import example
from small_tables import DEPENDENT, TWO, system_of
from supplement_twin import plain_present_value, plain_supplement

EXAMPLE = System.from_table(pd.read_csv(io.StringIO(example("flows")))).flows
SLIP = system_of(DEPENDENT).flows


def idle():
    """Return the slip with a node that uses steel and makes nothing, and stocks drawn down."""
    rows = [
        ("final", "C", "steel", "C", "household", 0.0),
        ("final", "B", "steel", "A", "inventories", -3.0),
    ]
    flows = system_of([*DEPENDENT, *rows]).flows
    Z = np.array(flows.matrix)
    Z[flows.nodes.find("B:steel"), flows.nodes.find("C:steel")] = 5.0
    return replace(flows, matrix=Z)


def alike(flows, **asked):
    """Compare a supplement with its plain twin and return both outputs."""
    found = supplemented(flows, **asked)
    Z, Y, x = plain_supplement(flows, **asked)
    largest = flows.output.max()
    assert np.abs(found.matrix - Z).max() < 1e-11 * largest
    assert np.abs(found.final - Y).max() < 1e-11 * largest
    return found.output, x


@pytest.mark.parametrize("flows", [EXAMPLE, SLIP], ids=["example", "slip"])
@pytest.mark.parametrize(
    ("users", "origins", "share"),
    [
        (("A",), ("B",), 0.5),
        (("A",), (), 1.0),
        (("A", "B"), ("B",), 0.25),
        (("A:ore",), ("B",), 0.9),
        (("A:ore", "B"), ("B:steel",), 0.1),
    ],
)
def test_a_supplement_is_what_its_plain_twin_says(flows, users, origins, share):
    asked = {"product": "steel", "users": users, "origins": origins, "share": share}
    found, plain = alike(flows, maker="A:steel", **asked)
    assert found == pytest.approx(plain, rel=1e-12)


def test_nodes_that_make_nothing_and_stocks_drawn_down_are_as_in_the_plain_twin():
    flows = idle()
    asked = {"product": "steel", "maker": "A:steel", "share": 0.5, "origins": ("B",)}
    for users in (("A",), ("C",), ("A", "C")):
        found, plain = alike(flows, users=users, **asked)
        assert found == pytest.approx(plain, rel=1e-12)
        assert found[flows.nodes.find("C:steel")] == 0.0


def test_what_moves_back_is_where_it_was():
    # all of B's p that A takes goes to A, and all that A delivers to A comes back
    flows = system_of(TWO).flows
    there = supplemented(flows, product="p", users=("A",), maker="A:p", share=1.0, origins=("B",))
    back = supplemented(there, product="p", users=("A",), maker="B:p", share=0.3, origins=("A",))
    # A now takes 30 of 100 units of output from itself: 30 % of it is .09; of households' 80, 24
    share = back.coefficients()
    assert share[:, 0] == pytest.approx([0.21, 0.09])
    assert back.final[:, back.users.find("A:household")] == pytest.approx([56.0, 24.0])
    assert back.added.sum() == pytest.approx(160.0)


LATER = [(7.5, 0.6, 0.08, 6, 3), (20.0, 2.0, 0.0, 6, 5), (1.0, 0.0, 0.2, 30, 10)]


@pytest.mark.parametrize(
    ("life", "lead", "rate", "years", "start"),
    [*every([1.0, 7.5, 20.0], [0.0, 0.6, 2.0], [0.0, 0.08], [1, 6], [0]), *LATER],
)
def test_a_present_value_is_what_its_plain_twin_says(life, lead, rate, years, start):
    found = RepairCosts(discount_rate=rate).present_value(
        120.0, 3.5, life_years=life, lead_years=lead, years=years, start_year=start
    )
    plain = plain_present_value(
        120.0, 3.5, life=life, lead=lead, rate=rate, years=years, start=start
    )
    assert float(found) == pytest.approx(plain, rel=1e-12)
