"""Product footprints of PACT 3.0 from a table of products, and from footprints of a chain."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pandas as pd

from chainwright.carbon.exchange.pact_checks import PLACES, check_pact, fields_of, moment_of
from chainwright.carbon.exchange.pact_documents import VERSION, PactFootprint, now
from chainwright.carbon.exchange.pact_units import pact_units
from chainwright.errors import Breach, TableError
from chainwright.params import table
from chainwright.sources.typed_rows import checked_rows, where

__all__ = ["pact_footprints"]

NEEDED = (
    "product",
    "description",
    "company",
    "company_ids",
    "product_ids",
    "unit",
    "fossil_carbon",
    "start",
    "end",
    "standards",
)
OfChain = tuple[float, float] | tuple[float, float, str]
"""kgCO2e of one unit, share of primary data, and the unit where it is told."""

MASSLESS = {"kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second"}


def pact_footprints(
    products: object,
    footprints: Mapping[str, OfChain] | None = None,
    *,
    created: datetime | None = None,
    identities: Mapping[str, UUID] | None = None,
) -> tuple[PactFootprint, ...]:
    """Return a product footprint of PACT 3.0 for each row of a table of products.

    A footprint is of a declared unit, ``amount`` times ``unit``. Nothing is filled in that the
    specification asks the data owner for: a document holds totals, never the inputs behind them.

    Parameters
    ----------
    products : path or Arrow stream
        With the columns of ``chainwright schema pact_products``.
    footprints : mapping of str to (float, float) or (float, float, str), optional
        By product, kgCO2e of one unit, the share of primary data and the unit, as ``of_products()``
        of the footprints of a chain hands them out; used where the table has none. Without a unit
        it is that of the table.
    created : datetime, optional
        When the documents are made; now, if not given.
    identities : mapping of str to UUID, optional
        Identifiers by product; drawn anew, if not given.

    Raises
    ------
    TableError
        If the table breaks its schema, or a document the specification; it lists every breach.
    """
    rows = checked_rows(products, "pact_products", required=NEEDED, keys=("product",))
    if rows.breaches:
        raise TableError(rows.name, rows.breaches)
    at = created or now()
    breaches: list[Breach] = []
    found = []
    for number, row in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        name = str(row["product"])
        missing = list(_missing(number, dict(row), footprints or {}))
        if missing:
            breaches += missing
            continue
        identity = (identities or {}).get(name) or uuid4()
        document = _document(dict(row), (footprints or {}).get(name), at, identity)
        breaches += [
            Breach(f"row {number}, {breach.where}", breach.found, breach.expected, breach.remedy)
            for breach in check_pact(document)
        ]
        found.append(document)
    if breaches:
        raise TableError(rows.name, breaches)
    return tuple(PactFootprint.of(document) for document in found)


def _missing(
    number: int, row: Mapping[Any, Any], footprints: Mapping[str, OfChain]
) -> Iterator[Breach]:
    """Yield what neither the table nor the footprints say."""
    for column in ("footprint", "primary_share"):
        if pd.isna(row[column]) and row["product"] not in footprints:
            remedy = "Fill it in, or give footprints with this product."
            yield Breach(where(number, column), "nothing", "a number", remedy)
    given = footprints.get(row["product"])
    if pd.isna(row["footprint"]) and given is not None and _of_unit(row, given) is None:
        expected = f"a unit that {given[-1]!r} of the chain converts to"
        remedy = "Declare the product in a unit of the chain."
        yield Breach(where(number, "unit"), repr(row["unit"]), expected, remedy)
    share = row["primary_share"]
    if not pd.isna(share) and not 0.0 <= share <= 1.0:
        yield Breach(where(number, "primary_share"), f"{share:g}", "0 to 1", "Write 42 % as 0.42.")
    if pd.isna(row["mass_kg"]) and row["unit"] not in {"kilogram", *MASSLESS}:
        remedy = "Give the mass of a declared unit in kg."
        yield Breach(where(number, "mass_kg"), "nothing", "a mass", remedy)
    for column in ("start", "end"):
        if _moment(row[column]) is None:
            expected = "a date or a time of ISO 8601"
            yield Breach(where(number, column), repr(row[column]), expected, "Write 2025-01-01.")


def _document(
    row: Mapping[Any, Any],
    of_chain: OfChain | None,
    created: datetime,
    identity: UUID,
) -> dict[str, object]:
    """Return the document of one row; fields that say nothing are left out."""
    amount = 1.0 if pd.isna(row["amount"]) else float(row["amount"])
    whole = float(row["footprint"]) if pd.notna(row["footprint"]) else math.nan
    share = float(row["primary_share"]) if pd.notna(row["primary_share"]) else math.nan
    if of_chain is not None:
        one = _of_unit(row, of_chain)
        whole = whole if not math.isnan(whole) or one is None else amount * one
        share = share if not math.isnan(share) else of_chain[1]
    mass = row["mass_kg"]
    if pd.isna(mass):
        mass = amount if row["unit"] == "kilogram" else 0.0
    uptake = None if pd.isna(row["biogenic_uptake"]) else float(row["biogenic_uptake"])
    fossil = whole if pd.isna(row["fossil"]) else float(row["fossil"])
    ratings = ("technological_rating", "geographical_rating", "temporal_rating")
    pcf: dict[str, object | None] = {
        "declaredUnitOfMeasurement": row["unit"],
        "declaredUnitAmount": _text(amount),
        "productMassPerDeclaredUnit": _text(float(mass)),
        "referencePeriodStart": _moment(row["start"]),
        "referencePeriodEnd": _moment(row["end"]),
        **_place(str(row["place"]).strip()),
        "boundaryProcessesDescription": row["boundary"] or None,
        "pcfExcludingBiogenicUptake": _text(whole),
        "pcfIncludingBiogenicUptake": _sum(whole, uptake),
        "fossilGhgEmissions": _text(fossil),
        "fossilCarbonContent": _text(float(row["fossil_carbon"])),
        "biogenicCO2Uptake": None if uptake is None else _text(uptake),
        "packagingEmissionsIncluded": _said(row["packaging"]),
        "ccsTechnologicalCO2CaptureIncluded": _said(row["storage"]),
        "ipccCharacterizationFactors": _list(row["gwp"]) or ["AR6"],
        "crossSectoralStandards": _list(row["standards"]),
        "exemptedEmissionsPercent": _text(
            0.0 if pd.isna(row["exempted_percent"]) else float(row["exempted_percent"])
        ),
        "primaryDataShare": _text(share, times=100),
        "dqi": _ratings([row[rating] for rating in ratings]),
    }
    document: dict[str, object | None] = {
        "id": str(identity),
        "specVersion": VERSION,
        "created": created.isoformat().replace("+00:00", "Z"),
        "status": "Active",
        "companyName": row["company"],
        "companyIds": _list(row["company_ids"]),
        "productDescription": row["description"],
        "productIds": _list(row["product_ids"]),
        "productClassifications": _list(row["classifications"]) or None,
        "productNameCompany": row["name"] or row["product"],
        "comment": row["comment"] or None,
        "pcf": {name: value for name, value in pcf.items() if value is not None},
    }
    return {name: value for name, value in document.items() if value is not None}


def _of_unit(row: Mapping[Any, Any], of_chain: OfChain) -> float | None:
    """Return the footprint of one declared unit; nothing if the unit of the chain is no such."""
    if len(of_chain) == 2:  # without a unit
        return of_chain[0]
    times = pact_units(of_chain[2], str(row["unit"]))
    return of_chain[0] / times if times else None


def _moment(text: object) -> str | None:
    """Return a date or time as RFC 3339 in UTC; a date begins at midnight."""
    given = str(text).strip()
    found = moment_of(f"{given}T00:00:00Z" if len(given) == 10 else given)
    return None if found is None else found.isoformat().replace("+00:00", "Z")


def _place(place: str) -> dict[str, str]:
    """Return the field that a place belongs to; countries are written with two letters."""
    if not place:
        return {}
    regions = fields_of("CarbonFootprint")[PLACES[0]]["choices"].split(";")
    if place in regions:
        return {PLACES[0]: place}
    if "-" in place:
        return {PLACES[2]: place}
    two = {row["code"]: row["iso2"] for row in table("places") if row["kind"] == "country"}
    return {PLACES[1]: two.get(place, place)}


def _text(number: float, *, times: int = 1) -> str:
    """Return a number as PACT writes decimals: shortest form, no exponent."""
    return f"{(Decimal(repr(float(number))) * times).normalize():f}"


def _sum(whole: float, uptake: float | None) -> str:
    return f"{(Decimal(repr(whole)) + Decimal(repr(uptake or 0.0))).normalize():f}"


def _said(flag: object) -> bool:
    return False if pd.isna(flag) else bool(flag)  # type: ignore[call-overload]


def _list(text: object) -> list[str]:
    return [word.strip() for word in str(text).split(";") if word.strip()]


def _ratings(given: list[Any]) -> dict[str, str] | None:
    """Return the three ratings; none if none is given."""
    if all(pd.isna(rating) for rating in given):
        return None
    names = ("technologicalDQR", "geographicalDQR", "temporalDQR")
    pairs = zip(names, given, strict=True)
    return {name: _text(float(rating)) for name, rating in pairs if pd.notna(rating)}
