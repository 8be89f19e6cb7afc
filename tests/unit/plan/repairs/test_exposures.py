from math import isnan

import numpy as np
import pytest

from chainwright import System
from chainwright.errors import UnknownCodeError
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.exposures import Exposure, exposures
from chainwright.plan.repairs.proposal_reasons import feasibility, reasons_of
from chainwright.plan.repairs.scenarios import Scenario
from chainwright.stress import Blow, InventoryModel, Shock
from small_tables import DEPENDENT, NATION, system_of

SYSTEM = system_of(DEPENDENT)
MODEL = InventoryModel(replaceable=0.0, stock_days=20.0, restoration_days=10.0)
EMBARGO = Shock.named("embargo", "B:steel", to="A", days=100)

SEEN = Exposure(
    scenario="Embargo", probability=1.0, kind="cut", product="steel", origins=("B",), users=("A",),
    loss=1234.5, value=98.76, days=100.0, share=1.0, nodes=2, first_day=7.0, most_hit="A:steel",
    lost_at_home=2000.0,
)  # fmt: skip


def seen(*shocks, home=("A",), days=120.0, weight=1.0, system=SYSTEM):
    """Return what shocks touch, each of a weight."""
    held = [Scenario(s.name_en or f"{i}", s, MODEL, weight) for i, s in enumerate(shocks)]
    return exposures(system, held, home, days=days)


def told(of, size=0.5, value=50.0, **changed):
    """Return the reason of a measure of a kind, in English and Chinese."""
    given = {**vars(SEEN), **changed}
    maker = "A:steel" if of in {"supplement", "backup_capacity", "strengthen"} else ""
    flows = SYSTEM.flows
    return reasons_of(Exposure(**given), of, size, value, flows, maker=maker, money="USD")


def test_each_exposure_is_of_the_scenario_and_weight_that_it_was_run_with():
    for one in seen(EMBARGO, weight=0.25):
        assert one.scenario == EMBARGO.name_en
        assert one.probability == 0.25
        assert one.users == ("A",)
        assert one.lost_at_home * (1 + 1e-12) >= one.loss >= 0.0


def test_two_cuts_of_one_product_share_its_loss_by_value():
    # of A's steel 30 + 10 come from B; a second blow cuts A's own steel off from A's producers, 10
    own = Blow("supply_cut", nodes="A:steel", buyers="A", share=0.5, days=100)
    found = [e for e in seen(Shock((*EMBARGO.blows, own), name_en="Both")) if e.kind == "cut"]
    value = {one.origins: one.value for one in found}
    assert value["B",] == pytest.approx(40.0 * 100.0 / 365.0)
    assert value["A",] == pytest.approx(0.5 * 70.0 * 100.0 / 365.0)
    loss = {one.origins: one.loss for one in found}
    assert loss["B",] / loss["A",] == pytest.approx(value["B",] / value["A",])
    assert {one.share for one in found} == {0.5, 1.0}
    assert {one.days for one in found} == {50.0, 100.0}


def test_what_is_worst_by_weight_comes_first():
    long, short = Shock.named("embargo", "B:steel", to="A", days=110), EMBARGO
    found = [e for e in seen(short, long) if e.kind == "cut"]
    assert [e.scenario for e in found] == ["Embargo on deliveries of B:steel to A"] * 2
    assert found[0].loss >= found[1].loss
    assert found[0].days == 110.0


def test_a_cut_that_nobody_feels_is_kept_with_no_loss():
    found = seen(Shock.named("embargo", "B:steel", to="A", days=2), days=10.0)
    cut = next(e for e in found if e.kind == "cut")
    assert cut.loss == 0.0
    assert cut.nodes == 0
    assert isnan(cut.first_day)
    assert cut.most_hit == ""
    assert cut.value == pytest.approx(40.0 * 2.0 / 365.0)


def test_a_shock_elsewhere_that_starves_home_is_short_and_not_cut():
    mines = Shock((Blow("capacity", nodes="B:ore", share=0.95, days=110),), name_en="B down")
    found = seen(mines)
    assert {one.kind for one in found} == {"short"}
    first = found[0]
    assert first.product in {"ore", "steel"}
    assert first.origins == ("B",)
    assert first.loss > 0.0
    assert first.value == 0.0
    assert isnan(first.share)
    assert 0.0 < first.days < 120.0  # of the run, since the first ran short
    assert first.days == 120.0 - first.first_day


def test_nodes_that_are_hit_elsewhere_are_not_of_home():
    mines = Shock((Blow("capacity", regions="B", share=0.2, days=20),), name_en="B down")
    assert not [e for e in seen(mines) if e.kind == "hit"]
    everywhere = [e for e in seen(mines, home=()) if e.kind == "hit"]
    assert set(everywhere[0].users) == {"B:ore", "B:steel"}


def test_without_home_the_regions_that_lose_most_are_users():
    found = [e for e in seen(EMBARGO, home=()) if e.kind == "cut"]
    assert {e.users for e in found} == {("A",)}
    both = Shock((Blow("capacity", nodes="B:ore", share=0.95, days=110),), name_en="B down")
    assert {e.users for e in seen(both, home=()) if e.kind == "short"} == {("A",), ("B",)}


def test_runs_are_told_as_they_go():
    told_of = []
    held = [Scenario("one", EMBARGO, MODEL, 1.0), Scenario("two", EMBARGO, MODEL, 1.0)]
    exposures(SYSTEM, held, ("A",), days=20.0, progress=told_of.append)
    assert told_of == ["base run 1 of 2: one", "base run 2 of 2: two"]


def test_weeks_as_steps_count_the_same_value_cut_off():
    weekly = InventoryModel(replaceable=0.0, stock_days=28.0, step="week")
    embargo = Shock.named("embargo", "B:steel", to="A", days=70)
    found = exposures(SYSTEM, [Scenario("w", embargo, weekly, 1.0)], ("A",), days=140.0)
    assert found[0].value == pytest.approx(40.0 * 70.0 / 365.0)
    assert found[0].days == pytest.approx(70.0)


@pytest.mark.parametrize(
    ("kind", "english", "chinese"),
    [
        ("reserve", "Hold 0.5 weeks of these deliveries: 50 USD of goods.", "储备 0.5 周"),
        ("second_source", "Qualify others for 50 % of them: 50 USD a year.", "替代其中 50%"),
        ("supplement", "Let A:steel take over 50 % of them", "由 A:steel 承接其中 50%"),
        ("backup_capacity", "Keep 50 % of the output of A:steel as idle", "备用产能 50%"),
        ("strengthen", "Let A:steel be able to make 50 % more", "可增产 50%"),
        ("stabilise", "Keep 50 % of the blow off by contracts", "抵御冲击的 50%"),
    ],
)
def test_each_kind_says_what_to_do(kind, english, chinese):
    en, zh = told(kind)
    assert english in en
    assert chinese in zh
    assert en.startswith("Embargo: of steel from B to A, 98.8 USD is cut off (100 full days")
    assert "2 nodes ran short of it, the first on day 7, and lost 1,234 USD of value added" in en
    assert zh.startswith("Embargo：B 向 A 供应的steel被切断 98.8 USD")
    assert "2 个节点因此短缺，最早在第 7 天，损失增加值 1,234 USD，A:steel 最大" in zh


def test_one_of_a_thing_is_told_in_the_singular():
    en, _ = told("reserve", size=1.0, nodes=1, days=1.0)
    assert "Hold 1 week of" in en
    assert "1 node ran short of it" in en
    assert "1 full day in all" in en
    en, zh = told("stabilise", kind="hit", product="", origins=(), users=("A:ore",), nodes=1)
    assert "1 node at home is hit, up to 100 % of capacity" in en
    assert "本土 1 个节点受冲击，产能损失最高 100%" in zh


def test_an_input_that_runs_short_of_nobody_known_is_told_of_all_origins():
    en, zh = told("reserve", kind="short", origins=(), share=float("nan"))
    assert "steel runs short in A though nobody cut it; deliveries from all origins" in en
    assert "各来源 的交付下降最多" in zh


def test_many_places_are_told_by_the_first_and_their_number():
    users = tuple(f"R{i}" for i in range(9))
    en, zh = told("reserve", users=users)
    assert "to R0, R1, R2 and 6 more, " in en
    assert "R0、R1、R2等 9 处" in zh
    four = told("reserve", users=users[:4])[0]
    assert "to R0, R1, R2, R3, " in four


def test_products_with_names_are_told_by_them_in_both_languages():
    china = System.demo("country")
    code = china.flows.nodes.sectors.codes[18]
    seen_there = Exposure(**{**vars(SEEN), "product": code})
    en, zh = reasons_of(seen_there, "reserve", 2.0, 1e6, china.flows, money="CNY")
    assert f"of {code} (Electrical machinery and equipment) from" in en
    assert f"{code}（电气机械和器材）" in zh
    assert "1,000,000 CNY of goods" in en


def test_nobody_knows_how_near_a_product_is_without_a_product_space():
    assert "not known" in feasibility(None, "A:steel", "steel", "en")
    assert "未知" in feasibility(None, "A:steel", "steel", "zh")


def test_deliveries_are_chosen_by_regions_groups_and_nodes():
    table = Deliveries(SYSTEM.flows)
    codes = SYSTEM.flows.nodes.codes
    assert [codes[i] for i in table.sellers("steel")] == ["A:steel", "B:steel"]
    assert [codes[i] for i in table.sellers("steel", ["B"])] == ["B:steel"]
    assert [codes[i] for i in table.sellers("steel", ["B:steel", "A"])] == ["A:steel", "B:steel"]
    assert not len(table.sellers("steel", ["B:ore"]))
    nodes, final = table.buyers(["A:ore", "B"])
    assert {codes[i] for i in nodes} == {"A:ore", "B:ore", "B:steel"}
    assert [SYSTEM.flows.users.codes[i] for i in final] == ["B:household"]
    for wrong in (lambda: table.sellers("tin"), lambda: table.buyers(["Z"])):
        with pytest.raises(UnknownCodeError):
            wrong()


def test_deliveries_from_abroad_are_rows_behind_the_home_nodes():
    table = Deliveries(system_of(NATION).flows)
    assert table.sellers("p").tolist() == [0, 1]
    assert table.sellers("p", ["B"]).tolist() == [1]
    assert table.value("p", ["A"], ["B"]) == (20.0, 10.0)
    assert table.value("p", ["A"]) == (30.0, 80.0)
    assert table.added == pytest.approx([70.0])
    used, final = table.cells(np.array([1, 0]), *table.buyers(["A"]))
    assert used.tolist() == [[20.0], [10.0]]
    assert final.sum(axis=1).tolist() == [10.0, 70.0]


def test_sections_are_those_of_the_codes_that_are_known():
    china = Deliveries(System.demo("country").flows)
    assert china.section("01") == "A"
    assert china.section("19") == "C"
    assert Deliveries(SYSTEM.flows).section("steel") == ""
    assert china.section("no such product") == ""
