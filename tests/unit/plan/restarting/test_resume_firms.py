"""Restarts of firms: the same questions on links, and the run of firms itself."""

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.errors import UnknownCodeError
from chainwright.plan import RestartRules, resume
from chainwright.stress import Blow, Shock


@pytest.fixture(scope="module")
def made():
    return System.demo("firms", firms=80, links=320)


def shut(system, k, share=1.0, days=10.0, seed=3):
    rng = np.random.default_rng(seed)
    places = np.sort(rng.choice(system.links.n, k, replace=False))
    return Shock((Blow("capacity", firms=[system.links.axis.codes[i] for i in places],
                       share=share, start_day=1, days=days),))  # fmt: skip


def test_each_way_loses_what_a_run_of_its_shock_loses_at_both_ends(made):
    found = resume(made, shut(made, 5), capacity=2, days=50, engine_runs=12)
    assert found.compared()["end"].unique().tolist() == ["market", "suppliers"]
    for way in ("this_order", "proportional", "proportional_whole", "all_at_once"):
        table = stress.run_firms(made, found.shock(way), days=50).table()
        lost = table[table["level"] == "all"].set_index("end")["value_added_lost"]
        for end in ("market", "suppliers"):
            assert found.loss(way, end) == pytest.approx(lost[end], rel=1e-9)


def test_the_answer_loses_least_of_all_orders_where_no_new_supplier_is_found(made):
    found = resume(made, shut(made, 4), capacity=1, days=50)
    assert found.searched.all_orders
    assert found.searched.runs == 24
    none = resume(made, shut(made, 4), capacity=1, days=50, engine_runs=0)
    assert found.loss("this_order", "suppliers") <= none.loss("this_order", "suppliers")
    assert not found.ways["this_order"].in_part


def test_needs_are_links_above_a_share_of_purchases(made):
    shock = shut(made, 40)
    links = made.links
    for share in (0.05, 0.4):
        found = resume(
            made, shock, capacity=4, days=12, engine_runs=0, rules=RestartRules(need_share=share)
        )
        place = {p: k for k, p in enumerate(found.question.stopped.places.tolist())}
        bought = np.bincount(links.buyer, links.value, links.n)
        plain = {
            (place[b], place[s])
            for s, b, v in zip(links.supplier, links.buyer, links.value, strict=True)
            if s in place and b in place and v >= share * bought[b]
        }
        assert {tuple(pair) for pair in found.question.stopped.needs.tolist()} == plain
        assert plain


def test_thousands_of_steps_and_firms_are_put_together_without_changing_a_loss(made):
    # more firms than steps: the pieces are spans of steps, and the run is the same
    few = resume(made, shut(made, 40, share=0.7), capacity=3, days=30, engine_runs=0)
    table = stress.run_firms(made, few.shock(), days=30).table()
    lost = table[table["level"] == "all"].set_index("end")["value_added_lost"]
    assert few.loss("this_order", "suppliers") == pytest.approx(lost["suppliers"], rel=1e-9)
    assert few.additive.bound <= few.additive.loss
    assert not few.additive.exact


def test_home_is_a_region_of_the_firms(made):
    region = made.links.regions.codes[0]
    found = resume(made, shut(made, 30), capacity=3, home=region, days=20, engine_runs=0)
    frame = found.table()
    assert (frame[frame["region"] != region]["value_per_day"] == 0.0).all()
    assert found.loss() < resume(made, shut(made, 30), capacity=3, days=20, engine_runs=0).loss()
    with pytest.raises(UnknownCodeError, match="nowhere"):
        resume(made, shut(made, 3), capacity=1, home="nowhere")


def test_work_of_a_firm_is_its_share_lost_times_the_days_of_its_blow(made):
    found = resume(made, shut(made, 3, share=0.4, days=15.0), capacity=1, days=30, engine_runs=0)
    assert found.table()["work_days"].tolist() == pytest.approx([6.0] * 3)
    assert found.begin == 1.0
    value = found.question.stopped.value
    links, places = made.links, found.question.stopped.places
    added = np.maximum(np.maximum(links.output, links.sales) - links.purchases, 0.0)[places]
    assert value == pytest.approx(0.4 * added / 365.0)
