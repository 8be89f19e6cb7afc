"""Footprints of drawn inventories beside dense solves: outputs, credits, loops, cuts, parts."""

import warnings

import numpy as np
import pandas as pd
import pytest

from chainwright import carbon
from chainwright.errors import InfeasibleError
from footprint_twin import drawn_inventory


def read(inventory):
    """Return the product system of two tables; a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return carbon.read_processes(inventory.processes, inventory.exchanges)


def inputs_per_unit(inventory):
    """Return T = I - A D^-1."""
    made = inventory.technosphere()
    output = inventory.processes["output"].to_numpy(dtype=float)
    return np.diag(output) @ np.diag(1.0 / output) - made / output


KINDS = {
    "plain": {},
    "credits": {"credits": 3},
    "declared": {"declared": 4},
    "both": {"credits": 2, "declared": 3},
    "slow": {"load": 0.999},
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", KINDS)
def test_all_footprints_are_those_of_a_dense_solve(kind, seed):
    inventory = drawn_inventory(np.random.default_rng([seed, 1]), **KINDS[kind])
    found = carbon.footprints(read(inventory), tolerance=1e-12)
    expected = inventory.solved(inventory.emitted())
    np.testing.assert_allclose(found.footprint, expected, rtol=1e-9, atol=1e-12)
    assert found.products.codes == tuple(inventory.names)


@pytest.mark.parametrize("gain", [0.9, 0.9999, 0.999999, 1.0 - 1e-9])
@pytest.mark.parametrize("method", ["auto", "direct"])
def test_loops_near_one_are_solved_all_the_same(gain, method):
    inventory = drawn_inventory(np.random.default_rng(5), loop=gain)
    found = carbon.footprints(read(inventory), method=method)
    expected = inventory.solved(inventory.emitted())
    np.testing.assert_allclose(found.footprint, expected, rtol=2e-8 + 1e-15 / (1.0 - gain))
    assert (found.footprint[expected == 0.0] == 0.0).all()


@pytest.mark.parametrize("credits", [0, 1])
@pytest.mark.parametrize("gain", [1.2, 3.0])
def test_a_loop_that_needs_more_than_it_makes_is_refused(gain, credits):
    inventory = drawn_inventory(np.random.default_rng(5), loop=gain, credits=credits)
    with pytest.raises(InfeasibleError):
        carbon.footprints(read(inventory))


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("seed", range(4))
def test_the_true_footprint_lies_between_the_certified_bounds(seed, tolerance):
    inventory = drawn_inventory(np.random.default_rng([seed, 2]), n=20, load=0.97)
    found = carbon.footprints(read(inventory), tolerance=tolerance)
    true = inventory.solved(inventory.emitted())
    slack = 4e-15 * 20 * np.abs(true)
    assert (found.solved.lower <= true + slack).all()
    assert (found.solved.upper >= true - slack).all()
    assert (found.solved.lower <= found.footprint).all()
    assert (found.footprint <= found.solved.upper).all()
    width = found.solved.upper - found.solved.lower
    if tolerance < 1e-6:
        assert (width <= 1e-3 * true + 1e-300).all()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["plain", "both"])
def test_parts_are_solves_of_the_parts(kind, seed):
    inventory = drawn_inventory(np.random.default_rng([seed, 3]), **KINDS[kind])
    found = carbon.footprints(read(inventory), tolerance=1e-13)
    country = inventory.processes["country"].fillna("")
    where = dict(zip(inventory.names, country, strict=True))
    cut = inventory.declared()
    said = {
        "scope": lambda row: "" if pd.isna(row.scope) else row.scope,
        "country": lambda row: where[row.process],
        "flow": lambda row: row.item,
    }
    for part, of in said.items():
        names, values = found.by(part)
        for name, column in zip(names, values.T, strict=True):
            if name == "declared":
                expected = inventory.solved(np.zeros(len(cut)), at_declared=cut)
            else:
                emitted = inventory.emitted(lambda row, n=name, f=of: f(row) == n)
                expected = inventory.solved(emitted, at_declared=0.0)
            np.testing.assert_allclose(column, expected, rtol=1e-9, atol=1e-11, err_msg=name)
        np.testing.assert_allclose(values.sum(axis=1), found.footprint, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("seed", range(6))
def test_primary_shares_are_the_part_that_rests_on_primary_data(seed):
    rng = np.random.default_rng([seed, 4])
    inventory = drawn_inventory(rng, declared=3)
    whole = inventory.solved(inventory.emitted())
    share = inventory.processes["primary_share"].fillna(0.0).to_numpy()
    right = share * inventory.emitted()
    primary = inventory.solved(right, at_declared=share * inventory.declared())
    found = carbon.footprints(read(inventory), tolerance=1e-13)
    known = whole > 0.0
    shares = primary[known] / whole[known]
    np.testing.assert_allclose(found.primary_share[known], shares, rtol=1e-9, atol=1e-13)
    assert np.isnan(found.primary_share[~known]).all()


@pytest.mark.parametrize("seed", range(6))
def test_given_footprints_go_before_those_of_the_table(seed):
    inventory = drawn_inventory(np.random.default_rng([seed, 5]), declared=2)
    names = inventory.names
    given = {names[0]: 3.25, names[7]: 0.0}
    found = carbon.footprints(read(inventory), declared=given, tolerance=1e-13)
    expected = inventory.solved(inventory.emitted(), declared=given)
    np.testing.assert_allclose(found.footprint, expected, rtol=1e-9, atol=1e-14)
    assert found.footprint[0] == 3.25
    assert found.footprint[7] == 0.0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["plain", "credits", "declared"])
def test_tiers_first_inputs_sources_and_edges_are_matrix_products(kind, seed):
    inventory = drawn_inventory(np.random.default_rng([seed, 6]), **KINDS[kind])
    found = carbon.footprints(read(inventory), tolerance=1e-13)
    recipe, output = inputs_per_unit(inventory), inventory.processes["output"].to_numpy()
    direct, cut = inventory.emitted() / output, ~np.isnan(inventory.declared())
    recipe[:, cut] = 0.0
    direct[cut] = inventory.declared()[cut]
    y = inventory.solved(inventory.emitted())
    row = int(np.argmax(np.where(cut, -1.0, y)))
    final = np.eye(len(y))[row]
    made = np.linalg.solve(np.eye(len(y)) - recipe, final)
    one = found.of(inventory.names[row], tiers=6, threshold=1e-15)
    level, tiers = final, []
    for _ in range(6):
        tiers.append(direct @ level)
        level = recipe @ level
    table = one.table().set_index("tier")["footprint"]
    np.testing.assert_allclose(table.to_numpy()[:6], tiers, rtol=1e-11, atol=1e-13)
    assert table["rest"] == pytest.approx(y[row] - sum(tiers), rel=1e-7, abs=1e-9 * y[row])
    names = {name: i for i, name in enumerate(inventory.names)}
    inputs = one.inputs().groupby("input")["footprint"].sum()
    assert inputs.get("direct", 0.0) == pytest.approx(direct[row], rel=1e-12)
    for name, carried in inputs.drop("direct", errors="ignore").items():
        i = names[name]
        assert carried == pytest.approx(recipe[i, row] * y[i], rel=1e-9, abs=1e-13)
    assert inputs.sum() == pytest.approx(y[row], rel=1e-9)
    sources = one.sources().set_index("source")["footprint"]
    for name, i in names.items():
        expected = direct[i] * made[i]
        assert sources.get(name, 0.0) == pytest.approx(expected, rel=1e-9, abs=1e-10 * y[row])
    balance_of_edges(one.edges(), names, recipe * made * y[:, None], direct * made, row)


def balance_of_edges(edges, names, carried, own, row):
    """Each link is amount x footprint; what flows into a node and its own emissions flow out."""
    into, out = np.zeros(len(own)), np.zeros(len(own))
    for edge in edges.itertuples():
        i, k = names[edge.from_product], names[edge.to_product]
        assert edge.footprint == pytest.approx(carried[i, k], rel=1e-8, abs=1e-10)
        into[k] += edge.footprint
        out[i] += edge.footprint
    total = into[row] + own[row] - out[row]
    out[row] += total
    np.testing.assert_allclose(into + own, out, rtol=1e-7, atol=1e-9 * abs(total))
    assert edges["share"].to_numpy() == pytest.approx(edges["footprint"].to_numpy() / total)


@pytest.mark.parametrize("seed", range(4))
def test_paths_of_the_tree_add_up_to_the_footprint(seed):
    inventory = drawn_inventory(np.random.default_rng([seed, 7]), load=0.5, declared=1)
    found = carbon.footprints(read(inventory), tolerance=1e-13)
    recipe, output = inputs_per_unit(inventory), inventory.processes["output"].to_numpy()
    direct, cut = inventory.emitted() / output, ~np.isnan(inventory.declared())
    recipe[:, cut] = 0.0
    direct[cut] = inventory.declared()[cut]
    row = int(np.argmax(np.where(cut, -1.0, found.footprint)))
    one = found.of(inventory.names[row], threshold=0.01)
    y, least = found.footprint, 0.01 * found.footprint[row]
    expected = {}

    def walk(path, amount):
        """Follow every branch that carries the threshold."""
        if amount * direct[path[0]] >= least:
            key = tuple(inventory.names[i] for i in path)
            expected[key] = expected.get(key, 0.0) + amount * direct[path[0]]
        for i in np.flatnonzero(recipe[:, path[0]]):
            if amount * recipe[i, path[0]] * y[i] >= least:
                walk((int(i), *path), amount * recipe[i, path[0]])

    walk((row,), 1.0)
    table = one.paths.table()
    got = sorted(table["footprint"], reverse=True)
    np.testing.assert_allclose(got, sorted(expected.values(), reverse=True), rtol=1e-9)
    assert one.paths.emission.sum() + one.paths.cut == pytest.approx(y[row], rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["plain", "credits", "slow", "declared"])
def test_the_change_of_one_supplier_is_the_difference_of_two_solves(kind, seed):
    rng = np.random.default_rng([seed, 8])
    inventory = drawn_inventory(rng, **KINDS[kind])
    found = carbon.footprints(read(inventory), tolerance=1e-13)
    output, names = inventory.processes["output"].to_numpy(), inventory.names
    recipe, direct = inputs_per_unit(inventory), inventory.emitted() / output
    cut = ~np.isnan(inventory.declared())
    recipe[:, cut], direct[cut] = 0.0, inventory.declared()[cut]
    free = np.flatnonzero(~cut)
    maker, user = int(free[2]), int(free[5])
    used = [int(i) for i in np.flatnonzero(recipe[:, user])]
    new_direct, changed = direct.copy(), recipe.copy()
    new_direct[maker] = 0.3 * direct[maker] + 0.01
    changes = {}
    for i in used[:2]:
        changed[i, user] = 0.4 * recipe[i, user]
        changes[names[user], names[i]] = changed[i, user]
    new = next(i for i in free.tolist() if recipe[i, user] == 0.0 and i != user)
    changed[new, user] = 1e-3
    changes[names[user], names[new]] = 1e-3
    after = found.changed(direct={names[maker]: new_direct[maker]}, inputs=changes)
    before = np.linalg.solve(np.eye(len(cut)) - recipe.T, direct)
    expected = np.linalg.solve(np.eye(len(cut)) - changed.T, new_direct)
    np.testing.assert_allclose(after.after, expected, rtol=1e-8, atol=1e-12)
    scale = 1e-9 * np.abs(before)
    assert (np.abs(after.difference - (expected - before)) <= scale + 1e-12).all()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["plain", "credits", "declared"])
def test_the_mass_balance_closes(kind, seed):
    rng = np.random.default_rng([seed, 9])
    inventory = drawn_inventory(rng, **KINDS[kind])
    found = carbon.footprints(read(inventory), tolerance=1e-13)
    final = rng.random(len(inventory.names)) * (rng.random(len(inventory.names)) < 0.5)
    left, right = found.closure(final)
    expected = float(final @ inventory.solved(inventory.emitted()))
    assert left == pytest.approx(expected, rel=1e-9)
    assert right == pytest.approx(expected, rel=1e-9)


def test_rows_of_one_link_are_one_link_in_paths_inputs_and_edges():
    made = pd.DataFrame({"process": ["power", "steel"], "unit": "kg"})
    rows = [("steel", "input", "power", 0.004)] * 3 + [("power", "emission", "co2", 1.0)]
    used = pd.DataFrame(rows, columns=["process", "kind", "item", "amount"])
    used = pd.concat(
        [used, pd.DataFrame([("steel", "emission", "co2", 1.0)], columns=used.columns)]
    )
    one = carbon.footprints(carbon.read_processes(made, used)).of("steel", threshold=0.01)
    assert one.paths.table()["footprint"].tolist() == pytest.approx([1.0, 0.012], rel=1e-12)
    assert one.edges()["footprint"].tolist() == pytest.approx([0.012], rel=1e-12)
    assert one.inputs()["amount"].tolist()[1:] == pytest.approx([0.012], rel=1e-12)


def test_a_product_with_credits_is_told_all_but_its_paths():
    inventory = drawn_inventory(np.random.default_rng(3), credits=3)
    found = carbon.footprints(read(inventory))
    told = found.of(inventory.names[int(np.argmax(found.footprint))]).tables()
    assert "product_paths" not in told
    assert {"product_tiers", "product_inputs", "product_sources", "product_edges"} <= set(told)
    with pytest.raises(InfeasibleError, match="below nought"):
        found.of(inventory.names[0]).paths  # noqa: B018
