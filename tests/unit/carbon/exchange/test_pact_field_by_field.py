"""PACT 3.0 field by field: what each may hold, what is said where it does not, what is written."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pandas as pd
import pytest

from chainwright.carbon.exchange.pact_checks import check_pact, fields_of, moment_of
from chainwright.carbon.exchange.pact_documents import PactFootprint, read_pact, write_pact
from chainwright.carbon.exchange.pact_products import pact_footprints
from chainwright.errors import FormatError, TableError

ONE = UUID("2f0e0e1c-5d0e-4b43-9f8c-0d1f0e4f5a6b")
INSIDE = fields_of("CarbonFootprint")


def smallest(**fields):
    """Return a document with what is asked for and nothing else, some fields changed."""
    pcf = {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": "1",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "pcfExcludingBiogenicUptake": "2.3",
        "pcfIncludingBiogenicUptake": "2.3",
        "fossilGhgEmissions": "2.3",
        "fossilCarbonContent": "0",
        "packagingEmissionsIncluded": False,
        "ccsTechnologicalCO2CaptureIncluded": False,
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067"],
        "exemptedEmissionsPercent": "0",
        "primaryDataShare": "42",
    }
    document = {
        "id": str(ONE),
        "specVersion": "3.0.4",
        "created": "2026-03-01T00:00:00Z",
        "status": "Active",
        "companyName": "Example",
        "companyIds": ["urn:pact:example.com:company-id:1"],
        "productDescription": "",
        "productIds": ["urn:pact:example.com:product-id:1"],
        "productNameCompany": "Coil",
    }
    for name, value in fields.items():
        held = pcf if name in INSIDE else document
        if value is ...:
            del held[name]
        else:
            held[name] = value
    return {**document, "pcf": pcf}


def test_the_smallest_document_is_whole():
    assert check_pact(smallest()) == []


NEEDED = [name for name, row in INSIDE.items() if row["required"] in {"yes", "shall"}]


@pytest.mark.parametrize("name", NEEDED)
def test_each_field_that_is_asked_for_is_missed_by_its_name(name):
    told = check_pact(smallest(**{name: ...}))
    assert [(b.where, b.found, b.remedy) for b in told] == [
        (f"pcf.{name}", "nothing", "Add the field.")
    ]


def test_a_footprint_within_a_list_is_named_with_its_place():
    told = check_pact(smallest(status="gone", fossilCarbonContent="-1"), at="footprint 3")
    assert [b.where for b in told] == ["footprint 3.status", "footprint 3.pcf.fossilCarbonContent"]


SIGNS = [  # field of decimals, what passes, what does not, words of what is expected
    ("declaredUnitAmount", ["1", "0.001", "+5"], ["0", "-1", "0.000"], "above 0"),
    ("productMassPerDeclaredUnit", ["0", "7.5"], ["-0.1"], "of at least 0"),
    ("fossilCarbonContent", ["0", "0.0", "12"], ["-0.0001"], "of at least 0"),
    ("biogenicCarbonContent", ["0", "1"], ["-1"], "of at least 0"),
    ("landUseChangeGhgEmissions", ["0", "1"], ["-1"], "of at least 0"),
    ("landManagementBiogenicCO2Removals", ["0", "-1"], ["1", "0.01"], "of at most 0"),
    ("outboundLogisticsGhgEmissions", ["0.2"], ["-0.2"], "of at least 0"),
    ("aircraftGhgEmissions", ["3"], ["-3"], "of at least 0"),
    ("ccuCarbonContent", ["0.5"], ["-0.5"], "of at least 0"),
    ("exemptedEmissionsPercent", ["0", "5", "100"], ["-1"], "of at least 0"),
    ("primaryDataShare", ["0", "99.9", "100"], ["-1"], "of at least 0"),
]


@pytest.mark.parametrize(("name", "good", "bad", "words"), SIGNS)
def test_the_sign_of_each_amount_is_the_one_that_it_can_have(name, good, bad, words):
    for text in good:
        assert check_pact(smallest(**{name: text})) == [], text
    for text in bad:
        (told,) = check_pact(smallest(**{name: text}))
        assert told.where == f"pcf.{name}"
        assert told.expected == f"a decimal {words}"
        assert told.found == repr(text)


DECIMALS = [
    "2.3e1",
    "1,5",
    "",
    " 1",
    "1 ",
    ".5",
    "5.",
    "0x1",
    "NaN",
    "Infinity",
    "１",
    2,
    2.5,
    None,
]


@pytest.mark.parametrize("held", DECIMALS)
def test_a_decimal_is_a_text_of_digits_and_nothing_else(held):
    (told,) = check_pact(smallest(fossilGhgEmissions=held))
    assert told.expected == 'a decimal as a string, such as "2.5"'
    assert told.remedy == "Write it in quotes: a number of JSON may be rounded on the way."


FORMS = [  # field, what passes, what does not, a word of what is expected
    ("id", [str(ONE), str(ONE).upper()], ["7", str(ONE)[:-1], "{" + str(ONE) + "}", 7], "UUID"),
    ("specVersion", ["3.0.0", "3.1.12", "3.0.4-20250101"], ["2.3.0", "3", "3.0", 3], "3.0.4"),
    (
        "created",
        ["2026-03-01T08:00:00+08:00", "2026-03-01 00:00:00Z", "2026-03-01T00:00:00.5Z"],
        ["2026-03-01", "2026-03-01T00:00:00", "2026-02-30T00:00:00Z", "soon", 1],
        "RFC 3339",
    ),
    ("status", ["Active", "Deprecated"], ["active", "", "Gone", 1, ["Active"]], "one of Active"),
    ("companyName", ["x"], ["", "  ", None, 5], "not empty"),
    ("productDescription", ["", "x"], [None, 5], "a text"),
    ("companyIds", [["urn:x:y"], ["URN:ab-c:d"]], [["urn::y"], ["urn:x:"], ["x:y"], [5]], "URN"),
    ("ccuCreditCertification", ["https://x.org/c", "urn:x:y"], ["x", "//x", "a b:c"], "a URI"),
    ("geographyCountry", ["CN", "DE"], ["cn", "CHN", "C", "C1", None], "alpha-2"),
    (
        "geographyCountrySubdivision",
        ["CN-HE", "GB-1", "DE-BY1"],
        ["CN", "CN-", "CN-HEBE"],
        "3166-2",
    ),
    ("packagingEmissionsIncluded", [True, False], ["true", 0, 1, None], "true or false"),
    ("ccuCalculationApproach", ["Cut-off", "Credit"], ["cut-off", "None"], "one of Cut-off"),
    ("ipccCharacterizationFactors", [["AR6"], ["AR5", "AR6"]], [["ar6"], ["AR"], ["6"]], "AR6"),
    ("crossSectoralStandards", [["ISO14067"], ["ours"]], [[""], [" "], [7]], "ISO14067"),
]


@pytest.mark.parametrize(("name", "good", "bad", "words"), FORMS)
def test_each_form_lets_pass_what_it_means_and_nothing_else(name, good, bad, words):
    for held in good:
        assert check_pact(smallest(**{name: held})) == [], held
    for held in bad:
        (told,) = check_pact(smallest(**{name: held}))
        assert name in told.where, held
        assert words in told.expected, held
        assert told.remedy


HALVES = ["http://[bad", "https://]", "http://[::1", "http://[v1.x"]


@pytest.mark.parametrize("held", HALVES)
def test_half_an_address_in_brackets_is_a_breach_and_not_a_crash(held):
    (told,) = check_pact(smallest(ccuCreditCertification=held))
    assert (told.where, told.expected) == ("pcf.ccuCreditCertification", "a URI")


@pytest.mark.parametrize("name", ["companyIds", "productIds", "ipccCharacterizationFactors"])
@pytest.mark.parametrize("held", [[], "urn:x:y", {}, None])
def test_a_list_is_a_list_with_something_in_it(name, held):
    (told,) = check_pact(smallest(**{name: held}))
    assert told.expected == "a list of at least 1"
    assert told.where.endswith(name)


UPTAKES = [  # without uptake, uptake, with uptake, whether they agree
    ("2.3", "-0.3", "2.0", True),
    ("2.3", "-0.3", "2", True),
    ("2.3", "-0.3", "2.000001", True),
    ("2.3", "-0.3", "2.00001", False),
    ("2.3", "-0.3", "2.6", False),
    ("0", "-1", "-1", True),
    ("0", "-1", "1", False),
    ("0", "0", "0", True),
    ("1000000", "0", "1000001", True),
    ("1000000", "0", "1000002", False),
]


@pytest.mark.parametrize(("without", "uptake", "whole", "agree"), UPTAKES)
def test_a_footprint_with_uptake_is_the_one_without_and_the_uptake(without, uptake, whole, agree):
    told = check_pact(
        smallest(
            pcfExcludingBiogenicUptake=without,
            biogenicCO2Uptake=uptake,
            pcfIncludingBiogenicUptake=whole,
        )
    )
    assert [b.where for b in told] == ([] if agree else ["pcf.pcfIncludingBiogenicUptake"])
    if not agree:
        assert told[0].expected.startswith(str(Decimal(without) + Decimal(uptake)))


PERIODS = [  # start, end, whether one is before the other
    ("2025-01-01T00:00:00Z", "2025-01-01T00:00:01Z", True),
    ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", False),
    ("2025-01-01T00:00:00Z", "2025-01-01T08:00:00+08:00", False),
    ("2025-01-01T00:00:00Z", "2025-01-01T07:59:59+08:00", False),
    ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00-01:00", True),
]


@pytest.mark.parametrize(("start", "end", "rising"), PERIODS)
def test_a_period_ends_after_it_began_whatever_the_zones(start, end, rising):
    reference = check_pact(smallest(referencePeriodStart=start, referencePeriodEnd=end))
    validity = check_pact(smallest(validityPeriodStart=start, validityPeriodEnd=end))
    assert [b.where for b in reference] == ([] if rising else ["pcf.referencePeriodEnd"])
    assert [b.where for b in validity] == ([] if rising else ["validityPeriodEnd"])


MOMENTS = [  # text, what it says
    ("2025-01-01T00:00:00Z", datetime(2025, 1, 1, tzinfo=UTC)),
    ("2025-01-01t00:00:00Z", datetime(2025, 1, 1, tzinfo=UTC)),
    ("2025-01-01 00:00:00+00:00", datetime(2025, 1, 1, tzinfo=UTC)),
    ("2025-06-30T23:59:59+08:00", datetime(2025, 6, 30, 15, 59, 59, tzinfo=UTC)),
    ("2024-02-29T12:00:00Z", datetime(2024, 2, 29, 12, tzinfo=UTC)),
    ("2025-02-29T12:00:00Z", None),
    ("2025-01-01T25:00:00Z", None),
    ("2025-01-01T00:00:00", None),
    ("2025-01-01", None),
    ("01/01/2025", None),
    ("", None),
    (20250101, None),
    (None, None),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_a_moment_is_read_with_its_zone_or_not_at_all(text, moment):
    assert moment_of(text) == moment


VALID = [  # validity from and to, end of the reference period, first and last day it holds on
    (..., ..., "2026-01-01T00:00:00Z", (2026, 1, 1), (2029, 1, 1)),
    (..., ..., "2024-02-29T00:00:00Z", (2024, 2, 29), (2027, 2, 28)),
    ("2026-05-01T00:00:00Z", ..., "2026-01-01T00:00:00Z", (2026, 5, 1), (2029, 1, 1)),
    (..., "2026-09-01T00:00:00Z", "2026-01-01T00:00:00Z", (2026, 1, 1), (2026, 9, 1)),
    (..., ..., "9998-01-01T00:00:00Z", (9998, 1, 1), (9999, 12, 30)),
]


@pytest.mark.parametrize(("since", "until", "reference", "first", "last"), VALID)
def test_a_footprint_holds_from_its_first_to_its_last_moment(since, until, reference, first, last):
    given = {"validityPeriodStart": since, "validityPeriodEnd": until}
    kept = {name: value for name, value in given.items() if value is not ...}
    start = {"referencePeriodStart": "2023-01-01T00:00:00Z", "referencePeriodEnd": reference}
    found = PactFootprint.of(smallest(**kept, **start))
    begins, ends = datetime(*first, tzinfo=UTC), datetime(*last, tzinfo=UTC)
    assert found.valid_on(begins)
    assert found.valid_on(ends)
    assert not found.valid_on(begins - timedelta(seconds=1))
    assert found.valid_on(begins.astimezone(timezone(timedelta(hours=8))))
    if last[0] < 9999:
        assert not found.valid_on(ends + timedelta(seconds=1))
    gone = PactFootprint.of(smallest(status="Deprecated", **kept, **start))
    assert not gone.valid_on(begins)


def test_numbers_of_fields_that_are_not_known_are_read_and_written_again(tmp_path):
    more = {"dataSchema": "https://example.com/s.json", "specVersion": "2.0.0"}
    extension = {**more, "data": {"share": 1.25, "count": 3, "deep": [0.1, None, True]}}
    document = {**smallest(), "later": 1.5, "extensions": [extension]}
    (tmp_path / "one.json").write_text(json.dumps(document), encoding="utf-8")
    (found,) = read_pact(tmp_path / "one.json")
    assert json.loads(found.as_json()) == document
    write_pact(tmp_path / "again.json", [found])
    assert json.loads((tmp_path / "again.json").read_text("utf-8")) == document


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity"])
def test_a_number_that_no_program_holds_is_refused(tmp_path, number):
    text = json.dumps({**smallest(), "later": 0}).replace('"later": 0', f'"later": {number}')
    (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=f"{number} is no number"):
        read_pact(tmp_path / "odd.json")


def row(**columns):
    """Return a table of one product."""
    plain = {
        "product": "p",
        "description": "d",
        "company": "c",
        "company_ids": "urn:x:c",
        "product_ids": "urn:x:p",
        "unit": "kilogram",
        "fossil_carbon": 0.0,
        "start": "2025-01-01",
        "end": "2026-01-01",
        "standards": "ISO14067",
        "footprint": 2.0,
        "primary_share": 0.5,
    }
    return pd.DataFrame([{**plain, **columns}])


WRITTEN = [  # column, number, field, text
    ("footprint", 2.3, "pcfExcludingBiogenicUptake", "2.3"),
    ("footprint", 0.1 + 0.2, "pcfExcludingBiogenicUptake", "0.30000000000000004"),
    ("footprint", 1e-7, "pcfExcludingBiogenicUptake", "0.0000001"),
    ("footprint", 1e16, "pcfExcludingBiogenicUptake", "10000000000000000"),
    ("footprint", 1200.0, "fossilGhgEmissions", "1200"),
    ("fossil", 1.5, "fossilGhgEmissions", "1.5"),
    ("primary_share", 0.834, "primaryDataShare", "83.4"),
    ("primary_share", 0.07, "primaryDataShare", "7"),
    ("primary_share", 1.0, "primaryDataShare", "100"),
    ("primary_share", 0.0, "primaryDataShare", "0"),
    ("biogenic_uptake", -0.4, "pcfIncludingBiogenicUptake", "1.6"),
    ("biogenic_uptake", -0.4, "biogenicCO2Uptake", "-0.4"),
    ("exempted_percent", 2.5, "exemptedEmissionsPercent", "2.5"),
    ("amount", 12.0, "declaredUnitAmount", "12"),
    ("amount", 12.0, "productMassPerDeclaredUnit", "12"),
    ("mass_kg", 0.75, "productMassPerDeclaredUnit", "0.75"),
    ("fossil_carbon", 3e-9, "fossilCarbonContent", "0.000000003"),
]


@pytest.mark.parametrize(("column", "number", "field", "text"), WRITTEN)
def test_numbers_of_a_table_become_decimals_to_the_last_digit(column, number, field, text):
    (found,) = pact_footprints(row(**{column: number}))
    assert found.document["pcf"][field] == text
    assert check_pact(dict(found.document)) == []


UNITS = [  # unit, mass in kg, whether a document comes of it, kgCO2e a kg for a footprint of 2
    ("kilogram", None, True, Decimal(2)),
    ("kilowatt hour", None, True, None),
    ("megajoule", None, True, None),
    ("ton kilometer", None, True, None),
    ("hour", None, True, None),
    ("megabit second", None, True, None),
    ("liter", 0.8, True, Decimal("2.5")),
    ("piece", 4.0, True, Decimal("0.5")),
    ("piece", None, False, None),
    ("liter", None, False, None),
    ("cubic meter", None, False, None),
    ("square meter", None, False, None),
]


@pytest.mark.parametrize(("unit", "mass", "whole", "per_kg"), UNITS)
def test_a_unit_that_has_a_mass_needs_it(unit, mass, whole, per_kg):
    given = row(unit=unit) if mass is None else row(unit=unit, mass_kg=mass)
    if whole:
        assert pact_footprints(given)[0].per_kg == per_kg
    else:
        with pytest.raises(TableError, match="mass of a declared unit in kg"):
            pact_footprints(given)
