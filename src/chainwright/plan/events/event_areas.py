"""Which sites of a maker's chain an event may have hit, by the area that was told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.classes import place_code
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.item_stakes import item_stakes
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan.events.polygons import inside
from chainwright.plan.events.region_names import region_key, region_within
from chainwright.system import Maker, Result, System

__all__ = ["AREA_KINDS", "EventArea", "event_area"]

Flags = npt.NDArray[np.bool_]

AREA_KINDS = ("region", "place", "polygon", "sites", "supplier", "material")
"""How the area of an event is told."""

WORDS = {
    "region": ("It lies in {0}.", "位于{0}。"),
    "place": ("It lies in {0}.", "位于{0}。"),
    "polygon": ("It lies in the polygon.", "位于多边形内。"),
    "sites": ("It was named.", "已点名。"),
    "supplier": ("It is a site of {0}.", "为{0}的场所。"),
    "material": ("It makes {0}.", "生产{0}。"),
    "no place": ("The country of the site is not known.", "场所所在国家未知。"),
    "no region": ("The region of the site is not known.", "场所所在地区未知。"),
    "wide region": ("Only a wider region is known: {0}.", "只知道更大的地区：{0}。"),
    "no point": ("The site has no coordinates.", "场所没有经纬度。"),
    "no site": ("Only its supplier is known, not the site.", "只知道供应商，不知道场所。"),
    "no source": ("Who makes {0} is not known.", "{0}的来源未知。"),
}
"""Reasons, in English and Chinese."""

Verdict = tuple[bool, str, str] | None
"""Whether it is in the area (or cannot be told), the key of the reason, and its word."""


@dataclass(frozen=True, eq=False, repr=False)
class EventArea(MakerNames, Result):
    """What `event_area` found among ``S`` sites and ``N`` nodes.

    Parameters
    ----------
    area : mapping
        The area as it was told.
    verdicts : tuple
        Of each site: whether it is in the area, with the reason; None where it is not.
    nodes : ndarray of bool, shape (N,)
        Nodes in the area; of a material only those that make it.
    unplaced : ndarray of bool, shape (N,)
        Nodes of which neither site nor supplier is known, of a material that is hit.
    assumptions : MakerAssumptions
        Time to recover where it is not given.
    """

    name: ClassVar[str] = "event_area"
    charted: ClassVar[str] = "recovery_weeks"

    area: Mapping[str, Any]
    verdicts: tuple[Verdict, ...]
    nodes: Flags
    unplaced: Flags
    assumptions: MakerAssumptions

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"area": dict(self.area), "recovery_weeks_assumed": self.assumptions.recovery_weeks}

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites that lie in the area, in the order of the maker's table."""
        codes = self.system.maker.network.sites.codes
        return tuple(c for c, v in zip(codes, self.verdicts, strict=True) if v and v[0])

    @property
    def untold(self) -> tuple[str, ...]:
        """Sites of which it cannot be told whether they lie in the area."""
        codes = self.system.maker.network.sites.codes
        return tuple(c for c, v in zip(codes, self.verdicts, strict=True) if v and not v[0])

    @property
    def untold_first(self) -> tuple[str, ...]:
        """Sites that cannot be told, those first that most revenue hangs on.

        Revenue a week of every product that needs an item of the site, whether or not another
        makes it too; a product without a price counts for nothing. By code where it ties.
        """
        maker = self.system.maker
        network, stakes = maker.network, item_stakes(maker)
        placed = network.node_site >= 0
        needs = np.zeros((len(network.sites.codes), stakes.needs.shape[1]), dtype=np.bool_)
        made = stakes.needs[network.node_item[placed]]
        np.logical_or.at(needs, network.node_site[placed], made)
        revenue = np.nan_to_num(stakes.revenue_of(needs))
        at = {code: s for s, code in enumerate(network.sites.codes)}
        return tuple(sorted(self.untold, key=lambda code: (-revenue[at[code]], code)))

    def table(self) -> pd.DataFrame:
        """Return a row a site: those in the area, slowest to recover first, then the untold."""
        network = self.system.maker.network
        known = self.system.maker.tables["sites"].set_index("site")
        weeks = self.assumptions.recovery(network)
        codes, suppliers = network.sites.codes, (*network.suppliers.codes, "")
        rows: list[dict[str, object]] = []
        for s, verdict in enumerate(self.verdicts):
            if verdict is None:
                continue
            found, key, word = verdict
            nodes = (network.node_site == s) & (self.nodes if self.nodes.any() else True)
            nodes = nodes if nodes.any() else network.node_site == s
            rows.append(
                {
                    "site": codes[s],
                    "supplier": suppliers[network.site_supplier[s]],
                    "place": known["place"].get(codes[s], ""),
                    "region": known["region"].get(codes[s], ""),
                    "hit": "yes" if found else "cannot be told",
                    "items": ";".join(network.items.codes[i] for i in network.node_item[nodes]),
                    "recovery_weeks": weeks[nodes].max() if nodes.any() else np.nan,
                    "assumed": bool(np.isnan(network.recovery[nodes]).any()),
                    "reason_en": WORDS[key][0].format(word),
                    "reason_zh": WORDS[key][1].format(word),
                }
            )
        for n in np.flatnonzero(self.unplaced):
            item = network.items.codes[network.node_item[n]]
            rows.append(
                {
                    "site": "",
                    "supplier": "",
                    "place": "",
                    "region": "",
                    "hit": "cannot be told",
                    "items": item,
                    "recovery_weeks": weeks[n],
                    "assumed": bool(np.isnan(network.recovery[n])),
                    "reason_en": WORDS["no source"][0].format(item),
                    "reason_zh": WORDS["no source"][1].format(item),
                }
            )
        columns = ["site", "supplier", "place", "region", "hit", "items", "recovery_weeks"]
        columns += ["assumed", "reason_en", "reason_zh"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["recovery_weeks"] = frame["recovery_weeks"].astype("float64")
        order = ["hit", "recovery_weeks", "site"]
        return frame.sort_values(order, ascending=[False, False, True], ignore_index=True)


def event_area(
    system: System,
    area: Mapping[str, Any],
    *,
    assumptions: MakerAssumptions = MakerAssumptions(),  # noqa: B008 - frozen
) -> EventArea:
    """Return which sites of a maker's chain lie in the area of an event, and which may.

    A site lies where its own row says. One of which too little is known is told as such and not
    counted as hit: no country or region given, only a wider region, no coordinates (where a
    polygon hits a site of the same country, or no site at all), or known by its supplier alone.
    Of a material the event hits the nodes that make it, not whatever else their sites make.

    Parameters
    ----------
    system : System
        With a maker.
    area : mapping
        ``{"kind": "region", "codes": ["CHN:Anhui"]}`` (names and codes of Chinese divisions are
        one), ``place`` (ISO 3166-1), ``sites``, ``supplier``, ``material`` (items of the maker,
        or ``hs:8542`` and ``gbt4754:397`` for parts whose code begins so), each with ``codes``; or
        ``{"kind": "polygon", "polygons": [...]}`` as `read_polygons` or `polygon_of` return them.
    assumptions : MakerAssumptions
        Time to recover where none is given.

    Raises
    ------
    ParameterError
        If the kind of area is another, or the area is empty.
    UnknownCodeError
        If a code is none of the maker's, or no place.

    Examples
    --------
    >>> from chainwright.system import Maker
    >>> import pandas as pd
    >>> made = Maker.of_tables(
    ...     "toy",
    ...     products=pd.DataFrame({"item": ["F"], "demand_per_week": [1.0]}),
    ...     bill=pd.DataFrame({"parent": ["F"], "component": ["a"], "quantity": [2]}),
    ...     suppliers=pd.DataFrame({"supplier": ["S"]}),
    ...     sites=pd.DataFrame({"site": ["X"], "supplier": ["S"], "place": ["CHN"]}),
    ...     sourcing=pd.DataFrame({"item": ["F", "a"], "supplier": ["S", "S"], "site": ["", "X"]}),
    ... )
    >>> found = event_area(System(maker=made), {"kind": "place", "codes": ["CHN"]})
    >>> found.sites, found.untold
    (('X',), ('S/?',))
    """
    maker = system.maker
    network = maker.network
    kind = area.get("kind")
    given = area.get("polygons" if kind == "polygon" else "codes")
    if kind not in AREA_KINDS:
        raise ParameterError("kind", "the area", f"one of {', '.join(AREA_KINDS)}", kind)
    if not given:
        raise ParameterError("area", "the event", "an area that is not empty", dict(area))
    n = len(network.nodes)
    unplaced = np.zeros(n, dtype=np.bool_)
    nodes = np.ones(n, dtype=np.bool_)
    if kind == "material":
        items = _items(maker, given)
        nodes = items[network.node_item]
        unplaced = nodes & (network.node_site < 0)
        verdicts = _makers_of(maker, nodes)
    else:
        verdicts = JUDGES[kind](maker, given)
    hit = np.array([bool(v and v[0]) for v in verdicts], dtype=np.bool_)
    placed = network.node_site >= 0
    at = np.zeros(n, dtype=np.bool_)
    at[placed] = hit[network.node_site[placed]] if len(hit) else False
    return EventArea(system, dict(area), tuple(verdicts), nodes & at, unplaced, assumptions)


def _rows(maker: Maker) -> list[dict[str, Any]]:
    """Return what is known of each site of the network, also of those known by supplier alone."""
    rows = maker.tables["sites"].to_dict("records")
    more = len(maker.network.sites.codes) - len(rows)
    return [{str(k): v for k, v in row.items()} for row in rows] + [{} for _ in range(more)]


def _in_regions(maker: Maker, codes: Sequence[str]) -> list[Verdict]:
    asked = []
    rows = _rows(maker)
    known = {f"{r['place']}:{r['region']}" for r in rows if r and r["place"] and r["region"]}
    for code in codes:
        place, colon, region = code.partition(":")
        if not (colon and region.strip()):
            raise ParameterError("region", "the area", "a country and region as CHN:Anhui", code)
        country = place_code(place)
        key = region_key(country, region)
        # a code of the list of divisions is one even where the maker has no site
        listed = key[0].isdigit()
        met = any(region_within(region_key(*k.split(":", 1)), key) for k in known)
        if not (listed or met):
            raise UnknownCodeError(code, "region of the maker's sites", sorted(known))
        asked.append((country, key, code))
    return [_region_verdict(row, asked) for row in rows]


def _region_verdict(row: Mapping[str, Any], asked: Sequence[tuple[str, Any, str]]) -> Verdict:
    if not row:
        return False, "no site", ""
    if not row["place"]:
        return False, "no place", ""
    untold: Verdict = None
    for country, key, code in asked:
        if row["place"] != country:
            continue
        if not row["region"]:
            untold = False, "no region", ""
            continue
        within = region_within(region_key(country, row["region"]), key)
        if within:
            return True, "region", code
        if within is None:
            untold = False, "wide region", row["region"]
    return untold


def _in_places(maker: Maker, codes: Sequence[str]) -> list[Verdict]:
    asked = {place_code(code) for code in codes}

    def verdict(row: Mapping[str, Any]) -> Verdict:
        if not row:
            return False, "no site", ""
        if not row["place"]:
            return False, "no place", ""
        return (True, "place", row["place"]) if row["place"] in asked else None

    return [verdict(row) for row in _rows(maker)]


def _in_polygons(maker: Maker, polygons: Sequence[Any]) -> list[Verdict]:
    rows = _rows(maker)
    points = np.array(
        [(row.get("longitude_deg", np.nan), row.get("latitude_deg", np.nan)) for row in rows],
        dtype=np.float64,
    ).reshape(-1, 2)
    hit = inside(polygons, points[:, 0], points[:, 1])
    lost = np.asarray(np.isnan(points).any(axis=1), dtype=np.bool_)
    countries = {row["place"] for row, found in zip(rows, hit, strict=True) if found}
    found: list[Verdict] = []
    for row, yes, blind in zip(rows, hit, lost, strict=True):
        if yes:
            found.append((True, "polygon", ""))
        elif not row:
            found.append((False, "no site", ""))
        elif blind and (not countries or not row["place"] or row["place"] in countries):
            found.append((False, "no point", ""))
        else:
            found.append(None)
    return found


def _named(maker: Maker, codes: Sequence[str]) -> list[Verdict]:
    axis = maker.network.sites
    for code in codes:
        if code not in axis.codes:
            raise UnknownCodeError(code, "site of the maker's chain", axis.codes)
    asked = set(codes)
    return [(True, "sites", "") if code in asked else None for code in axis.codes]


def _of_suppliers(maker: Maker, codes: Sequence[str]) -> list[Verdict]:
    network = maker.network
    for code in codes:
        if code not in network.suppliers.codes:
            raise UnknownCodeError(code, "supplier of the maker", network.suppliers.codes)
    asked = set(codes)
    names = (*network.suppliers.codes, "")
    whose = [names[i] for i in network.site_supplier]
    return [(True, "supplier", name) if name in asked else None for name in whose]


def _items(maker: Maker, codes: Sequence[str]) -> Flags:
    """Return which items a list of items and classes names."""
    network, parts = maker.network, maker.tables["parts"]
    asked: set[str] = set()
    for code in codes:
        scheme, colon, prefix = code.partition(":")
        if colon and scheme in {"hs", "gbt4754"}:
            met = parts.loc[parts[scheme].astype(str).str.startswith(prefix), "item"]
            if met.empty or not prefix:
                raise UnknownCodeError(code, "class of the maker's parts", set(parts[scheme]))
            asked |= set(met)
        elif code in network.items.codes:
            asked.add(code)
        else:
            raise UnknownCodeError(code, "item of the maker's chain", network.items.codes)
    return np.array([code in asked for code in network.items.codes], dtype=np.bool_)


def _makers_of(maker: Maker, nodes: Flags) -> list[Verdict]:
    network = maker.network
    made: dict[int, list[str]] = {}
    for n in np.flatnonzero(nodes & (network.node_site >= 0)):
        made.setdefault(int(network.node_site[n]), []).append(
            network.items.codes[network.node_item[n]]
        )
    sites = range(len(network.sites.codes))
    return [(True, "material", ", ".join(made[s])) if s in made else None for s in sites]


JUDGES: Mapping[str, Callable[[Maker, Sequence[Any]], list[Verdict]]] = {
    "region": _in_regions,
    "place": _in_places,
    "polygon": _in_polygons,
    "sites": _named,
    "supplier": _of_suppliers,
}
"""What judges each site, by the kind of area."""
