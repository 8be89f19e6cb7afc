"""Measures proposed against shocks: from what binds first and loses most at home, with reasons."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf, log10
from typing import TYPE_CHECKING

from chainwright.errors import ParameterError
from chainwright.params.agreement import agreed
from chainwright.plan.repairs.cost_models import cost_range
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.exposures import Exposure, exposures
from chainwright.plan.repairs.measure_kinds import MeasureKinds, read_measure_kinds
from chainwright.plan.repairs.measures import RepairMeasures
from chainwright.plan.repairs.proposal_reasons import reasons_of
from chainwright.plan.repairs.repair_measure import RepairMeasure
from chainwright.plan.repairs.scenarios import Against, Scenario, scenarios_of
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.system import System
from chainwright.system.home import Regions, resolved

if TYPE_CHECKING:
    from chainwright.diagnose.product_space.entry_opportunities import Opportunities

__all__ = ["MOST_RUNS", "SIZES", "repair_measures"]

SIZES: dict[str, tuple[float, ...]] = {
    "reserve": (2.0, 4.0, 8.0),
    "second_source": (0.25, 0.5, 0.8),
    "supplement": (0.1, 0.25),
    "backup_capacity": (0.1, 0.25),
    "strengthen": (0.1,),
    "stabilise": (0.25, 0.5),
}
"""Sizes that are proposed, of which one is taken: weeks of a reserve, else shares."""

MOST_RUNS = 24
"""Scenarios that are run; of more the likeliest."""

MOST_HIT = 3
"""Nodes that a blow hits for which capacity of their own is proposed."""


@dataclass(frozen=True)
class _Target:
    """What measures of some sizes are about, and what it touches."""

    kind: str
    users: tuple[str, ...]
    product: str
    origins: tuple[str, ...]
    maker: str
    exposure: Exposure
    loss: float  # at home, weighted by the probability of scenarios
    value: float  # cut off or not made, weighted alike
    reach: float = 1.0  # share of the loss that size 1 (a week, of a reserve) reaches
    most: float = inf  # the largest size that makes sense
    label: str = ""


def repair_measures(
    system: System,
    against: Against,
    *,
    home: Regions | None = None,
    most: int = 60,
    days: float = 182.0,
    model: InventoryModel | None = None,
    kinds: object = None,
    opportunities: "Opportunities | None" = None,
    progress: Callable[[str], None] | None = None,
) -> RepairMeasures:
    """Return measures against shocks, proposed from what they touch at home, with reasons.

    Each scenario is run once as things are. For deliveries that are cut: reserves, second
    sources, a supplement by home's own maker, more capacity of that maker; for inputs that ran
    short though nobody cut them: reserves, a supplement, capacity; for nodes at home that are hit:
    backup capacity of those that lose most, and cover. A contract keeps no government from an
    embargo, so cover of deliveries is proposed only where a part of them goes on. Each comes in
    several `SIZES`, of which one is taken; capacity for no more than is cut off.

    Those are kept that touch the most loss: what home loses by it, weighted by the scenario, times
    the part that the size reaches (of a reserve its weeks over those of the cut; of capacity its
    output over what is cut); then those that touch the most value cut off. Costs are ranges from
    the table of kinds and marked as assumptions. The same question gets the same measures.

    Parameters
    ----------
    system : System
        With flows.
    against : Shock, sequence or mapping of them, Ensemble, or (Shock, Uncertainty, draws, seed)
        What may happen.
    home : str or sequence of str, optional
        Regions whose loss counts; of none given, the three that lose most by each.
    most : int
        Most measures.
    days : float [day]
        Horizon of each run.
    model : InventoryModel, optional
        How producers behave; as in `plan.repair` if not given, so that what is cut off is
        replaced by nobody.
    kinds : path or Arrow stream, optional
        A table ``repair_kinds`` of costs, lead times and limits; ours if not given.
    opportunities : Opportunities, optional
        Of home, from `diagnose.opportunities`: density and complexity of products that it lacks,
        told where their codes are those of the table.
    progress : callable, optional
        Is told in words what is run.

    Raises
    ------
    ParameterError
        If `most` is below one.
    TableError, UnknownCodeError, MissingPartError
        If the shocks, the kinds or home are not in order.

    Examples
    --------
    >>> from chainwright.stress import Blow, Shock
    >>> china = System.demo("country")
    >>> shut = Shock((Blow("capacity", nodes=china.flows.nodes.codes[7], share=0.5, days=28),))
    >>> found = repair_measures(china, shut, home="11", days=56, most=5)
    >>> len(found) <= 5 and all(found.assumed)
    True
    """
    if most < 1:
        raise ParameterError("most", "proposals", "one or more", most)
    rates = read_measure_kinds(kinds)
    regions = () if home is None else resolved(system.flows, home)[0]
    scenarios = scenarios_of(system, against, model=model)
    chosen, notes = _likeliest(scenarios.held)
    touched = exposures(system, chosen, regions, days=days, progress=progress)
    deliveries = Deliveries(system.flows)
    targets = _labelled(
        _merged(
            target
            for one in touched
            for target in _targets(one, deliveries, rates)
            if target.kind in rates.names
        )
    )
    found = [
        (min(1.0, size * target.reach), target, size)
        for target in targets
        for size in _sizes(target, rates.most_size(target.kind, _section(target, deliveries)))
    ]
    found.sort(
        key=lambda one: (-one[0] * one[1].loss, -one[0] * one[1].value, _name(one[1], one[2]))
    )
    held = tuple(
        _measure(target, size, deliveries, rates, (opportunities, days))
        for _, target, size in found[:most]
    )
    if len(found) > most:
        notes.append(_cut_short(len(found), most))
    if not held:
        notes.append(NOTHING)
    return RepairMeasures(held, str(system.money), (*scenarios.notes, *notes))


NOTHING = (
    "Nothing is proposed: no scenario touches home within the horizon.",
    "未提出措施：各情景在期限内均未波及本土。",
)


def _cut_short(found: int, most: int) -> tuple[str, str]:
    return (
        agreed(
            "{found} {found:measure was|measures were} found; the {most:one|{most}} that "
            "{most:touches|touch} the most loss {most:is|are} kept.",
            found=found,
            most=most,
        ),
        f"共得 {found} 项措施，保留触及损失最大的 {most} 项。",
    )


def _likeliest(held: tuple[Scenario, ...]) -> tuple[tuple[Scenario, ...], list[tuple[str, str]]]:
    """Return the likeliest scenarios, in their order, and a note where some are left out."""
    if len(held) <= MOST_RUNS:
        return held, []
    order = sorted(range(len(held)), key=lambda i: (-held[i].probability, i))[:MOST_RUNS]
    note = (
        f"Proposals rest on the {MOST_RUNS} likeliest of {len(held)} scenarios, the first ones "
        "where they are alike.",
        f"措施依据 {len(held)} 个情景中概率最大的 {MOST_RUNS} 个提出；概率相同时取靠前者。",
    )
    return tuple(held[i] for i in sorted(order)), [note]


def _targets(one: Exposure, deliveries: Deliveries, kinds: MeasureKinds) -> Iterator[_Target]:
    """Yield what could be done about an exposure."""
    loss, value = one.loss * one.probability, one.value * one.probability

    def target(
        kind: str, users: tuple[str, ...] = one.users, maker: str = "", reach: float = 1.0
    ) -> _Target:
        of_nodes = kind in {"backup_capacity", "strengthen"}
        product, origins = ("", ()) if of_nodes else (one.product, one.origins)
        return _Target(kind, users, product, origins, maker, one, loss, value, reach)

    if one.kind == "hit":
        for node, lost in list(zip(one.users, one.of_users, strict=True))[:MOST_HIT]:
            yield replace(target("backup_capacity", (node,)), loss=lost * one.probability)
        yield target("stabilise")
        return
    used, final = deliveries.value(one.product, one.users, one.origins)
    if used and kinds.applies("reserve", deliveries.section(one.product)):
        yield target("reserve", reach=7.0 / max(one.days, 7.0))
    if one.kind == "cut":
        yield target("second_source")
        if one.share < 1.0:
            yield target("stabilise")
    for maker in _makers(one, deliveries):
        if one.origins:
            yield target("supplement", maker=maker)
        taken = (used + final) / float(deliveries.flows.output[deliveries.flows.nodes.find(maker)])
        for kind in ("backup_capacity", "strengthen"):
            yield replace(target(kind, (maker,), reach=1.0 / taken), most=taken)


def _sizes(target: _Target, most: float) -> tuple[float, ...]:
    """Return sizes up to what makes sense, or just that, to two digits, where all are larger."""
    most = min(most, target.most)
    kept = tuple(size for size in SIZES[target.kind] if size <= most)
    if kept or not 0.0 < most < 1.0:
        return kept
    return (round(most, 1 - int(log10(most) // 1)),)


def _section(target: _Target, deliveries: Deliveries) -> str:
    return deliveries.section(_product(target))


def _makers(one: Exposure, deliveries: Deliveries) -> tuple[str, ...]:
    """Return home's largest maker of the product outside the origins, if there is one."""
    flows = deliveries.flows
    if flows.is_competitive:
        return ()
    nodes = [
        place
        for place in deliveries.sellers(one.product)
        if place < len(flows.nodes)
        and flows.nodes.regions.codes[flows.nodes.region[place]] in one.users
        and flows.nodes.regions.codes[flows.nodes.region[place]] not in one.origins
        and flows.output[place] > 0.0
    ]
    best = max(nodes, key=lambda place: (flows.output[place], -place), default=None)
    return () if best is None else (flows.nodes.codes[best],)


def _key(one: _Target) -> tuple[object, ...]:
    # a second source replaces its share of whatever is cut off: one, at the cost of all origins,
    # or that for the smallest of them would stand in for the largest
    origins = () if one.kind == "second_source" else one.origins
    return one.kind, one.users, one.product, origins, one.maker


def _merged(targets: Iterable[_Target]) -> list[_Target]:
    """Return each target once: what several scenarios touch adds up, the worst one is told."""
    held: dict[tuple[object, ...], list[_Target]] = {}
    for one in targets:
        held.setdefault(_key(one), []).append(one)
    found = []
    for alike in held.values():
        worst = max(alike, key=lambda one: one.loss)
        others = len({one.exposure.scenario for one in alike}) - 1
        name = worst.exposure.scenario + (f" (+{others})" if others else "")
        everyone = not all(one.origins for one in alike)
        origins = dict.fromkeys(origin for one in alike for origin in one.origins)
        found.append(
            replace(
                worst,
                origins=() if everyone else tuple(origins),
                exposure=replace(worst.exposure, scenario=name),
                loss=sum(one.loss for one in alike),
                value=sum(one.value for one in alike),
                reach=max(one.reach for one in alike),
                most=max(one.most for one in alike),
            )
        )
    return found


def _product(target: _Target) -> str:
    return target.product or next((u.rpartition(":")[2] for u in target.users if ":" in u), "")


def _labelled(targets: list[_Target]) -> list[_Target]:
    """Return targets with labels, such as ``reserve:c14:JPN>CHN``; the same one is numbered."""
    met: dict[str, int] = {}
    found = []
    for one in targets:
        label = _label(one)
        met[label] = met.get(label, 0) + 1
        found.append(replace(one, label=label if met[label] == 1 else f"{label}#{met[label]}"))
    return found


def _label(target: _Target) -> str:
    users, short = _listed(target.users), {"second_source": "second", "backup_capacity": "backup"}
    parts = [short.get(target.kind, target.kind)]
    if target.product:
        parts += [target.product, f"{_listed(target.origins)}>{users}"]
    else:
        parts.append(users)
    if target.maker and target.maker.rpartition(":")[0] != users:
        parts.append(f"by {target.maker.rpartition(':')[0]}")
    return ":".join(parts)


def _name(target: _Target, size: float) -> str:
    """Return the name of a measure, such as ``reserve:c14:JPN>CHN:4w``."""
    return f"{target.label}:" + (f"{size:g}w" if target.kind == "reserve" else f"{100.0 * size:g}%")


def _listed(words: tuple[str, ...]) -> str:
    """Return words joined; of many the first and their number, which is as long as they are."""
    return "+".join(words) if len(words) <= 4 else f"{words[0]}+{len(words) - 1}"


def _measure(
    target: _Target,
    size: float,
    deliveries: Deliveries,
    kinds: MeasureKinds,
    told_of: tuple["Opportunities | None", float],
) -> RepairMeasure:
    kind, section = target.kind, _section(target, deliveries)
    cost = cost_range(
        kind,
        deliveries,
        kinds,
        users=target.users,
        size=size,
        product=target.product,
        origins=target.origins,
        maker=target.maker,
    )
    waits = {"reserve": "release_days", "backup_capacity": "switch_days"}
    region = (target.maker or target.users[0]).partition(":")[0]
    told = reasons_of(
        target.exposure,
        kind,
        size,
        cost.value,
        deliveries.flows,
        maker=target.maker or _listed(target.users),
        origins=target.origins,
        opportunities=told_of[0],
        money=str(deliveries.flows.money),
        days=told_of[1],
    )
    return RepairMeasure(
        _name(target, size),
        kind,
        target.users,
        size,
        product=target.product,
        origins=target.origins,
        maker=target.maker,
        after_days=kinds.middle(kind, waits[kind], section) if kind in waits else 0.0,
        lead_years=kinds.middle(kind, "lead_years", section),
        life_years=kinds.middle(kind, "life_years", section),
        once_low=cost.once[0],
        once_high=cost.once[1],
        yearly_low=cost.yearly[0],
        yearly_high=cost.yearly[1],
        one_of=target.label,
        region=region,
        home_supplier=kind in {"supplement", "backup_capacity", "strengthen"},
        mark="assumption",
        source=cost.source,
        reason_en=told[0],
        reason_zh=told[1],
    )
