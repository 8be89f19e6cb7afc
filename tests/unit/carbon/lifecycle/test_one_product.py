"""Where the footprint of one product comes from: every split adds up to it."""

import numpy as np
import pandas as pd
import pytest

from chainwright import carbon
from chainwright.carbon.lifecycle import routes
from chainwright.errors import CapacityError, InfeasibleError, ParameterError, UnknownCodeError
from product_chains import random_chain, steelworks


@pytest.fixture(scope="module")
def steel():
    return carbon.footprints(steelworks(), tolerance=1e-13).of("steel", threshold=1e-6)


def test_tiers_and_the_rest_add_up(steel):
    table = steel.table()
    assert table["tier"].tolist()[:2] == ["0", "1"]
    assert table["tier"].iloc[-1] == "rest"
    np.testing.assert_allclose(table["footprint"].iloc[:3], [0.1, 1.725, 0.0603], rtol=1e-14)
    assert table["footprint"].sum() == pytest.approx(steel.footprint, rel=1e-14)
    assert table["cumulated_share"].iloc[-1] == pytest.approx(1.0, rel=1e-14)


def test_a_chain_without_loops_ends_with_its_last_tier_and_leaves_no_rounding():
    made = pd.DataFrame({"process": ["power", "ore", "iron", "coil"]})
    used = pd.DataFrame(
        [
            ("power", "emission", "co2", 0.55596),
            ("ore", "input", "power", 0.02),
            ("ore", "emission", "co2", 0.005),
            ("iron", "input", "ore", 1.6),
            ("iron", "input", "power", 0.08),
            ("iron", "emission", "co2", 1.45),
            ("coil", "input", "iron", 1040.0),
            ("coil", "input", "power", 310.0),
            ("coil", "emission", "co2", 120.0),
        ],
        columns=["process", "kind", "item", "amount"],
    )
    coil = carbon.footprints(carbon.read_processes(made, used)).of("coil")
    table = coil.table()
    iron = 1.45 + 0.08 * 0.55596 + 1.6 * (0.005 + 0.02 * 0.55596)
    assert coil.footprint == pytest.approx(120 + 310 * 0.55596 + 1040 * iron, rel=1e-14)
    assert table["tier"].tolist() == ["0", "1", "2", "3", "rest"]
    assert table["footprint"].iloc[1] == pytest.approx(1040 * 1.45 + 310 * 0.55596, rel=1e-14)
    assert table["footprint"].iloc[3] == pytest.approx(1040 * 1.6 * 0.02 * 0.55596, rel=1e-14)
    assert table["footprint"].iloc[4] == 0


def test_inputs_and_own_emissions_are_the_footprint(steel):
    inputs = steel.inputs().set_index("input")
    assert inputs["footprint"].sum() == pytest.approx(steel.footprint, rel=1e-12)
    assert inputs.loc["direct", "footprint"] == 0.1
    assert inputs.loc["iron", "footprint"] == pytest.approx(1.05 * 1.55462762, rel=1e-8)
    assert inputs.index[0] == "iron"


def test_sources_and_parts_are_the_footprint(steel):
    assert steel.sources()["footprint"].sum() == pytest.approx(steel.footprint, rel=1e-12)
    parts = steel.parts().groupby("by")["footprint"].sum()
    np.testing.assert_allclose(parts, steel.footprint, rtol=1e-12)
    made = steel.sources().set_index("source")["made"]
    assert made["iron"] == pytest.approx(1.0544951, rel=1e-6)


def test_what_flows_into_a_node_of_the_picture_flows_out_of_it(steel):
    edges = steel.edges()
    into = edges.groupby("to_product")["footprint"].sum()
    out = edges.groupby("from_product")["footprint"].sum()
    own = steel.sources().set_index("source")["footprint"]
    for name in ("power", "iron", "steel"):
        sold = steel.footprint if name == "steel" else 0.0
        balance = into.get(name, 0.0) + own[name] - out.get(name, 0.0) - sold
        assert balance == pytest.approx(0.0, abs=1e-5 * steel.footprint)


def test_paths_and_what_was_cut_are_the_footprint(steel):
    paths = steel.paths
    total = paths.emission.sum() + paths.cut
    assert total == pytest.approx(steel.footprint, rel=1e-12)
    table = paths.table()
    assert table["path"].iloc[0] == "iron > steel"
    assert table["footprint"].iloc[0] == pytest.approx(1.575, rel=1e-14)
    loop = table[table["path"] == "iron > steel > power > steel"]
    assert loop["amount"].iloc[0] == pytest.approx(0.3 * 0.01 * 1.05, rel=1e-14)


def test_no_path_that_carries_the_threshold_is_missing():
    recipes, direct = random_chain(np.random.default_rng(1), n=12)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct), tolerance=1e-13)
    root = int(np.argmax(np.nan_to_num(1.0 - direct / np.maximum(found.footprint, 1e-9))))
    table = found.of(f"P{root + 1}", threshold=0.01).paths.table()
    least = 0.01 * found.footprint[root]

    def walked(node, brought, words, depth):
        if direct[node] * brought >= least > 0.0:
            yield " > ".join(words)
        for i in np.flatnonzero(recipes[:, node]):
            if depth < 12 and brought * found.footprint[node] >= 0.5 * least:
                more = [f"P{i + 1}", *words]
                yield from walked(i, brought * recipes[i, node], more, depth + 1)

    some = set(walked(root, 1.0, [f"P{root + 1}"], 0))
    assert some <= set(table["path"])
    assert len(some) > 1


def test_a_tree_of_credits_has_no_bound_and_a_vast_one_no_room(monkeypatch):
    recipes, direct = random_chain(np.random.default_rng(5), credit=True)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct))
    with pytest.raises(InfeasibleError, match="credits"):
        _ = found.of("P3").paths
    monkeypatch.setattr(routes, "MOST", 3)
    with pytest.raises(CapacityError, match="Raise the threshold"):
        _ = carbon.footprints(steelworks()).of("steel", threshold=1e-6).paths


def test_a_picture_names_the_product_and_its_suppliers(steel):
    figure = steel.plot()
    words = [text.get_text() for text in figure.axes[0].texts]
    assert any(word.startswith("iron") for word in words)
    assert figure.get_suptitle().startswith("steel: 1.896")


def test_suppliers_beyond_eight_stand_together_in_the_picture():
    n = 15
    recipes = np.zeros((n, n))
    recipes[1:, 0] = np.arange(9.0, n + 8)
    products = carbon.ProductSystem.of_arrays(recipes, np.ones(n))
    words = [t.get_text() for t in carbon.footprints(products).of("P1").plot().axes[0].texts]
    assert sum(word.startswith("others") for word in words) == 1
    assert len(words) == 1 + 8 + 1


@pytest.mark.parametrize("given", [{"tiers": 0}, {"threshold": 0.0}, {"threshold": 1.5}])
def test_what_is_out_of_range_is_refused(given):
    with pytest.raises(ParameterError):
        carbon.footprints(steelworks()).of("steel", **given)


def test_an_unknown_product_is_refused_with_near_names():
    with pytest.raises(UnknownCodeError, match="Did you mean steel"):
        carbon.footprints(steelworks()).of("steeel")
