"""Cascades of many shocks: two threads, small ones by their frontier, large ones side by side."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.batch_kernels import COLUMNS, batch_cascades
from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.frontier_kernels import frontier_cascades

__all__ = ["CascadeRule", "Runs", "Shocks", "run_cascades"]

Floats = npt.NDArray[np.float64]

CHUNK = 32
"""Shocks that a thread takes at a time; whole runs, so the bits do not depend on it."""

HANDOVER = 0.4
"""A shock is handed over to the batch once its pushes pass this many times the links."""


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
class Shocks:
    """Several shocks, each of one or more firms.

    Parameters
    ----------
    starts : ndarray of int64, shape (k + 1,)
        Where each shock's firms begin.
    firm : ndarray of int64
        Places of the firms hit, none twice in a shock.
    down, up : ndarray
        Share of production lost by each: supply to others, and demand for inputs.
    """

    starts: npt.NDArray[np.int64]
    firm: npt.NDArray[np.int64]
    down: Floats
    up: Floats

    @classmethod
    def single(cls, firms: npt.NDArray[np.int64]) -> "Shocks":
        """Return one shock a firm: it alone, wholly.

        Parameters
        ----------
        firms : ndarray of int64, shape (k,)
            Places of the firms.
        """
        ones = np.ones(len(firms))
        return cls(np.arange(len(firms) + 1), np.asarray(firms, dtype=np.int64), ones, ones)

    @classmethod
    def of(cls, down: Floats, up: Floats | None = None) -> "Shocks":
        """Return the shocks whose losses are the rows of `down`.

        Parameters
        ----------
        down : ndarray, shape (k, n)
            Share of production that each firm loses, 0 to 1.
        up : ndarray, shape (k, n), optional
            The same for its demand; `down` if not given.
        """
        other = down if up is None else up
        row, firm = np.nonzero((down > 0.0) | (other > 0.0))
        starts = np.zeros(len(down) + 1, np.int64)
        np.cumsum(np.bincount(row, minlength=len(down)), out=starts[1:])
        return cls(starts, firm.astype(np.int64), down[row, firm], other[row, firm])

    def __len__(self) -> int:
        return len(self.starts) - 1


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
    handover: float = HANDOVER,
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
    handover : float
        A shock goes to the batch once its pushes pass this many times the links; infinite: never.
    threads : int, optional
        Threads; as many as there are cores for this process if not given. The bits do not depend
        on it.
    progress : callable, optional
        Is told how many shocks are done, and of how many.
    """
    k, n = len(shocks), network.firms
    found = np.zeros((k, 5))
    loss = np.zeros((k, 2, n)) if keep_loss else np.zeros((0, 2, 0))
    trace = np.zeros((trace_rounds, 4))
    workers = max(1, threads or threads_here())
    most = np.int64(min(handover * max(1, network.links), 2.0**62))
    told = _Told(progress, k)
    _ = network.downstream, network.upstream, network.market_members  # once, before the threads
    spans = [(a, min(k, a + CHUNK)) for a in range(0, k, CHUNK)]

    def by_frontier(mine: Iterable[tuple[int, int]]) -> None:
        work = _Frontier(network)
        for first, last in mine:
            work.run(first, last, shocks, rule, most, loss, found, trace)
            told.add(int((found[first:last, 3] != -1.0).sum()))

    _spread(by_frontier, spans, workers)
    large = np.flatnonzero(found[:, 3] == -1.0)

    def by_batch(mine: Iterable[tuple[int, int]]) -> None:
        for first, last in mine:
            _batch(network, shocks, rule, large[first:last], loss, found)
            told.add(last - first)

    step = max(COLUMNS, -(-len(large) // (4 * workers)))
    _spread(by_batch, [(a, min(len(large), a + step)) for a in range(0, len(large), step)], workers)
    unfinished = found[:, 3] < 0.0
    return Runs(
        risk=found[:, 0],
        down=found[:, 1],
        up=found[:, 2],
        rounds=np.where(unfinished, rule.rounds, found[:, 3]).astype(np.int64),
        change=found[:, 4],
        stopped=~unfinished,
        loss=loss,
        trace=trace[: int(found[0, 3])] if k and found[0, 3] > 0.0 else trace,
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


class _Frontier:
    """Working arrays of one thread, and the kernel on them."""

    def __init__(self, network: CascadeNetwork) -> None:
        n, markets = network.firms, len(network.market_sales)
        self.network = network
        self.sums = np.zeros(len(network.group_kind))
        self.down = np.tile(np.array([0.0, -1.0, 1.0, 0.0]), (n, 1))
        self.up = np.tile(np.array([0.0, -1.0, 1.0, 0.0]), (n, 1))
        self.psi = np.zeros(n), np.zeros(n)
        self.held, self.fresh = network.market_sales.copy(), np.zeros(markets)
        self.lists = [np.empty(n, np.int32) for _ in range(4)]

    def run(
        self,
        first: int,
        last: int,
        shocks: Shocks,
        rule: CascadeRule,
        most: np.int64,
        loss: Floats,
        found: Floats,
        trace: Floats,
    ) -> None:
        net = self.network
        down, up = net.downstream, net.upstream
        starts, members = net.market_members
        frontier_cascades(
            first,
            last,
            shocks.starts,
            shocks.firm,
            shocks.down,
            shocks.up,
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
            starts,
            members,
            net.market_sales,
            rule.substitute,
            rule.reference,
            rule.stop,
            rule.tolerance,
            rule.rounds,
            most,
            loss,
            self.sums,
            self.down,
            self.up,
            *self.psi,
            self.held,
            self.fresh,
            *self.lists,
            found,
            trace if first == 0 else trace[:0],
        )


def _batch(
    net: CascadeNetwork,
    shocks: Shocks,
    rule: CascadeRule,
    chosen: npt.NDArray[np.int64],
    loss: Floats,
    found: Floats,
) -> None:
    """Run the `chosen` shocks side by side."""
    working = [np.empty((net.firms, COLUMNS)) for _ in range(6)]
    batch_cascades(
        chosen,
        shocks.starts,
        shocks.firm,
        shocks.down,
        shocks.up,
        net.group_links,
        net.buyer_groups,
        net.supplier,
        net.share,
        net.sales_starts,
        net.buyer,
        net.sales_share,
        net.sales,
        net.weight,
        net.market,
        rule.substitute,
        rule.reference,
        rule.stop,
        rule.rounds,
        loss,
        *working,
        np.empty((len(net.market_sales), COLUMNS)),
        found,
    )
