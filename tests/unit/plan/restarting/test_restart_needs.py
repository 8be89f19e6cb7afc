"""Who needs whom to restart, by deliveries: a table of three nodes worked by hand."""

import numpy as np
import pytest

from ario_economies import economy_of
from chainwright.plan.restarting.restart_needs import needs_of_nodes
from chainwright.stress import InventoryModel
from chainwright.stress.sectors.economy import Economy

PAIRS = [("A", "k"), ("A", "m"), ("A", "t")]
NAMES = "kmt"
# what each column buys of each row: m buys 8 of k, 2 of itself and 30 from abroad; t buys 1 of k
# and 19 of m; k buys nothing
MATRIX = np.array([[0.0, 8.0, 1.0], [0.0, 2.0, 19.0], [0.0, 0.0, 0.0]])


def economy(*, abroad=True):
    more = {}
    if abroad:
        more = {
            "abroad": np.array([[0.0, 30.0, 0.0]]),
            "abroad_final": np.zeros((1, 1)),
            "abroad_pairs": [("X", "k")],
        }
    return Economy.of(economy_of(MATRIX, np.full((3, 1), 90.0), PAIRS, **more), 1.0)


def told(need_share, places=(0, 1, 2), *, abroad=True, model=None):
    """Return pairs such as ``m<k``: m needs k."""
    at = np.array(places, dtype=np.int64)
    pairs = needs_of_nodes(economy(abroad=abroad), model or InventoryModel(), at, need_share)
    return {f"{NAMES[at[j]]}<{NAMES[at[i]]}" for j, i in pairs.tolist()}


@pytest.mark.parametrize(
    ("need_share", "abroad", "pairs"),
    [
        (0.0, True, {"m<k", "t<k", "t<m"}),  # any delivery, but none of its own
        (0.05, True, {"m<k", "t<k", "t<m"}),  # k is 1 of the 20 that t buys: just enough
        (0.051, True, {"m<k", "t<m"}),
        (0.2, True, {"m<k", "t<m"}),  # 8 of 40, 30 of them from abroad
        (0.21, True, {"t<m"}),
        (0.21, False, {"m<k", "t<m"}),  # 8 of the 10 that are bought at home
        (0.8, False, {"m<k", "t<m"}),
        (0.951, True, set()),
    ],
)
def test_a_node_needs_what_is_a_large_enough_part_of_all_that_it_buys(need_share, abroad, pairs):
    assert told(need_share, abroad=abroad) == pairs


def test_only_what_stands_still_is_needed_and_places_count_among_it():
    assert told(0.05, [0, 2]) == {"t<k"}
    assert told(0.05, [1, 2]) == {"t<m"}
    assert told(0.05, [2]) == set()


def test_what_does_not_limit_a_node_is_not_needed_however_much_of_it_is_bought():
    # of a day's output of t, 1/90 / 365 is k and 19 times as much m: a cutoff between them
    share = economy().A_C[:, 2]
    between = InventoryModel(cutoff=float(np.sqrt(share[0] * share[1])))
    assert told(0.05, model=between) == {"m<k", "t<m"}
    assert told(0.0, model=InventoryModel(cutoff=1.0)) == set()
