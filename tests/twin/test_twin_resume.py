"""Restarts against a plain twin: every figure of the three tables, the engine's by its own run."""

import numpy as np
import pytest

from chainwright import System, plan, stress
from chainwright.stress import Blow, InventoryModel, Shock
from firm_worlds import random_flows
from restart_twin import Halted, needs_of_flows, weeks_to_recover


def shock_of(blows, *, firms=False):
    """Return the shock of rows (codes, share, start day, days, days of recovery after them)."""
    return Shock(
        tuple(
            Blow(
                "capacity",
                nodes=() if firms else tuple(codes),
                firms=tuple(codes) if firms else (),
                share=share,
                start_day=start,
                days=days,
                recovery="linear" if recovery else "at_once",
                recovery_days=recovery,
            )
            for codes, share, start, days, recovery in blows
        )
    )


def same(found, plain):
    both_nan = isinstance(plain, float) and np.isnan(plain) and np.isnan(found)
    return both_nan or found == pytest.approx(plain, rel=1e-8, abs=1e-10)


def of_nodes(found, halted):
    """Return pairs of figures of the table of nodes."""
    rows = found.table().to_dict("records")
    spans = halted.spans([row["node"] for row in rows])
    runs, begin = halted.runs(spans), halted.begin
    whole = sum(halted.value[c] * runs[c] for c in halted.codes)
    for row in rows:
        c = row["node"]
        loss = halted.value[c] * runs[c]
        yield c, "start_day", row["start_day"], begin + spans[c][0]
        yield c, "done_day", row["done_day"], begin + spans[c][1]
        yield c, "runs_day", row["runs_day"], begin + runs[c]
        yield c, "work_days", row["work_days"], halted.work[c]
        yield c, "value_per_day", row["value_per_day"], halted.value[c]
        yield c, "loss", row["loss"], loss
        yield c, "loss_share", row["loss_share"], loss / whole if whole else np.nan
        yield c, "capacity_lost", row["capacity_lost"], halted.share[c]
        waited = row["waits_for"]
        last = spans[waited][1] if waited else spans[c][1]
        yield c, "waits_for", last, runs[c]
        assert not waited or waited in halted.closed[c]


def of_ways(found, halted, system, home, model=None):
    """Return pairs of figures of the ways, by the twin and by runs of the engine on its own."""
    tables, in_part = found.tables(), found.parameters["in_part"]
    ways = halted.ways(list(found.order))
    flows = system.flows
    rest = {}
    for code, output in zip(flows.nodes.codes, flows.output, strict=True):
        rest[code.split(":")[0]] = rest.get(code.split(":")[0], 0.0) + float(output)
    shown = home or sorted({c.split(":")[0] for c in halted.codes})
    compared = tables["resume_compared"].set_index(["way", "end"])
    for (way, end), row in compared.iterrows():
        if way in ways:
            part = (in_part or way == "proportional") and way != "proportional_whole"
            loss = halted.before() + halted.loss(ways[way], in_part=part)
            yield way, "loss_additive", row["loss_additive"], loss
            runs = halted.runs(ways[way])
            yield way, "last_day", row["last_day"], halted.begin + max(runs.values())
        run = stress.run(system, found.shock(way), days=found.days, model=model).tables()
        lost = run["stress_run"].query("level == 'region' and end == @end").set_index("region")
        counted = home or list(lost.index)
        yield way, "loss_engine", row["loss_engine"], lost.loc[counted, "value_added_lost"].sum()
        yield way, "loss_before", row["loss_before"], halted.before()
        yield way, "difference", row["difference"], row["loss_engine"] - row["loss_additive"]
        rival = compared.loc["proportional", end]["loss_engine"]
        yield way, "saved", row["saved"], rival - row["loss_engine"]
        days = run["stress_by_day"].query("level == 'region' and end == @end")
        shares = sum(
            rest[r] * days.query("region == @r")["output_share"].to_numpy() for r in shown
        ) / sum(rest[r] for r in shown)
        told = tables["resume_by_day"].query("way == @way and end == @end")
        yield way, "output_share", told["output_share"].to_numpy(), shares
        weeks = weeks_to_recover(list(told["day"]), list(shares), min(halted.struck.values()))
        yield way, "weeks_to_recover", row["weeks_to_recover"], weeks
        if way in ways:
            days = [sum(halted.begin + r <= d + 1e-9 for r in runs.values()) for d in told["day"]]
            yield way, "running", told["running"].to_numpy(), np.array(days)
        assert not row["bound"] > row["loss_additive"] * (1 + 1e-9)


CASES = [
    # crews, home, in_part, whether needs are given
    (1, None, None, False),
    (2, ["r0"], False, False),
    (3, ["r0", "r1"], True, False),
    (1, ["r0"], None, True),
    (2, None, True, True),
    (2, None, False, True),
]


@pytest.mark.parametrize(("crews", "home", "in_part", "given"), CASES)
def test_every_figure_of_a_restart_is_what_the_words_say(crews, home, in_part, given):
    rng = np.random.default_rng(7 * crews + given)
    system = random_flows(rng, 3, 3, density=0.5)
    flows = system.flows
    codes = list(flows.nodes.codes)
    pick = [codes[i] for i in rng.permutation(len(codes))[:4]]
    blows = [(pick[:2], 0.8, 3, 10, 20), (pick[2:3], 0.5, 1, 5, 0), (pick[3:], 1.0, 2, np.inf, 0)]
    matrix = np.asarray(flows.matrix, dtype=float)
    worth = dict(zip(codes, np.asarray(flows.output) - matrix.sum(axis=0), strict=True))
    needs = [(pick[0], pick[1]), (pick[2], pick[0])] if given else needs_of_flows(matrix, codes)
    halted = Halted(blows, worth, needs, crews=crews, home=home, given=given)
    found = plan.resume(
        system,
        shock_of(blows),
        capacity=crews,
        home=home,
        in_part=in_part,
        needs=needs if given else None,
        days=100,
        engine_runs=24 if crews == 1 else 0,
    )
    assert found.begin == halted.begin
    assert found.additive.loss == pytest.approx(halted.best())
    pairs = [*of_nodes(found, halted), *of_ways(found, halted, system, home)]
    assert [pair for pair in pairs if not same(*pair[2:])] == []


def test_every_figure_of_restarts_in_japan_is_what_the_words_say(wiod2011):
    lost = {"JPN:c12": 0.30, "JPN:c13": 0.25, "JPN:c14": 0.35, "JPN:c15": 0.50}
    blows = [([code], share, 0, 7, 90) for code, share in lost.items()]
    matrix = np.asarray(wiod2011.flows.matrix, dtype=float)
    codes = list(wiod2011.flows.nodes.codes)
    worth = np.asarray(wiod2011.flows.output) - matrix.sum(axis=0)
    at = [codes.index(code) for code in lost]
    shares = matrix[:, at] / matrix[:, at].sum(axis=0)
    needs = [
        (codes[j], codes[i])
        for k, j in enumerate(at)
        for i in at
        if i != j and shares[i, k] >= 0.05
    ]
    assert needs
    halted = Halted(blows, dict(zip(codes, worth, strict=True)), needs, crews=1, home=["JPN"])
    weekly = InventoryModel(step="week")
    found = plan.resume(
        wiod2011, shock_of(blows), capacity=1, home="JPN", model=weekly, engine_runs=0
    )
    pairs = [*of_nodes(found, halted), *of_ways(found, halted, wiod2011, ["JPN"], weekly)]
    assert [pair for pair in pairs if not same(*pair[2:])] == []


@pytest.mark.parametrize("crews", [1, 2])
def test_restarts_of_firms_are_what_the_words_say(crews):
    system = System.demo("firms", firms=60, links=200)
    links = system.links
    codes = list(links.axis.codes)
    bought = np.zeros((links.n, links.n))
    np.add.at(bought, (links.supplier, links.buyer), links.value)
    made = np.maximum(links.output, links.sales)
    worth = dict(zip(codes, made - bought.sum(axis=0), strict=True))
    hit = [codes[i] for i in np.argsort(-np.asarray(links.sales))[:5]]
    blows = [(hit[:3], 0.8, 3, 10, 20), (hit[3:], 1.0, 1, 5, 0)]
    halted = Halted(blows, worth, needs_of_flows(bought, codes), crews=crews)
    found = plan.resume(system, shock_of(blows, firms=True), capacity=crews, days=60, engine_runs=0)
    pairs, ways = list(of_nodes(found, halted)), halted.ways(list(found.order))
    for (way, end), row in found.compared().set_index(["way", "end"]).iterrows():
        run = stress.run(system, found.shock(way), days=60).table()
        lost = run.set_index(["level", "end"]).loc[[("all", end)], "value_added_lost"].sum()
        pairs.append((way, "loss_engine", row["loss_engine"], lost))
        if way in ways:
            loss = halted.before() + halted.loss(ways[way], in_part=way == "proportional")
            pairs.append((way, "loss_additive", row["loss_additive"], loss))
    assert len({pair[0] for pair in pairs}) == len(hit) + len(found.ways)
    assert [pair for pair in pairs if not same(*pair[2:])] == []
