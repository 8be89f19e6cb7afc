import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import ParameterError, TableError, UnknownCodeError
from chainwright.plan import read_measure_kinds, read_repair_measures, repair_measures
from chainwright.plan.repairs import proposals
from chainwright.plan.repairs.cost_models import cost_range
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.exposures import exposures
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.scenarios import scenarios_of
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.tables import example
from small_tables import COLUMNS, DEPENDENT, system_of

SYSTEM = system_of(DEPENDENT)
MODEL = InventoryModel(replaceable=0.0, stock_days=20.0, restoration_days=10.0)
CUT = Shock.named("embargo", "B:steel", to="A", days=100)
SHUT = Shock((Blow("capacity", nodes="A:steel", share=0.5, days=40),), name_en="Furnaces down")
ABROAD = Shock((Blow("capacity", nodes="B:ore", share=0.9, days=100),), name_en="Mines of B down")


def asked(against, **more):
    """Return what is proposed for A within 120 days."""
    given = {"home": "A", "days": 120.0, "model": MODEL, **more}
    return repair_measures(SYSTEM, against, **given)


def lost(system, shock):
    """Return the value added that A loses in 120 days."""
    economy = Economy.of(system)
    blows = sector_blows(system, shock, 120, capital=economy.K)
    ready = system.safeguards if "safeguards" in system.has else ()
    records = simulate_pooled(economy, blows, MODEL, safeguards=held_safeguards(economy, ready))
    fallen = 120 * economy.x0 - records.production.sum(axis=0)
    return float(HomeLosses("value_added", ("A",)).by_node(economy, fallen).sum())


def test_against_an_embargo_reserves_other_sources_and_makers_at_home_are_proposed():
    found = asked(CUT)
    assert {m.kind for m in found} == {
        "reserve", "second_source", "supplement", "backup_capacity", "strengthen",
    }  # fmt: skip
    assert found["reserve:steel:B>A:4w"].origins == ("B",)
    assert found["second:steel:B>A:80%"].size == 0.8
    assert found["supplement:steel:B>A:25%"].maker == "A:steel"
    for m in found:
        assert m.users in {("A",), ("A:steel",)}
        assert m.home_supplier == (m.kind in {"supplement", "backup_capacity", "strengthen"})
        assert m.region == "A"
        assert m.assumed
        assert m.one_of == m.name.rpartition(":")[0]


def test_one_second_source_is_for_all_origins_of_a_product_and_bears_the_cost_of_all():
    own = Shock.named("embargo", "A:steel", to="A", days=100)
    found = asked({"B stops": CUT, "A stops": own})
    second = [m for m in found if m.kind == "second_source"]
    assert {m.one_of for m in second} == {second[0].one_of}  # of B alone or A alone there is none
    assert set(second[0].origins) == {"A", "B"}
    apart = [
        next(m for m in asked(shock) if m.kind == "second_source" and m.size == second[0].size)
        for shock in (CUT, own)
    ]
    assert second[0].once_high == pytest.approx(sum(m.once_high for m in apart), rel=1e-12)
    assert second[0].yearly_low == pytest.approx(sum(m.yearly_low for m in apart), rel=1e-12)
    assert "of the deliveries of " in second[0].reason_en
    assert "供货的" in second[0].reason_zh
    assert "Qualify others for 25 % of them" in apart[0].reason_en
    # in the engine it replaces its share of whatever is cut off, of either
    both = [lost(second[-1].apply(SYSTEM), shock) < lost(SYSTEM, shock) for shock in (CUT, own)]
    assert both == [True, True]


def test_no_contract_keeps_a_government_from_an_embargo():
    assert not [m for m in asked(CUT) if m.kind == "stabilise"]
    half = Shock.named("embargo", "B:steel", to="A", days=100, share=0.5)
    assert {m.size for m in asked(half) if m.kind == "stabilise"} == {0.25, 0.5}


def test_for_nodes_that_are_hit_at_home_backup_and_cover_are_proposed():
    found = asked(SHUT)
    names = {"backup:A:steel:10%", "backup:A:steel:25%", "stabilise:A:steel:25%"}
    assert names | {"stabilise:A:steel:50%"} <= set(found.names)
    assert found["backup:A:steel:10%"].after_days == 28.0
    assert "1 node at home is hit, up to 50 % of capacity" in found["backup:A:steel:10%"].reason_en
    assert not [m for m in found if m.kind == "second_source"]


def test_an_input_that_runs_short_though_nobody_cut_it_is_found():
    touched = exposures(SYSTEM, scenarios_of(SYSTEM, ABROAD, model=MODEL).held, ("A",), days=120.0)
    short = [one for one in touched if one.kind == "short"]
    assert {one.product for one in short} <= {"ore", "steel"}
    assert any(one.origins == ("B",) and one.loss > 0.0 for one in short)
    found = asked(ABROAD)
    assert any(m.kind == "reserve" and m.origins == ("B",) for m in found)
    assert not [m for m in found if m.kind == "second_source"]
    assert any("though nobody cut it" in m.reason_en for m in found)


def test_of_nodes_that_are_hit_together_each_counts_what_it_loses_itself():
    both = Shock((Blow("capacity", regions="A", share=0.5, days=40),), name_en="A down")
    hit = exposures(SYSTEM, scenarios_of(SYSTEM, both, model=MODEL).held, ("A",), days=60.0)[0]
    assert (hit.kind, hit.nodes, hit.share) == ("hit", 2, 0.5)
    assert set(hit.users) == {"A:ore", "A:steel"}
    assert hit.of_users[0] >= hit.of_users[1] > 0.0
    assert sum(hit.of_users) == pytest.approx(hit.loss)
    assert hit.most_hit == hit.users[0]
    assert asked(both, most=1, days=60.0).names[0].startswith("stabilise:A:")


def test_damage_in_money_is_told_as_a_share_of_capital():
    quake = Shock((Blow("capital", nodes="A:steel", money=7.6, days=30),), name_en="Quake")
    held = scenarios_of(SYSTEM, quake, model=MODEL).held
    hit = exposures(SYSTEM, held, ("A",), days=60.0)[0]
    assert hit.share == pytest.approx(7.6 / (4.0 * 38.0))  # A:steel adds 38 a year
    as_share = Shock((Blow("capital", nodes="A:steel", share=0.05, days=30),), name_en="Quake")
    held = scenarios_of(SYSTEM, as_share, model=MODEL).held
    assert exposures(SYSTEM, held, ("A",), days=60.0)[0].loss == pytest.approx(hit.loss, rel=1e-9)


def test_what_is_cut_off_is_counted_over_the_run():
    scenario = scenarios_of(SYSTEM, CUT, model=MODEL).held
    cut = exposures(SYSTEM, scenario, ("A",), days=60.0)[0]
    used, final = Deliveries(SYSTEM.flows).value("steel", ["A"], ["B"])
    assert cut.kind == "cut"
    assert cut.value == pytest.approx((used + final) * 60.0 / 365.0)
    assert (cut.days, cut.share) == (60.0, 1.0)
    assert cut.value == pytest.approx(40.0 * 60.0 / 365.0)  # 30 for producers, 10 for households


def test_losses_are_those_of_nodes_that_ran_short():
    cut = exposures(SYSTEM, scenarios_of(SYSTEM, CUT, model=MODEL).held, ("A",), days=120.0)[0]
    assert 0.0 < cut.loss <= cut.lost_at_home * (1.0 + 1e-12)  # two sums of the same numbers
    assert cut.lost_at_home == pytest.approx(lost(SYSTEM, CUT), rel=1e-9)
    assert cut.nodes == 2
    assert cut.first_day > 0.0
    assert cut.most_hit.startswith("A:")


def test_measures_that_are_proposed_avoid_loss_in_the_engine():
    base, found = lost(SYSTEM, CUT), asked(CUT)
    reserves = [lost(found[f"reserve:steel:B>A:{w}w"].apply(SYSTEM), CUT) for w in (2, 4, 8)]
    assert base > reserves[0] > reserves[1] > reserves[2]
    moved = [lost(found[f"supplement:steel:B>A:{s}%"].apply(SYSTEM), CUT) for s in (10, 25)]
    assert base > moved[0] > moved[1]


def test_costs_are_those_of_the_cost_models():
    found, table = asked(CUT), Deliveries(SYSTEM.flows)
    for m in found:
        cost = cost_range(
            m.kind, table, read_measure_kinds(), users=m.users, size=m.size, product=m.product,
            origins=m.origins, maker=m.maker,
        )  # fmt: skip
        assert (m.yearly_low, m.yearly_high) == cost.yearly
        assert m.source == cost.source
        assert np.isnan(m.once_low) == (m.kind == "reserve")
        assert m.lead_years == read_measure_kinds().middle(m.kind, "lead_years", "C")


def test_reasons_name_the_shock_the_product_and_figures_in_two_languages():
    for m in asked([CUT, SHUT, ABROAD]):
        assert "{" not in m.reason_en + m.reason_zh
        assert any(name in m.reason_en for name in ("Embargo", "Furnaces", "Mines")), m.reason_en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in m.reason_zh)
        assert "USD of 2020" in m.reason_en
        assert m.reason_en.endswith(".")
    told = asked(CUT)["reserve:steel:B>A:4w"].reason_en
    assert "of steel from B to A" in told
    assert "Hold 4 weeks of these deliveries" in told
    assert "2 nodes ran short of it, the first on day" in told
    assert "no product space of it is given" in asked(CUT)["supplement:steel:B>A:10%"].reason_en


def test_capacity_is_proposed_for_no_more_than_is_cut_off():
    rows = pd.DataFrame(DEPENDENT, columns=COLUMNS)
    rows.loc[rows["block"] == "final", "value"] *= 20.0
    big = (rows["from_region"] == "B") & (rows["to_sector"] == "household")
    rows.loc[big, "value"] /= 20.0
    system = system_of(rows)
    found = repair_measures(system, CUT, home="A", days=120.0, model=MODEL)
    used, final = Deliveries(system.flows).value("steel", ["A"], ["B"])
    output = system.flows.output[system.flows.nodes.find("A:steel")]
    sizes = [m.size for m in found if m.kind in {"backup_capacity", "strengthen"}]
    assert sizes == pytest.approx([(used + final) / output] * 2, rel=0.05)
    assert max(sizes) < 0.1


def test_the_same_question_gets_the_same_measures_and_fewer_are_the_best_of_them():
    every = asked([CUT, SHUT, ABROAD])
    pd.testing.assert_frame_equal(every.table(), asked([CUT, SHUT, ABROAD]).table())
    few = asked([CUT, SHUT, ABROAD], most=5)
    assert len(few) == 5
    assert set(few.names) < set(every.names)
    assert any("the 5 that touch the most loss are kept" in note for note, _ in few.notes)
    with pytest.raises(ParameterError, match="most"):
        asked(CUT, most=0)


def test_what_several_shocks_touch_is_proposed_once_and_tells_the_worst():
    longer = Shock.named("embargo", "B:steel", to="A", days=119)
    found = asked({"short": CUT, "long": longer})
    assert found.names == asked(CUT).names
    assert all(m.reason_en.startswith("long (+1): ") for m in found)
    alone = asked({"long": longer})["reserve:steel:B>A:4w"].reason_en
    assert found["reserve:steel:B>A:4w"].reason_en == alone.replace("long:", "long (+1):")


def test_without_home_users_are_the_regions_that_lose_most():
    found = repair_measures(SYSTEM, [CUT, ABROAD], days=120.0, model=MODEL)
    users = {m.users for m in found if m.kind == "reserve"}
    assert ("A",) in users
    assert ("B",) in users
    assert all(len(of) == 1 for of in users)


def test_proposals_are_read_back_as_a_table(tmp_path):
    found = asked([CUT, SHUT, ABROAD])
    found.table().to_csv(tmp_path / "measures.csv", index=False)
    again = read_repair_measures(tmp_path / "measures.csv", SYSTEM)
    pd.testing.assert_frame_equal(again.table(), found.table())
    assert again.apply(SYSTEM).safeguards == found.apply(SYSTEM).safeguards


def test_a_shock_that_does_not_reach_home_gets_nothing_and_is_told_so():
    none = Shock((Blow("demand_drop", regions="B", share=0.0, days=5),), name_en="Nothing")
    found = asked(none)
    assert len(found) == 0
    assert "no scenario touches home" in found.notes[-1][0]
    assert "未提出措施" in found.notes[-1][1]


def test_a_kind_that_is_left_out_is_not_proposed_and_lead_times_come_from_the_table():
    frame = pd.read_csv(io.StringIO(example("repair_kinds")), keep_default_na=False)
    frame = frame[frame["kind"] != "second_source"]
    years = (frame["kind"] == "reserve") & (frame["item"] == "lead_years")
    frame.loc[years, ["low", "high"]] = (2.0, 4.0)
    found = asked(CUT, kinds=frame)
    assert not [m for m in found if m.kind == "second_source"]
    assert found["reserve:steel:B>A:2w"].lead_years == 3.0


def test_of_many_scenarios_the_likeliest_are_run(monkeypatch):
    monkeypatch.setattr(proposals, "MOST_RUNS", 1)
    told = []
    found = asked([CUT, SHUT], progress=told.append)
    assert len(told) == 1
    assert "1 of 1" in told[0]
    assert any("1 likeliest of 2 scenarios" in note for note, _ in found.notes)


def test_what_is_held_ready_already_counts():
    found = asked(CUT)
    repaired = found["reserve:steel:B>A:8w"].apply(SYSTEM)
    scenario = scenarios_of(SYSTEM, CUT, model=MODEL).held
    before = exposures(SYSTEM, scenario, ("A",), days=120.0)[0]
    after = exposures(repaired, scenario, ("A",), days=120.0)[0]
    assert after.lost_at_home < before.lost_at_home


@dataclass
class Space:
    """What stands in for opportunities: a place, and a table of products."""

    place: str = "A"

    def table(self):
        """Return one product."""
        return pd.DataFrame({"product": ["steel"], "density": [0.3125], "pci": [-0.5]})


def test_a_product_space_tells_how_near_a_missing_link_is():
    told = asked(CUT, opportunities=Space())["supplement:steel:B>A:10%"]
    assert "its density for A is 0.312 and its complexity -0.5" in told.reason_en
    assert "密度为 0.312" in told.reason_zh
    other = asked(CUT, opportunities=Space("B"))["supplement:steel:B>A:10%"]
    assert "is not known" in other.reason_en


def test_what_is_not_known_is_refused():
    with pytest.raises(UnknownCodeError, match="Z"):
        asked(CUT, home="Z")
    with pytest.raises(TableError, match="Did you mean"):
        asked(Shock.named("embargo", "B:stel", to="A", days=9))
