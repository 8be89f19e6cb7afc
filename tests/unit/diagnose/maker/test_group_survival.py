"""Items that share the capacity of a site: how long they last, how nodes divide the work."""

import numpy as np
import pytest

from chainwright.diagnose.maker.affected import coupling
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.group_survival import divided, group_weeks
from chainwright.diagnose.maker.linear_solver import LinearSolver
from chainwright.diagnose.maker.net_requirement import NetRequirement
from chainwright.errors import InfeasibleError
from toy_makers import maker


def pair(capacity, *, stock_a=0.0, stock_b=0.0, elsewhere=None):
    """Return a and b, 10 a week of each, at one site; b may be made elsewhere too."""
    more = [("b", "T", "Q", elsewhere)] if elsewhere else []
    return maker(
        products=["item demand_per_week", ("F", 10), ("G", 10)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("S",), ("T",)],
        sites=["site supplier capacity_per_week", ("P", "S", capacity), ("Q", "T", None)],
        sourcing=[
            "item supplier site capacity_per_week",
            ("a", "S", "P", None),
            ("b", "S", "P", None),
            *more,
        ],
        stocks=["item site quantity", ("a", "", stock_a), ("b", "", stock_b)],
    ).maker.network


def weeks(network, down=()):
    tied = coupling(network, MakerAssumptions().capacity(network))
    still = np.zeros(len(network.nodes), dtype=bool)
    still[network.nodes.index(down)] = True
    items = np.array([network.items.place["a"], network.items.place["b"]])
    need = NetRequirement(network)
    return group_weeks(tied, need, LinearSolver(), items, down=still)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (pair(20.0), np.inf),
        (pair(15.0), 0.0),
        (pair(15.0, stock_a=10.0), 2.0),  # 20 t - 10 = 15 t
        (pair(15.0, stock_a=10.0, stock_b=20.0), 6.0),
        (pair(5.0, stock_a=5.0, stock_b=30.0), 1.0),  # b only from 3 on: 10 t - 5 = 5 t
        (pair(15.0, elsewhere=4.0), 0.0),
        (pair(15.0, elsewhere=4.0, stock_a=3.0), 3.0),
        (pair(15.0, elsewhere=5.0), np.inf),
    ],
)
def test_the_group_lasts_until_stocks_and_room_are_used_up(network, expected):
    assert weeks(network) == pytest.approx(expected)


def test_a_node_that_is_down_leaves_its_room_to_the_other():
    network = pair(15.0, stock_a=20.0)
    assert weeks(network, ["a@P"]) == pytest.approx(2.0)
    assert weeks(network, ["b@P"]) == 0.0


def test_work_is_divided_within_what_nodes_and_site_can_do():
    network = pair(15.0, elsewhere=5.0)
    tied = coupling(network, MakerAssumptions().capacity(network))
    items = np.array([network.items.place["a"], network.items.place["b"]])
    still = np.zeros(len(network.nodes), dtype=bool)
    rates = network.requirement
    nodes, made = divided(tied, LinearSolver(), items, still, rates)
    by_item = np.bincount(network.node_item[nodes], made, minlength=4)
    np.testing.assert_allclose(by_item[items], [10.0, 10.0], rtol=1e-6)
    at_p = network.node_site[nodes] == network.sites.place["P"]
    assert made[at_p].sum() <= 15.0 * (1 + 1e-6)
    with pytest.raises(InfeasibleError, match="cannot make that much"):
        divided(tied, LinearSolver(), items, still, 1.1 * rates)
