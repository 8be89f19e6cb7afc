"""Shocks by name: embargo, epidemic, disaster, closure, port, route, strike, rationing, default."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chainwright.errors import Breach, ParameterError, TableError, near
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.shock import Shock
from chainwright.stress.shocks.template_values import TemplateValues, capacity_lost_by_section

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = [
    "TEMPLATES",
    "closure",
    "default",
    "disaster",
    "embargo",
    "epidemic",
    "named",
    "port",
    "rationing",
    "route",
    "strike",
]

Words = str | Iterable[str]
"""Nodes (``"JPN:c14"``) or regions (``"JPN"``, ``"EU27"``), in one list."""

_Halt = tuple[float | None, float | None, float]


def _listed(words: Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def _aimed(blow: Blow, of: str, hit: Words, products: Words) -> tuple[Blow, ...]:
    """Return the blow aimed at the nodes among `hit`, and at the regions, as there are."""
    words, only = _listed(hit), _listed(products)
    nodes = tuple(word for word in words if ":" in word)
    regions = tuple(word for word in words if ":" not in word)
    if nodes and only:
        raise ParameterError("products", of, "left out where nodes are named", list(only))
    if not words and not only:
        raise ParameterError("hit", of, "at least one node, region or product", hit)
    aimed = [replace(blow, nodes=nodes)] if nodes else []
    if regions or only:
        aimed.append(replace(blow, regions=regions, products=only))
    return tuple(aimed)


def _told(words: Words, products: Words = ()) -> str:
    return " ".join(", ".join(part) for part in (_listed(words), _listed(products)) if part)


def embargo(
    sellers: Words,
    *,
    products: Words = (),
    to: Words = (),
    share: float | None = None,
    days: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return an embargo: sellers deliver no longer to some buyers.

    Parameters
    ----------
    sellers : str or iterable of str
        Nodes (``"JPN:c14"``) or regions that deliver no longer.
    products : str or iterable of str
        Of regions: only these products.
    to : str or iterable of str
        Regions or nodes that get no longer; all outside the seller's own region if not given.
    share : float, optional [share]
        Part of each delivery that ends.
    days : float, optional [day]
        How long.
    start_day : float [day]
        When it begins.

    Examples
    --------
    >>> embargo("JPN:c14", to="CHN", share=1.0, days=56).blows[0].buyers
    ('CHN',)
    """
    values = TemplateValues("embargo")
    blow = Blow(
        "supply_cut",
        buyers=_listed(to),
        share=values.take("share", share),
        days=values.take("days", days),
        start_day=start_day,
    )
    blows = _aimed(blow, "embargo", sellers, products)
    who, whom = _told(sellers, products), _told(to)
    return Shock(
        blows,
        f"Embargo on deliveries of {who}" + (f" to {whom}" if whom else ""),
        f"禁运：{who}" + (f" 停止向 {whom} 供货" if whom else " 停止对外供货"),
        values.source,
    )


def epidemic(
    system: "System",
    regions: Words,
    *,
    severity: float | None = None,
    days: float | None = None,
    recovery_days: float | None = None,
    start_day: float = 0.0,
    bound: str = "value",
) -> Shock:
    """Return an epidemic: who can neither work at home nor is essential stays away.

    Capacity lost by sector follows from the section of ISIC Rev.4 that each sector of the table
    is of: see `chainwright.stress.shocks.template_values.capacity_lost_by_section`.

    Parameters
    ----------
    system : System
        With flows, whose sectors are known to be of a section.
    regions : str or iterable of str
        Where.
    severity : float, optional [share]
        Part of those who stay away.
    days : float, optional [day]
        How long at full size.
    recovery_days : float, optional [day]
        How long it takes to come back, in a straight line; at once if 0.
    start_day : float [day]
        When it begins.
    bound : str
        ``"value"``; ``"low"`` or ``"high"`` for the smallest or largest loss of the ranges.

    Raises
    ------
    TableError
        If sections of some sectors are not known; it lists them.
    """
    values = TemplateValues("epidemic")
    lost = capacity_lost_by_section(values.take("severity", severity), bound)
    sectors = system.flows.nodes.sectors
    sections = sectors.parents or ("",) * len(sectors)
    unknown = [code for code, s in zip(sectors.codes, sections, strict=True) if s not in lost]
    if unknown:
        remedy = "Say the loss of each sector: Blow('capacity', shares={'code': 0.5})."
        wrong = [Breach("sectors", repr(c), "a known section", remedy) for c in unknown]
        raise TableError("An epidemic by sector workability", wrong)
    values.note(
        "work at home by section: Dingel & Neiman (2020), US; essential work by section: "
        "assumption (params/workability.csv)" + ("" if bound == "value" else f", {bound} end")
    )
    back = values.take("recovery_days", recovery_days)
    blow = Blow(
        "capacity",
        regions=_listed(regions),
        shares=tuple((c, lost[s]) for c, s in zip(sectors.codes, sections, strict=True)),
        days=values.take("days", days),
        start_day=start_day,
        recovery="linear" if back else "at_once",
        recovery_days=back,
    )
    where = _told(regions)
    return Shock((blow,), f"Epidemic in {where}", f"疫情：{where}", values.source)


def disaster(
    hit: Words,
    *,
    products: Words = (),
    share: float | None = None,
    money: float | None = None,
    days: float | None = None,
    recovery_days: float | None = None,
    rebuilding: Mapping[str, float] | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return a disaster: capital is destroyed, and recovers or is rebuilt.

    Parameters
    ----------
    hit : str or iterable of str
        Nodes or regions.
    products : str or iterable of str
        Of regions: only these sectors.
    share : float, optional [share]
        Part of capital destroyed; there is no default.
    money : float, optional [money of the table]
        Damage instead, over what is hit in proportion to output.
    days : float, optional [day]
        How long nothing is mended.
    recovery_days : float, optional [day]
        Then how long it takes, in a straight line, or the rebuilding time.
    rebuilding : mapping of str to float, optional
        Sectors that rebuild and their shares, which add up to 1; not given, capital comes back
        without demand on anyone.
    start_day : float [day]
        When it strikes.

    Raises
    ------
    ParameterError
        If not exactly one of `share` and `money` is given.
    """
    if (share is None) == (money is None):
        raise ParameterError("share", "disaster", "given, or money instead", (share, money))
    if money is not None and len({":" in word for word in _listed(hit)}) > 1:
        expected = "for nodes alone or regions alone, so that it is split once"
        raise ParameterError("money", "disaster", expected, _listed(hit))
    values = TemplateValues("disaster")
    key = "rebuilding_days" if rebuilding else "recovery_days"
    blow = Blow(
        "capital",
        share=share,
        money=money,
        days=values.take("days", days),
        start_day=start_day,
        recovery="rebuild" if rebuilding else "linear",
        recovery_days=values.take(key, recovery_days),
        rebuilding=tuple((rebuilding or {}).items()),
    )
    blows = _aimed(blow, "disaster", hit, products)
    where = _told(hit, products)
    return Shock(blows, f"Disaster in {where}", f"灾害：{where}", values.source)


def _halt(template: str, words: tuple[Words, Words], names: tuple[str, str], halt: _Halt) -> Shock:
    """Return a loss of capacity that ends at once."""
    share, days, start_day = halt
    values = TemplateValues(template)
    lost, lasting = values.take("share", share), values.take("days", days)
    blow = Blow("capacity", share=lost, days=lasting, start_day=start_day)
    where = _told(*words)
    blows = _aimed(blow, template, *words)
    return Shock(blows, f"{names[0]} in {where}", f"{names[1]}：{where}", values.source)


def closure(
    hit: Words,
    *,
    products: Words = (),
    share: float | None = None,
    days: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return a closure of factories: nodes or regions make less, then all again at once.

    Parameters
    ----------
    hit : str or iterable of str
        Nodes or regions.
    products : str or iterable of str
        Of regions: only these sectors.
    share : float, optional [share]
        Capacity lost.
    days : float, optional [day]
        How long.
    start_day : float [day]
        When it begins.

    Examples
    --------
    >>> closure("CHN", share=0.5, days=28).source
    'closure: all values given by the user'
    """
    halt = (share, days, start_day)
    return _halt("closure", (hit, products), ("Closure", "停产"), halt)


def strike(
    hit: Words,
    *,
    products: Words = (),
    share: float | None = None,
    days: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return a strike: those who strike make nothing, then all again at once.

    Parameters
    ----------
    hit : str or iterable of str
        Nodes or regions.
    products : str or iterable of str
        Of regions: only these sectors.
    share : float, optional [share]
        Capacity lost.
    days : float, optional [day]
        How long.
    start_day : float [day]
        When it begins.
    """
    halt = (share, days, start_day)
    return _halt("strike", (hit, products), ("Strike", "罢工"), halt)


def rationing(
    hit: Words,
    *,
    products: Words = (),
    share: float | None = None,
    days: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return power rationing: capacity falls as power does.

    Parameters
    ----------
    hit : str or iterable of str
        Nodes or regions whose power is rationed.
    products : str or iterable of str
        Of regions: only these sectors, such as those that use most power.
    share : float, optional [share]
        Capacity lost.
    days : float, optional [day]
        How long.
    start_day : float [day]
        When it begins.
    """
    halt = (share, days, start_day)
    return _halt("rationing", (hit, products), ("Power rationing", "限电"), halt)


def port(
    region: Words,
    *,
    products: Words = (),
    share: float | None = None,
    days: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return a closed port: what a region sells to others and buys from others ends.

    Parameters
    ----------
    region : str or iterable of str
        Whose port; several regions are cut off from each other too.
    products : str or iterable of str
        Only these products; all if not given.
    share : float, optional [share]
        Part of that trade that passes the port.
    days : float, optional [day]
        How long.
    start_day : float [day]
        When it begins.
    """
    values = TemplateValues("port")
    where, only = _listed(region), _listed(products)
    if not where or any(":" in word for word in where):
        raise ParameterError("region", "port", "one or more regions", region)
    sold = Blow(
        "supply_cut",
        regions=where,
        products=only,
        share=values.take("share", share),
        days=values.take("days", days),
        start_day=start_day,
    )
    bought = replace(sold, regions=(), buyers=where)
    told = _told(region, products)
    return Shock((sold, bought), f"Closed port of {told}", f"港口关闭：{told}", values.source)


def route(
    one: Words,
    other: Words,
    *,
    products: Words = (),
    share: float | None = None,
    days: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return a closed route: deliveries between two groups of regions end, both ways.

    Parameters
    ----------
    one, other : str or iterable of str
        The regions at either end.
    products : str or iterable of str
        Only these products; all if not given.
    share : float, optional [share]
        Part of that trade that takes the route.
    days : float, optional [day]
        How long.
    start_day : float [day]
        When it begins.
    """
    values = TemplateValues("route")
    ends = (_listed(one), _listed(other))
    if not all(ends) or any(":" in word for end in ends for word in end):
        raise ParameterError("one", "route", "regions at both ends", (one, other))
    there = Blow(
        "supply_cut",
        regions=ends[0],
        products=_listed(products),
        buyers=ends[1],
        share=values.take("share", share),
        days=values.take("days", days),
        start_day=start_day,
    )
    back = replace(there, regions=ends[1], buyers=ends[0])
    first, second, what = _told(one), _told(other), _told((), products)
    return Shock(
        (there, back),
        f"Closed route between {first} and {second}" + (f" for {what}" if what else ""),
        f"航线中断：{first} 与 {second}" + (f"（{what}）" if what else ""),
        values.source,
    )


def default(
    firms: Words,
    *,
    share: float | None = None,
    start_day: float = 0.0,
) -> Shock:
    """Return a default: firms stop, for good.

    Parameters
    ----------
    firms : str or iterable of str
        Codes of firms, in a system with links.
    share : float, optional [share]
        Part of each firm that stops.
    start_day : float [day]
        When.
    """
    values = TemplateValues("default")
    who = _listed(firms)
    if not who:
        raise ParameterError("firms", "default", "one or more firms", firms)
    blow = Blow("capacity", firms=who, share=values.take("share", share), start_day=start_day)
    told = _told(who if len(who) <= 5 else (*who[:5], f"+{len(who) - 5}"))
    return Shock((blow,), f"Default of {told}", f"企业违约停产：{told}", values.source)


TEMPLATES: dict[str, Callable[..., Shock]] = {
    "embargo": embargo,
    "epidemic": epidemic,
    "disaster": disaster,
    "closure": closure,
    "port": port,
    "route": route,
    "strike": strike,
    "rationing": rationing,
    "default": default,
}
"""Every template by its name."""


def named(kind: str, *args: object, **values: object) -> Shock:
    """Return the shock of a template by its name.

    Parameters
    ----------
    kind : str
        One of `TEMPLATES`.
    *args, **values
        As the function of that name takes them.

    Raises
    ------
    ParameterError
        If there is no such template, or it takes no such value.

    Examples
    --------
    >>> named("strike", "DEU:c15", days=7).blows[0].days
    7
    """
    if kind not in TEMPLATES:
        hint = near(kind, TEMPLATES)
        meant = f" (d{hint.strip()[1:]})" if hint else ""
        raise ParameterError("kind", "Shock.named", f"one of {', '.join(TEMPLATES)}{meant}", kind)
    try:
        return TEMPLATES[kind](*args, **values)
    except TypeError as refused:
        raise ParameterError("values", f"the {kind} template", "its own", str(refused)) from None
