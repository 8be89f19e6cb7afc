"""Product systems of a maker and of an economy: the same numbers as their own parts give."""

import io

import numpy as np
import pandas as pd
import pytest

from chainwright import accounts, carbon
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import System
from chainwright.tables import example
from toy_makers import two_products
from toys import toy_table


def test_a_bill_of_materials_carries_what_its_items_emit():
    maker = two_products()
    network = maker.maker.network
    first, last = network.items.codes[0], network.items.codes[-1]
    products = carbon.product_system(maker, direct={last: 3.0, first: 1.0})
    emitted = np.zeros(len(network.items.codes))
    emitted[[0, -1]] = [1.0, 3.0]
    found = carbon.footprints(products)
    np.testing.assert_allclose(found.footprint, network.reach.T @ emitted, rtol=1e-12)
    assert "counted as none" in products.origin.notes[0]


def test_declared_footprints_of_suppliers_cut_the_bill():
    maker = two_products()
    codes = maker.maker.network.items.codes
    products = carbon.product_system(maker, direct={codes[0]: 1.0}, declared={codes[-1]: 5.0})
    assert carbon.footprints(products).footprint[-1] == 5.0


def test_an_economy_carries_what_its_accounts_say():
    system = System.from_table(pd.read_csv(io.StringIO(example("flows"))))
    stressor = system.flows.stressors.axis.codes[0]
    found = carbon.footprints(carbon.product_system(system, of=stressor), tolerance=1e-13)
    embodied = accounts.footprint(system, of=stressor).embodied.sum()
    demand = system.flows.demand
    assert found.footprint @ demand == pytest.approx(embodied, rel=1e-9)
    assert found.products.emission_unit == system.flows.stressors.units[0]
    assert set(found.products.frame["country"]) == set(system.flows.nodes.regions.codes)


def test_what_is_missing_is_said():
    maker = two_products()
    with pytest.raises(ParameterError, match="a bill of materials has none"):
        carbon.product_system(maker)
    with pytest.raises(UnknownCodeError, match="item of this maker"):
        carbon.product_system(maker, direct={"?": 1.0})
    with pytest.raises(ParameterError, match="a number for"):
        carbon.product_system(maker, direct={maker.maker.network.items.codes[0]: float("nan")})
    with pytest.raises(ParameterError, match="a stressor"):
        carbon.product_system(System.from_table(toy_table()))
    with pytest.raises(MissingPartError, match="a maker or flows"):
        carbon.product_system(System())
