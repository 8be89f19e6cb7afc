"""What a kind of measure costs, as ranges: rates of the table of kinds times values of flows."""

from dataclasses import dataclass
from math import nan

from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.measure_kinds import MeasureKinds
from chainwright.stress.sectors.economy import DAYS_PER_YEAR

__all__ = ["CostRange", "cost_range"]

DAYS_PER_WEEK = 7.0

Range = tuple[float, float]


@dataclass(frozen=True)
class CostRange:
    """What a measure costs once and a year, each from low to high, and where that comes from.

    Parameters
    ----------
    once : tuple of float [money]
        Both NaN where nothing is paid once.
    yearly : tuple of float [money/year]
        From when it is in effect.
    value : float [money]
        What the rates are of: goods held, deliveries or capacity a year.
    source : str
        Rates and where they come from.
    """

    once: Range
    yearly: Range
    value: float
    source: str


def cost_range(
    kind: str,
    deliveries: Deliveries,
    kinds: MeasureKinds,
    *,
    users: tuple[str, ...],
    size: float,
    product: str = "",
    origins: tuple[str, ...] = (),
    maker: str = "",
) -> CostRange:
    """Return the range of what a measure costs, from the table and the rates of its kind.

    ==================  =======================================================================
    kind                cost
    ==================  =======================================================================
    reserve             yearly (holding + spoilage) V, with V the weeks of use of producers; the
                        purchase is tied capital, whose interest the holding rate has. Rent, if the
                        table of kinds has the area per value: rent x area x V
    second_source       once qualifying V; yearly premium x trial_share V, with V the share of the
                        deliveries, final users' too, that it can replace
    backup_capacity,    once K = capital x value added x size; yearly upkeep K
    strengthen
    supplement          once capital x value added of V made by the maker + ramp V; yearly
                        premium V, with V the deliveries that move
    stabilise           once setting_up V; yearly premium V, with V the deliveries, or the value
                        added of the nodes, times the share of the blow that is kept off
    ==================  =======================================================================

    Low ends go with low ends. Value added is output less all inputs, which the engines take
    capital from.

    Parameters
    ----------
    kind : str
        One of the kinds.
    deliveries : Deliveries
        The table.
    kinds : MeasureKinds
        Rates.
    users : tuple of str
        Whom it serves.
    size : float
        Weeks or a share.
    product : str
        What it is about.
    origins : tuple of str
        Who delivers.
    maker : str
        Who takes over.

    Raises
    ------
    UnknownCodeError
        If the table lacks a word.
    TableError
        If the kinds lack a rate.
    """
    section = deliveries.section(product or maker.rpartition(":")[2] or _sector(users))

    def rate(item: str) -> Range:
        return kinds.range(kind, item, section)

    nothing = (nan, nan)
    if kind in {"backup_capacity", "strengthen"}:
        worth = size * _added(deliveries, users)
        capital = _times(rate("capital"), worth)
        source = kinds.told(kind, ("capital", "upkeep"), section)
        return CostRange(capital, _product(rate("upkeep"), capital), worth, source)
    if kind == "stabilise" and not product:
        value = size * _added(deliveries, users)
    else:
        used, final = deliveries.value(product, users, origins)
        value = size * (used if kind == "reserve" else used + final)
    if kind == "reserve":
        value *= DAYS_PER_WEEK / DAYS_PER_YEAR
        yearly = _times(_sum(rate("holding"), rate("spoilage")), value)
        source = kinds.told(kind, ("holding", "spoilage"), section)
        if kinds.has(kind, "area", section):
            yearly = _sum(yearly, _times(_product(rate("rent"), rate("area")), value))
            return CostRange(nothing, yearly, value, f"{source}; {RENT}")
        return CostRange(nothing, yearly, value, f"{source}; {NO_RENT}")
    if kind == "second_source":
        yearly = _times(_product(rate("premium"), rate("trial_share")), value)
        source = kinds.told(kind, ("qualifying", "trial_share", "premium"), section)
        return CostRange(_times(rate("qualifying"), value), yearly, value, source)
    if kind == "supplement":
        place = deliveries.flows.nodes.find(maker)
        added = float(deliveries.added[place] * deliveries.flows.per_output[place])
        once = _sum(_times(rate("capital"), added * value), _times(rate("ramp"), value))
        source = kinds.told(kind, ("capital", "ramp", "premium"), section)
        return CostRange(once, _times(rate("premium"), value), value, source)
    source = kinds.told(kind, ("premium", "setting_up"), section)
    once, yearly = _times(rate("setting_up"), value), _times(rate("premium"), value)
    return CostRange(once, yearly, value, source)


NO_RENT = "warehouse rent beyond holding not counted: no area per value known"
RENT = "warehouse rent counted apart by area per value"


def _sector(users: tuple[str, ...]) -> str:
    """Return the sector of the first node among users, or nothing."""
    return next((word.rpartition(":")[2] for word in users if ":" in word), "")


def _added(deliveries: Deliveries, users: tuple[str, ...]) -> float:
    nodes, _ = deliveries.buyers(users)
    return float(deliveries.added[nodes].sum())


def _times(ends: Range, value: float) -> Range:
    return ends[0] * value, ends[1] * value


def _product(first: Range, second: Range) -> Range:
    return first[0] * second[0], first[1] * second[1]


def _sum(first: Range, second: Range) -> Range:
    return first[0] + second[0], first[1] + second[1]
