"""PACT 3.0 product footprints: read from JSON, made of a table, written back."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np

from chainwright.carbon.exchange.pact_checks import DEEPEST, check_pact, moment_of
from chainwright.errors import Breach, FormatError, MissingFileError, TableError
from chainwright.tables import write_bytes

__all__ = ["VERSION", "PactFootprint", "read_pact", "write_pact"]

VERSION = "3.0.4"
"""Version of the specification that documents are written for."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that are read at most."""

YEARS = 3
"""How long a footprint without a validity period holds after its reference period."""


@dataclass(frozen=True, eq=False)
class PactFootprint:
    """A product footprint of PACT 3.0, checked; its decimals are exact.

    Parameters
    ----------
    document : mapping
        All fields, as JSON values.
    """

    document: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, object]) -> "PactFootprint":
        """Return the footprint in a document, after every check.

        Parameters
        ----------
        document : mapping
            JSON values.

        Raises
        ------
        TableError
            If it breaks the specification; it lists every breach.
        """
        breaches = check_pact(document)
        if breaches:
            raise TableError("the product footprint", breaches)
        return cls(MappingProxyType(dict(document)))

    def __reduce__(self) -> tuple[Any, ...]:
        return PactFootprint, (dict(self.document),)

    @property
    def identity(self) -> UUID:
        """Its identifier; a changed footprint has another."""
        return UUID(self.document["id"])

    @property
    def products(self) -> tuple[str, ...]:
        """URNs of the product."""
        return tuple(self.document["productIds"])

    @property
    def unit(self) -> str:
        """What the declared unit is measured in, such as ``kilogram``."""
        return str(self.document["pcf"]["declaredUnitOfMeasurement"])

    @property
    def footprint(self) -> Decimal:
        """Of a declared unit, biogenic uptake left out [kgCO2e]."""
        return self._decimal("pcfExcludingBiogenicUptake")

    @property
    def per_unit(self) -> Decimal:
        """Of one unit of measurement, biogenic uptake left out [kgCO2e]."""
        return self.footprint / self._decimal("declaredUnitAmount")

    @property
    def per_kg(self) -> Decimal | None:
        """Of a kilogram of the product [kgCO2e]; nothing where mass says nothing."""
        mass = self._decimal("productMassPerDeclaredUnit")
        return self.footprint / mass if mass else None

    @property
    def primary_share(self) -> Decimal:
        """Share of primary data, 0 to 1."""
        return self._decimal("primaryDataShare") / 100

    def valid_on(self, moment: datetime) -> bool:
        """Return whether it is active and holds at a moment.

        Without a validity period it holds for three years after its reference period.

        Parameters
        ----------
        moment : datetime
            With its zone.
        """
        ends_reference = moment_of(self.document["pcf"]["referencePeriodEnd"])
        begins = moment_of(self.document.get("validityPeriodStart")) or ends_reference
        ends = moment_of(self.document.get("validityPeriodEnd"))
        if ends is None and ends_reference is not None:
            ends = _years_later(ends_reference, YEARS)
        active = self.document["status"] == "Active"
        return active and begins is not None and ends is not None and begins <= moment <= ends

    def as_json(self) -> str:
        """Return the document as JSON, decimals as strings."""
        return json.dumps(dict(self.document), ensure_ascii=False, indent=2)

    def _decimal(self, name: str) -> Decimal:
        return Decimal(self.document["pcf"][name])

    def __repr__(self) -> str:
        name = self.document["productNameCompany"]
        return (
            f"<PactFootprint: {name}, {self.per_unit.normalize():f} kgCO2e a {self.unit}; "
            f"{self.primary_share:.0%} primary data>"
        )


def read_pact(path: Path | str) -> tuple[PactFootprint, ...]:
    """Return the product footprints in a JSON file: one, a list, or an answer with ``data``.

    Parameters
    ----------
    path : path
        A file in UTF-8.

    Raises
    ------
    MissingFileError, FormatError
        If there is no such file, or it is no JSON.
    TableError
        If a footprint breaks PACT 3.0; it lists every breach of all of them.
    """
    file = Path(path)
    if not file.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    if file.stat().st_size > LARGEST:
        msg = f"'{file.name}' has more than {LARGEST // 2**20} MiB. Split it into several files."
        raise FormatError(msg)
    held = _json(file.read_bytes(), file.name)
    if isinstance(held, Mapping) and "data" in held and "pcf" not in held:
        held = held["data"]
    many = held if isinstance(held, list) else [held]
    named = len(many) > 1
    breaches = [
        breach
        for i, one in enumerate(many)
        for breach in check_pact(one, at=f"footprint {i + 1}" if named else "")
    ]
    identities = [one.get("id") for one in many if isinstance(one, Mapping)]
    for i, identity in enumerate(identities):
        if identity in identities[:i]:
            remedy = "Give each footprint an identifier of its own."
            breaches.append(Breach(f"footprint {i + 1}.id", repr(identity), "each once", remedy))
    if breaches:
        raise TableError(file.name, breaches)
    return tuple(PactFootprint(MappingProxyType(one)) for one in many)


def write_pact(path: Path | str, footprints: Sequence[PactFootprint]) -> None:
    """Write product footprints to a JSON file: one as it is, several as ``data`` of an answer.

    Parameters
    ----------
    path : path
        File to write, whole or not at all.
    footprints : sequence of PactFootprint
        At least one.
    """
    documents = [dict(one.document) for one in footprints]
    held: object = documents[0] if len(documents) == 1 else {"data": documents}
    text = json.dumps(held, ensure_ascii=False, indent=2)
    write_bytes(path, f"{text}\n".encode())


def _json(data: bytes, name: str) -> Any:  # noqa: ANN401 - JSON is any value
    """Return the values of JSON; names that stand twice, odd numbers and depths are refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"'{name}' is not UTF-8 (byte {error.start}). Save it as UTF-8."
        raise FormatError(msg) from error
    if _depth(text) > DEEPEST:
        msg = f"'{name}' nests more than {DEEPEST} levels deep: it is no product footprint."
        raise FormatError(msg)
    try:
        return json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        msg = f"'{name}' is no JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        raise FormatError(msg) from error
    except ValueError as error:
        msg = f"'{name}' is no JSON that can be told: {error}."
        raise FormatError(msg) from error


def _depth(text: str) -> int:
    """Return an upper bound of how deep JSON nests; brackets in texts count too."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    steps = np.isin(codes, (91, 123)).astype(np.int64) - np.isin(codes, (93, 125))
    return int(np.cumsum(steps).max(initial=0))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            msg = f"the name {name!r} stands twice in one object"
            raise ValueError(msg)
    return dict(pairs)


def _no_number(text: str) -> float:
    msg = f"{text} is no number"
    raise ValueError(msg)


def _finite(text: str) -> float:
    """Return a number of a field that we do not know: the decimals that we know are texts."""
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _years_later(moment: datetime, years: int) -> datetime:
    if moment.year + years > MAXYEAR:
        return datetime.max.replace(tzinfo=UTC)
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + years, day=28)


def now() -> datetime:
    """Return this moment, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)
