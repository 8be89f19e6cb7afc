"""What scenarios touch at home before anything is repaired: one engine run each, read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.scenarios import Scenario
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.sectors.short_inputs import ShortInputs, short_inputs
from chainwright.stress.shocks.sector_blows import (
    CapacityLoss,
    CapitalLoss,
    SectorBlows,
    SupplyCut,
)
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import System

__all__ = ["Exposure", "exposures"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

FELT = 1e-9
"""Share of what home makes in the run up to which a loss is rounding."""


@dataclass(frozen=True)
class Exposure:
    """One way in which a scenario touches home.

    Parameters
    ----------
    scenario : str
        Which.
    probability : float
        Of it in a year, or its weight.
    kind : str
        ``"cut"``: deliveries of a product to home are cut; ``"short"``: an input runs short at
        home that is not cut; ``"hit"``: nodes at home lose capacity or capital.
    product : str
        What is cut or short; of nodes that are hit nothing.
    origins : tuple of str
        Regions whose deliveries are cut or had fallen most; empty if nobody's had.
    users : tuple of str
        Regions, or nodes that are hit.
    loss : float [money]
        Lost at home over the run, by the nodes that ran short of it, or that are hit.
    value : float [money]
        Deliveries that are cut in the run, or what the nodes that are hit do not make.
    days : float [day]
        How long it holds at full size.
    share : float [share]
        Of the deliveries, or of capacity, at its largest.
    nodes : int
        How many nodes ran short of it at home, or are hit.
    first_day : float [day]
        When the first of them ran short; NaN if none did.
    most_hit : str
        Which of them loses most.
    lost_at_home : float [money]
        What home loses in the scenario in all.
    of_users : tuple of float [money]
        What each of the nodes that are hit loses, with those that wait for it; else nothing.
    """

    scenario: str
    probability: float
    kind: str
    product: str
    origins: tuple[str, ...]
    users: tuple[str, ...]
    loss: float
    value: float
    days: float
    share: float
    nodes: int
    first_day: float
    most_hit: str
    lost_at_home: float
    of_users: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class _Base:
    """A scenario run on the system as it is."""

    scenario: Scenario
    economy: Economy
    deliveries: Deliveries
    blows: SectorBlows
    home: tuple[str, ...]
    lost: Floats  # of home, by node, (n,)
    product: Places  # that each node ran short of first, -1 for none, (n,)
    row: Places  # whose deliveries had fallen most, -1 for nobody, (n,)
    day: Floats  # on which it ran short, (n,)

    def regions(self, rows: Places) -> tuple[str, ...]:
        """Return the regions of rows, in the order of their rows, each once."""
        found = self.deliveries.words.region[rows].tolist()
        return tuple(dict.fromkeys(found))

    def told(self, nodes: Places) -> tuple[int, float, str]:
        """Return how many nodes, when the first ran short, and which loses most."""
        if not len(nodes):
            return 0, np.nan, ""
        days = self.day[nodes]
        first = float(np.nanmin(days)) if np.isfinite(days).any() else np.nan
        return len(nodes), first, self.economy.codes[nodes[self.lost[nodes].argmax()]]


def exposures(
    system: System,
    scenarios: Sequence[Scenario],
    home: tuple[str, ...] = (),
    *,
    days: float = 182.0,
    most_regions: int = 3,
    progress: Callable[[str], None] | None = None,
) -> tuple[Exposure, ...]:
    """Return what scenarios touch at home, the most lost first.

    Each is run once by the pooled engine. A node counts where it ran short first: of a product
    that is cut, or of one whose makers had fallen behind.

    Parameters
    ----------
    system : System
        As it is, with what it holds ready already.
    scenarios : sequence of Scenario
        What may happen.
    home : tuple of str
        Codes of regions; of none given the `most_regions` that lose most by each.
    days : float [day]
        Horizon.
    most_regions : int
        How many regions count as users where no home is given.
    progress : callable, optional
        Is told in words what is run.
    """
    found: list[Exposure] = []
    made: dict[tuple[float, float], Economy] = {}
    deliveries = Deliveries(system.flows)
    for number, one in enumerate(scenarios, 1):
        if progress is not None:
            progress(f"base run {number} of {len(scenarios)}: {one.name}")
        key = (one.model.step_days, one.model.capital_ratio)
        if key not in made:
            made[key] = Economy.of(system, key[0], capital=key[1])
        base = _run(deliveries, one, made[key], home, (system, days))
        rest = float((base.economy.VA / base.economy.steps_per_year).sum()) * base.blows.steps
        found += [
            exposure
            for exposure in (*_cuts(base, most_regions), *_short(base, most_regions), *_hit(base))
            if exposure.loss > FELT * rest or exposure.kind == "cut"
        ]
    return tuple(sorted(found, key=_order))


def _order(one: Exposure) -> tuple[float, float, str, str, tuple[str, ...], tuple[str, ...]]:
    worth = (-one.loss * one.probability, -one.value * one.probability)
    return (*worth, one.scenario, one.product, one.origins, one.users)


def _run(
    deliveries: Deliveries,
    scenario: Scenario,
    economy: Economy,
    home: tuple[str, ...],
    asked: tuple[System, float],
) -> _Base:
    """Return a scenario run with what is held ready already, over so many days."""
    system, days = asked
    ready = system.safeguards if "safeguards" in system.has else ()
    model = scenario.model
    steps = int(np.ceil(days / model.step_days))
    blows = sector_blows(system, scenario.shock, steps, model.step_days, capital=economy.K)
    records = simulate_pooled(
        economy, blows, model, safeguards=held_safeguards(economy, ready), record=["production"]
    )
    lost = HomeLosses("value_added", home).by_node(
        economy, records.steps * economy.x0 - records.production.sum(axis=0)
    )
    short: ShortInputs = short_inputs(records, blows)
    product = np.full(economy.n, -1, dtype=np.intp)
    row, day = product.copy(), np.full(economy.n, np.nan)
    product[short.nodes], row[short.nodes] = short.products, short.rows
    day[short.nodes] = short.days
    return _Base(scenario, economy, deliveries, blows, home, lost, product, row, day)


def _users(base: _Base, nodes: Places, most: int) -> list[tuple[str, ...]]:
    """Return home, or each of the regions that lose most among nodes."""
    if base.home:
        return [base.home]
    flows = base.economy.flows
    lost = np.bincount(flows.nodes.region[nodes], base.lost[nodes], len(flows.nodes.regions))
    order = np.lexsort((np.arange(len(lost)), -lost))[:most]
    return [(flows.nodes.regions.codes[r],) for r in order if lost[r] > 0.0]


def _cuts(base: _Base, most: int) -> Iterator[Exposure]:
    """Yield deliveries that are cut, by product; the loss of a product is shared by value."""
    economy, blows = base.economy, base.blows
    held: dict[tuple[int, tuple[str, ...]], list[SupplyCut]] = {}
    for cut in blows.cuts:
        for product in np.unique(economy.row_product[cut.sellers]):
            rows = cut.sellers[economy.row_product[cut.sellers] == product]
            held.setdefault((int(product), base.regions(rows)), []).append(cut)
    worth = {
        (key, users): _cut_value(base, key[0], cuts, users)
        for key, cuts in held.items()
        for users in _cut_users(base, key[0], most)
    }
    for (key, users), value in worth.items():
        if value <= 0.0:
            continue
        product, origins = key
        nodes = base.deliveries.buyers(users)[0]
        short = nodes[base.product[nodes] == product]
        whole = sum(v for (k, u), v in worth.items() if k[0] == product and u == users)
        cuts = held[key]
        days = max(cut.share * cut.course.sum() for cut in cuts) * blows.step_days
        yield Exposure(
            base.scenario.name,
            base.scenario.probability,
            "cut",
            economy.products.codes[product],
            origins,
            _buying(base, key, users),
            float(base.lost[short].sum()) * value / whole,
            value,
            float(days),
            max(float(cut.share * cut.course.max(initial=0.0)) for cut in cuts),
            *base.told(short),
            float(base.lost.sum()),
        )


def _cut_users(base: _Base, product: int, most: int) -> list[tuple[str, ...]]:
    if base.home:
        return [base.home]
    short = np.flatnonzero(base.product == product)
    buyers = np.unique(np.concatenate([cut.buyers for cut in base.blows.cuts]))
    return _users(base, short if len(short) else buyers, most)


def _cut_cells(base: _Base, product: int, cut: SupplyCut, users: tuple[str, ...]) -> Floats:
    """Return yearly deliveries that a cut takes from each of some users, (k,)."""
    economy = base.economy
    rows = cut.sellers[economy.row_product[cut.sellers] == product]
    found = []
    for user in users:
        nodes, final = base.deliveries.buyers((user,))
        mine, theirs = np.intersect1d(nodes, cut.buyers), np.intersect1d(final, cut.users)
        used, bought = base.deliveries.cells(rows, mine, theirs)
        found.append(used.sum() + bought.sum())
    return np.array(found)


def _cut_value(base: _Base, product: int, cuts: list[SupplyCut], users: tuple[str, ...]) -> float:
    years = 1.0 / base.economy.steps_per_year
    return float(
        sum(
            _cut_cells(base, product, cut, users).sum() * cut.share * cut.course.sum() * years
            for cut in cuts
        )
    )


def _buying(
    base: _Base, key: tuple[int, tuple[str, ...]], users: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the users whose producers buy some of what is cut, or all where none does."""
    rows = base.deliveries.sellers(base.economy.products.codes[key[0]], key[1])
    kept = tuple(
        user
        for user in users
        if base.deliveries.cells(rows, base.deliveries.buyers((user,))[0], rows[:0])[0].any()
    )
    return kept or users


def _short(base: _Base, most: int) -> Iterator[Exposure]:
    """Yield inputs that ran short at home though nobody cut them, by product and origin."""
    economy, words = base.economy, base.deliveries.words
    cut = np.zeros(economy.S, dtype=np.bool_)
    for one in base.blows.cuts:
        cut[economy.row_product[one.sellers]] = True
    nodes = np.flatnonzero((base.product >= 0) & (base.lost > 0.0))
    nodes = nodes[~cut[base.product[nodes]]]
    origin = np.where(base.row[nodes] >= 0, words.region[base.row[nodes]], "")
    pairs = sorted(set(zip(base.product[nodes].tolist(), origin.tolist(), strict=True)))
    for product, region in pairs:
        mine = nodes[(base.product[nodes] == product) & (origin == region)]
        for users in _users(base, mine, most):
            of = np.intersect1d(mine, base.deliveries.buyers(users)[0])
            if not len(of):
                continue
            code, origins = economy.products.codes[product], (region,) if region else ()
            rows = base.deliveries.sellers(code, origins)
            fallen = float(base.deliveries.cells(rows, of, rows[:0])[0].sum())
            if fallen <= 0.0:
                continue
            yield Exposure(
                base.scenario.name,
                base.scenario.probability,
                "short",
                code,
                origins,
                users,
                float(base.lost[of].sum()),
                0.0,
                base.blows.steps * base.blows.step_days - base.told(of)[1],
                np.nan,
                *base.told(of),
                float(base.lost.sum()),
            )


def _hit(base: _Base) -> Iterator[Exposure]:
    """Yield nodes at home that a blow hits, together by blow."""
    economy = base.economy
    at_home = HomeLosses("value_added", base.home).at_home(economy)
    losses: tuple[CapacityLoss | CapitalLoss, ...] = (*base.blows.capacity, *base.blows.capital)
    for loss in losses:
        mine = at_home[loss.nodes]
        nodes = loss.nodes[mine]
        if not len(nodes) or not base.lost[nodes].any():
            continue
        if isinstance(loss, CapacityLoss):
            size = loss.share[mine]
        elif loss.of_capital:
            size = loss.damage[mine]
        else:
            K = economy.K[nodes]
            size = np.divide(loss.damage[mine], K, out=np.ones(len(nodes)), where=K > 0.0)
        course = None if loss.course is None else loss.course.sum() * base.blows.step_days
        waits = np.flatnonzero(np.isin(base.row, nodes) & ~np.isin(np.arange(economy.n), nodes))
        with_waiting = base.lost + np.bincount(base.row[waits], base.lost[waits], economy.n)
        order = nodes[np.lexsort((nodes, -with_waiting[nodes]))]
        yield Exposure(
            base.scenario.name,
            base.scenario.probability,
            "hit",
            "",
            (),
            tuple(economy.codes[node] for node in order),
            float(with_waiting[nodes].sum()),
            float(base.lost[nodes].sum()),
            float(base.blows.steps * base.blows.step_days if course is None else course),
            float(size.max()),
            len(nodes),
            np.nan,
            economy.codes[order[0]],
            float(base.lost.sum()),
            tuple(with_waiting[order].tolist()),
        )
