"""Exposure: the hand-worked case, its ranks, reasons and places."""

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from chainwright import System, diagnose
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.exposure_facts import quadrants
from chainwright.diagnose.maker.exposure_order import exposure_order, places_of
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.tables import schema
from random_makers import drawn
from toy_makers import maker, two_products


@pytest.fixture(scope="module")
def toy():
    return diagnose.exposure(two_products(), outages=(2, 4, 6))


def rows(found):
    return found.table().set_index("scenario")


def test_times_and_losses_are_those_worked_by_hand(toy):
    table = rows(toy)
    assert table["time_to_survive_weeks"].to_dict() == pytest.approx(
        {"A1": 3.0, "A2": 4.5, "B": 2.5, "P1": 0.5, "P2": 0.75}
    )
    assert table["time_to_recover_weeks"].to_dict() == {
        "A1": 6, "A2": 12, "B": 4, "P1": 12, "P2": 12,
    }  # fmt: skip
    assert table["gap_weeks"].to_dict() == pytest.approx(
        {"A1": 3.0, "A2": 7.5, "B": 1.5, "P1": 11.5, "P2": 11.25}
    )
    losses = toy.tables()["maker_exposure_losses"].pivot_table(
        index="scenario", columns="weeks", values="loss"
    )
    assert losses.loc["A1"].tolist() == pytest.approx([0, 60, 180])
    assert losses.loc["A2"].tolist() == pytest.approx([0, 0, 60])
    assert losses.loc["B"].tolist() == pytest.approx([0, 300, 700])
    assert losses.loc["P1"].tolist() == pytest.approx([300, 700, 1100])
    assert losses.loc["P2"].tolist() == pytest.approx([100, 260, 420])


def test_the_rank_is_by_loss_at_recovery(toy):
    # P1 12 weeks: 5 (480 - 20); P2: 2 (480 - 30); A2: 80 * 12 - 50 - 40 - 720 = 150 of F2 at 2;
    # B 4 weeks: 300; A1 6 weeks: 180.
    table = toy.table()
    assert rows(toy)["loss_at_recovery"].to_dict() == pytest.approx(
        {"P1": 2300.0, "P2": 900.0, "A2": 300.0, "B": 300.0, "A1": 180.0}
    )
    assert table["rank"].tolist() == [1, 2, 3, 4, 5]
    assert table["scenario"].tolist() == ["P1", "P2", "A2", "B", "A1"]  # A2 has the longer gap


def test_revenue_at_risk_is_units_times_price(toy):
    table = rows(toy)
    assert table.loc["B", "lost_revenue_at_recovery"] == pytest.approx(60 * 12)
    assert table.loc["A1", "lost_revenue_at_recovery"] == pytest.approx(90 * 6)


def test_units_lost_by_product_add_up_to_the_loss(toy):
    lost = toy.tables()["maker_exposure_products"]
    assert lost.set_index(["scenario", "product"])["lost_units"].to_dict() == pytest.approx(
        {("P1", "F1"): 460, ("P2", "F2"): 450, ("A2", "F2"): 150, ("B", "F1"): 60, ("A1", "F2"): 90}
    )
    assert lost.set_index("scenario").loc["B", "lost_share"] == pytest.approx(60 / 160)


def test_facts_say_what_only_an_outage_makes_and_where_it_is(toy):
    table = rows(toy)
    assert table["sole_items"].to_dict() == {"P1": 1, "P2": 1, "A2": 0, "B": 1, "A1": 0}
    assert table.loc["B", "sole_named"] == "b"
    assert table.loc["B", ["supplier", "place", "region"]].tolist() == ["SB", "JPN", "Aichi"]
    assert table.loc["P1", "supplier"] == ""
    assert table.loc["B", "finding"] == "exposed"


def test_spend_is_what_is_paid_there_and_its_share(toy):
    table = rows(toy)
    # a costs 1, 40 a week from each; b costs 2, 40 a week.
    assert table["spend_per_week"].to_dict() == pytest.approx(
        {"A1": 40, "A2": 40, "B": 80, "P1": 0, "P2": 0}
    )
    assert table.loc["B", "spend_share"] == pytest.approx(0.5)


def test_the_reason_is_built_from_the_facts(toy):
    table = rows(toy)
    assert table.loc["B", "reason_en"] == (
        "Only source of b. Stock lasts 2.5 weeks, recovery takes 4 weeks. "
        "Sales lost until then: F1 38%."
    )
    assert table.loc["B", "reason_zh"] == (
        "b 的唯一来源。库存可维持 2.5 周，恢复需 4 周。期间损失的销量：F1 38%。"
    )
    assert "Its item has other sources." in table.loc["A2", "reason_en"]
    assert "recovery takes 12 weeks (assumed)" in table.loc["A2", "reason_en"]
    assert "恢复需 12 周（假定）" in table.loc["A2", "reason_zh"]
    assert bool(table.loc["A2", "recovery_assumed"])
    assert not bool(table.loc["B", "recovery_assumed"])


def test_the_recovery_score_is_weeks_over_52_times_ten(toy):
    assert rows(toy).loc["A1", "recovery_score"] == pytest.approx(6 / 52 * 10)
    long = diagnose.exposure(two_products(), assumptions=MakerAssumptions(recovery_weeks=300.0))
    assert rows(long).loc["P1", "recovery_score"] == 10.0


def test_what_is_survived_for_ever_loses_nothing_and_says_so():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("X", "S"), ("Y", "S")],
        sourcing=["item site share capacity_per_week", ("a", "X", 0.5, 10), ("a", "Y", 0.5, 10)],
    )
    table = rows(diagnose.exposure(system))
    assert table["finding"].tolist() == ["never felt", "never felt"]
    assert table["loss_at_recovery"].tolist() == [0.0, 0.0]
    assert table["time_to_survive_weeks"].isna().all()
    assert table.loc["X", "reason_en"] == (
        "Its item has other sources. What is left makes all that is needed."
    )


def test_a_plan_that_falls_short_by_itself_is_not_blamed_on_the_outage():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "b", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier recovery_weeks", ("X", "S", 4), ("Y", "S", 4), ("Z", "S", 4)],
        sourcing=[
            "item site share capacity_per_week",
            ("a", "X", 1, 6), ("b", "Y", 0.5, 10), ("b", "Z", 0.5, 10),
        ],
    )  # fmt: skip
    table = rows(diagnose.exposure(system))
    assert table.loc["Y", "finding"] == "plan short"
    assert table.loc["Y", "loss_at_recovery"] == pytest.approx(0.0)
    assert table.loc["Y", "base_loss_at_recovery"] == pytest.approx(16.0)
    assert table.loc["X", "loss_at_recovery"] == pytest.approx(24.0)
    assert "plan itself falls short" in table.loc["Y", "reason_en"]


def test_an_item_without_price_has_no_spend_and_no_quadrant():
    table = rows(diagnose.exposure(two_products_without_costs()))
    assert table.loc["B", "spend_per_week"] != table.loc["B", "spend_per_week"]
    assert table.loc["B", "quadrant"] == ""


def two_products_without_costs():
    tables = {k: v.copy() for k, v in two_products().maker.tables.items()}
    tables["parts"]["unit_cost"] = np.nan
    made = type(two_products().maker).of_tables("toy", currency="CNY", **tables)
    return System(maker=made)


@pytest.mark.parametrize("by", ["site", "node", "supplier", "region", "place", "item"])
def test_every_grouping_is_ranked(by):
    found = diagnose.exposure(two_products(), by=by)
    table = found.table()
    assert table["loss_at_recovery"].is_monotonic_decreasing
    assert (table["by"] == by).all()
    assert list(table.columns) == [c.column for c in schema("maker_exposure")]
    assert table["reason_zh"].str.contains("。").all()


def test_a_country_counts_as_place_and_region_where_it_is_known():
    table = rows(diagnose.exposure(two_products(), by="place"))
    assert table.loc["JPN", ["place", "region"]].tolist() == ["JPN", "Aichi"]
    assert table.loc["CHN", ["place", "region"]].tolist() == ["CHN", ""]
    assert diagnose.exposure(two_products(), by="place").names("scenario", "zh")["JPN"] == "日本"


def test_top_cuts_the_tables_and_not_the_ranks():
    found = diagnose.exposure(two_products(), top=2)
    assert found.table()["rank"].tolist() == [1, 2]
    assert set(found.tables()["maker_exposure_losses"]["scenario"]) == {"P1", "P2"}
    assert set(found.tables()["maker_exposure_products"]["scenario"]) == {"P1", "P2"}
    with pytest.raises(ParameterError, match="top"):
        diagnose.exposure(two_products(), top=0)


def test_of_names_the_outages_and_an_unknown_one_is_refused():
    found = diagnose.exposure(two_products(), of=["B", "A1"])
    assert found.table()["scenario"].tolist() == ["B", "A1"]
    with pytest.raises(UnknownCodeError, match="A1"):
        diagnose.exposure(two_products(), of=["A9"])


def test_a_system_without_a_maker_is_refused():
    with pytest.raises(MissingPartError, match="maker"):
        diagnose.exposure(System.demo("country"))


def test_the_weight_changes_the_unit_and_the_rank():
    units = diagnose.exposure(two_products(), weight="output")
    assert units.units["loss_at_recovery"] == "units"
    assert rows(units).loc["P2", "loss_at_recovery"] == pytest.approx(450.0)
    assert diagnose.exposure(two_products()).units["loss_at_recovery"] == "CNY"


def test_stock_that_is_lost_with_its_site_costs_no_less():
    kept, gone = (rows(diagnose.exposure(two_products(), stock_at_node=s)) for s in WORDS)
    gone = gone.loc[kept.index]
    assert (gone["loss_at_recovery"] >= kept["loss_at_recovery"] - 1e-9).all()
    assert gone.loc["B", "time_to_survive_weeks"] == pytest.approx(0.5)  # F1 in stock: 20


WORDS = ("usable", "lost")


def test_repr_html_and_charts_show_the_worst(toy):
    assert "5 exposed" in repr(toy)
    assert "P1" in repr(toy)
    html = toy._repr_html_()
    assert html.count("<tr") == 6
    assert "唯一来源" in html
    for figure in (toy.plot(), toy.plot_gap()):
        assert isinstance(figure, Figure)
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert labels[0] == "P1"
        assert len(labels) == 5


def test_names_that_a_font_may_lack_are_left_out_of_charts():
    found = diagnose.exposure(System.demo("maker"), of=["S-879A", "S-805A"])
    labels = [label.get_text() for label in found.plot().axes[0].get_yticklabels()]
    assert labels[1] == "S-879A"
    assert labels[0] == "Made-up Winter Stoat Wafer Austin (S-805A)"


def relabelled(system, seed):
    """Return a system with other codes and rows in another order, and the new codes of sites."""
    rng = np.random.default_rng(seed)
    tables = {name: frame.copy() for name, frame in system.maker.tables.items()}
    sites = list(tables["sites"]["site"])
    codes = dict(zip(sites, [f"Z{k:04d}" for k in rng.permutation(len(sites))], strict=True))
    for name in ("sites", "sourcing", "stocks", "alternates"):
        column = tables[name]["site"]
        tables[name]["site"] = column.map(lambda code: codes.get(code, code))
    for name, frame in tables.items():
        if name != "products":  # ties between products go by their order
            tables[name] = frame.sample(frac=1.0, random_state=seed).reset_index(drop=True)
    made = type(system.maker).of_tables("again", currency="CNY", **tables)
    return System(maker=made), codes


@pytest.mark.parametrize("seed", range(8))
def test_the_ranking_does_not_hang_on_labels_or_on_the_order_of_rows(seed):
    system = drawn(seed)
    other, codes = relabelled(system, seed)
    first, second = diagnose.exposure(system).table(), diagnose.exposure(other).table()
    np.testing.assert_allclose(
        first["loss_at_recovery"], second["loss_at_recovery"], rtol=1e-6, atol=1e-6
    )
    held = second.set_index("scenario").loc[[codes[s] for s in first["scenario"]]]
    np.testing.assert_allclose(
        held["loss_at_recovery"], first["loss_at_recovery"], rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(held["gap_weeks"], first["gap_weeks"], rtol=1e-6, atol=1e-6)
    assert held["sole_items"].tolist() == first["sole_items"].tolist()


def test_the_order_is_loss_then_gap_then_code_and_rounding_is_no_difference():
    loss = np.array([5.0, 5.0 + 1e-12, 0.0, 7.0])
    gap = np.array([1.0, 1.0, -np.inf, 0.5])
    assert exposure_order(loss, gap, ["b", "a", "c", "d"]).tolist() == [3, 1, 0, 2]
    assert places_of(np.array([3, 1, 0, 2])).tolist() == [3, 2, 4, 1]


@pytest.mark.parametrize("codes", list(itertools.permutations("abc")))
def test_among_equals_the_code_decides(codes):
    order = exposure_order(np.full(3, 2.0), np.full(3, 1.0), codes)
    assert [codes[k] for k in order] == ["a", "b", "c"]


def test_quadrants_cut_at_the_medians_of_those_that_lose_and_those_that_are_paid():
    loss = np.array([10.0, 1.0, 10.0, 1.0, 0.0])
    spend = np.array([1.0, 1.0, 9.0, 9.0, 0.0])
    assert quadrants(loss, spend).tolist() == [
        "high impact, low spend",
        "low impact, low spend",
        "high impact, high spend",
        "low impact, high spend",
        "low impact, low spend",
    ]
    assert quadrants(np.zeros(2), np.array([np.nan, 1.0])).tolist() == [
        "",
        "low impact, high spend",
    ]


def test_sole_items_are_what_the_sourcing_says_on_the_demo():
    system = System.demo("maker")
    table = rows(diagnose.exposure(system, of=["S-805A", "S-794A", "S-570B"]))
    sourcing = system.maker.tables["sourcing"]
    for site, row in table.iterrows():
        there = set(sourcing.loc[sourcing["site"] == site, "item"])
        counts = sourcing[sourcing["item"].isin(there)].groupby("item").size()
        sole = set(counts.index[counts == 1])
        assert row["sole_items"] == len(sole)
        assert set(row["sole_named"].split("; ")) <= sole
        assert row["items"] == len(there)


def test_the_demo_reads_as_a_lead_would_expect():
    found = diagnose.exposure(System.demo("maker"))
    table = found.table()
    share = (table["finding"] == "exposed").mean()
    assert 0.3 < share < 0.7  # not everything, not nothing
    assert (table["loss_at_recovery"] == 0.0).mean() > 0.3
    assert table["loss_share"].max() <= 1.0
    first = table.head(10)
    assert (first["spend_share"] < 0.01).all()  # what hurts most is hardly seen in purchases
    assert (first["sole_items"] > 0).all()
    assert pd.Series(first["reason_en"]).str.startswith("Only source of").all()
