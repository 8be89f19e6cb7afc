"""The tables of mineral reserves: products, their suppliers, countries, rules of release."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.plan.minerals.mineral_needs import LEVELS
from chainwright.plan.minerals.mineral_supplies import WEEKS
from chainwright.plan.minerals.mineral_words import listed, mineral_reasons
from chainwright.plan.minerals.release_rules import RULES, release_rows

if TYPE_CHECKING:
    from chainwright.plan.minerals.mineral_reserves import MineralReserves

__all__ = ["by_country", "by_rule", "by_supplier", "reserve_rows"]

Floats = npt.NDArray[np.float64]

NAMED = 6
"""Products that a cell names."""


def reserve_rows(found: "MineralReserves") -> pd.DataFrame:
    """Return a row a product, in the order of the answer.

    Parameters
    ----------
    found : MineralReserves
        The answer.
    """
    supplies, sized = found.supplies, found.sized
    codes = supplies.products
    count = len(codes)
    week = np.where(sized, supplies.imports, np.nan) / WEEKS
    use = np.where(supplies.use_known, supplies.use, np.nan)
    quantiles = np.array([need.of_outages(LEVELS) for need in found.needs])
    quantiles = np.where(sized, quantiles.reshape(count, -1).T, np.nan)
    low, high = np.array([_interval(found, p) for p in range(count)]).reshape(count, 2).T
    without = [need.shortage(found.stocks[p]).sum() for p, need in enumerate(found.needs)]
    with_it = [need.shortage(found.held[p]).sum() for p, need in enumerate(found.needs)]
    tops = [need.suppliers[0] if len(need.suppliers) else 0 for need in found.needs]
    every = np.arange(count)
    value = found.reserve * supplies.price
    reason_en, reason_zh = mineral_reasons(found)
    names = [listed(code) if found.harmonised else {} for code in codes]
    frame = pd.DataFrame(
        {
            "product": np.array(codes, dtype=object),
            "standing": np.array(found.standing, dtype=object),
            "reserve_weeks_of_imports": found.reserve / week,
            "reserve_weeks_of_use": found.reserve / use,
            "reserve": found.reserve,
            "sample_low_weeks": low / week,
            "sample_high_weeks": high / week,
            "need_q50_weeks": quantiles[0] / week,
            "need_q80_weeks": quantiles[1] / week,
            "need_q90_weeks": quantiles[2] / week,
            "need_q95_weeks": quantiles[3] / week,
            "economic_weeks": found.economic[1] / week,
            "economic_low_weeks": found.economic[0] / week,
            "economic_high_weeks": found.economic[2] / week,
            "value": value,
            "holding_low": value * found.costs.holding_low,
            "holding_high": value * found.costs.holding_high,
            "shortage_weeks": np.array(without) / week,
            "shortage_weeks_left": np.array(with_it) / week,
            "shortage_value": np.where(sized, np.array(without) * supplies.price, np.nan),
            "chance_of_shortage": _chances(found, found.stocks),
            "chance_left": _chances(found, found.held),
            "suppliers": [len(need.suppliers) for need in found.needs],
            "top_supplier": np.where(sized, np.array(supplies.places, object)[tops], ""),
            "top_share": supplies.shares[tops, every],
            "top_share_by_value": supplies.value_shares[tops, every],
            "import_hhi": np.where(sized, np.square(supplies.shares).sum(axis=0), np.nan),
            "driver": np.array([code for code, _ in found.drivers], dtype=object),
            "driver_share": np.array([part for _, part in found.drivers], dtype=np.float64),
            "imports": np.where(sized, supplies.imports, np.nan),
            "imports_value": supplies.value,
            "exports_per_imports": supplies.exports_per_imports,
            "quantity_known": supplies.known,
            "use": use * WEEKS,
            "stocks": found.stocks,
            "price": supplies.price,
            "assumed": _assumed(found),
            "material_en": [row.get("name_en", "") for row in names],
            "material_zh": [row.get("name_zh", "") for row in names],
            "reason_en": reason_en,
            "reason_zh": reason_zh,
        }
    )
    return frame.iloc[found.order].reset_index(drop=True)


def _interval(found: "MineralReserves", p: int) -> tuple[float, float]:
    """Return the ends of the sampling interval of a reserve, stocks taken off."""
    need = found.needs[p]
    if not found.sized[p] or found.rule == "economic":
        return np.nan, np.nan
    low, high = np.maximum(np.array(need.interval(found.level)) - found.stocks[p], 0.0)
    return float(low), float(high)


def _chances(found: "MineralReserves", held: Floats) -> Floats:
    every = [need.chance(held[p]) for p, need in enumerate(found.needs)]
    return np.where(found.sized & np.isfinite(held), np.array(every, dtype=np.float64), np.nan)


def _assumed(found: "MineralReserves") -> list[str]:
    """Return what was assumed of each product, as words joined by ``;``."""
    uses = found.supplies.uses
    said = {
        "use": found.supplies.use_known,
        "substitution": ~uses["substitution_low"].isna().to_numpy(),
        "alternates": ~uses["alternates_low"].isna().to_numpy(),
        "penalty": ~uses["penalty"].isna().to_numpy(),
    }
    always = ["outages", "holding"]
    return [
        ";".join([*always, *(word for word, known in said.items() if not known[p])])
        for p in range(len(uses))
    ]


def by_supplier(found: "MineralReserves") -> pd.DataFrame:
    """Return a row a product and supplier: products in their order, the worst supplier first.

    Parameters
    ----------
    found : MineralReserves
        The answer.
    """
    rows: dict[str, list[object]] = {
        "product": [], "supplier": [], "share": [], "share_by_value": [],
        "outages_per_year": [], "need_mean_weeks": [], "need_q90_weeks": [],
        "shortage_weeks": [], "shortage_share": [],
    }  # fmt: skip
    for p in found.order:
        if not found.sized[p]:
            continue
        need, week = found.needs[p], found.supplies.imports[p] / WEEKS
        short = need.shortage(found.stocks[p])
        whole = short.sum()
        order = np.lexsort((np.arange(len(short)), -need.failing, -short))
        count = len(order)
        picked = need.suppliers[order]
        rows["product"] += [found.supplies.products[p]] * count
        rows["supplier"] += [found.supplies.places[s] for s in picked]
        rows["share"] += list(found.supplies.shares[picked, p])
        rows["share_by_value"] += list(found.supplies.value_shares[picked, p])
        rows["outages_per_year"] += list(need.rates[order])
        rows["need_mean_weeks"] += list(need.needs[order].mean(axis=1) / week)
        rows["need_q90_weeks"] += list(
            np.quantile(need.needs[order], 0.9, axis=1, method="inverted_cdf") / week
        )
        rows["shortage_weeks"] += list(short[order] / week)
        rows["shortage_share"] += list(
            short[order] / whole if whole > 0.0 else np.full(count, np.nan)
        )
    return pd.DataFrame(rows)


def by_country(found: "MineralReserves") -> pd.DataFrame:
    """Return a row a country: what its outages leave short over all products, the worst first.

    Parameters
    ----------
    found : MineralReserves
        The answer.
    """
    supplies = found.supplies
    size = len(supplies.places)
    value, without, left = np.zeros(size), np.zeros(size), np.zeros(size)
    products = np.zeros(size, dtype=np.int64)
    driven: list[list[str]] = [[] for _ in range(size)]
    for p in found.order:
        if not found.sized[p]:
            continue
        need, price = found.needs[p], np.nan_to_num(supplies.price[p])
        value[need.suppliers] += supplies.value_shares[need.suppliers, p] * supplies.value[p]
        products[need.suppliers] += 1
        short = np.maximum(need.needs - found.stocks[p], 0.0).mean(axis=1)
        without[need.suppliers] += short * price
        if np.isfinite(found.held[p]):
            lacking = np.maximum(need.needs - found.held[p], 0.0).mean(axis=1)
            left[need.suppliers] += lacking * price
        if (driver := found.drivers[p][0]) and found.standing[p] in {"ranked", "doubtful"}:
            driven[supplies.trade.places.place[driver]].append(supplies.products[p])
    at = np.flatnonzero(value > 0.0)
    rates = found.outages.rate_of([supplies.places[s] for s in at])
    order = np.lexsort((at, -without[at] * rates))
    at, rates = at[order], rates[order]
    return pd.DataFrame(
        {
            "country": np.array([supplies.places[s] for s in at], dtype=object),
            "outages_per_year": rates,
            "imports_value": value[at],
            "products": products[at],
            "driven": np.array([_named(driven[s]) for s in at], dtype=object),
            "shortage_value": without[at],
            "shortage_value_left": left[at],
            "shortage_value_per_year": without[at] * rates,
        }
    )


def _named(codes: list[str]) -> str:
    more = f"; +{len(codes) - NAMED}" if len(codes) > NAMED else ""
    return "; ".join(codes[:NAMED]) + more


def by_rule(found: "MineralReserves") -> pd.DataFrame:
    """Return a row a product and rule of release, in outages of the country that drives it.

    Left out is what nobody holds, and what no outage leaves short.

    Parameters
    ----------
    found : MineralReserves
        The answer.
    """
    ramps = found.replacement.ramps(int(found.outages.longest_weeks))
    spoilage = np.nan_to_num(found.supplies.uses["spoilage_per_year"].to_numpy(dtype=np.float64))
    rows: list[dict[str, object]] = []
    for p in found.order:
        if not found.held[p] > 0.0 or found.driving[p] < 0:
            continue
        each = release_rows(
            found.needs[p],
            found.driving[p],
            found.draws,
            ramps,
            reserve=float(found.held[p]),
            spoilage_per_year=float(spoilage[p]),
            release=found.release,
        )
        code = found.supplies.products[p]
        rows += [
            {"product": code, "rule": rule, **row} for rule, row in zip(RULES, each, strict=True)
        ]
    columns = ["met", "priority_met", "met_in_full", "first_week_short", "left", "spoiled"]
    return pd.DataFrame(rows, columns=["product", "rule", *columns]).astype(
        dict.fromkeys(columns, np.float64)
    )
