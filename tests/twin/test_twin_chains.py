"""Chain maps against their plain twin, column by column: our four maps and awkward made-up ones."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest

from chain_twins import EVIDENCE, ChainTwin, TradeTwin
from chainwright import diagnose
from chainwright.system import Chains
from localisation_twin import localisation_twin
from odd_chains import PLACES, odd_chain
from toy_chains import system_of
from trade_twins import EU27, rows
from trades import made, trade_of

OURS = ("lithium-ion-battery", "automotive-steel", "advanced-chips", "photovoltaics")
HOMES = {"CHN": ["CHN"], "USA": ["USA"], "EU27": EU27, "DEU+FRA": ["DEU", "FRA"]}
ASKED = {
    "plain": {},
    "asked": {"governance": {"JPN": 0.3, "USA": 0.5}, "shut": ["Suez Canal"], "year": 2022},
}
CASES = [
    *((name, home, "plain") for name in OURS for home in ("CHN", "USA", "EU27")),
    *((seed, "CHN", how) for seed in range(3) for how in ASKED),
    *((seed, "DEU+FRA", "plain") for seed in range(3)),
    *((100 + seed, home, "trade") for seed in range(2) for home in ("CHN", "DEU+FRA")),
]
NUMBERS = (
    *("rank", "rank_first", "rank_last", "score", "score_low", "score_high"),
    *(f"{k}{b}" for k in ("value", "gap", "monopoly", "hard", "exposure", "home_share",
                           "foreign_hhi")
      for b in ("", "_low", "_high")),
    *("top_foreign_share", "top_share", "named_share", "share_year", "density", "utilisation"),
    *("finals_stopped", "finals_stopped_most", "stuck", "broken", "blocked", "long_plate"),
    *("single_point", "watch"),
)  # fmt: skip
WORDS = ("status", "top_foreign", "top_place", "share_basis", "exposure_basis")


@cache
def ours():
    return Chains.ours()


@cache
def trade(seed):
    """Return made-up trade between the places of the made-up maps, as rows and as a system."""
    frame = made(seed, places=len(PLACES), products=14, fill=0.35)
    place = {f"P{i:02d}": code for i, code in enumerate(PLACES)}
    frame = frame.assign(
        exporter=frame["exporter"].map(place), importer=frame["importer"].map(place)
    )
    return frame, trade_of({2022: frame}).trade


@cache
def answered(name, home, how):
    """Return the diagnosis and its twin."""
    if how == "trade":
        frame, flows = trade(name)
        chain = odd_chain(name, codes=(*sorted({*frame["product"]}), "999999"))
        seen = TradeTwin(chain, rows(frame), HOMES[home], name=home, year=2022, least=2)
        twin = ChainTwin(chain, HOMES[home], name=home, trade=seen)
        limits = diagnose.ChainThresholds(products=2.0)
        return diagnose.chain(
            system_of(chain, flows), chain.name, home=home, thresholds=limits
        ), twin
    chain = ours()[name] if isinstance(name, str) else odd_chain(name)
    asked = dict(ASKED[how])
    twin = ChainTwin(chain, HOMES[home], name=home, **asked)
    asked["closed_routes"] = asked.pop("shut", ())
    return diagnose.chain(system_of(chain), chain.name, home=home, **asked), twin


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def both(request):
    return answered(*request.param)


def number(cell):
    return math.nan if cell is None or cell is pd.NA else float(cell)


def assert_numbers(frame, wanted, columns):
    """Assert that rows of a frame, by key, hold the numbers that were wanted."""
    assert set(frame.index) == set(wanted)
    for column in columns:
        held = [number(cell) for cell in frame[column].astype("object")]
        asked = [number(wanted[key][column]) for key in frame.index]
        np.testing.assert_allclose(held, asked, rtol=0, atol=1e-9, err_msg=column)


def test_every_number_of_the_diagnosis(both):
    found, twin = both
    wanted, frame = twin.table(), found.table().set_index("node")
    assert_numbers(frame, wanted, NUMBERS)
    for column in WORDS:
        assert list(frame[column]) == [wanted[node][column] for node in frame.index], column


def test_the_columns_that_no_twin_counts_are_words_or_draws():
    found, _ = answered("photovoltaics", "CHN", "plain")
    rest = set(found.table().columns) - {*NUMBERS, *WORDS, "node", "final"}
    assert {column for column in rest if found.table()[column].dtype.kind in "fib"} == {
        "rank_5",
        "rank_95",
    }


def test_the_gravest_stand_first_and_equal_ones_by_rank(both):
    found, _ = both
    frame = found.table()
    order = ["stuck", "broken", "blocked", "unknown", "fine", "long plate"]
    grave = [order.index(word) for word in frame["status"]]
    assert grave == sorted(grave)
    for _, same in frame.groupby("status"):
        assert list(same["watch"]) == sorted(same["watch"], reverse=True)


def test_what_stops_without_a_node(both):
    found, twin = both
    frame = found.tables()["chain_losses"].set_index("node")
    wanted = {node: twin.loss(node) for node in twin.nodes}
    counts = [
        column for column in wanted[next(iter(wanted))] if column not in {"stopped", "value_of"}
    ]
    assert_numbers(frame, wanted, counts)
    for node, text in frame["stopped"].items():
        assert sorted(text.split("; ")) == sorted(wanted[node]["stopped"].split(";"))


def test_who_supplies_each_node(both):
    found, twin = both
    frame = found.tables()["chain_supply_shares"].set_index(["node", "place"])
    wanted, firmness = {}, {}
    for node in twin.nodes:
        held, basis, _, weakest = twin.shares(node)
        firmness[node] = weakest
        for place, (low, high) in held.items():
            wanted[node, place] = {"share": low, "share_high": high, "basis": basis}
            wanted[node, place]["home"] = place in {twin.name, *twin.home}
    assert_numbers(frame, wanted, ["share", "share_high", "home"])
    assert list(frame["basis"]) == [wanted[key]["basis"] for key in frame.index]
    for node, some in frame["evidence"].groupby(level=0):
        assert max(map(EVIDENCE.index, some)) == firmness[node]


def test_the_completeness_at_home(both):
    found, twin = both
    frame = found.tables()["chain_completeness"]
    keys = list(zip(frame["scope"], frame["word"].fillna(""), strict=True))
    wanted = twin.completeness()
    assert_numbers(frame.set_index(pd.Index(keys, tupleize_cols=False)), wanted, wanted["all", ""])


def test_the_nodes_that_all_paths_pass(both):
    found, twin = both
    frame = found.tables()["chain_dominators"]
    held = set(zip(frame["final"], frame["node"], strict=True))
    wanted = {
        (good, node)
        for good in twin.finals
        for node in twin.nodes
        if node != good and twin.dominates(node, good)
    }
    assert held == wanted


LOCALISED = [
    *((name, home) for name in OURS for home in ("CHN", "EU27")),
    *((seed, home) for seed in range(8) for home in ("CHN", "DEU+FRA")),
]


@pytest.mark.parametrize(("name", "home"), LOCALISED)
def test_localisation_tier_by_tier(name, home):
    chain = ours()[name] if isinstance(name, str) else odd_chain(name, costs=True, loops=False)
    frame = diagnose.localisation(system_of(chain), chain.name, home=home).table()
    wanted = localisation_twin(ChainTwin(chain, HOMES[home], name=home))
    columns = next(iter(wanted.values()))
    assert set(columns) == set(frame.columns) - {"node", "name_en", "name_zh", "stage"}
    assert_numbers(frame.set_index("node"), wanted, columns)


def test_a_bloc_of_which_one_member_is_named_may_have_all_that_nobody_names():
    found, _ = answered("lithium-ion-battery", "EU27", "plain")
    ore = found.table().set_index("node").loc["copper-ore"]
    assert ore["home_share"] == pytest.approx(0.03)  # Poland and Spain
    assert ore["home_share_high"] == pytest.approx(0.07)


def test_a_share_that_may_come_to_half_leaves_a_single_point_open():
    found, _ = answered("lithium-ion-battery", "CHN", "plain")
    copper = found.table().set_index("node").loc["refined-copper"]
    assert copper["top_share"] + 1.0 - copper["named_share"] == pytest.approx(0.5)
    assert copper["single_point"] is pd.NA


def test_a_share_that_its_bounds_pin_is_known():
    found, _ = answered("advanced-chips", "EU27", "plain")
    laser = found.table().set_index("node").loc["euv-drive-laser"]
    assert laser["home_share"] == laser["home_share_low"] == laser["home_share_high"] == 1.0
