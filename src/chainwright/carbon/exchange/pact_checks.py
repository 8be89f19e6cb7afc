"""What a PACT 3.0 product footprint must hold: every field, its form, and how fields agree."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

from chainwright.errors import Breach, near
from chainwright.params import table

__all__ = ["DECIMAL", "check_pact", "fields_of", "moment_of"]

DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
"""How a decimal is written: a string, with a point, without exponent."""

PLACES = ("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision")

DEEPEST = 12
"""Levels that a document may have; extensions are the deepest part of it."""

SLACK = Decimal("1e-6")
"""Relative gap that sums may have: parts are rounded when they are written."""

STORED = ("ccsTechnologicalCO2Capture", "technologicalCO2Removals", "technologicalCO2CaptureOrigin")


@cache
def fields_of(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return the fields of an object of the specification by name.

    Parameters
    ----------
    kind : str
        ``"ProductFootprint"``, ``"CarbonFootprint"`` and so on.

    Examples
    --------
    >>> fields_of("CarbonFootprint")["declaredUnitAmount"]["sign"]
    '>0'
    """
    return {row["field"]: row for row in table("pact_fields") if row["object"] == kind}


def check_pact(document: object, *, at: str = "") -> list[Breach]:
    """Return everything in a product footprint that breaks PACT 3.0; nothing if all is well.

    Fields that the specification does not know are let pass, as it asks for; what it asks for from
    2027 on is not asked for here. Decimals must be strings: a number of JSON is a breach.

    Parameters
    ----------
    document : object
        A product footprint as JSON values.
    at : str
        Where it stands in a file, for the messages.

    Examples
    --------
    >>> print(check_pact({"id": "7"})[1])
    specVersion: found nothing, expected a text such as 3.0.4. Add the field.
    """
    breaches = list(_object(document, "ProductFootprint", at))
    if isinstance(document, Mapping):
        breaches += _agreement(document, at)
    return breaches


def _object(held: object, kind: str, at: str) -> Iterator[Breach]:
    """Yield what is wrong with an object and all below it."""
    if not isinstance(held, Mapping):
        yield _breach(at or kind, held, f"an object ({kind})", "Write it with its fields.")
        return
    known = fields_of(kind)
    for name, field in known.items():
        where = f"{at}.{name}" if at else name
        if name not in held:
            if field["required"] in {"yes", "shall"}:
                form = EXPECTED.get(field["type"], f"an object ({field['type']})")
                yield Breach(where, "nothing", _wanted(field, form), "Add the field.")
            continue
        yield from _field(held[name], field, where)


def _field(held: object, field: Mapping[str, str], where: str) -> Iterator[Breach]:
    """Yield what is wrong with the value or the values of a field."""
    if not field["many"]:
        yield from _value(held, field, where)
        return
    least = 0 if field["many"] == "list" else 1
    if not isinstance(held, list) or len(held) < least:
        yield _breach(where, held, f"a list of at least {least}", "Write it in brackets.")
        return
    for i, one in enumerate(held):
        yield from _value(one, field, f"{where}[{i}]")
    texts = [repr(one) for one in held]
    if field["many"] == "many" and len(set(texts)) < len(texts):
        yield Breach(where, "the same value twice", "each value once", "Leave one out.")


def _value(held: object, field: Mapping[str, str], where: str) -> Iterator[Breach]:
    form = field["type"]
    if form not in FORMS:
        yield from _object(held, form, where)
    elif not FORMS[form](held, field):
        choices = field["choices"].split(";") if field["choices"] else []
        hint = near(str(held), choices) if choices else ""
        remedy = REMEDIES.get(form, "Correct it.") + hint
        yield _breach(where, held, _wanted(field, EXPECTED[form]), remedy)
    elif form == "decimal" and not _in_range(Decimal(str(held)), field["sign"]):
        yield _breach(
            where, held, f"a decimal {RANGES[field['sign']]}", "Correct the sign or size."
        )


def _wanted(field: Mapping[str, str], form: str) -> str:
    """Return what a field should hold, in words."""
    if field["type"] == "choice":
        choices = field["choices"].split(";")
        more = f" ... ({len(choices)} in all)" if len(choices) > 12 else ""
        return f"one of {', '.join(choices[:12])}{more}"
    return f"a list: {form}" if field["many"] else form


def _in_range(number: Decimal, sign: str) -> bool:
    tests: dict[str, bool] = {
        "": True,
        ">0": number > 0,
        ">=0": number >= 0,
        "<=0": number <= 0,
        "1-5": 1 <= number <= 5,
    }
    return tests[sign]


RANGES = {">0": "above 0", ">=0": "of at least 0", "<=0": "of at most 0", "1-5": "from 1 to 5"}


def moment_of(text: object) -> datetime | None:
    """Return the moment that a text of RFC 3339 says, or nothing.

    Parameters
    ----------
    text : object
        Such as ``"2025-01-01T00:00:00Z"``; a zone must be said.
    """
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ].+", text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _is_uuid4(held: object) -> bool:
    try:
        return isinstance(held, str) and str(UUID(held)) == held.lower() and UUID(held).version == 4
    except ValueError:
        return False


def _matches(pattern: str) -> Callable[[object, Mapping[str, str]], bool]:
    compiled = re.compile(pattern)
    return lambda held, _: isinstance(held, str) and bool(compiled.fullmatch(held))


def _is_uri(held: object) -> bool:
    try:
        return isinstance(held, str) and bool(urlsplit(held).scheme) and " " not in held
    except ValueError:  # half an address in brackets
        return False


FORMS: Mapping[str, Callable[[object, Mapping[str, str]], bool]] = {
    "any": lambda held, _: isinstance(held, Mapping),
    "boolean": lambda held, _: isinstance(held, bool),
    "choice": lambda held, field: held in field["choices"].split(";"),
    "country": _matches("[A-Z]{2}"),
    "decimal": _matches(DECIMAL.pattern),
    "filled": lambda held, _: isinstance(held, str) and bool(held.strip()),
    "report": _matches(r"AR\d+"),
    "standard": lambda held, _: isinstance(held, str) and bool(held.strip()),
    "subdivision": _matches("[A-Z]{2}-[A-Z0-9]{1,3}"),
    "text": lambda held, _: isinstance(held, str),
    "time": lambda held, _: moment_of(held) is not None,
    "uri": lambda held, _: _is_uri(held),
    "urn": _matches("[uU][rR][nN]:[A-Za-z0-9][A-Za-z0-9-]{0,31}:.+"),
    "uuid": lambda held, _: _is_uuid4(held),
    "version": _matches(r"3\.\d+\.\d+(-\d{8})?"),
}
"""Tests of the simple types. Later revisions may add standards, so any name of one passes."""

EXPECTED = {
    "any": "an object",
    "boolean": "true or false",
    "choice": "one of its choices",
    "country": "two capital letters of ISO 3166-1 alpha-2",
    "decimal": 'a decimal as a string, such as "2.5"',
    "filled": "a text that is not empty",
    "report": "an assessment report such as AR6",
    "standard": "the name of a standard such as ISO14067",
    "subdivision": "a subdivision of ISO 3166-2 such as CN-HE",
    "text": "a text",
    "time": "a time of RFC 3339 with its zone, such as 2025-01-01T00:00:00Z",
    "uri": "a URI",
    "urn": "a URN such as urn:pact:example.com:product-id:7",
    "uuid": "a UUID of version 4 (RFC 9562)",
    "version": "a text such as 3.0.4",
}

REMEDIES = {
    "decimal": "Write it in quotes: a number of JSON may be rounded on the way.",
    "time": "Write it so.",
    "urn": "Write it so.",
    "uuid": "Write it in lower case with hyphens, or draw a new one.",
    "version": "Only version 3 is known here: convert older documents first.",
}


def _agreement(document: Mapping[str, object], at: str) -> Iterator[Breach]:
    """Yield where fields contradict each other."""
    prefix = f"{at}." if at else ""
    yield from _order(document, "validityPeriodStart", "validityPeriodEnd", prefix)
    pcf = document.get("pcf")
    if not isinstance(pcf, Mapping):
        return
    inside = f"{prefix}pcf."
    yield from _order(pcf, "referencePeriodStart", "referencePeriodEnd", inside)
    places = [name for name in PLACES if name in pcf]
    if len(places) > 1:
        found = " and ".join(places)
        yield Breach(f"{inside}{places[1]}", found, "one of them at most", "Keep the finest.")
    yield from _flag(pcf, "packagingEmissionsIncluded", ("packagingGhgEmissions",), inside)
    yield from _flag(pcf, "ccsTechnologicalCO2CaptureIncluded", STORED, inside)
    yield from _sum(pcf, inside)
    for name in ("exemptedEmissionsPercent", "primaryDataShare"):
        percent = _number(pcf, name)
        if percent is not None and percent > 100:
            yield Breach(f"{inside}{name}", str(percent), "at most 100 per cent", "Correct it.")
    rules = pcf.get("productOrSectorSpecificRules")
    for i, rule in enumerate(rules if isinstance(rules, list) else []):
        other = isinstance(rule, Mapping) and rule.get("operator") == "Other"
        if other and "otherOperatorName" not in rule:
            where = f"{inside}productOrSectorSpecificRules[{i}].otherOperatorName"
            yield Breach(where, "nothing", "the name of the other operator", "Add it.")


def _sum(pcf: Mapping[str, object], inside: str) -> Iterator[Breach]:
    """Yield a footprint with uptake that is not the one without it and the uptake together."""
    without, whole = (_number(pcf, f"pcf{way}BiogenicUptake") for way in ("Excluding", "Including"))
    uptake = _number(pcf, "biogenicCO2Uptake")
    if without is None or whole is None or uptake is None:
        return
    if abs(without + uptake - whole) > SLACK * max(abs(without), abs(whole)):
        yield Breach(
            f"{inside}pcfIncludingBiogenicUptake",
            str(whole),
            f"{without + uptake}, the footprint without uptake and the uptake together",
            "Correct one of the three.",
        )


def _order(held: Mapping[str, object], first: str, last: str, prefix: str) -> Iterator[Breach]:
    begins, ends = moment_of(held.get(first)), moment_of(held.get(last))
    if begins is not None and ends is not None and begins >= ends:
        yield Breach(
            f"{prefix}{last}",
            str(held[last]),
            f"a time after {held[first]}",
            "Correct one of them.",
        )


def _flag(
    held: Mapping[str, object], flag: str, names: Sequence[str], prefix: str
) -> Iterator[Breach]:
    """Yield the amounts of what a flag says is not included."""
    for name in names:
        if held.get(flag) is False and name in held:
            yield Breach(
                f"{prefix}{name}", str(held[name]), f"nothing where {flag} is false", "Correct one."
            )


def _number(held: Mapping[str, object], name: str) -> Decimal | None:
    value = held.get(name)
    return Decimal(value) if isinstance(value, str) and DECIMAL.fullmatch(value) else None


def _breach(where: str, found: object, expected: str, remedy: str) -> Breach:
    shown = "nothing" if found is None else repr(found)
    return Breach(where, shown if len(shown) <= 60 else f"{shown[:57]}...", expected, remedy)
