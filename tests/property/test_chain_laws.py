"""Laws of chain maps: what may not change, what may only rise or fall, and what bounds hold."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chainwright import diagnose
from chainwright.diagnose import ChainThresholds
from chainwright.diagnose.chain_maps.graph import Links, dominators, layers, reach
from chainwright.diagnose.chain_maps.losses import losses
from chainwright.diagnose.chain_maps.parts import value_behind
from chainwright.diagnose.chain_maps.ranks import drawn_ranks, rank_bounds, ranks
from chainwright.diagnose.chain_maps.shares import Range, concentration
from chainwright.system import Bloc
from toy_chains import made_chain, random_chain, share, system_of

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=5)


def ask(chain, home="CHN", **more):
    return diagnose.chain(system_of(chain), chain.name, home=home, **more)


def rebuilt(chain, **tables):
    held = {"nodes": chain.nodes, "links": chain.links, "supply": chain.supply, **tables}
    return type(chain)(chain.name, "", "", held["nodes"], held["links"], held["supply"],
                       chain.origin)  # fmt: skip


def home_of(members=()):
    return Bloc("+".join(members) or "CHN", tuple(members) or ("CHN",), ())


def rows(low, high=None, places=None, basis="production"):
    """Return shares of one node as `shares` returns them."""
    count = len(low)
    return pd.DataFrame(
        {
            "node": 0,
            "place": places or [f"p{i}" for i in range(count)],
            "low": low,
            "high": low if high is None else high,
            "basis": basis,
            "year": 2024.0,
            "evidence": np.int8(0),
        }
    )


@FEW
@given(SEEDS)
def test_a_node_that_nothing_links_changes_no_losses_of_the_others(seed):
    chain = random_chain(18, seed=seed, finals=3)
    alone = made_chain({"zz": {}}, []).nodes
    wider = rebuilt(chain, nodes=pd.concat([chain.nodes, alone], ignore_index=True))
    one, two = losses(chain), losses(wider)
    assert one.marked == two.marked
    np.testing.assert_array_equal(one.finals, two.finals)
    for name in ("leads", "stopped", "stopped_most", "nodes_stopped", "nodes_stopped_most"):
        held = getattr(two, name)
        np.testing.assert_array_equal(getattr(one, name), held[:-1])
        assert not held[-1].any()
    np.testing.assert_array_equal(one.passed, two.passed[:, :-1])
    assert not two.passed[:, -1].any()
    np.testing.assert_array_equal(one.critical, two.critical[:-1])


@FEW
@given(SEEDS)
def test_what_stops_at_least_stops_at_most_and_is_fed(seed):
    held = losses(random_chain(25, seed=seed, finals=4))
    assert (held.stopped <= held.stopped_most).all()
    assert (held.stopped_most <= held.leads).all()
    assert (held.nodes_stopped <= held.nodes_stopped_most).all()
    assert (held.count >= 0).all()
    assert (held.count <= held.count_most).all()
    assert (held.stopped >= held.passed.T).all()  # what all paths pass stops the good
    assert held.stopped[held.finals, np.arange(len(held.finals))].all()


@FEW
@given(SEEDS)
def test_a_link_that_is_known_to_be_essential_moves_the_bounds_together(seed):
    chain = random_chain(20, seed=seed, finals=3)
    before = losses(chain)
    for word in ("essential", "replaceable"):
        links = chain.links.copy()
        links.loc[links["necessity"] == "", "necessity"] = word
        after = losses(rebuilt(chain, links=links))
        expected = before.stopped_most if word == "essential" else before.stopped
        np.testing.assert_array_equal(after.stopped, expected)
        np.testing.assert_array_equal(after.stopped_most, expected)
        np.testing.assert_array_equal(after.leads, before.leads)


@settings(max_examples=3)
@given(SEEDS, st.sampled_from(["monopoly", "exposure", "hard"]), st.floats(0.0, 1.0))
def test_a_higher_threshold_makes_no_node_stuck_and_a_lower_one_excludes_none(seed, name, limit):
    chain = random_chain(20, seed=seed, finals=3)
    low, high = sorted((limit, getattr(ChainThresholds(), name)))
    one = ask(chain, thresholds=ChainThresholds(**{name: low})).verdict.stuck
    two = ask(chain, thresholds=ChainThresholds(**{name: high})).verdict.stuck
    assert (one[two == 1] == 1).all()
    assert (two[one == 0] == 0).all()


@settings(max_examples=3)
@given(SEEDS, st.floats(0.0, 1.0))
def test_a_higher_threshold_makes_no_long_plate_and_no_single_point(seed, limit):
    chain = random_chain(20, seed=seed, finals=3)
    low, high = sorted((limit, 0.3))
    one, two = (ask(chain, thresholds=ChainThresholds(long_plate=v)) for v in (low, high))
    assert (one.verdict.long_plate[two.verdict.long_plate == 1] == 1).all()
    assert (two.verdict.long_plate[one.verdict.long_plate == 0] == 0).all()
    one, two = (ask(chain, thresholds=ChainThresholds(single=v)).table() for v in (low, high))
    single = [t.set_index("node")["single_point"].fillna(value=False) for t in (one, two)]
    assert single[0][single[1][single[1]].index].all()


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5), st.integers(0, 4), st.floats(0, 1))
def test_a_larger_share_of_one_supplier_abroad_never_lowers_the_least_concentration(parts, at, up):
    total = max(sum(parts), 1e-9)
    low = [0.8 * p / total if total > 1e-9 else 0.0 for p in parts]
    at %= len(low)
    more = list(low)
    more[at] += up * (1.0 - sum(low))
    one, two = (concentration(rows(held), 1, home_of()) for held in (low, more))
    assert two.foreign.low[0] >= one.foreign.low[0] - 1e-12
    if low[at] == max(low) and max(low) > 0.0:
        assert two.foreign.value[0] >= one.foreign.value[0] - 1e-12
    assert two.named[0] >= one.named[0] - 1e-12


@settings(max_examples=25)
@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6), st.data())
def test_a_weight_of_governance_never_raises_concentration_and_weights_of_one_are_none(parts, data):
    low = [p / sum(parts) for p in parts]
    frame, outside = rows(low), home_of()
    weights = {p: data.draw(st.floats(0.0, 1.0)) for p in frame["place"]}
    plain, weighed = concentration(frame, 1, outside), concentration(frame, 1, outside, weights)
    same = concentration(frame, 1, outside, dict.fromkeys(weights, 1.0))
    assert weighed.foreign.value[0] <= plain.foreign.value[0] + 1e-12
    assert weighed.foreign.value[0] == pytest.approx(
        sum(s * s * w for s, w in zip(low, weights.values(), strict=True))
    )
    for name in ("value", "low", "high"):
        assert getattr(same.foreign, name)[0] == getattr(plain.foreign, name)[0]
        if name != "high":
            assert getattr(weighed.foreign, name)[0] <= getattr(plain.foreign, name)[0] + 1e-12


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6), st.integers(0, 6))
def test_bounds_of_concentration_hold_the_value_and_home_s_share(parts, own):
    total = max(sum(parts), 1.0)
    low = [p / total for p in parts]
    inside = np.arange(len(low)) < own
    home = home_of([f"p{i}" for i in np.flatnonzero(inside)])
    found = concentration(rows(low), 1, home)
    for part in (found.foreign, found.home):
        assert 0.0 <= part.low[0] <= part.high[0] + 1e-12 <= 1.0 + 2e-12
        if not np.isnan(part.value[0]):
            assert part.low[0] - 1e-12 <= part.value[0] <= part.high[0] + 1e-9
    if own and low:
        assert found.home.value[0] == pytest.approx(sum(low[:own]))
    best = max(low)
    ties = [f"p{i}" for i, v in enumerate(low) if v >= best - 1e-12]
    assert found.top[0] == "" if best == 0.0 else found.top[0] in ties
    abroad = [v for v, mine in zip(low, inside, strict=True) if not mine and v > 0.0]
    assert (found.top_foreign[0] == "") == (not abroad)
    if abroad:
        assert found.top_foreign_share[0] == pytest.approx(max(abroad))
    else:
        assert np.isnan(found.top_foreign_share[0])


@FEW
@given(SEEDS, st.sampled_from([0.0, 1.0]))
def test_a_chain_of_which_home_makes_all_is_its_own_and_of_which_it_makes_none_is_not(seed, made):
    chain = random_chain(20, seed=seed, finals=3)
    links = chain.links.copy()
    count = links.groupby("to_node")["to_node"].transform("size")
    links["cost_share"] = np.random.default_rng(seed).uniform(0.1, 0.9, len(links)) / count
    nodes = chain.nodes["node"]
    supply = made_chain({"x": {}}, [], [share(n, "CHN", made, "domestic_use") for n in nodes])
    whole = rebuilt(chain, links=links, supply=supply.supply)
    held = diagnose.localisation(system_of(whole), chain.name, home="CHN").table()
    for name in ("first_value", "first_count", "through_value", "through_count"):
        for end in ("", "_low", "_high"):
            np.testing.assert_allclose(held[f"{name}{end}"], made, atol=1e-9)


@FEW
@given(SEEDS, st.floats(0.0, 1.0))
def test_a_larger_share_at_home_of_any_input_lowers_no_localisation(seed, more):
    chain = random_chain(15, seed=seed, finals=3)
    rng = np.random.default_rng(seed)
    links = chain.links.copy()
    count = links.groupby("to_node")["to_node"].transform("size")
    links["cost_share"] = rng.uniform(0.1, 0.9, len(links)) / count
    use = rng.random(len(chain.nodes))
    up = use.copy()
    at = int(rng.integers(len(use)))
    up[at] += more * (1.0 - up[at])
    found = []
    for held in (use, up):
        supply = made_chain({"x": {}}, [], [
            share(n, "CHN", float(v), "domestic_use")
            for n, v in zip(chain.nodes["node"], held, strict=True)
        ]).supply  # fmt: skip
        whole = rebuilt(chain, links=links, supply=supply)
        answer = diagnose.localisation(system_of(whole), chain.name, home="CHN")
        found.append(answer.table().set_index("node"))
    for name in ("first_value", "first_count", "through_value", "through_count"):
        assert (found[1][name] >= found[0][name].loc[found[1].index] - 1e-9).all()
    for name in ("value", "count"):  # an input that home makes may hold what is imported
        assert (found[0][f"through_{name}"] <= found[0][f"first_{name}"] + 1e-9).all()


graphs = st.integers(2, 9).flatmap(
    lambda n: st.tuples(
        st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20)
    )
)


def links_of(graph, *, forward=False):
    n, pairs = graph
    pairs = sorted((a, b) for a, b in pairs if (a < b if forward else a != b))
    source, target = (np.array([p[k] for p in pairs], dtype=np.int32) for k in (0, 1))
    return Links(n, source, target), pairs


@given(graphs)
def test_a_dominator_is_what_cuts_a_node_off_from_every_resource(graph):
    links, pairs = links_of(graph, forward=True)
    n, found = links.n, dominators(links)
    roots = [v for v in range(n) if all(b != v for _, b in pairs)]

    def reached(without):
        seen = [v for v in roots if v != without]
        for v in seen:
            seen += [b for a, b in pairs if a == v and b != without and b not in seen]
        return set(seen)

    for u in range(n):
        left = reached(u)
        for v in range(n):
            assert found[v, u] == (v == u or v not in left), (u, v)


@given(graphs, st.data())
def test_renaming_nodes_renames_the_answer(graph, data):
    links, _ = links_of(graph)
    new = np.array(data.draw(st.permutations(range(links.n))), dtype=np.int32)
    other = Links(links.n, new[links.source], new[links.target])
    every = np.arange(links.n, dtype=np.int32)
    at = np.ix_(new, new)
    np.testing.assert_array_equal(reach(other, every)[at], reach(links, every))
    np.testing.assert_array_equal(dominators(other)[at], dominators(links))
    np.testing.assert_array_equal(layers(other)[new], layers(links))


@given(graphs, st.lists(st.integers(0, 4), min_size=9, max_size=9))
def test_a_layer_is_one_past_the_last_of_its_inputs_and_not_before_its_least(graph, least):
    links, pairs = links_of(graph, forward=True)
    floor = np.array(least[: links.n], dtype=np.int32)
    found = layers(links, floor)
    for v in range(links.n):
        inputs = [found[a] + 1 for a, b in pairs if b == v]
        assert found[v] == max([floor[v], *inputs])


steps = st.integers(0, 8).map(lambda k: k / 8)
scored = st.lists(st.tuples(steps, steps), min_size=1, max_size=6)


@given(scored)
def test_a_rank_and_its_bounds_are_those_of_every_pair(parts):
    low, high = (np.array([f(p) for p in parts]) for f in (min, max))
    score = Range((low + high) / 2, low, high)
    first, last = rank_bounds(score)
    placed, n = ranks(score), len(parts)
    assert sorted(placed) == list(range(1, n + 1))
    for i, j in itertools.permutations(range(n), 2):
        if low[i] + high[i] > low[j] + high[j]:
            assert placed[i] < placed[j]
        if placed[i] < placed[j] and i > j:
            assert low[i] + high[i] > low[j] + high[j]  # ties stand in the order of the nodes
    for i in range(n):
        assert first[i] == 1 + sum(low[j] > high[i] for j in range(n) if j != i)
        assert last[i] == n - sum(high[j] < low[i] for j in range(n) if j != i)
        assert first[i] <= placed[i] <= last[i]


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 3))),
        min_size=1,
        max_size=5,
    )
)
def test_value_bounds_are_what_the_unknown_trade_may_make_of_them(nodes):
    finals = np.array([f for f, _ in nodes])
    world = np.array([np.nan if w is None else float(w) for _, w in nodes])
    held = value_behind(finals, world)
    blind = np.flatnonzero(np.isnan(world))
    assume(len(blind) <= 3)
    ends = []
    for guess in itertools.product([-1.0, 0.5, 1.5, 9.0], repeat=len(blind)):
        told = world.copy()
        told[blind] = [g + 1e-3 * k for k, g in enumerate(guess)]
        ends.append(value_behind(finals, told).value)
    least, most = np.min(ends, axis=0), np.max(ends, axis=0)
    assert (held.low <= least + 1e-12).all()
    assert (held.high >= most - 1e-12).all()
    known = ~np.isnan(world)
    np.testing.assert_allclose(held.high[known], most[known])
    np.testing.assert_allclose(held.low[known], least[known])
    np.testing.assert_allclose(held.value, (held.low + held.high) / 2)


@given(st.integers(2, 5), st.integers(1, 30), SEEDS)
def test_draws_of_years_weigh_to_one_and_the_same_seed_draws_the_same(years, draws, seed):
    seen = []

    def scored(weights):
        seen.append(weights)
        return Range(weights, weights, weights)

    low, high = drawn_ranks(scored, years, draws, seed)
    assert len(seen) == draws
    for weights in seen:
        assert weights.sum() == pytest.approx(1.0)
        np.testing.assert_allclose(weights * years, np.rint(weights * years), atol=1e-9)
    assert ((low >= 1) & (low <= high) & (high <= years)).all()
    again = drawn_ranks(scored, years, draws, seed)
    np.testing.assert_array_equal(again, (low, high))
