import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import diagnose
from chainwright.diagnose.chain_maps.graph import Links, dominators, reach
from chainwright.diagnose.chain_maps.parts import value_behind
from chainwright.diagnose.chain_maps.shares import concentration
from chainwright.system import Bloc
from toy_chains import made_chain, random_chain, share, system_of

NUMBERS = ("gap", "replace_weeks", "alternatives")


def ask(chain, home="CHN"):
    return diagnose.chain(system_of(chain), chain.name, home=home)


def rebuilt(chain, **tables):
    """Return the chain with other tables."""
    held = {"nodes": chain.nodes, "links": chain.links, "supply": chain.supply, **tables}
    return type(chain)(chain.name, "", "", held["nodes"], held["links"], held["supply"],
                       chain.origin)  # fmt: skip


seeds = st.integers(0, 10_000)


@st.composite
def stuck_chain(draw):
    """Return a chain whose first node is stuck by the numbers drawn."""
    first = draw(st.floats(0.7, 1.0))
    use = draw(st.floats(0.0, 0.3))
    nodes = {
        "a": {
            "gap": draw(st.floats(0.0, 1.0)),
            "replace_weeks": draw(st.floats(200.0, 500.0)),
            "alternatives": 0.0,
        },
        "b": {"final": 1.0},
    }
    supply = [
        share("a", "JPN", first),
        share("a", "KOR", (1.0 - first) / 2.0),
        share("a", "CHN", (1.0 - first) / 4.0),
        share("a", "CHN", use, "domestic_use"),
    ]
    return made_chain(nodes, [("a", "b", "essential")], supply)


@settings(max_examples=25)
@given(stuck_chain(), st.sets(st.sampled_from([*NUMBERS, 0, 1, 2, 3])))
def test_an_unknown_never_turns_a_stuck_node_into_a_fine_one(chain, blanks):
    assert ask(chain).status[0] == "stuck"
    nodes, supply = chain.nodes.copy(), chain.supply.copy()
    for blank in blanks:
        if isinstance(blank, str):
            nodes.loc[0, blank] = np.nan
        else:
            supply.loc[blank, "share"] = np.nan
    assert ask(rebuilt(chain, nodes=nodes, supply=supply)).status[0] in {"stuck", "unknown"}


@settings(max_examples=8)
@given(seeds)
def test_the_order_of_rows_changes_no_answer(seed):
    rng = np.random.default_rng(seed)
    chain = random_chain(25, seed=seed, finals=3)
    mixed = rebuilt(
        chain,
        nodes=chain.nodes.sample(frac=1.0, random_state=rng).reset_index(drop=True),
        links=chain.links.sample(frac=1.0, random_state=rng).reset_index(drop=True),
        supply=chain.supply.sample(frac=1.0, random_state=rng).reset_index(drop=True),
    )
    one = ask(chain).table().drop(columns=["rank"]).sort_values("node", ignore_index=True)
    two = ask(mixed).table().drop(columns=["rank"]).sort_values("node", ignore_index=True)
    pd.testing.assert_frame_equal(one, two)


@settings(max_examples=8)
@given(seeds)
def test_every_part_lies_in_its_bounds_and_from_0_to_1(seed):
    held = ask(random_chain(25, seed=seed, finals=3)).table()
    for name in ("value", "gap", "monopoly", "hard", "exposure", "score", "home_share",
                 "foreign_hhi"):  # fmt: skip
        low, high, value = held[f"{name}_low"], held[f"{name}_high"], held[name]
        assert ((low >= -1e-12) & (low <= high + 1e-12) & (high <= 1.0 + 1e-12)).all(), name
        known = value.notna()
        assert ((value >= low - 1e-9) & (value <= high + 1e-9))[known].all(), name
    assert ((held["rank_first"] <= held["rank"]) & (held["rank"] <= held["rank_last"])).all()


@settings(max_examples=8)
@given(seeds, st.floats(0.0, 1.0))
def test_the_bounds_hold_whatever_the_unknown_turns_out_to_be(seed, guess):
    """Fill each blank of the first node with a guess: its status may only sharpen."""
    chain = random_chain(12, seed=seed, finals=2)
    before = ask(chain)
    nodes = chain.nodes.copy()
    nodes["gap"], nodes["gap_place"] = nodes["gap"].fillna(guess), "CHN"
    nodes["replace_weeks"] = nodes["replace_weeks"].fillna(300.0 * guess)
    nodes["alternatives"] = nodes["alternatives"].fillna(round(3.0 * guess))
    said = set(chain.supply.loc[chain.supply["basis"] == "domestic_use", "node"])
    more = made_chain(
        {"x": {}}, [], [share(n, "CHN", guess, "domestic_use") for n in nodes["node"]
                        if n not in said]
    ).supply  # fmt: skip
    supply = pd.concat([chain.supply, more], ignore_index=True)
    after = ask(rebuilt(chain, nodes=nodes, supply=supply))
    for name in ("score", "monopoly", "hard", "gap"):
        old = before.table().set_index("node")
        new = after.table().set_index("node").loc[old.index]
        assert (new[f"{name}_low"] >= old[f"{name}_low"] - 1e-9).all(), name
        assert (new[f"{name}_high"] <= old[f"{name}_high"] + 1e-9).all(), name
    stuck = before.verdict.stuck
    assert (after.verdict.stuck[stuck >= 0] == stuck[stuck >= 0]).all()


splits = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5)


@given(splits, splits)
def test_concentration_bounds_hold_for_every_split_of_the_rest(named, rest):
    total = sum(named) / 0.8 if sum(named) > 0 else 1.0
    shares = [v / total for v in named]
    left = 1.0 - sum(shares)
    parts = [left * v / sum(rest) if sum(rest) > 0 else 0.0 for v in rest]
    if sum(rest) == 0:
        parts = [left]
    frame = pd.DataFrame(
        {
            "node": 0,
            "place": [f"p{i}" for i in range(len(shares))],
            "low": shares,
            "high": shares,
            "basis": "production",
            "year": 2024.0,
            "evidence": np.int8(0),
        }
    )
    found = concentration(frame, 1, Bloc("home", ("home",)))
    truth = sum(v * v for v in shares) + sum(v * v for v in parts)  # home has none of it
    assert found.foreign.low[0] - 1e-9 <= truth <= found.foreign.high[0] + 1e-9
    first = (shares[0] + left) ** 2 + sum(v * v for v in shares[1:])
    assert first <= found.foreign.high[0] + 1e-9


@settings(max_examples=8)
@given(seeds)
def test_localisation_is_a_share_and_its_bounds_hold_it(seed):
    chain = random_chain(25, seed=seed, finals=3)
    rng = np.random.default_rng(seed)
    links = chain.links.copy()
    count = links.groupby("to_node")["to_node"].transform("size")
    cost = rng.random(len(links)) / count
    links["cost_share"] = np.where(rng.random(len(links)) < 0.7, cost, np.nan)
    held = diagnose.localisation(
        system_of(rebuilt(chain, links=links)), chain.name, home="CHN"
    ).table()
    for name in ("first_value", "first_count", "through_value", "through_count"):
        low, high, value = held[f"{name}_low"], held[f"{name}_high"], held[name]
        assert low.between(0.0, 1.0).all()
        assert high.between(0.0, 1.0).all()
        assert (low <= high + 1e-12).all()
        assert ((value >= low - 1e-9) & (value <= high + 1e-9))[value.notna()].all()
        np.testing.assert_allclose(held[f"{name}_unknown"], high - low)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.01, 0.2)), min_size=1, max_size=4))
def test_at_depth_one_look_through_is_the_first_tier(inputs):
    nodes = {f"i{k}": {} for k in range(len(inputs))} | {"p": {"final": 1.0}}
    links = [(f"i{k}", "p", "essential", {"cost_share": c}) for k, (_, c) in enumerate(inputs)]
    supply = [share(f"i{k}", "CHN", d, "domestic_use") for k, (d, _) in enumerate(inputs)]
    held = diagnose.localisation(
        system_of(made_chain(nodes, links, supply)), "toy", home="CHN"
    ).table()
    np.testing.assert_allclose(held["first_value"], held["through_value"], atol=1e-12)
    np.testing.assert_allclose(held["first_count"], held["through_count"], atol=1e-12)


graphs = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30)
    )
)


@given(graphs)
def test_reach_is_the_power_of_the_graph_and_what_dominates_is_needed(graph):
    n, pairs = graph
    pairs = sorted((a, b) for a, b in pairs if a != b)
    source, target = (np.array([p[k] for p in pairs], dtype=np.int32) for k in (0, 1))
    links = Links(n, source, target)
    matrix = np.eye(n, dtype=bool)
    matrix[source, target] = True
    power = np.linalg.matrix_power(matrix.astype(float), n) > 0
    assert np.array_equal(reach(links, np.arange(n, dtype=np.int32)), power)
    found = dominators(links)
    assert found.diagonal().all()
    assert (power.T | ~found).all()  # what dominates a node leads to it


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_value_is_a_rank_whose_mean_is_the_middle(finals):
    held = value_behind(np.array(finals), None)
    assert np.isclose(held.value.mean(), (len(finals) + 1) / 2 / len(finals))
    assert ((held.low <= held.value) & (held.value <= held.high)).all()
