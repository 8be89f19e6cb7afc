"""Footprints that go from a chain to PACT documents, and from documents into a chain."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from chainwright import carbon
from chainwright.carbon.exchange.pact_units import pact_units
from chainwright.errors import TableError
from chainwright.params import table
from chainwright.tables import example
from product_chains import steelworks


def row(**changes):
    """Return a table of one product, iron, as PACT asks for it; `changes` replace cells."""
    frame = pd.read_csv(io.StringIO(example("pact_products")))
    told = {"product": "iron", "name": "iron", "product_ids": "urn:pact:works.com:product-id:7"}
    return frame.assign(**(told | {"footprint": 1.0, "primary_share": 0.5} | changes))


def document(**changes):
    return carbon.pact_footprints(row(**changes))[0]


def chain(**units):
    """Return power, iron and steel, some of them in another unit."""
    found = steelworks()
    frame = found.frame.copy()
    for product, unit in units.items():
        frame.loc[frame["process"] == product, "unit"] = unit
    return replace(found, frame=frame)


def breaches(call, *given):
    with pytest.raises(TableError) as wrong:
        call(*given)
    return wrong.value.breaches


def test_a_document_of_a_supplier_takes_the_place_of_the_chain_behind_it():
    declared = carbon.declared_footprints(steelworks(), [document()])
    assert declared == {"iron": (1.0, 0.5)}
    found = carbon.footprints(steelworks(), declared=declared)
    assert found.footprint.round(8).tolist() == [0.54012672, 1.0, 1.31203801]
    assert found.primary_share[1] == 0.5


def test_a_chain_writes_the_document_that_another_chain_takes_in():
    ours = carbon.footprints(steelworks(power=1.0, iron=1.0, steel=1.0))
    given = ours.of_products()
    table_ = row(product="steel", name="steel", footprint=float("nan"), primary_share=float("nan"))
    sent = carbon.pact_footprints(table_, given)[0]
    assert float(sent.per_unit) == given["steel"][0]
    assert float(sent.primary_share) == pytest.approx(1.0, abs=1e-9)
    assert given["steel"][2] == "kg"
    taken = carbon.declared_footprints(chain(steel="t"), [sent])
    assert taken["steel"][0] == pytest.approx(1896.24187, rel=1e-8)  # of a tonne


@pytest.mark.parametrize(
    ("product", "unit", "amount", "footprint", "expected"),
    [
        ("kg", "kilogram", 1.0, 2.0, 2.0),
        ("t", "kilogram", 1.0, 2.0, 2000.0),
        ("吨", "kilogram", 1000.0, 1900.0, 1900.0),
        ("MWh", "kilowatt hour", 1.0, 0.5, 500.0),
        ("GJ", "megajoule", 1.0, 0.05, 50.0),
        ("m3", "cubic meter", 2.0, 3.0, 1.5),
        ("tkm", "ton kilometer", 10.0, 1.0, 0.1),
        ("piece", "piece", 4.0, 8.0, 2.0),
    ],
)
def test_units_of_documents_are_those_of_the_chain(product, unit, amount, footprint, expected):
    mass = 5.0 if unit in {"cubic meter", "piece"} else float("nan")
    mass = amount if unit == "kilogram" else mass
    sent = document(unit=unit, amount=amount, footprint=footprint, mass_kg=mass)
    found = carbon.declared_footprints(chain(iron=product), [sent])
    assert found["iron"][0] == pytest.approx(expected, rel=1e-12)


def test_a_piece_of_known_mass_is_taken_by_its_mass():
    sent = document(unit="piece", amount=1.0, footprint=8.0, mass_kg=4.0)
    assert carbon.declared_footprints(chain(iron="t"), [sent])["iron"][0] == 2000.0


def test_a_unit_that_does_not_convert_is_refused_both_ways():
    sent = document(unit="kilowatt hour", mass_kg=float("nan"))
    (wrong,) = breaches(carbon.declared_footprints, steelworks(), [sent])
    assert wrong.found == "a footprint a kilowatt hour"
    empty = row(footprint=float("nan"), primary_share=float("nan"))
    (wrong,) = breaches(carbon.pact_footprints, empty, {"iron": (1.0, 0.5, "kWh")})
    assert wrong.where == "row 2, column 'unit'"
    assert carbon.pact_footprints(empty, {"iron": (1.0, 0.5)})[0].footprint == 1


@pytest.mark.parametrize(
    ("unit", "declared", "expected"),
    [("t", "kilogram", 0.0019), ("kg", "kilogram", 1.9), ("千克", "kilogram", 1.9)],
)
def test_a_footprint_of_a_tonne_is_a_thousandth_of_a_kilogram(unit, declared, expected):
    empty = row(footprint=float("nan"), unit=declared)
    sent = carbon.pact_footprints(empty, {"iron": (1.9, 0.5, unit)})[0]
    assert float(sent.footprint) == pytest.approx(expected, rel=1e-12)


def test_the_product_is_found_by_its_identifiers_or_said():
    urn = "urn:pact:works.com:product-id:iron"
    assert "iron" in carbon.declared_footprints(
        steelworks(), [document(name="Foundry iron", product_ids=urn)]
    )
    sent = document(name="Foundry iron")
    (wrong,) = breaches(carbon.declared_footprints, steelworks(), [sent])
    assert "Foundry iron" in wrong.found
    assert "PRODUCT=FILE" in wrong.remedy
    assert carbon.declared_footprints(steelworks(), {"iron": sent}) == {"iron": (1.0, 0.5)}
    (wrong,) = breaches(carbon.declared_footprints, steelworks(), {"irn": sent})
    assert "iron" in wrong.remedy


def test_all_that_is_wrong_with_documents_is_told_at_once():
    urn = "urn:pact:works.com:product-id:steel"
    both = document(product_ids=urn)
    old = carbon.PactFootprint.of({**document().document, "status": "Deprecated"})
    wrong = breaches(carbon.declared_footprints, steelworks(), [both, old, document(), document()])
    assert [(b.where, b.found) for b in wrong] == [
        ("footprint 1 (iron)", "products iron, steel"),
        ("footprint 2 (iron), status", "'Deprecated'"),
        ("footprint 4 (iron)", "iron again"),
    ]


def test_a_chain_counted_in_other_emissions_takes_no_document():
    (wrong,) = breaches(
        carbon.declared_footprints, replace(steelworks(), emission_unit="tCO2"), [document()]
    )
    assert wrong.expected == "footprints in tCO2"


def test_each_unit_of_the_specification_is_its_own_and_no_other():
    rows = {r["field"]: r for r in table("pact_fields") if r["choices"]}
    units = rows["declaredUnitOfMeasurement"]["choices"].split(";")
    assert len(units) == 10
    for one in units:
        assert [pact_units(one, other) for other in units] == [
            1.0 if one == other else None for other in units
        ]


def test_the_share_of_primary_data_is_at_most_all_of_it():
    share = carbon.footprints(steelworks(power=1.0, iron=1.0, steel=1.0)).primary_share
    assert share.tolist() == pytest.approx([1.0, 1.0, 1.0], abs=1e-8)
    assert share.max() <= 1.0
