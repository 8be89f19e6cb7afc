"""PACT 3.0 documents: what is right passes both checkers, what is wrong fails ours by name."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from chainwright.carbon.exchange.pact_checks import check_pact, fields_of
from chainwright.carbon.exchange.pact_documents import PactFootprint, read_pact, write_pact
from chainwright.carbon.exchange.pact_products import pact_footprints
from chainwright.errors import FormatError, MissingFileError, TableError
from chainwright.tables import example
from pact_documents_twin import PRODUCT_FOOTPRINT

TWIN = Draft202012Validator(PRODUCT_FOOTPRINT)
MADE = datetime(2026, 3, 1, tzinfo=UTC)
ONE = UUID("2f0e0e1c-5d0e-4b43-9f8c-0d1f0e4f5a6b")


@pytest.fixture
def products(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(example("pact_products"), encoding="utf-8")
    return path


@pytest.fixture
def document(products):
    found = pact_footprints(products, created=MADE, identities={"coil": ONE})
    return json.loads(found[0].as_json())


def changed(document, **fields):
    other = deepcopy(document)
    for name, value in fields.items():
        held = other["pcf"] if name in fields_of("CarbonFootprint") else other
        if value is ...:
            held.pop(name, None)
        else:
            held[name] = value
    return other


def test_a_document_of_the_example_passes_both_checkers(document):
    assert check_pact(document) == []
    assert list(TWIN.iter_errors(document)) == []
    assert document["id"] == str(ONE)
    assert document["created"] == "2026-03-01T00:00:00Z"
    assert document["pcf"]["referencePeriodEnd"] == "2026-01-01T00:00:00Z"
    assert document["pcf"]["geographyCountrySubdivision"] == "CN-HE"
    assert document["pcf"]["primaryDataShare"] == "42"
    assert document["pcf"]["dqi"]["temporalDQR"] == "1.5"


def test_every_decimal_is_a_string_without_exponent(products):
    frame = pd.read_csv(products)
    frame["footprint"], frame["fossil_carbon"] = 1.25e-7, 3e-9
    written = pact_footprints(frame)[0].document["pcf"]
    assert written["pcfExcludingBiogenicUptake"] == "0.000000125"
    assert written["fossilCarbonContent"] == "0.000000003"
    decimals = [f for f, row in fields_of("CarbonFootprint").items() if row["type"] == "decimal"]
    assert all(isinstance(written[name], str) for name in decimals if name in written)


BROKEN = {
    "no identifier": {"id": ...},
    "another version of UUID": {"id": "2f0e0e1c-5d0e-1b43-9f8c-0d1f0e4f5a6b"},
    "an old specification": {"specVersion": "2.3.0"},
    "no zone": {"created": "2026-03-01T00:00:00"},
    "a status of one's own": {"status": "active"},
    "no company": {"companyName": ""},
    "no URN": {"companyIds": ["example.com"]},
    "no product": {"productIds": []},
    "the same URN twice": {"productIds": ["urn:pact:a:b", "urn:pact:a:b"]},
    "a number": {"pcfExcludingBiogenicUptake": 2.3},
    "an exponent": {"pcfExcludingBiogenicUptake": "2.3e1"},
    "no amount": {"declaredUnitAmount": "0"},
    "a comma": {"declaredUnitAmount": "1,5"},
    "a unit of one's own": {"declaredUnitOfMeasurement": "kg"},
    "a negative content": {"fossilCarbonContent": "-1"},
    "a removal that emits": {"landManagementBiogenicCO2Removals": "1"},
    "two places": {"geographyCountry": "CN"},
    "three letters": {"geographyCountrySubdivision": ..., "geographyCountry": "CHN"},
    "no report": {"ipccCharacterizationFactors": []},
    "a report of one's own": {"ipccCharacterizationFactors": ["IPCC 6"]},
    "no standard": {"crossSectoralStandards": []},
    "no period": {"referencePeriodEnd": ...},
    "a flag in words": {"packagingEmissionsIncluded": "no"},
    "two ratings": {"dqi": {"technologicalDQR": "2", "geographicalDQR": "2"}},
    "no object": {"pcf": "2.3"},
}


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_named_with_its_field(document, fields):
    breaches = check_pact(changed(document, **fields))
    last = list(fields)[-1]
    assert len(breaches) == 1
    assert last in breaches[0].where or (
        last == "geographyCountry" and "geography" in str(breaches)
    )
    assert breaches[0].remedy


LENIENT = {"an old specification", "another version of UUID", "no zone"}
"""What the published schema lets pass: formats are notes there, and any version is one."""

STRICT = [name for name in BROKEN if name not in LENIENT]


@pytest.mark.parametrize("fields", [BROKEN[name] for name in STRICT], ids=STRICT)
def test_what_ours_refuses_the_published_model_refuses_too(document, fields):
    assert list(TWIN.iter_errors(changed(document, **fields)))


@pytest.mark.parametrize(
    "fields",
    [
        {"pcfIncludingBiogenicUptake": "2", "biogenicCO2Uptake": "-0.1"},
        {"packagingEmissionsIncluded": False, "packagingGhgEmissions": "0.1"},
        {"ccsTechnologicalCO2CaptureIncluded": False, "technologicalCO2Removals": "0.1"},
        {"referencePeriodStart": "2026-01-01T00:00:00Z"},
        {
            "validityPeriodStart": "2027-01-01T00:00:00Z",
            "validityPeriodEnd": "2026-01-01T00:00:00Z",
        },
        {"primaryDataShare": "101"},
        {"exemptedEmissionsPercent": "120"},
        {"productOrSectorSpecificRules": [{"operator": "Other", "ruleNames": ["x"]}]},
        {"dqi": {"technologicalDQR": "6", "geographicalDQR": "1", "temporalDQR": "1"}},
    ],
)
def test_fields_that_contradict_each_other_are_named(document, fields):
    assert len(check_pact(changed(document, **fields))) == 1


def test_fields_of_later_revisions_pass(document):
    more = changed(document, crossSectoralStandards=["ISO99999"])
    more["someNewField"] = 1
    assert check_pact(more) == []


def test_an_amount_divides_the_footprint_and_mass_makes_it_a_kilogram(products):
    frame = pd.read_csv(products).assign(unit="liter", amount=12.0, mass_kg=9.468, footprint=24.0)
    found = pact_footprints(frame)[0]
    assert found.per_unit == 2
    assert found.per_kg == Decimal(24) / Decimal("9.468")
    assert found.unit == "liter"
    assert "2 kgCO2e a liter" in repr(found)


def test_footprints_of_a_chain_fill_what_the_table_leaves_open(products):
    frame = pd.read_csv(products).assign(
        footprint=float("nan"), primary_share=float("nan"), amount=2.0, mass_kg=2.0
    )
    found = pact_footprints(frame, {"coil": (1.89624187, 0.834)})[0]
    assert found.footprint == Decimal("3.79248374")
    assert found.per_unit == Decimal("1.89624187")
    assert found.primary_share == Decimal("0.834")
    with pytest.raises(TableError) as refused:
        pact_footprints(frame)
    assert "or give footprints with this product" in str(refused.value)


def test_a_table_with_faults_says_all_of_them(products):
    frame = pd.read_csv(products).assign(
        unit="piece", mass_kg=float("nan"), start="soon", primary_share=42.0
    )
    with pytest.raises(TableError) as refused:
        pact_footprints(frame)
    told = [str(breach) for breach in refused.value.breaches]
    assert len(told) == 3
    assert "Write 42 % as 0.42" in told[0]
    assert "mass of a declared unit" in told[1]
    assert "soon" in told[2]


@pytest.mark.parametrize(
    ("place", "field", "value"),
    [
        ("CHN", "geographyCountry", "CN"),
        ("DE", "geographyCountry", "DE"),
        ("Eastern Asia", "geographyRegionOrSubregion", "Eastern Asia"),
        ("CN-ZJ", "geographyCountrySubdivision", "CN-ZJ"),
    ],
)
def test_places_go_to_the_field_of_their_grain(products, place, field, value):
    found = pact_footprints(pd.read_csv(products).assign(place=place))[0]
    assert found.document["pcf"][field] == value
    assert sum(name.startswith("geography") for name in found.document["pcf"]) == 1


def test_without_a_validity_period_three_years_follow_the_reference_period(document):
    found = PactFootprint.of(document)
    assert not found.valid_on(datetime(2025, 12, 31, tzinfo=UTC))
    assert found.valid_on(datetime(2028, 12, 31, tzinfo=UTC))
    assert not found.valid_on(datetime(2029, 1, 2, tzinfo=UTC))
    leap = changed(document, referencePeriodEnd="2028-02-29T00:00:00Z")
    assert PactFootprint.of(leap).valid_on(datetime(2031, 2, 28, tzinfo=UTC))
    old = PactFootprint.of(changed(document, status="Deprecated"))
    assert not old.valid_on(datetime(2027, 1, 1, tzinfo=UTC))
    stated = changed(
        document,
        validityPeriodStart="2026-06-01T00:00:00Z",
        validityPeriodEnd="2026-07-01T00:00:00Z",
    )
    assert PactFootprint.of(stated).valid_on(datetime(2026, 6, 15, tzinfo=UTC))
    assert not PactFootprint.of(stated).valid_on(MADE)


def test_what_is_written_is_read_back_the_same(document, tmp_path):
    first = PactFootprint.of(document)
    second = PactFootprint.of(changed(document, id="3f0e0e1c-5d0e-4b43-9f8c-0d1f0e4f5a6b"))
    write_pact(tmp_path / "one.json", [first])
    write_pact(tmp_path / "two.json", [first, second])
    assert dict(read_pact(tmp_path / "one.json")[0].document) == document
    assert [one.identity for one in read_pact(tmp_path / "two.json")] == [
        first.identity,
        second.identity,
    ]
    assert list(json.loads((tmp_path / "two.json").read_text("utf-8"))) == ["data"]


BAD = {
    "cut off": '{"id": "',
    "twice": '{"id": "a", "id": "b"}',
    "no number": '{"pcf": NaN}',
    "deep": "[" * 40 + "]" * 40,
    "not UTF-8": b"\xff\xfe{}",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_no_json_that_can_be_told_is_refused(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FormatError, match=r"bad\.json"):
        read_pact(path)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        read_pact(tmp_path / "none.json")


def test_all_breaches_of_all_documents_are_said_at_once(document, tmp_path):
    path = tmp_path / "many.json"
    bad = changed(document, productIds=[], status="x")
    path.write_text(json.dumps([document, bad]), encoding="utf-8")
    with pytest.raises(TableError) as refused:
        read_pact(path)
    told = [str(breach) for breach in refused.value.breaches]
    assert len(told) == 3
    assert all(words.startswith("footprint 2") for words in told)
    assert "each once" in told[2]


def test_flipping_any_character_never_passes_as_the_same_document(document, tmp_path):
    text = json.dumps(document)
    path = tmp_path / "flipped.json"
    survived = 0
    for i in range(0, len(text), 7):
        path.write_text(text[:i] + chr(33 + (ord(text[i]) + 1) % 90) + text[i + 1 :], "utf-8")
        try:
            found = read_pact(path)
        except (FormatError, TableError):
            continue
        survived += 1
        assert dict(found[0].document) != document
    assert survived < len(text) / 7
