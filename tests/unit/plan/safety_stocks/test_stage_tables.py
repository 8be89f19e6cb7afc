"""Tables of stages: what is read, what is refused, and all of it at once."""

import numpy as np
import pytest

from chainwright import plan
from chainwright.errors import MissingFileError, ParameterError, TableError, UnknownCodeError
from chainwright.plan.safety_stocks.random_times import stock_by_distribution, stock_by_variance
from chainwright.plan.safety_stocks.stage_demand import cumulated_cost, stage_demand
from chainwright.plan.safety_stocks.stage_times import stage_times
from chainwright.tables import example
from stage_twins import NONE, arcs_of, diamond, serial, stages_of, tree

SOLD = (10, 2, 0, 0.95)


def breaches(stages, arcs):
    with pytest.raises(TableError) as caught:
        plan.read_stages(stages, arcs)
    return [f"{b.where}: {b.found}" for b in caught.value.breaches]


def test_the_examples_of_the_schemas_are_read_from_files(tmp_path):
    for name in ("stages", "stage_arcs"):
        (tmp_path / f"{name}.csv").write_text(example(name), encoding="utf-8")
    found = plan.read_stages(tmp_path / "stages.csv", tmp_path / "stage_arcs.csv", currency="CNY")
    assert (len(found), len(found.supplier), found.chains) == (4, 4, ("",))
    assert str(found.money) == "CNY"
    assert found.origin.file == "stages.csv"
    assert len(found.origin.sha256) == 64
    with pytest.raises(MissingFileError):
        plan.read_stages(tmp_path / "no.csv", tmp_path / "stage_arcs.csv")


def test_suppliers_stand_before_customers_whatever_the_order_of_the_rows():
    rows = stages_of([("C", 1, 1, *SOLD), ("B", 1, 1, *NONE), ("A", 1, 1, *NONE)])
    found = plan.read_stages(rows, arcs_of("A>B", "B>C"))
    assert found.frame["stage"].tolist() == ["A", "B", "C"]
    assert (found.supplier < found.customer).all()


def test_every_breach_is_told_at_once():
    rows = stages_of(
        [
            ("A", -1, 2, *NONE),
            ("B", 1, -3, *NONE),
            ("C", 1, 1, 10, 2, 0, 0.4),
            ("D", 1, 1, None, 2, 0, 1.0),
            ("E", 1, 1, *NONE),
        ]
    )
    told = breaches(rows, arcs_of("A>B", "B>C", "B>D", "F>C"))
    assert any("stage_cost" in line and "-1" in line for line in told)
    assert any("stage_time_days" in line and "-3" in line for line in told)
    assert sum("service_level" in line for line in told) == 3  # below, at one, missing
    assert any("'demand_per_day'): nothing" in f"{line})".replace("':", "'):") for line in told)
    assert sum("row 6" in line for line in told) == 4  # E is sold to nobody
    assert any("'F'" in line for line in told)


def test_a_ring_is_told_with_its_stages():
    rows = stages_of([(name, 1, 1, *NONE) for name in "ABC"] + [("D", 1, 1, *SOLD)])
    told = breaches(rows, arcs_of("A>B", "B>C", "C>A", "C>D"))
    assert told == ["memory, the arcs: the ring A -> B -> C -> A"] or (
        len(told) == 1 and "A -> B -> C -> A" in told[0]
    )
    assert "D -> D" in breaches(rows, arcs_of("A>B", "B>C", "C>D", "D>D"))[-1]


def test_demand_within_the_chain_is_allowed_and_needs_no_limit():
    rows = stages_of([("A", 1, 4, 5, 3, None, 0.95), ("B", 1, 1, 10, 4, 0, 0.95)])
    found = plan.safety_stock(plan.read_stages(rows, arcs_of("A>B")))
    assert found.demand.sd.tolist() == [5.0, 4.0]
    assert found.demand.mean.tolist() == [15.0, 10.0]
    part = stages_of([("A", 1, 4, 5, None, None, 0.95), ("B", 1, 1, 10, 4, 0, 0.95)])
    assert "demand_sd" in breaches(part, arcs_of("A>B"))[0]


def test_possible_times_must_be_whole_distributions():
    rows = serial((1, 1, 1)).frame
    bad = rows.assign(time_1_share=[0.5, np.nan, np.nan], time_1_days=[3.0, np.nan, 7.0])
    told = breaches(bad, arcs_of("P>M", "M>R"))
    assert any("shares of 0.5" in line for line in told)
    assert any("a time or a share alone" in line for line in told)


def test_columns_of_the_published_chains_are_recognised():
    names = {"stage": "stageName", "stage_cost": "stageCost", "stage_time_days": "stageTime"}
    names |= {"demand_per_day": "avgDemand", "demand_sd": "stDevDemand"}
    names |= {"max_service_days": "maxServiceTime", "service_level": "serviceLevel"}
    rows = stages_of([("A", 1, 2, *NONE), ("B", 3, 1, *SOLD)]).rename(columns=names)
    arcs = arcs_of("A>B").rename(columns={"supplier": "from", "customer": "to"})
    found = plan.read_stages(rows.assign(chain=7), arcs.assign(chain=7))
    assert found.chains == ("7",)
    assert found.numbers("stage_cost").tolist() == [1.0, 3.0]
    assert len(found.only(["7"])) == 2
    with pytest.raises(UnknownCodeError, match="8"):
        found.only(["8"])


def test_quantities_weigh_demand_cost_and_spread():
    rows = stages_of([("A", 2, 1, *NONE), ("B", 5, 1, 10, 4, 0, 0.95)])
    found = plan.read_stages(rows, arcs_of("A>B").assign(quantity=3.0))
    demand = stage_demand(found)
    assert demand.mean.tolist() == [30.0, 10.0]
    assert demand.sd.tolist() == [12.0, 4.0]
    assert cumulated_cost(found).tolist() == [2.0, 11.0]


def test_products_keep_their_own_safety_factors():
    found = tree()
    low = found.frame.assign(service_level=[None, None, 0.5, 0.9772498680518208])
    mixed = plan.read_stages(low, arcs_of("P>A", "Q>A", "P>B"))
    demand = stage_demand(mixed)
    place = mixed.frame["stage"].tolist().index("P")
    assert demand.sd[place] == pytest.approx(5.0)
    assert demand.covered[place] == pytest.approx(8.0)  # only B's four, twice
    with pytest.raises(ParameterError, match="recursive or exact"):
        stage_demand(mixed, "sum")


def timed():
    rows = serial((1, 1, 1)).frame
    rows = rows.assign(stage_time_days=[4.2, 2.0, 1.5], stage_time_sd=[np.nan, 1.0, np.nan])
    shares = {"time_1_share": [0.5, None, None], "time_2_share": [0.5, None, None]}
    days = {"time_1_days": [2.0, None, None], "time_2_days": [6.4, None, None]}
    return plan.read_stages(rows.assign(**shares, **days), arcs_of("P>M", "M>R"))


@pytest.mark.parametrize(
    ("rule", "planned", "basis"),
    [
        ("mean", [4.2, 2.0, 1.5], ["mean", "mean", "mean"]),
        ("up", [5.0, 2.0, 2.0], ["rounded_up", "mean", "rounded_up"]),
        ("max", [6.4, 3.6449, 1.5], ["largest", "normal_quantile", "mean"]),
        ("quantile", [6.4, 3.6449, 1.5], ["quantile", "normal_quantile", "mean"]),
    ],
)
def test_stage_times_follow_the_rule(rule, planned, basis):
    found = stage_times(timed(), rule)
    np.testing.assert_allclose(found.planned, planned, atol=1e-4)
    assert found.basis.tolist() == basis
    assert found.sd.tolist() == pytest.approx([2.2, 1.0, 0.0], abs=2e-3)
    with pytest.raises(ParameterError, match="up, mean, max or quantile"):
        stage_times(timed(), "least")
    with pytest.raises(ParameterError, match="to below 1"):
        stage_times(timed(), rule, 1.0)


def test_a_lower_quantile_of_a_distribution_is_its_lower_time():
    assert stage_times(timed(), "quantile", 0.5).planned[0] == 2.0


def test_random_times_are_priced_by_both_forms():
    network = timed()
    demand, times = stage_demand(network), stage_times(network)
    waited, quoted = np.zeros(3), np.array([3.0, 0.0, 0.0])
    variance = stock_by_variance(demand, times, waited, quoted)
    z, sigma, mu = 2.0, 10.0, 20.0
    first = z * np.sqrt(sigma**2 * 1.2 + mu**2 * times.sd[0] ** 2)
    assert variance[0] == pytest.approx(first)
    assert variance[1] == pytest.approx(z * np.sqrt(sigma**2 * 2.0 + mu**2))
    assert variance[2] == pytest.approx(z * sigma * np.sqrt(1.5))
    listed = stock_by_distribution(network, demand, times, waited, quoted)
    mean, spread, early = 1.7, 1.7**2, 0.5  # nought or 3.4 days late, one day early or none
    expected = z * np.sqrt(sigma**2 * mean + mu**2 * spread) + mu * early
    assert listed[0] == pytest.approx(expected)
    assert listed[1:].tolist() == variance[1:].tolist()


def test_the_rate_scales_costs_and_is_marked_where_it_is_assumed():
    given = plan.safety_stock(diamond(), holding_rate=0.4)
    assumed = plan.safety_stock(diamond())
    assert given.quoted.tolist() == assumed.quoted.tolist()
    assert given.cost == pytest.approx(2.0 * assumed.cost)
    rows = [found.tables()["safety_stock_chains"].iloc[0] for found in (given, assumed)]
    assert [bool(row["holding_rate_assumed"]) for row in rows] == [False, True]
    assert rows[0]["cost_at_low_rate"] == rows[0]["cost_at_high_rate"] == rows[0]["holding_cost"]
    assert rows[1]["cost_at_high_rate"] == pytest.approx(2.0 * rows[1]["cost_at_low_rate"])
    assert "assumption" in rows[1]["reading_en"]
    assert "assumption" not in rows[0]["reading_en"]
    assert "not a fill rate" in rows[0]["reading_en"]
    for bad in ({"holding_rate": 0.0}, {"gap": 1.0}, {"time_limit_seconds": 0.0}):
        with pytest.raises(ParameterError, match=next(iter(bad))):
            plan.safety_stock(diamond(), **bad)


def test_rounding_up_is_told_beside_the_cost():
    found = plan.safety_stock(timed())
    row = found.by_chain().table().iloc[0]
    assert (row["rounded_stages"], row["random_stages"]) == (2, 2)
    assert row["rounding_days"] == pytest.approx(0.8)
    assert row["cost_at_mean_times"] < row["holding_cost"]
    assert row["cost_by_variance"] > row["cost_at_mean_times"]
    exact = plan.safety_stock(timed(), stage_times="mean")
    assert exact.cost <= row["cost_at_mean_times"] * (1 + 1e-9)


def test_no_time_is_zero_and_one_day_is_one_day():
    rows = stages_of([("A", 5, 3, *NONE), ("B", 1, 0, 10, 2, 1, 0.95)])
    found = plan.safety_stock(plan.read_stages(rows, arcs_of("A>B")), holding_rate=0.2)
    frame = found.table().set_index("stage")
    assert not np.signbit(frame["stage_time_days"].to_numpy()).any()
    assert frame.loc["A", "service_time_out_days"] == 1.0
    assert frame.loc["A", "reason_en"] == ("It promises 1 day; its inputs take 0. Stock covers 2.")
