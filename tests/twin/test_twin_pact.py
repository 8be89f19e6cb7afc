"""Declared units of PACT documents: every number beside exact decimals worked out by hand."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import pytest

from chainwright import carbon
from chainwright.carbon.exchange.pact_documents import PactFootprint
from chainwright.carbon.exchange.pact_products import pact_footprints

MADE = datetime(2026, 3, 1, tzinfo=UTC)
COMMON = {
    "description": "steel", "company": "Example Steel", "company_ids": "urn:uuid:a",
    "product_ids": "urn:pact:example.com:product-id:1", "start": "2025-01-01",
    "end": "2026-01-01", "place": "CN", "standards": "ISO14067", "gwp": "AR6", "fossil_carbon": 0.0,
}  # fmt: skip


def written(footprints=None, **columns):
    """Return the one document of a row, as JSON values, and as it is read again."""
    table = pd.DataFrame([{**COMMON, "product": "coil", **columns}])
    (found,) = pact_footprints(table, footprints, created=MADE)
    document = json.loads(found.as_json())
    return document["pcf"], PactFootprint.of(document)


def test_a_footprint_of_a_thousand_kilograms_is_a_thousandth_of_it_per_kilogram():
    pcf, read = written(unit="kilogram", amount=1000.0, footprint=2300.0, primary_share=0.42)
    assert Decimal(pcf["declaredUnitAmount"]) == 1000
    assert Decimal(pcf["productMassPerDeclaredUnit"]) == 1000
    assert Decimal(pcf["pcfExcludingBiogenicUptake"]) == 2300
    assert read.footprint == 2300
    assert read.per_unit == read.per_kg == Decimal("2.3")


def test_a_piece_of_twelve_and_a_half_kilograms():
    pcf, read = written(
        unit="piece", amount=4.0, mass_kg=50.0, footprint=118.0, primary_share=0.1, fossil=120.5,
        biogenic_uptake=-2.75, fossil_carbon=0.3,
    )  # fmt: skip
    assert read.per_unit == Decimal("29.5")
    assert read.per_kg == Decimal("2.36")
    assert Decimal(pcf["productMassPerDeclaredUnit"]) == 50
    assert Decimal(pcf["fossilGhgEmissions"]) == Decimal("120.5")
    excluding = Decimal(pcf["pcfExcludingBiogenicUptake"])
    assert Decimal(pcf["pcfIncludingBiogenicUptake"]) == excluding + Decimal("-2.75")
    assert Decimal(pcf["fossilCarbonContent"]) == Decimal("0.3")


def test_power_has_no_mass_and_so_no_footprint_by_mass():
    pcf, read = written(
        unit="kilowatt hour", amount=1000.0, footprint=577.7, primary_share=1.0, mass_kg=0.0
    )
    assert read.per_unit == Decimal("0.5777")
    assert read.per_kg is None
    assert Decimal(pcf["productMassPerDeclaredUnit"]) == 0
    assert Decimal(pcf["primaryDataShare"]) == 100


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e-7, 123456789.123, 1 / 3, 2.0])
def test_decimals_are_plain_strings_that_give_the_number_back(value):
    pcf, read = written(unit="kilogram", amount=1.0, footprint=value, primary_share=0.5)
    text = pcf["pcfExcludingBiogenicUptake"]
    assert isinstance(text, str)
    assert "e" not in text.lower()
    assert float(text) == value
    assert float(read.footprint) == value


def test_a_footprint_out_of_a_chain_is_multiplied_by_the_declared_amount():
    made = pd.DataFrame(
        {"process": ["power", "coil"], "unit": ["kWh", "kg"], "primary_share": [0.25, 1.0]}
    )
    used = pd.DataFrame(
        {
            "process": ["coil", "power", "coil"],
            "kind": ["input", "emission", "emission"],
            "item": ["power", "co2", "co2"],
            "amount": [2.0, 0.5, 1.5],
        }
    )
    found = carbon.footprints(carbon.read_processes(made, used))
    pcf, read = written(found.of_products(), unit="kilogram", amount=500.0)
    assert read.per_unit == pytest.approx(Decimal("2.5"), rel=Decimal("1e-12"))
    assert float(pcf["pcfExcludingBiogenicUptake"]) == pytest.approx(1250.0, rel=1e-12)
    share = (1.5 * 1.0 + 2.0 * 0.5 * 0.25) / 2.5
    assert float(pcf["primaryDataShare"]) == pytest.approx(100.0 * share, rel=1e-9)


def test_a_footprint_of_a_tonne_is_declared_by_the_kilogram():
    given = {"coil": (2300.0, 0.4, "t")}
    _, read = written(given, unit="kilogram", amount=10.0)
    assert read.footprint == Decimal(23)
    assert read.per_kg == Decimal("2.3")
