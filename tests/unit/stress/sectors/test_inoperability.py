import numpy as np
import pytest

from chainwright.errors import ParameterError, TableError, UnknownCodeError
from chainwright.stress import Blow, Coupling, Shock, inoperability
from worlds import world

SYSTEM = world(6, 3, 3)
FLOWS = SYSTEM.flows
NODE = "R0:s1"
PLACE = FLOWS.nodes.find(NODE)


def shut(share=0.3, **more):
    return Shock((Blow("capacity", nodes=NODE, share=share, **more),))


@pytest.mark.parametrize("mode", ["demand", "supply"])
def test_a_lasting_loss_of_capacity_comes_to_rest_at_the_solution(mode):
    found = inoperability(SYSTEM, shut(0.2), mode=mode, days=400, recovery_days=20.0)
    c = np.where(np.arange(9) == PLACE, 0.2, 0.0)
    rest = np.linalg.solve(np.eye(9) - Coupling.of(FLOWS, mode).dense(), c)
    np.testing.assert_allclose(found.asked, rest, rtol=1e-11)
    np.testing.assert_allclose(found.levels[-1], rest, atol=1e-9)
    at_rest = inoperability(SYSTEM, shut(0.2), mode=mode, course="static", days=73)
    np.testing.assert_allclose(at_rest.levels[0], rest, rtol=1e-11)
    np.testing.assert_allclose(at_rest.money_lost, rest * FLOWS.output / 5.0, rtol=1e-11)
    np.testing.assert_allclose(at_rest.area, 73 * rest, rtol=1e-11)


def test_a_blow_acts_on_its_day_and_money_is_counted_day_by_day():
    found = inoperability(SYSTEM, shut(0.3, start_day=4, days=2), days=10)
    assert (found.levels[:4] == 0.0).all()
    assert found.levels[4, PLACE] == pytest.approx(0.3)
    by_hand = (found.levels * FLOWS.output / 365.0).sum(axis=0)
    np.testing.assert_allclose(found.money_lost, by_hand)
    days = found.tables()["inoperability_by_day"]
    assert days["money_lost"].sum() == pytest.approx(by_hand.sum())
    assert days["highest_node"].iloc[4] == NODE
    row = found.table().set_index(["region", "sector"]).loc[("R0", "s1")]
    assert (row["direct"], row["peak_day"]) == (0.3, 4.0)
    assert row["area"] == pytest.approx(np.trapezoid(found.levels[:, PLACE]))


def test_a_drop_of_final_demand_is_a_perturbation_of_its_share_of_output():
    drop = Shock((Blow("demand_drop", nodes=NODE, share=0.5),))
    found = inoperability(SYSTEM, drop, days=3)
    wanted = np.maximum(FLOWS.final[PLACE], 0.0).sum()
    assert found.direct[PLACE] == pytest.approx(0.5 * wanted / FLOWS.output[PLACE])
    assert np.count_nonzero(found.direct) == 1


def test_the_demand_side_at_rest_is_the_leontief_model():
    drop = Shock((Blow("demand_drop", nodes=NODE, share=1.0),))
    found = inoperability(SYSTEM, drop, course="static", days=365)
    cut = np.zeros(9)
    cut[PLACE] = np.maximum(FLOWS.final[PLACE], 0.0).sum()
    lost = np.linalg.solve(np.eye(9) - FLOWS.coefficients(), cut)
    np.testing.assert_allclose(found.money_lost, lost, rtol=1e-10)


def test_capacity_and_demand_lost_on_one_node_add_up_to_at_most_one():
    both = shut(0.9) + Shock((Blow("demand_drop", nodes=NODE, share=1.0),))
    found = inoperability(SYSTEM, both, days=2)
    assert found.direct[PLACE] == 1.0
    two = shut(0.2) + shut(0.3)
    assert inoperability(SYSTEM, two, days=2).direct[PLACE] == pytest.approx(0.3)


def test_recovery_starts_at_the_shock_and_has_no_resting_level():
    found = inoperability(SYSTEM, shut(0.4), course="recovery", days=30, recovery_days=5.0)
    assert found.levels[0, PLACE] == 0.4
    assert found.levels[-1].max() < 0.01
    assert found.table()["rest"].isna().all()


def test_what_is_clipped_is_told():
    everywhere = Shock((Blow("capacity", regions=("R0", "R1", "R2"), share=0.9),))
    found = inoperability(SYSTEM, everywhere, course="static")
    assert found.clipped.any()
    table = found.table()
    assert (table["rest"] <= 1.0).all()
    assert (table.loc[table["clipped"], "rest_asked"] > 1.0).all()


def test_recovery_days_go_by_sector_and_slow_the_course():
    slow = {"s1": 50.0, "*": 5.0}
    found = inoperability(SYSTEM, shut(), days=5, recovery_days=slow)
    k = found.resilience
    assert k[PLACE] < k[FLOWS.nodes.find("R0:s0")]
    assert found.parameters["recovery_days"] == slow


@pytest.mark.parametrize(
    ("blow", "more", "words"),
    [
        (Blow("capital", nodes=NODE, share=0.1), {}, "capital"),
        (Blow("supply_cut", nodes=NODE, buyers="R1", share=1.0), {}, "supply_cut"),
        (Blow("demand_drop", nodes=NODE, share=0.1), {"mode": "supply"}, "demand_drop"),
    ],
)
def test_what_it_cannot_represent_is_refused_by_name(blow, more, words):
    with pytest.raises(ParameterError, match=words):
        inoperability(SYSTEM, Shock((blow,)), days=3, **more)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"course": "swift"}, ParameterError),
        ({"mode": "both"}, ParameterError),
        ({"days": 0}, ParameterError),
        ({"days": 1.5}, ParameterError),
        ({"recovery_days": -1.0}, ParameterError),
        ({"recovery_days": {"s1": 3.0}}, ParameterError),
        ({"recovery_days": {"s9": 3.0, "*": 1.0}}, UnknownCodeError),
        ({"recovery_days": 3.0, "left": 0.0}, ParameterError),
    ],
)
def test_words_and_numbers_out_of_range_are_refused(more, error):
    with pytest.raises(error):
        inoperability(SYSTEM, shut(), **more)


def test_an_unknown_node_is_refused_with_a_near_name():
    wrong = Shock((Blow("capacity", nodes="R0:s11", share=0.1),))
    with pytest.raises(TableError, match="R0:s1"):
        inoperability(SYSTEM, wrong)
