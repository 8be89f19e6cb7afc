"""What to do in an event: amounts that are there, alternates in time, restarts, cuts."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import ParameterError
from chainwright.plan import dispatch, event_area
from event_logs import START, event_log
from random_makers import drawn
from toy_makers import maker, two_products


def confirmed(system, weeks):
    log = event_log(*weeks)
    for site, n in weeks.items():
        log.confirm(site, weeks=n, by="Wang", at=START)
    return dispatch(system, log)


def with_alternates():
    """Return a part that is out for 10 weeks and runs out in week 2, and who else could make it."""
    return maker(
        products=["item demand_per_week margin", ("F", 10, 5), ("G", 10, 1)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "a", 1)],
        suppliers=["supplier", ("V",), ("W",), ("X",), ("Y",), ("Z",)],
        sites=["site supplier recovery_weeks", ("v", "V", 10), ("v2", "V", 10)],
        sourcing=["item supplier site", ("a", "V", "v")],
        stocks=["item site quantity", ("a", "", 40)],
        alternates=[
            "item supplier site qualify_weeks capacity_per_week",
            ("a", "W", "", 5, 20),
            ("a", "X", "", 0, 4),
            ("a", "Y", "", 12, 50),
            ("a", "Z", "", None, 50),
            ("a", "V", "v2", 1, 50),
            ("F", "W", "", 0, 50),
        ],
    )


def test_scarce_stock_goes_to_the_product_that_earns_most():
    found = confirmed(with_alternates(), {"v": 10.0})
    sent = found.allocated.groupby(["item", "source", "line"])["units"].sum()
    assert sent.to_dict() == pytest.approx({("a", "own store", "F@?"): 40.0})
    cuts = found.table().query("action == 'cut'").set_index("item")["units"]
    assert cuts.to_dict() == pytest.approx({"G": 100.0, "F": 60.0})


def test_alternates_come_qualified_first_with_what_they_can_bring():
    log = event_log("v", "v2")
    log.confirm("v", weeks=10.0, by="W", at=START)
    log.confirm("v2", weeks=10.0, by="W", at=START)
    found = dispatch(with_alternates(), log).alternates
    assert found["supplier"].tolist() == ["X", "W", "Y", "Z", "V"]
    assert found["verdict"].tolist() == ["in time", "late", "too late", "unknown", "hit"]
    assert found["runs_out_week"].tolist() == pytest.approx([2.0] * 5)
    assert found["needed"].tolist() == pytest.approx([160.0] * 5)
    assert found["call_by_week"].tolist()[:3] == pytest.approx([2.0, 0.0, 0.0])
    assert found["can_bring"].tolist()[:3] == pytest.approx([40.0, 100.0, 0.0])
    assert np.isnan(found["can_bring"].tolist()[3])
    steps = dispatch(with_alternates(), log).table().query("action == 'call'")
    assert steps["source"].tolist() == ["W", "Z", "X"]
    assert "Qualified already" in steps["reason_en"].tolist()[-1]


def test_steps_are_in_order_of_urgency_with_reasons_in_both_languages():
    rows = confirmed(with_alternates(), {"v": 10.0}).table()
    assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
    assert rows["by_week"].is_monotonic_increasing
    assert set(rows["action"]) == {"allocate", "call", "restart", "cut"}
    assert (rows["reason_en"] != "").all()
    assert (rows["reason_zh"] != "").all()


def test_a_site_that_more_value_waits_for_is_restarted_first():
    system = two_products()
    found = confirmed(system, {"P1": 4.0, "P2": 4.0})
    assert found.sites == ("P1", "P2")
    rows = found.restarts
    assert rows["products"].tolist() == ["F1", "F2"]
    assert rows["start_week"].tolist() == [0.0, 4.0]
    assert rows["done_week"].tolist() == [4.0, 8.0]
    assert rows["value_per_week"].tolist() == pytest.approx([200.0, 80.0])
    log = event_log("P1", "P2")
    for site in ("P1", "P2"):
        log.confirm(site, weeks=4.0, by="W", at=START)
    assert dispatch(system, log, crews=2).restarts["done_week"].tolist() == [4.0, 4.0]
    with pytest.raises(ParameterError, match="crews"):
        dispatch(system, log, crews=0)


def test_nothing_out_is_an_empty_list():
    found = dispatch(two_products(), event_log())
    assert found.table().empty
    assert found.order is None
    assert all(frame.empty for frame in found.tables().values())


def balanced(found):
    """Assert that what is sent is there, and that lines get what the plan uses."""
    network, shown = found.system.maker.network, found.estimate.shown
    plan, sent = shown.plan, found.allocated
    place = {code: i for i, code in enumerate(network.items.codes)}
    assert (sent["units"] > 0.0).all()
    stock = sent[sent["kind"] == "stock"].groupby(["item", "source"])["units"].sum()
    for (item, source), units in stock.items():
        at = network.sites.codes.index(source) if source != "own store" else -1
        held = (network.stock_item == place[item]) & (network.stock_site == at)
        assert units <= network.stock[held].sum() * (1 + 1e-6) + 1e-6
    made = sent[sent["kind"] == "made"].groupby("source")["units"].sum()
    for node, units in made.items():
        total = plan.made[:, network.nodes.codes.index(node)].sum()
        assert units <= total * (1 + 1e-6) + 1e-6
    sold = network.demand * plan.ends[-1] - plan.lost.sum(axis=0)
    used = network.bill @ plan.made_items.sum(axis=0) + sold
    got = sent.groupby("item")["units"].sum()
    for item in np.flatnonzero(np.isfinite(shown.runs_out)):
        code = network.items.codes[item]
        assert got.get(code, 0.0) == pytest.approx(used[item], rel=1e-5, abs=1e-5)
    return len(sent)


@pytest.mark.parametrize("seed", range(12))
def test_no_more_is_sent_than_is_there_and_every_line_gets_its_own(seed):
    system = drawn(seed)
    rng = np.random.default_rng(seed)
    codes = system.maker.network.sites.codes
    sites = [s for s in codes if rng.random() < 0.6] or [codes[0]]
    found = confirmed(system, {s: float(rng.integers(1, 9)) for s in sites})
    balanced(found)
    low, high = found.estimate.loss
    assert low == pytest.approx(high)


def test_the_made_up_maker_is_balanced_in_a_flood():
    system = System.demo("maker")
    area = {"kind": "region", "codes": ["CHN:Anhui"]}
    log = event_log(*event_area(system, area).sites, area=area)
    found = dispatch(system, log, scenario="potential")
    assert balanced(found) > 100
    assert found.estimate.loss[0] == 0.0 < found.estimate.loss[1]
    assert isinstance(found.table(), pd.DataFrame)
