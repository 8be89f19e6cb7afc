"""Cascades of many shocks: two threads, small ones by their frontier, large ones side by side."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.batch_kernels import COLUMNS, batch_cascades
from chainwright.stress.firms.cascade_arrays import (
    BatchLinks,
    BatchState,
    Found,
    FrontierLinks,
    FrontierState,
    Ruling,
    Struck,
)
from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.firm_shocks import Shocks
from chainwright.stress.firms.frontier_kernels import frontier_cascades

__all__ = ["CascadeRule", "Runs", "run_cascades"]

Floats = npt.NDArray[np.float64]

CHUNK = 32
"""Shocks that a thread takes at a time; whole runs, so the bits do not depend on it."""

BATCH = 32 * COLUMNS
"""Least shocks that a thread runs side by side: at the end of a batch columns run empty."""

HANDED_OVER = -1.0
"""Rounds of a shock that the frontier gave up, for the batch."""

HANDOVER, PRUNED_HANDOVER = 0.05, 0.1
"""A shock is handed over to the batch once its pushes pass this many times the links: measured.

Pruned pushes die out, and the batch prunes nothing, so that it pays later.
"""


@dataclass(frozen=True)
class CascadeRule:
    """How a cascade runs and when it stops.

    Parameters
    ----------
    reference : bool
        The published code to the letter in an emptied market; else the fixed point's limit.
    stop : float
        Largest change over all firms and both directions at which it stops.
    substitute : bool
        Whether a supplier's loss weighs by its share of what its market still delivers.
    tolerance : float
        Changes of a firm up to this are not pushed on; 0 for all.
    rounds : int
        Most lockstep updates.
    """

    reference: bool = True
    stop: float = 0.01
    substitute: bool = True
    tolerance: float = 0.0
    rounds: int = 1_000_000


@dataclass(frozen=True, eq=False)
class Runs:
    """What cascades of ``k`` shocks came to.

    Parameters
    ----------
    risk, down, up : ndarray, shape (k,)
        Share of all weight lost: by either side, downstream, upstream.
    rounds : ndarray of int64, shape (k,)
        Lockstep updates.
    change : ndarray, shape (k,)
        Largest change in the last of them.
    stopped : ndarray of bool, shape (k,)
        Whether it came to rest within the most rounds allowed.
    loss : ndarray, shape (k, 2, n) or (0, 2, 0)
        Loss of each firm downstream and upstream, where it was asked for.
    since : ndarray of int32, shape (2, n) or (2, 0)
        Of the first shock: round in which each firm first lost, downstream and upstream; -1 for
        never; where a trace is asked for.
    trace : ndarray, shape (rounds, 4)
        Of the first shock after each round: risk, downstream, upstream, change; where asked for.
    """

    risk: Floats
    down: Floats
    up: Floats
    rounds: npt.NDArray[np.int64]
    change: Floats
    stopped: npt.NDArray[np.bool_]
    loss: Floats
    since: npt.NDArray[np.int32]
    trace: Floats


def threads_here() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def run_cascades(
    network: CascadeNetwork,
    shocks: Shocks,
    rule: CascadeRule,
    *,
    keep_loss: bool = False,
    trace_rounds: int = 0,
    handover: float | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Runs:
    """Return what each shock, alone, does to all firms.

    Parameters
    ----------
    network : CascadeNetwork
        Firms and links.
    shocks : Shocks
        What is hit, shock by shock.
    rule : CascadeRule
        How it runs and stops.
    keep_loss : bool
        Whether the losses of all firms are kept, shock by shock.
    trace_rounds : int
        Rounds of which what was lost is kept, of the first shock.
    handover : float, optional
        A shock goes to the batch once its pushes pass this many times the links; infinite: never.
        As measured if not given.
    threads : int, optional
        Threads; as many as there are cores for this process if not given. The bits do not depend
        on it.
    progress : callable, optional
        Is told how many shocks are done, and of how many.
    """
    k, n = len(shocks), network.firms
    found = Found(
        figures=np.zeros((k, 5)),
        loss=np.zeros((k, 2, n)) if keep_loss else np.zeros((0, 2, 0)),
        since=np.full((2, n if trace_rounds else 0), -1, dtype=np.int32),
        trace=np.zeros((trace_rounds, 4)),
    )
    workers = max(1, threads or threads_here())
    if handover is None:
        handover = PRUNED_HANDOVER if rule.tolerance > 0.0 else HANDOVER
    most = int(min(handover * max(1, network.links), 2.0**62))
    ruling = Ruling(rule.reference, rule.substitute, rule.stop, rule.tolerance, rule.rounds, most)
    struck = Struck(shocks.starts, shocks.firm, shocks.down, shocks.up)
    told = _Told(progress, k)
    pushed = _frontier_links(network)

    def by_frontier(mine: Iterable[tuple[int, int]]) -> None:
        state = _frontier_state(network)
        for span in mine:
            frontier_cascades(span, struck, pushed, ruling, (state, found))
            told.add(int((found.figures[span[0] : span[1], 3] != HANDED_OVER).sum()))

    _spread(by_frontier, [(a, min(k, a + CHUNK)) for a in range(0, k, CHUNK)], workers)
    large = np.flatnonzero(found.figures[:, 3] == HANDED_OVER)

    def by_batch(mine: Iterable[tuple[int, int]]) -> None:
        state = _batch_state(network, substitute=rule.substitute)
        for first, last in mine:
            batch_cascades(large[first:last], struck, gathered, ruling, (state, found))
            told.add(last - first)

    if len(large):
        gathered = _batch_links(network)
        step = max(BATCH, -(-len(large) // (4 * workers)))
        spans = [(a, min(len(large), a + step)) for a in range(0, len(large), step)]
        _spread(by_batch, spans, workers)
    risk, down, up, rounds, change = found.figures.T
    rounds = np.where(rounds < 0.0, rule.rounds, rounds).astype(np.int64)
    return Runs(
        risk=risk,
        down=down,
        up=up,
        rounds=rounds,
        change=change,
        stopped=change <= rule.stop,
        loss=found.loss,
        since=found.since,
        trace=found.trace[: rounds[0]] if k else found.trace,
    )


class _Told:
    """Counts what is done, from any thread, and tells it."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self.progress, self.total, self.done, self.lock = progress, total, 0, Lock()

    def add(self, more: int) -> None:
        if self.progress is None or more == 0:
            return
        with self.lock:
            self.done += more
            self.progress(self.done, self.total)


def _spread(
    work: Callable[[Iterable[tuple[int, int]]], None],
    spans: list[tuple[int, int]],
    workers: int,
) -> None:
    """Let `workers` threads take spans, one after the other, as they become free."""
    if len(spans) <= 1 or workers == 1:
        work(spans)
        return
    lock, rest = Lock(), iter(spans)

    def taken() -> Iterable[tuple[int, int]]:
        while True:
            with lock:
                span = next(rest, None)
            if span is None:
                return
            yield span

    with ThreadPoolExecutor(min(workers, len(spans))) as pool:
        for done in [pool.submit(work, taken()) for _ in range(min(workers, len(spans)))]:
            done.result()


def _frontier_links(net: CascadeNetwork) -> FrontierLinks:
    """Return the network as the frontier's kernel takes it."""
    down, up = net.downstream, net.upstream
    return FrontierLinks(
        down.starts,
        down.firm,
        down.group,
        down.share,
        net.buyer_groups,
        up.starts,
        up.firm,
        up.share,
        net.sales,
        net.weight,
        net.market,
        *net.market_members,
        net.market_sales,
    )


def _frontier_state(net: CascadeNetwork) -> FrontierState:
    """Return the working arrays of one thread."""
    n, untouched = net.firms, np.array([0.0, -1.0, 1.0, 0.0])
    return FrontierState(
        np.zeros(len(net.group_kind)),
        np.tile(untouched, (n, 1)),
        np.tile(untouched, (n, 1)),
        np.zeros(n),
        np.zeros(n),
        net.market_sales.copy(),
        np.zeros(len(net.market_sales)),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.zeros(4, np.int64),
    )


def _batch_links(net: CascadeNetwork) -> BatchLinks:
    """Return the network as the batch's kernel takes it."""
    seller, row = net.sellers
    core, down, up = net.among_sellers, net.downstream, net.upstream
    return BatchLinks(
        seller,
        row,
        core.groups,
        core.links,
        core.supplier,
        core.share,
        core.sales_starts,
        core.buyer,
        core.sales_share,
        net.sales[seller],
        net.market[seller],
        net.weight,
        bool(net.weight[row < 0].any()),
        net.buyer_groups,
        net.group_links,
        net.supplier,
        net.share,
        down.starts,
        down.firm,
        up.starts,
        up.firm,
        up.share,
    )


def _batch_state(net: CascadeNetwork, *, substitute: bool) -> BatchState:
    """Return the working arrays of one batch."""
    rows, markets = len(net.sellers[0]), len(net.market_sales)
    down = _lines(3, rows)
    return BatchState(
        down=down,
        up=_lines(3, rows),
        x=_lines(3, rows) if substitute else down,
        psi_down=_lines(net.firms),
        psi_up=_lines(net.firms),
        fixed=_lines(rows),
        marks=np.zeros(rows, np.int32),
        held=_lines(markets),
        change=_lines(1),
        tally=_lines(3),
        finished=np.zeros(COLUMNS),
    )


def _lines(*shape: int) -> Floats:
    """Return zeros of a shape by COLUMNS whose rows are lines of cache."""
    many = int(np.prod(shape)) * COLUMNS
    room = np.zeros(many + COLUMNS)
    skipped = (-room.ctypes.data // room.itemsize) % COLUMNS
    return room[skipped : skipped + many].reshape(*shape, COLUMNS)
