"""Rows of safety stock over two chains, worked by hand; the picture of one of them."""

from io import BytesIO

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan.safety_stocks.stock_picture import network_figure
from stage_twins import NONE, SEVEN, arcs_of, diamond, stages_of

ROOT = 2.0**0.5


def two_chains(**more):
    """Return chain 'b' (a part made in 4 days for a good made in 0) and chain 'a' (a good alone).

    z is 2. 'b': part 4 money, good 6 more; 10 a day with deviation 3, at once. Where all hold, and
    at best, the part covers 4 days: 2 x 3 x 2 = 12 of it. 'a': 5 money, 2.5 days, deviation 4.
    """
    rows = stages_of(
        [("part", 4, 4, *NONE), ("good", 6, 0, 10, 3, 0, SEVEN), ("own", 5, 2.5, 8, 4, 1, SEVEN)]
    )
    rows = rows.assign(chain=["b", "b", "a"])
    arcs = arcs_of("part>good").assign(chain="b")
    return plan.safety_stock(plan.read_stages(rows, arcs), **more)


@pytest.fixture(scope="module")
def found():
    return two_chains(holding_rate=0.25)


def chains(found):
    return found.tables()["safety_stock_chains"].set_index("chain")


def test_what_each_chain_costs_is_the_sum_of_its_stages(found):
    rows = found.table()
    costs = rows.groupby("chain")["holding_cost"].sum()
    # b: 12 parts at 4 money at 25 % a year; a: 2 x 4 x root of 2 (3 days less 1 promised) at 5
    assert costs["b"] == pytest.approx(0.25 * 4 * 12)
    assert costs["a"] == pytest.approx(0.25 * 5 * 8 * ROOT)
    assert chains(found)["holding_cost"].to_dict() == pytest.approx(costs.to_dict())
    assert rows.groupby("chain")["cost_share"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert found.cost == pytest.approx(costs.sum())


def test_chains_stand_in_the_order_of_the_table_and_by_cost_in_their_own_answer(found):
    assert chains(found).index.tolist() == list(found.network.chains)
    costs = found.by_chain().table()["holding_cost"]
    assert costs.is_monotonic_decreasing
    assert found.by_chain().table()["chain"].tolist() == ["a", "b"]


def test_counts_of_stages_arcs_and_holders_are_those_of_each_chain(found):
    table = chains(found)
    assert table["stages"].to_dict() == {"b": 2, "a": 1}
    assert table["arcs"].to_dict() == {"b": 1, "a": 0}
    assert table["stages_holding"].to_dict() == {"b": 1, "a": 1}
    assert table["rounded_stages"].to_dict() == {"b": 0, "a": 1}
    assert table["rounding_days"].to_dict() == {"b": 0.0, "a": 0.5}


def test_stock_on_the_way_costs_its_demand_over_the_stage_times(found):
    # b: 10 a day x 4 days of 4 money; a: 8 a day x 3 days of 5 money
    assert chains(found)["pipeline_cost"].to_dict() == pytest.approx({"b": 40.0, "a": 30.0})


def test_where_all_hold_nothing_is_promised_to_anyone(found):
    table = chains(found)
    # the good covers no day of its own, so that holding everywhere is the best plan of b;
    # in a the customer's day is given away: root of 3 in place of root of 2
    assert table["all_hold_cost"].to_dict() == pytest.approx(
        {"b": 12.0, "a": 0.25 * 5 * 8 * 3**0.5}
    )
    assert table.loc["b", "saving"] == pytest.approx(0.0, abs=1e-9)
    assert table.loc["a", "saving_share"] == pytest.approx(1.0 - (2 / 3) ** 0.5)


def test_at_the_mean_times_the_plan_costs_what_it_needs_there(found):
    # 2.5 days less 1 promised
    costs = chains(found)["cost_at_mean_times"].to_dict()
    assert costs == pytest.approx({"b": 12.0, "a": 0.25 * 5 * 8 * 1.5**0.5})


def test_a_reading_counts_who_holds_and_marks_an_assumed_rate(found):
    reading = chains(found).loc["b", "reading_en"]
    assert reading.startswith("1 of 2 stages holds stock; no plan is cheaper by more than 0.00%.")
    assert "assumption" not in reading
    assumed = chains(two_chains()).loc["b"]
    assert "2 个环节中 1 个持有库存" in assumed["reading_zh"]
    assert "持有费率为假设" in assumed["reading_zh"]
    assert assumed["holding_rate"] == 0.2
    assert (assumed["cost_at_low_rate"], assumed["cost_at_high_rate"]) == pytest.approx(
        (0.2 * 48.0, 0.4 * 48.0)
    )


def test_each_stage_says_why_it_holds_or_does_not(found):
    rows = found.table().set_index("stage")
    part, good, own = (rows.loc[name, "reason_en"] for name in ("part", "good", "own"))
    assert part == "It promises 0 days; its inputs take 0. Stock covers 4."
    assert good.startswith("It makes to order")
    assert own == "It promises 1 day; its inputs take 0. Stock covers 2."
    assert rows.loc["own", "reason_zh"] == "承诺 1 天，投入需 0 天，库存覆盖 2 天。"


def test_a_stage_whose_demand_never_varies_needs_no_stock_and_says_so():
    rows = stages_of([("part", 4, 4, *NONE), ("good", 6, 1, 10, 0, 0, SEVEN)])
    calm = plan.safety_stock(plan.read_stages(rows, arcs_of("part>good")))
    table = calm.table()
    assert not table["holds"].any()
    assert calm.cost == calm.proven_gap == 0.0
    covered = table[table["net_replenishment_days"] > 0.0]
    assert (covered["reason_en"] == "Nothing varies or costs here: it needs no safety stock.").all()
    assert len(covered) > 0
    assert table["cost_share"].tolist() == [0.0, 0.0]
    row = calm.by_chain().table().iloc[0]
    assert (row["saving_share"], row["gap"]) == (0.0, 0.0)


def circles(figure):
    """Return the areas of circles of stock in a picture."""
    return figure.axes[0].collections[-1].get_sizes()


def test_circles_are_as_large_as_costs_and_only_where_stock_is_held():
    stock = plan.safety_stock(diamond(), pooling="exact")
    cost = np.array([0.0, 30.0, 0.0, 90.0])
    figure = network_figure(stock.network, cost, "a title")
    areas = circles(figure)
    assert len(areas) == 2
    assert (areas[0] - 6.0) / (areas[1] - 6.0) == pytest.approx(1 / 3)
    named = [text.get_text() for text in figure.axes[0].texts]
    stages = stock.network.frame["stage"].tolist()
    assert named == [stages[3], stages[1]]  # the costliest first
    assert len(figure.axes[0].collections[0].get_segments()) == 4  # an arc each


def test_suppliers_stand_left_of_customers_and_stages_of_a_column_apart():
    network = diamond()
    figure = network_figure(network, np.ones(4), "t")
    places = np.asarray(figure.axes[0].collections[-1].get_offsets())
    assert (places[network.supplier, 0] < places[network.customer, 0]).all()
    assert len({tuple(place) for place in places.tolist()}) == 4


def test_a_dollar_in_a_name_is_a_dollar_and_no_formula():
    rows = stages_of([("$x$", 4, 4, *NONE), ("good", 6, 1, 10, 3, 0, SEVEN)])
    network = plan.read_stages(rows, arcs_of("$x$>good"))
    figure = network_figure(network, np.array([3.0, 0.0]), "for $5")
    assert [text.get_text() for text in figure.axes[0].texts] == [r"\$x\$"]
    figure.savefig(BytesIO(), format="svg")


def test_where_nobody_holds_the_picture_has_the_network_alone():
    figure = network_figure(diamond(), np.zeros(4), "t")
    assert len(circles(figure)) == 0
    assert len(figure.axes[0].texts) == 0


def test_one_chain_is_drawn_as_a_network_and_several_as_bars(found):
    alone = two_chains(holding_rate=0.25).network.only(["b"])
    figure = plan.safety_stock(alone, holding_rate=0.25).plot()
    assert figure.get_suptitle() == "1 of 2 stages holds stock: 12 a year"
    assert "circle" in figure.get_supxlabel()
    bars = found.plot()
    assert bars.get_supxlabel() != figure.get_supxlabel()
