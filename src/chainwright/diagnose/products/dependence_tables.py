"""Who supplies a product that home depends on, who else could, and how it was year by year."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.products.dependence_years import HomeYears
from chainwright.diagnose.products.trade_answers import place_name

__all__ = ["first_places", "substitutes", "suppliers", "year_by_year"]

Floats = npt.NDArray[np.float64]

SHOWN = 5
"""Suppliers and substitutes that a row names."""


def suppliers(found: HomeYears, order: npt.NDArray[np.intp]) -> pd.DataFrame:
    """Return one row a product and supplier of the last year, products by rank, largest first.

    Parameters
    ----------
    found : HomeYears
        Indicators of the years.
    order : ndarray of int
        Products by rank.
    """
    last = found.last
    place, product, rank, amount = _ranked(last.bought, _columns(found, order))
    total = last.bought.sum(axis=0)
    known = last.bought_quantity
    return pd.DataFrame(
        {
            "home": found.home.name,
            "product": np.array(last.products.codes, dtype=object)[product],
            "rank": rank + 1,
            "supplier": np.array(last.measures.places.codes, dtype=object)[place],
            "year": found.years[-1],
            "share": amount / total[product],
            "value": amount,
            "quantity": np.nan if known is None else known[place, product],
        }
    )


def substitutes(found: HomeYears, order: npt.NDArray[np.intp]) -> pd.DataFrame:
    """Return the five other exporters of each product that sell most elsewhere than to home.

    Neither home nor its largest supplier is among them. `cover` says how many times over what they
    sell elsewhere would replace the largest supplier's deliveries: it would have to be taken from
    other buyers. `spare_quantity` would not: they once exported it and do not now.

    Parameters
    ----------
    found : HomeYears
        Indicators of the years.
    order : ndarray of int
        Products by rank.
    """
    last, measures = found.last, found.last.measures
    at = _columns(found, order)
    column = np.arange(len(last.products))
    top = measures.top_supplier[last.home]
    elsewhere = np.maximum(measures.exports - last.bought, 0.0)
    elsewhere[last.home] = 0.0
    elsewhere[top[top >= 0], column[top >= 0]] = 0.0
    place, product, rank, amount = _ranked(elsewhere, at, most=SHOWN)
    world = measures.exports.sum(axis=0)
    spare = last.spare
    needed = last.bought[top[product], product]
    return pd.DataFrame(
        {
            "home": found.home.name,
            "product": np.array(last.products.codes, dtype=object)[product],
            "rank": rank + 1,
            "substitute": np.array(measures.places.codes, dtype=object)[place],
            "year": found.years[-1],
            "world_share": measures.exports[place, product] / world[product],
            "to_home": last.bought[place, product],
            "elsewhere": amount,
            "cover": amount / needed,
            "spare_quantity": (
                spare.spare[place, product]
                if spare is not None and spare.years > 1
                else np.full(len(place), np.nan)
            ),
        }
    )


def year_by_year(
    found: HomeYears, order: npt.NDArray[np.intp], limits: DependenceThresholds
) -> pd.DataFrame:
    """Return one row a product and year in which home imports it, products by rank.

    Parameters
    ----------
    found : HomeYears
        Indicators of the years.
    order : ndarray of int
        Products by rank.
    limits : DependenceThresholds
        From where on a criterion holds.
    """
    years = len(found.years)
    y = np.tile(np.arange(years), len(order))
    p = np.repeat(order, years)
    bought = found.indicators["imports"][y, p] > 0.0
    y, p = y[bought], p[bought]
    held = dict(zip(("c1", "c2", "c3"), found.criteria(limits), strict=True))
    bloc = len(found.home.members) > 1
    cdi = pd.array(found.flagged_by_cdi(limits)[y, p], dtype="boolean")
    if not bloc:
        cdi[:] = pd.NA
    numbers = {name: array[y, p] for name, array in found.indicators.items()}
    return pd.DataFrame(
        {
            "home": found.home.name,
            "product": np.array(found.products, dtype=object)[p],
            "year": np.array(found.years)[y],
            "imports": numbers["imports"],
            "exports": numbers["exports"],
            "suppliers": numbers["suppliers"].astype(np.int64),
            "import_hhi": numbers["import_hhi"],
            "top_supplier": found.top_supplier[y, p],
            "top_share": numbers["top_share"],
            "world_export_hhi": numbers["world_export_hhi"],
            "imports_per_exports": bounded(numbers["imports_per_exports"]),
            **{name: flags[y, p] for name, flags in held.items()},
            "dependent": found.flagged(limits)[y, p],
            "cdi1": numbers["cdi1"],
            "cdi2": numbers["cdi2"],
            "cdi3": bounded(numbers["cdi3"]),
            "cdi_dependent": cdi,
        }
    )


def bounded(values: Floats) -> Floats:
    """Return values with NaN for what has no bound, as tables hold it.

    Parameters
    ----------
    values : ndarray
        Ratios.
    """
    return np.where(np.isinf(values), np.nan, values)


def first_places(frame: pd.DataFrame, place: str, share: str) -> dict[str, tuple[str, str, str]]:
    """Return the first five places of each product with their shares: by code, and named.

    Parameters
    ----------
    frame : DataFrame
        A row a product and place, those of a product by rank.
    place, share : str
        Its columns.

    Returns
    -------
    dict
        Of each product ``"BRA 94.8%; CAN 4.2%"`` with codes, with English and with Chinese names.
    """
    few = frame[frame["rank"] <= SHOWN]
    pairs: dict[str, list[tuple[str, float]]] = {}
    for product, code, part in zip(few["product"], few[place], few[share], strict=True):
        pairs.setdefault(product, []).append((code, part))
    return {
        product: (
            "; ".join(f"{code} {part:.1%}" for code, part in listed),
            ", ".join(f"{place_name(code)} {part:.1%}" for code, part in listed),
            "、".join(f"{place_name(code, 'zh')}{part:.1%}" for code, part in listed),
        )
        for product, listed in pairs.items()
    }


def _columns(found: HomeYears, order: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return where the products that home imports in the last year stand there, by rank."""
    there = found.last.products.place
    imported = found.indicators["imports"][-1] > 0.0
    return np.array([there[found.products[p]] for p in order if imported[p]], dtype=np.intp)


def _ranked(
    amount: Floats, products: npt.NDArray[np.intp], *, most: int | None = None
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Return place, product, rank and amount of what is above 0, largest first in each product."""
    picked = amount[:, products]
    by_size = np.argsort(-picked, axis=0, kind="stable")[:most]
    rank = np.broadcast_to(np.arange(len(by_size))[:, None], by_size.shape)
    column = np.broadcast_to(np.arange(len(products)), by_size.shape)
    size = np.take_along_axis(picked, by_size, axis=0)
    there = (size > 0.0).T  # product by product, so transposed throughout
    place = by_size.T[there]
    return place, products[column.T[there]], rank.T[there], size.T[there]
