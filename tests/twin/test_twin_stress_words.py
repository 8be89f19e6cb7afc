"""What a run says of stocks, what templates mean, and what wrong input is told, by plain sums."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from chainwright import params, stress
from chainwright.errors import ParameterError, TableError
from chainwright.stress import Blow, InventoryModel, Shock, run
from stress_twins import Table, by_product, course, cut_pairs
from worlds import world

DEEP = InventoryModel(stock_days=90.0, psi=0.8)
TOLD = re.compile(
    r"most (?P<m>[\d.]+) % of what (?P<user>\S+) uses of (?P<product>\S+?)"
    r"(?: from (?P<origin>\S+))? (?:is cut )?for (?P<d>[\d.]+) days"
)


def most_cut(system, shock, days, *, pooled):
    """Return the largest share times days of any stock, and it by user, product and origin."""
    tab = Table(system, 1)
    lost = np.zeros((days, *tab.Z.shape))
    for blow in shock.blows:
        ends = cut_pairs(tab, blow)[0] * blow.share
        lost = np.maximum(lost, course(blow, days, 1)[:, None, None] * ends)
    if pooled:
        gone = np.array([by_product(day * tab.Z, tab.product, len(tab.sectors)) for day in lost])
        used = by_product(tab.Z, tab.product, len(tab.sectors))
    else:
        gone, used = lost * tab.Z, tab.Z
    return np.divide(gone, used, out=np.zeros_like(gone), where=used > 0).sum(axis=0)


def full(days=4, start_day=1, **what):
    return Blow("supply_cut", share=1.0, start_day=start_day, days=days, **what)


CUTS = {
    "one": (full(regions="R0", products="s1", buyers="R2"),),
    "two regions in one": (full(regions=("R0", "R1"), products="s1"),),
    "two blows at once": (
        full(regions="R0", products="s1", buyers="R2"),
        full(regions="R1", products="s1", buyers="R2", days=6),
    ),
    "the same twice": (full(nodes="R0:s1", buyers="R2"), full(nodes="R0:s1", buyers="R2", days=3)),
    "one after another": (
        full(nodes="R0:s1", buyers="R2"),
        full(nodes="R0:s1", buyers="R2", start_day=7),
    ),
}


@pytest.mark.parametrize("seed", [3, 12, 15])
@pytest.mark.parametrize("which", CUTS)
def test_what_is_not_felt_is_told_with_all_cuts_of_the_input_together(which, seed):
    system, shock = world(seed), Shock(CUTS[which])
    answer = run(system, shock, days=12, model=DEEP)
    assert len(answer.why_it_stopped()) == 0
    for end, row in answer.summary().set_index("end").iterrows():
        most = most_cut(system, shock, 12, pooled=end == "pooled")
        said = row["reading_en"]
        found = TOLD.search(said.replace("it takes ", ""))
        tab = Table(system, 1)
        f = tab.home.index(tuple(found["user"].split(":")))
        if end == "pooled":
            assert found["origin"] is None
            days = most[tab.sectors.index(found["product"]), f]
        else:
            days = most[tab.pairs.index((found["origin"], found["product"])), f]
        assert days == pytest.approx(most.max(), rel=1e-9)
        assert float(found["m"]) / 100 * float(found["d"]) == pytest.approx(days, rel=6e-3)
        assert "stays below (1 - psi) s" in said
        assert "where stocks bear 18" in said
        assert "safe" not in said


def test_below_is_claimed_only_where_share_times_days_is_below_what_stocks_bear():
    said = {}
    for days in (17, 19):
        shock = Shock((full(regions=("R0", "R1"), products="s1", buyers="R2", days=days),))
        answer = run(world(12), shock, days=25, model=DEEP)
        assert most_cut(world(12), shock, 25, pooled=True).max() == pytest.approx(days)
        said[days] = answer.summary()["reading_en"][0]
    assert "stays below (1 - psi) s" in said[17]
    assert "stays below (1 - psi) s" not in said[19]


def test_where_a_stock_binds_nothing_is_called_not_felt():
    shock = Shock((full(products="s1", days=30),))
    answer = run(world(3), shock, days=40, model=InventoryModel(stock_days=5.0))
    assert (answer.summary()["nodes_short"] > 0).all()
    assert "Not felt" not in answer.reading()


def facts(name):
    text = Path(params.__path__[0], f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_templates_mean_what_their_table_says(demo):
    default = {(r["template"], r["parameter"]): float(r["value"]) for r in facts("shock_templates")}
    made = {
        "embargo": (stress.embargo("11"), "supply_cut"),
        "closure": (stress.closure("11"), "capacity"),
        "strike": (stress.strike("11:05"), "capacity"),
        "rationing": (stress.rationing("11"), "capacity"),
    }
    for name, (shock, kind) in made.items():
        (blow,) = shock.blows
        assert (blow.kind, blow.share, blow.days, blow.recovery) == (
            kind, default[name, "share"], default[name, "days"], "at_once",
        )  # fmt: skip
        assert "assumption" in shock.source
    (blow,) = stress.disaster("11", share=0.1, rebuilding={"28": 1.0}).blows
    assert (blow.days, blow.recovery, blow.recovery_days) == (15.0, "rebuild", 60.0)


@pytest.mark.parametrize(("bound", "other"), [("value", "value"), ("low", "high"), ("high", "low")])
def test_an_epidemic_takes_from_each_sector_what_its_section_cannot_do(demo, bound, other):
    share = {(r["section"], r["measure"]): float(r[other]) for r in facts("workability")}
    (blow,) = stress.epidemic(demo, "11", severity=0.6, bound=bound).blows
    axis = demo.flows.nodes.sectors
    for code, section in zip(axis.codes, axis.parents, strict=True):
        lost = 0.6 * (1 - share[section, "remote"]) * (1 - share[section, "essential"])
        assert dict(blow.shares).get(code, 0.0) == pytest.approx(lost)


WRONG = {
    "a size that names nothing": (
        (Blow("capacity", regions="R0", shares={"s9": 0.3}),), "'shares'.*sector, region or node"),
    "sizes elsewhere": (
        (Blow("capacity", regions="R0", shares={"R1": 0.3}),), "'shares'.*No code in shares"),
    "twice too much": (
        (Blow("capital", nodes="R0:s0", share=0.7),) * 2, "blow 2, 'share'.*at R0:s0 by 2 blows"),
}  # fmt: skip


@pytest.mark.parametrize("which", WRONG)
def test_wrong_sizes_are_told_by_the_field_that_the_user_wrote(which):
    blows, told = WRONG[which]
    with pytest.raises(TableError, match=told):
        run(world(3), Shock(blows), days=3)


def test_a_run_of_no_shock_no_model_or_no_days_is_refused_by_name():
    blow = Blow("capacity", nodes="R0:s0", share=0.5)
    with pytest.raises(ParameterError, match=r"'shock'.*a Shock, such as"):
        run(world(3), blow)
    with pytest.raises(ParameterError, match=r"'model'.*an InventoryModel"):
        run(world(3), Shock((blow,)), model="boario")
    with pytest.raises(ParameterError, match=r"'days'.*a number of days"):
        run(world(3), Shock((blow,)), days="year")
    with pytest.raises(ParameterError, match=r"default \(did you mean embargo\?\)\. Got"):
        Shock.named("embargoo", "R0")
