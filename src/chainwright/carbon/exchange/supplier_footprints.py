"""Product footprints that suppliers sent as PACT documents, for the products of a chain."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from chainwright.carbon.exchange.pact_units import pact_units
from chainwright.errors import Breach, TableError, near

if TYPE_CHECKING:
    from chainwright.carbon.exchange.pact_documents import PactFootprint
    from chainwright.carbon.lifecycle.product_systems import ProductSystem

__all__ = ["declared_footprints"]

COUNTED = "kgCO2e"


def declared_footprints(
    products: "ProductSystem",
    documents: "Iterable[PactFootprint] | Mapping[str, PactFootprint]",
) -> dict[str, tuple[float, float]]:
    """Return footprint and primary share by product, as `footprints` takes them for declared ones.

    A document is of the product that bears its company's name for it (``productNameCompany``), one
    of its ``productIds``, or the last part of one. Its footprint, biogenic uptake left out, is
    converted to the unit of the product: by mass where that is a unit of mass.

    Parameters
    ----------
    products : ProductSystem
        The chain.
    documents : iterable of PactFootprint, or mapping of str to PactFootprint
        What suppliers sent, as `read_pact` reads it; or by product, where names do not tell it.

    Raises
    ------
    TableError
        If a document is of no product of the chain or of several, of one that another document is
        of, is deprecated, or is of a unit that does not convert; it lists every breach.

    Examples
    --------
    >>> from chainwright.carbon import ProductSystem
    >>> declared_footprints(ProductSystem.of_arrays([[0.0]], [1.0], ["iron"]), [])
    {}
    """
    named: list[tuple[tuple[str, ...], PactFootprint]] = (
        [((product,), one) for product, one in documents.items()]
        if isinstance(documents, Mapping)
        else [(_names(one), one) for one in documents]
    )
    codes = products.frame["process"].tolist()
    unit_of = dict(zip(codes, products.frame["unit"].tolist(), strict=True))
    found: dict[str, tuple[float, float]] = {}
    breaches: list[Breach] = []
    for number, (names, one) in enumerate(named, 1):
        where = f"footprint {number} ({one.document['productNameCompany']})"
        fitting = list(dict.fromkeys(name for name in names if name in unit_of))
        wrong = list(_faults(where, names, fitting, codes))
        if not wrong:
            wrong = list(_unfit(where, one, str(unit_of[fitting[0]]), products.emission_unit))
        if not wrong and fitting[0] in found:
            remedy = "Keep the one that holds."
            wrong = [Breach(where, f"{fitting[0]} again", "one footprint a product", remedy)]
        breaches += wrong
        if not wrong:
            value = _per_unit(one, str(unit_of[fitting[0]]))
            assert value is not None  # noqa: S101 - `_unfit` looked
            found[fitting[0]] = value, float(one.primary_share)
    if breaches:
        raise TableError("the footprints of suppliers", breaches)
    return found


def _names(one: "PactFootprint") -> tuple[str, ...]:
    """Return what the product of a document may be called in a chain."""
    last = (urn.rpartition(":")[2] for urn in one.products)
    return str(one.document["productNameCompany"]), *one.products, *last


def _faults(
    where: str, names: tuple[str, ...], fitting: list[str], codes: list[str]
) -> Iterator[Breach]:
    if len(fitting) == 1:
        return
    if fitting:
        found, remedy = f"products {', '.join(fitting)}", "Say which: PRODUCT=FILE."
    else:
        found = " or ".join(dict.fromkeys(names))
        remedy = f"Say which product it is: PRODUCT=FILE.{near(names[-1], codes)}"
    yield Breach(where, found, "one product of the chain", remedy)


def _unfit(where: str, one: "PactFootprint", unit: str, counted: str) -> Iterator[Breach]:
    """Yield what keeps a document from being taken."""
    if one.document["status"] != "Active":
        remedy = "Ask the supplier for the one that holds."
        yield Breach(f"{where}, status", repr(one.document["status"]), "Active", remedy)
    if counted != COUNTED:
        remedy = "Count the emissions of the chain in kgCO2e."
        yield Breach(where, COUNTED, f"footprints in {counted}", remedy)
    if _per_unit(one, unit) is None:
        remedy = "Give the process one of its units, or ask for the mass of the product."
        yield Breach(where, f"a footprint a {one.unit}", f"one that converts to {unit!r}", remedy)


def _per_unit(one: "PactFootprint", unit: str) -> float | None:
    """Return the footprint of one unit of a product [kgCO2e]; nothing if units do not convert."""
    times = pact_units(unit, one.unit)
    if times is not None:
        return float(one.per_unit) * times
    mass = pact_units(unit, "kilogram")
    return None if mass is None or one.per_kg is None else float(one.per_kg) * mass
