"""What changed between two years, in three effects that leave no rest."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import Money, System
from chainwright.accounts import decomposition
from chainwright.errors import LabelError, MoneyError, UnknownCodeError
from chainwright.tables import schema
from worlds import dense, world


def two_years(regions=3):
    return world(1, regions), world(2, regions, year=2021)


@pytest.mark.parametrize("of", ["value_added", "CO2", "output"])
def test_the_effects_are_the_mean_of_the_two_polar_forms(of):
    before, after = two_years()
    parts = []
    for system in (before, after):
        _, inverse, x, value = dense(system)
        s = {"value_added": value, "output": np.ones(len(x))}.get(of)
        s = system.flows.stressors.matrix[0] / x if s is None else s
        parts.append((s, inverse, system.flows.demand))
    (s0, l0, y0), (s1, l1, y1) = parts
    found = decomposition(before, after, of=of)
    np.testing.assert_allclose(
        found.effects[0], 0.5 * (s1 - s0) * (l1 @ y1 + l0 @ y0), rtol=1e-10, atol=1e-12
    )
    structure = 0.5 * (s0 * ((l1 - l0) @ y1) + s1 * ((l1 - l0) @ y0))
    np.testing.assert_allclose(found.effects[1], structure, rtol=1e-9, atol=1e-11)
    demand = 0.5 * (s0 * (l0 @ (y1 - y0)) + s1 * (l1 @ (y1 - y0)))
    np.testing.assert_allclose(found.effects[2], demand, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(
        found.effects.sum(axis=0), found.after - found.before, rtol=1e-9, atol=1e-12
    )


def test_before_and_after_are_the_two_tables_own_amounts():
    before, after = two_years()
    found = decomposition(before, after)
    np.testing.assert_allclose(found.before, before.flows.added, rtol=1e-11)
    np.testing.assert_allclose(found.after, after.flows.added, rtol=1e-11)


def test_nothing_changes_between_a_year_and_itself():
    system = world(3)
    assert np.abs(decomposition(system, system).effects).max() < 1e-13


def test_a_table_twice_as_large_has_a_demand_effect_only():
    before = world(4)
    flows = before.flows
    twice = System(
        replace(
            flows,
            matrix=2.0 * flows.matrix,
            final=2.0 * flows.final,
            stressors=replace(flows.stressors, matrix=2.0 * flows.stressors.matrix),
        )
    )
    found = decomposition(before, twice, of="CO2")
    assert np.abs(found.effects[:2]).max() < 1e-12
    np.testing.assert_allclose(found.effects[2], found.before, rtol=1e-11)


def test_one_region_s_final_demand_can_be_asked_for_alone():
    before, after = two_years()
    parts = [decomposition(before, after, users=f"R{r}") for r in range(3)]
    whole = decomposition(before, after)
    np.testing.assert_allclose(sum(p.before for p in parts), whole.before, rtol=1e-11)
    np.testing.assert_allclose(
        sum(p.effects for p in parts).sum(axis=0), whole.effects.sum(axis=0), rtol=1e-9, atol=1e-12
    )
    assert parts[1].parameters["users"] == "R1"


def test_tables_are_by_node_region_sector_and_effect():
    found = decomposition(*two_years(), of="CO2")
    tables = found.tables()
    assert len(tables) == 4
    for name, frame in tables.items():
        assert list(frame.columns) == [c.column for c in schema(name)]
        if name != "decomposition_by_effect":
            assert frame["change"].abs().is_monotonic_decreasing
            assert frame["change"].sum() == pytest.approx((found.after - found.before).sum())
    effects = tables["decomposition_by_effect"].set_index("effect")["change"]
    assert effects["all"] == pytest.approx(effects[["intensity", "structure", "demand"]].sum())
    assert found.units["change"] == "t"
    assert "current prices" in found.origin["reading"]


def test_other_labels_are_refused_with_both_sides_named():
    with pytest.raises(LabelError, match=r"only after 3 \(R3:s0"):
        decomposition(world(1, 3), world(1, 4))
    joined = world(1).aggregated({"R0": "X"})
    with pytest.raises(LabelError, match="R0:s0"):
        decomposition(world(1), joined)


def test_the_same_nodes_in_another_order_are_refused(toy):
    rows = toy.table()
    turned = System.from_table(rows.iloc[::-1], currency="USD")
    with pytest.raises(LabelError, match="another order"):
        decomposition(System.from_table(rows, currency="USD"), turned)


def test_other_or_unstated_money_and_other_units_are_refused(toy):
    with pytest.raises(MoneyError, match="not stated"):
        decomposition(toy, toy)
    before, after = two_years()
    yuan = System(replace(after.flows, money=Money("CNY", 2021, "million")))
    with pytest.raises(MoneyError, match="CNY"):
        decomposition(before, yuan)
    stressors = replace(after.flows.stressors, units=("kg",))
    other = System(replace(after.flows, stressors=stressors))
    with pytest.raises(MoneyError, match="kg"):
        decomposition(before, other, of="CO2")
    with pytest.raises(UnknownCodeError):
        decomposition(before, after, of="SO2")
