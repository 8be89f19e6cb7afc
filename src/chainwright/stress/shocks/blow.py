"""One thing that happens: what is hit, how, how much, from when, how long, how it recovers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

__all__ = ["KINDS", "RECOVERIES", "Blow", "Kind", "Recovery"]

Kind = Literal["capacity", "capital", "supply_cut", "demand_drop"]
Recovery = Literal["at_once", "linear", "convex", "convex_scaled", "concave", "rebuild"]

KINDS: tuple[str, ...] = get_args(Kind)
"""What a blow can take: capacity, capital, deliveries to some buyers, final demand."""

RECOVERIES: tuple[str, ...] = get_args(Recovery)
"""How a blow can end: see `chainwright.stress.shocks.courses`; rebuilding is up to the engine."""

_WORDS = ("nodes", "regions", "products", "firms", "buyers")
_PAIRS = ("shares", "rebuilding")


@dataclass(frozen=True)
class Blow:
    """One thing that happens. What is not named does not restrict; nothing is checked here.

    `Shock.checked` lists all that is wrong at once; every engine calls it before it runs.

    Parameters
    ----------
    kind : str
        ``"capacity"``: a share of what can be made is lost. ``"capital"``: productive capital is
        destroyed, as a share or in money, and capacity with it. ``"supply_cut"``: deliveries to
        `buyers` end. ``"demand_drop"``: final demand of `buyers` falls.
    nodes : tuple of str
        Nodes that are hit, such as ``"JPN:c14"``.
    regions, products : tuple of str
        Regions and products (sectors of the table) that are hit; where both are named, the
        products of these regions. A region may be a named group, such as EU27.
    firms : tuple of str
        Firms that are hit, in a system with links.
    links : tuple of (str, str)
        Deliveries that are hit, each a supplier and a buyer (firms).
    buyers : tuple of str
        Of a supply cut or a drop of demand: regions, nodes or firms that get no longer or want
        no longer. Empty: all outside the seller's own region for a cut, all for a drop. A cut
        that names buyers and no region or node that sells is of all from outside their region.
        Exports of a table are outside every region; ``"abroad"`` names them.
    share : float, optional [share]
        What is lost, 0 to 1, of capacity, capital, deliveries or demand.
    shares : tuple of (str, float)
        The same by sector, region, node or firm that is hit, instead of one share; what it does
        not name is not hit.
    money : float, optional [money of the table]
        Of kind capital only: damage, over what is hit in proportion to its output.
    start_day : float [day]
        When it strikes; day 0 is the first day of a run.
    days : float [day]
        How long it holds at full size; without end if infinite.
    recovery : str
        How it ends: ``"at_once"``, by a curve (``"linear"``, ``"convex"``, ``"convex_scaled"``,
        ``"concave"``), or ``"rebuild"`` (capital only: damage is demand that others deliver).
    recovery_days : float [day]
        Recovery time of the curve, or rebuilding time.
    half_recovery_days : float, optional [day]
        Of a concave recovery: when half is back; half of `recovery_days` if not given.
    rebuilding : tuple of (str, float)
        Of rebuilding: the sectors that deliver, and their shares, which add up to 1.
    rebuild_factor : float [1]
        Of rebuilding: demand for one unit of damage.

    Examples
    --------
    >>> Blow("supply_cut", regions="JPN", products="c14", buyers="CHN", share=1.0, days=56).regions
    ('JPN',)
    """

    kind: Kind
    nodes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    buyers: tuple[str, ...] = ()
    share: float | None = None
    shares: tuple[tuple[str, float], ...] = ()
    money: float | None = None
    start_day: float = 0.0
    days: float = inf
    recovery: Recovery = "at_once"
    recovery_days: float = 0.0
    half_recovery_days: float | None = None
    rebuilding: tuple[tuple[str, float], ...] = ()
    rebuild_factor: float = 1.0

    def __post_init__(self) -> None:
        for field in _WORDS:
            object.__setattr__(self, field, _words(getattr(self, field)))
        for field in _PAIRS:
            object.__setattr__(self, field, _pairs(getattr(self, field)))
        object.__setattr__(self, "links", tuple(tuple(link) for link in self.links))

    @property
    def of_firms(self) -> bool:
        """Whether it names firms or deliveries between firms."""
        return bool(self.firms or self.links)

    @property
    def end_day(self) -> float:
        """Day on which it no longer holds at full size."""
        return self.start_day + self.days


def _words(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _pairs(
    given: Mapping[str, float] | Iterable[tuple[str, float]],
) -> tuple[tuple[str, float], ...]:
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple((code, number) for code, number in pairs)
