"""Accounts of stressors against the dense inverse, whole and in batches."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright.accounts import stressor_accounts, stressors
from chainwright.errors import MissingPartError
from chainwright.sources.reading import Origin
from chainwright.system import Axis, Flows, Nodes, Stressors, System
from chainwright.tables import schema
from chainwright.units import Money
from worlds import national, world

REGIONS, SECTORS = 4, 3


def loaded(seed, *, dtype=np.float64):
    """Return a world with two stressors, which final users put out too."""
    system = world(seed, regions=REGIONS, sectors=SECTORS)
    flows, rng = system.flows, np.random.default_rng(seed)
    n, m = len(flows.nodes), len(flows.users)
    axis = Axis("stressor", ("CO2", "jobs"))
    both = Stressors(axis, ("t", "persons"), rng.random((2, n)) * 9.0, rng.random((2, m)))
    return System(replace(flows, stressors=both, matrix=flows.matrix.astype(dtype)))


@pytest.fixture
def system():
    return loaded(21)


def by_hand(system):
    """Return the accounts from the dense inverse, one consumer at a time."""
    flows = system.flows
    n, region, sector = len(flows.nodes), flows.nodes.region, flows.nodes.sector
    inverse = np.linalg.inv(np.eye(n) - flows.coefficients())
    intensity = flows.stressors.matrix / flows.output
    found = {
        "multipliers": intensity @ inverse,
        "consumption": np.zeros((2, REGIONS, SECTORS)),
        "imports": np.zeros((2, REGIONS, SECTORS)),
        "exports": np.zeros((2, n)),
    }
    for c in range(REGIONS):
        demand = flows.final[:, flows.users.region == c].sum(axis=1)
        for p in range(SECTORS):
            caused = intensity * (inverse @ np.where(sector == p, demand, 0.0))
            found["consumption"][:, c, p] = caused.sum(axis=1)
            found["imports"][:, c, p] = caused[:, region != c].sum(axis=1)
            found["exports"] += np.where(region != c, caused, 0.0)
    return found


@pytest.mark.parametrize("columns", [1, 4, 256])
def test_every_account_is_what_the_dense_inverse_says(system, monkeypatch, columns):
    monkeypatch.setattr(stressors, "COLUMNS", columns)
    found = stressor_accounts(system)
    for name, expected in by_hand(system).items():
        np.testing.assert_allclose(
            getattr(found, name), expected, atol=1e-13 * np.abs(expected).max(), err_msg=name
        )
    np.testing.assert_array_equal(found.production, system.flows.stressors.matrix)
    np.testing.assert_array_equal(found.input_coefficients, system.flows.coefficients())


def test_regional_accounts_hold_final_users_and_accounts_by_sector_do_not(system):
    found, given = stressor_accounts(system), system.flows.stressors
    users = np.stack(
        [given.final[:, 2 * c : 2 * c + 2].sum(axis=1) for c in range(REGIONS)], axis=1
    )
    np.testing.assert_allclose(found.final_users, users)
    sums = given.matrix.reshape(2, REGIONS, SECTORS).sum(axis=2)
    np.testing.assert_allclose(found.production_by_region, sums + users)
    np.testing.assert_allclose(found.consumption_by_region, found.consumption.sum(axis=2) + users)


def test_consumption_is_production_less_exports_plus_imports(system):
    found = stressor_accounts(system)
    np.testing.assert_allclose(
        found.consumption_by_region,
        found.production_by_region - found.exports_by_region + found.imports_by_region,
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        found.imports_by_region.sum(axis=1), found.exports_by_region.sum(axis=1), rtol=1e-12
    )


def test_float32_is_near_and_says_how_near():
    double = stressor_accounts(loaded(22))
    single = stressor_accounts(loaded(22, dtype=np.float32), dtype="float32")
    assert single.parameters == {"dtype": "float32", "error": single.error}
    assert 1e-9 < single.error < 1e-5
    for name in ("multipliers", "consumption", "imports", "exports"):
        exact = getattr(double, name)
        assert np.abs(getattr(single, name) - exact).max() < 2e-5 * np.abs(exact).max()
    assert single.input_coefficients.dtype == np.float32


def test_stressors_of_a_node_without_output_are_told_and_placed_nowhere():
    system = world(23, idle=True)
    found = stressor_accounts(system)
    given = system.flows.stressors.matrix
    assert found.unplaced.tolist() == given[:, -1].tolist()
    assert found.consumption.sum() == pytest.approx(given[:, :-1].sum(), rel=1e-12)
    assert found.production.sum() == given.sum()


def test_what_a_nation_exports_is_consumed_abroad():
    flows = national(24).flows
    axis = Axis("stressor", ("CO2",))
    given = Stressors(axis, ("t",), np.ones((1, 4)), np.array([[3.0, 0.0]]))
    found = stressor_accounts(System(replace(flows, stressors=given)))
    assert found.consumers.codes == ("N", "abroad")
    assert found.consumption.sum() == pytest.approx(4.0, rel=1e-12)
    assert found.exports_by_region[0, 0] == pytest.approx(found.consumption[0, 1].sum())
    assert found.imports_by_region[0, 0] == pytest.approx(0.0, abs=1e-14)
    assert found.final_users.tolist() == [[3.0, 0.0]]
    assert found.production_by_region[0].tolist() == [7.0, 0.0]


def test_regions_that_only_make_or_only_use_have_their_accounts():
    # P makes ore for Q's steel; only C, which makes nothing, uses any of it
    nodes = Nodes.of([("P", "ore"), ("Q", "steel")])
    users = Nodes.of([("C", "household")])
    axis = Axis("stressor", ("CO2",))
    flows = Flows(
        nodes=nodes,
        users=users,
        roles=("household",),
        matrix=np.array([[0.0, 2.0], [0.0, 0.0]]),
        final=np.array([[2.0], [4.0]]),
        value_added_kinds=Axis("kind", ()),
        value_added=np.zeros((0, 2)),
        money=Money(),
        origin=Origin(),
        stressors=Stressors(axis, ("t",), np.array([[8.0, 12.0]]), np.zeros((1, 1))),
    )
    found = stressor_accounts(System(flows))
    assert found.multipliers.tolist() == [[2.0, 4.0]]
    assert found.consumption.tolist() == [[[4.0, 16.0]]]
    assert found.imports.tolist() == found.consumption.tolist()
    assert found.exports.tolist() == [[8.0, 12.0]]


def test_the_tables_have_their_columns_and_say_their_units(system):
    found = stressor_accounts(system)
    tables = found.tables()
    assert list(tables) == ["stressor_accounts", "stressor_producers", "stressor_products"]
    for name, table in tables.items():
        assert list(table.columns) == [column.column for column in schema(name)]
    regions, producers, products = tables.values()
    assert len(regions) == 2 * REGIONS
    assert len(producers) == 2 * REGIONS * SECTORS == len(products)
    assert regions["stressor"].tolist() == ["CO2"] * REGIONS + ["jobs"] * REGIONS
    assert set(regions[regions["stressor"] == "jobs"]["unit"]) == {"persons"}
    co2 = regions[regions["stressor"] == "CO2"]
    assert co2["consumption_account"].is_monotonic_decreasing
    row = products[(products.region == "R2") & (products.sector == "s1")].iloc[0]
    assert row["consumption"] == found.consumption[0, 2, 1]
    row = producers[(producers.region == "R3") & (producers.stressor == "jobs")].iloc[0]
    assert row["multiplier"] == found.multipliers[1, 3 * SECTORS]
    units = found.units_of("stressor_producers")
    assert units["intensity"] == "column unit / (million USD of 2020)"
    assert units["production"] == "as in column unit"


def test_a_table_without_stressors_is_refused():
    with pytest.raises(MissingPartError, match="block 'stressor'"):
        stressor_accounts(national(25))
