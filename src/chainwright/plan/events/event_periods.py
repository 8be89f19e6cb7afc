"""The linear programme of an event: sites that come back one after another, stock carried on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, diags_array, eye_array, hstack, kron, vstack

from chainwright.diagnose.maker.affected import Affected, reached
from chainwright.diagnose.maker.group_survival import site_shares
from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.diagnose.maker.net_requirement import SLACK
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.errors import ParameterError
from chainwright.plan.events.event_sites import event_coupling

__all__ = ["EventPeriods", "PeriodPlan"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

TIE = 1e-7
"""Cost per unit, of the largest weight, below which two plans lose the same."""

THRIFT = 1e-3
"""Weight of making a week's requirement against selling a week's demand, among equal losses."""

LATER = 0.5
"""Weight of selling early in the event against selling at all, among equal losses."""

PARTS = 8
"""Parts of a period at whose ends it is looked whether an item has run out."""

STEPS = 60
"""Halvings of a length of time until it is exact to rounding."""


@dataclass(frozen=True, eq=False)
class PeriodPlan:
    """A best plan through an event of T periods.

    Parameters
    ----------
    ends : ndarray, shape (T,) [week]
        When each period ends.
    loss : float
        Least weighted loss of sales.
    lost : ndarray, shape (T, I)
        Units that customers do not get.
    made : ndarray, shape (T, N)
        Units that the nodes of short items make; 0 elsewhere.
    made_items : ndarray, shape (T, I)
        Units made of each item in the programme.
    found : Affected
        Items in the programme: short ones, and those that need them.
    """

    ends: Floats
    loss: float
    lost: Floats
    made: Floats
    made_items: Floats
    found: Affected


class EventPeriods:
    r"""What is lost while sites come back one after another, at the least.

    Period t ends after :math:`T_t` weeks and is :math:`L_t` long; node n can make
    :math:`w_{tn} c_n` a week in it. With M made and S sold up to the end of each period::

        min   sum_k w_k (d_k T - S_k at the end)
        sum_j R[k, j] M_tj + S_tk  <=  s_k + M_tk
        M_tk - M_(t-1)k = sum of u_tn over nodes of k,  0 <= u_tn <= w_tn c_n L_t
        sum of u_tn at a site <= c_a L_t,  0 <= S_tk - S_(t-1)k <= d_k L_t

    With no lead times constant rates within a period lose nothing. As capacity only comes back
    during an event, some best plan uses no more of any item by any moment than its requirement
    :math:`x_k` so far: sales cannot be caught up, and what is made ahead only uses parts sooner. So
    only items whose :math:`x_k T_t` exceeds their stock and what they can have made by some t can
    be short; they and all that needs them are in the programme. What needs a short item and can
    make less than :math:`x_k` for a while has to be made ahead, so its rate is in it, too. A
    short item that needs no other short one has no unknown of its own: what is used of it stays
    below stock and what it can have made, and of several that are used in the same proportions
    only the scarcest counts.

    Parameters
    ----------
    programme : OutageProgramme
        The maker's chain, with its assumptions and weights.
    ends : ndarray, shape (T,) [week]
        When each period ends, rising, above 0.
    working : ndarray, shape (T, N)
        Share of its capacity that each node has; may not fall from period to period.
    sites : ndarray, shape (T, S)
        Share of its own capacity that each site has, likewise.
    stock : ndarray, shape (I,)
        Units that can be used.

    Raises
    ------
    ParameterError
        If a share falls, or the ends do not rise.
    """

    def __init__(
        self,
        programme: OutageProgramme,
        ends: Floats,
        working: Floats,
        sites: Floats,
        stock: Floats,
    ) -> None:
        lengths = np.diff(ends, prepend=0.0)
        if (lengths <= 0.0).any():
            raise ParameterError("ends", "an event", "rising weeks above 0", ends.tolist())
        if (np.diff(working, axis=0) < 0.0).any() or (np.diff(sites, axis=0) < 0.0).any():
            raise ParameterError("working", "an event", "shares that never fall", "a falling one")
        self.programme, self.ends, self.lengths = programme, ends, lengths
        self.working, self.sites, self.stock = working, sites, stock
        network = programme.network
        self.tied = tied = event_coupling(programme, working, sites)
        self.rates = np.where(working > 0.0, tied.capacity * np.maximum(working, 1e-300), 0.0)
        self.capacity = self.rates * lengths[:, None]
        self.able = self._by_item(self.capacity).cumsum(axis=0)
        required = network.requirement * ends[:, None]
        short = tied.alone & (required > (stock + self.able) * (1.0 + SLACK)).any(axis=0)
        out = np.asarray((working < 1.0).any(axis=0), dtype=np.bool_)
        hit = np.zeros(len(network.items), dtype=np.bool_)
        hit[network.node_item[out]] = True
        short |= hit & ~tied.alone
        for g in np.flatnonzero(programme.group_base_weeks < ends[-1]):
            short[programme.groups[g]] = True
        self._solver = LinearSolver()
        self._begin(short)

    def _begin(self, short: Flags) -> None:
        """Take up the items that are short, and all that needs them."""
        self.found = reached(self.tied, short & (self.programme.network.requirement > 0.0))
        self._first: Programme | None = None
        if self.found.items.any():
            self._lay_out()
            self._first = self._laid_out()

    def shortages(self) -> Floats:
        """Return units short of each item by the end of each period if all is sold, ``(T, I)``.

        What has to be made by then, stock first, less what can be made: in a chain where nothing
        is cut, the items with such a shortage are those that stop it.
        """
        made = self.programme.need.at(self.ends, self.stock).T
        short = np.where(self.found.pressed, made - self.able, 0.0)
        return np.where(short > SLACK * np.maximum(made, 1.0), short, 0.0)

    def runs_out(self) -> Floats:
        """Return when each item first no longer covers the plan, ``(I,)``; infinite if it does.

        That is where `shortages` begins, to an eighth of a period or better: in between both
        sides are taken to be straight, as they are but where the stock of a parent ends.
        """
        starts = np.concatenate([[0.0], self.ends[:-1]])
        parts = np.arange(PARTS + 1) / PARTS
        weeks = (starts[:, None] + self.lengths[:, None] * parts).ravel()
        held = np.where(self.found.pressed, self.able, 0.0)
        before = np.vstack([np.zeros(len(self.stock)), held[:-1]])
        steps = (held - before)[:, None, :] * parts[:, None]
        able = (before[:, None, :] + steps).reshape(len(weeks), -1)
        over = np.where(
            self.found.pressed, self.programme.need.at(weeks, self.stock).T - able, -np.inf
        )
        short = over > SLACK * np.maximum(able, 1.0)
        first = np.argmax(short, axis=0)
        found = np.full(len(self.stock), np.inf)
        for i in np.flatnonzero(short.any(axis=0)).tolist():
            t = int(first[i])
            low, high = (over[t - 1, i], over[t, i]) if t else (0.0, 1.0)
            step = weeks[t] - weeks[t - 1] if t else 0.0
            found[i] = weeks[t] - step * high / (high - min(low, 0.0))
        return found

    def loss(self) -> float:
        """Return the least weighted loss of sales."""
        while self._first is not None:
            self._solver.load(self._first)
            self._solver.solve()
            least = self._solver.least + float(self._worth.sum() * self.ends[-1])
            if not self._grow(self._filled(self._solver.values())):
                return max(0.0, least) * self._scale
        return 0.0

    def plan(self) -> PeriodPlan:
        """Return a plan that loses least; among such one that sells early, and makes little."""
        weights = self.programme.weights
        while self._first is not None:
            lost, made, sums = self._filled(self._settled(self._first))
            if not self._grow((lost, made, sums)):
                steps = np.diff(sums, axis=0, prepend=0.0)
                loss = float((lost @ weights).sum())
                return PeriodPlan(self.ends, loss, lost, made, steps, self.found)
        count, network = len(self.ends), self.programme.network
        none = np.zeros((count, len(network.items)))
        idle = np.zeros((count, len(network.nodes)))
        return PeriodPlan(self.ends, 0.0, none, idle, none, self.found)

    def _filled(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Return units lost, made by short nodes, and made up to each end, from the unknowns."""
        network = self.programme.network
        count, inner, sold = len(self.ends), len(self._inner), len(self._sold)
        lost = np.zeros((count, len(network.items)))
        sums = np.zeros((count, len(network.items)))
        of_inner, of_sold, of_nodes = np.split(
            values.reshape(count, self._wide), [inner, inner + sold], axis=1
        )
        shares = self.lengths[:, None] - np.diff(of_sold, axis=0, prepend=0.0)
        shares = np.clip(shares, 0.0, self.lengths[:, None])
        shares = np.where(shares < SLACK * self.lengths[:, None], 0.0, shares)
        lost[:, self._sold] = shares * network.demand[self._sold]
        self._fill(sums, of_inner, lost)
        made = self._of_alone(np.diff(sums, axis=0, prepend=0.0))
        made[:, self._grouped] = of_nodes * network.requirement[network.node_item[self._grouped]]
        return lost, made, sums

    def _grow(self, filled: tuple[Floats, Floats, Floats]) -> bool:
        """Take up items that a plan outruns, and return whether there were any.

        Without items that share a site that binds there are none. With them one may be made
        ahead, while another lives on its stock, and faster than its requirement.
        """
        if not len(self._ganged):
            return False
        network = self.programme.network
        lost, _, sums = filled
        planned = network.requirement * self.ends[:, None]
        made = np.where(self.found.items, sums, planned)
        sold = network.demand * self.ends[:, None] - lost.cumsum(axis=0)
        ahead = (network.bill @ made.T).T + sold - planned - self.stock
        tiny = 1e-7 * network.requirement * self.ends[-1]
        out = ~self.found.pressed & (network.requirement > 0.0) & (ahead > tiny).any(axis=0)
        if not out.any():
            return False
        self._begin(self.found.pressed | out)
        return True

    def weeks_without_loss(self) -> float:
        """Return how many weeks customers get all they want; infinite if all through the event.

        No later than when what has to be made of some item first exceeds what it can have made;
        if a programme up to then loses nothing that is it, and else it is found by halving.
        """
        if not self.found.items.any():
            return np.inf
        latest = self._first_excess()
        if np.isfinite(latest) and self._until(latest * (1.0 - 1e-9)):
            return latest
        if np.isinf(latest) and self._until(float(self.ends[-1])):
            return np.inf
        low, high = 0.0, min(latest, float(self.ends[-1]))
        for _ in range(STEPS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self._until(middle) else (low, middle)
            if high - low <= 1e-9 * high:
                break
        return low

    def _first_excess(self) -> float:
        """Return when an item by itself cannot all be made any more; infinite if never.

        Within a period both sides are straight, what has to be made but for kinks: Newton's
        method from the right, as in `NetRequirement.first_shortage`.
        """
        need, tied = self.programme.need, self.tied
        short = need.at(self.ends, self.stock).T - self.able * (1.0 + SLACK)
        over = (short > 1e-12) & tied.alone
        if not over.any():
            return np.inf
        t = int(np.argmax(over.any(axis=1)))
        before = self.able[t - 1] if t else np.zeros(len(self.stock))
        start = float(self.ends[t - 1]) if t else 0.0
        judged = tied.alone & np.isfinite(self.able[t])
        rate = np.where(judged, self._by_item(self.rates[[t]])[0], 0.0)
        held = np.where(judged, before, 0.0) - rate * start
        weeks = float(self.ends[t])
        while True:
            slope, spared = need.lines(np.array([weeks]), self.stock)
            over_by = slope[:, 0] * weeks - spared[:, 0] - held - rate * weeks
            late = judged & (over_by > 1e-12) & (slope[:, 0] > rate)
            gap = np.where(late, slope[:, 0] - rate, 1.0)
            crossing = np.where(late, (held + spared[:, 0]) / gap, np.inf).min()
            if crossing >= weeks * (1.0 - 1e-12):
                return max(weeks, start)
            weeks = float(crossing)

    def _until(self, weeks: float) -> bool:
        """Return whether nothing is lost in so many weeks."""
        if weeks <= 0.0:
            return True
        count = int(np.searchsorted(self.ends, weeks)) + 1
        kept = slice(0, count)
        ends = np.append(self.ends[: count - 1], weeks)
        cut = EventPeriods(self.programme, ends, self.working[kept], self.sites[kept], self.stock)
        return cut.loss() <= TIE * self._scale * weeks

    def _by_item(self, of_nodes: Floats) -> Floats:
        """Return the sums over the nodes of each item, ``(T, I)``."""
        network = self.programme.network
        n = len(network.items)
        return np.array([np.bincount(network.node_item, row, minlength=n) for row in of_nodes])

    def _lay_out(self) -> None:
        """Set up what every period has in common: items, their rows and unknowns."""
        network, tied = self.programme.network, self.tied
        used = self.found.items & (network.requirement > 0.0)
        pressed = self.found.pressed & used
        down = network.bill.T.tocsr()
        above = np.asarray((down @ pressed.astype(float)) > 0.0)  # needs a short item itself
        front = above
        while front.any():
            front = np.asarray((down @ front.astype(float)) > 0.0) & ~above
            above = above | front
        leaf = pressed & tied.alone & ~above
        self._inner = np.flatnonzero(used & ~leaf)
        self._leaves = np.flatnonzero(leaf)
        able = self._by_item(self.rates)
        slow = (able < network.requirement * (1.0 + SLACK)).any(axis=0)
        self._timed = tied.alone & (pressed | slow) & used & ~leaf
        self._limited = np.flatnonzero(self._timed[self._inner])
        self._ganged = np.flatnonzero((pressed & ~tied.alone)[self._inner])
        in_gang = np.zeros(len(network.items), dtype=np.bool_)
        in_gang[self._inner[self._ganged]] = True
        self._grouped = np.flatnonzero(in_gang[network.node_item])
        sold = np.flatnonzero(used & (network.demand > 0.0))
        self._sold = sold
        self._wide = len(self._inner) + len(sold) + len(self._grouped)
        worth = self.programme.weights[sold] * network.demand[sold]
        self._scale = float(worth.max(initial=0.0)) or 1.0
        self._worth = worth / self._scale

    def _uses(self, items: Indices) -> csr_array:
        """Return what a week's requirement made and sold uses of some items, in theirs."""
        network = self.programme.network
        unit = network.requirement
        bill = csr_array(network.bill.tocsr()[items])[:, self._inner]
        scaled = diags_array(1.0 / unit[items]) @ bill @ diags_array(unit[self._inner])
        column = np.full(len(unit), -1, dtype=np.intp)
        column[self._sold] = np.arange(len(self._sold))
        own = np.flatnonzero(column[items] >= 0)
        rate = network.demand[items[own]] / unit[items[own]]
        shape = (len(items), len(self._sold))
        sales = csr_array((rate, (own, column[items[own]])), shape=shape)
        nodes = csr_array((len(items), len(self._grouped)))
        return csr_array(hstack([scaled, sales, nodes]))

    def _scarcest(self) -> tuple[csr_array, Floats]:
        """Return the rows of short items that need no other, and what there is of them, ``(T,)``.

        Rows in proportion are one row with the least of what there is at each moment.
        """
        network = self.programme.network
        rows = self._uses(self._leaves)
        limit = (self.stock + self.able)[:, self._leaves] / network.requirement[self._leaves]
        largest = rows.max(axis=1).toarray().ravel()
        shaped = csr_array(diags_array(1.0 / largest) @ rows)
        limit = limit / largest
        keys: dict[tuple[bytes, bytes], int] = {}
        kept: list[int] = []
        least: list[Floats] = []
        for i in range(shaped.shape[0]):
            part = slice(shaped.indptr[i], shaped.indptr[i + 1])
            order = np.argsort(shaped.indices[part])
            columns = shaped.indices[part][order]
            shares = np.round(shaped.data[part][order], 12)
            place = keys.setdefault((columns.tobytes(), shares.tobytes()), len(kept))
            if place == len(kept):
                kept.append(i)
                least.append(limit[:, i])
            else:
                least[place] = np.minimum(least[place], limit[:, i])
        return csr_array(shaped[kept]), np.array(least).T.reshape(len(self.ends), len(kept))

    def _laid_out(self) -> Programme:
        network = self.programme.network
        count, inner, sold = len(self.ends), len(self._inner), len(self._sold)
        unit = network.requirement[self._inner]
        each, step = eye_array(count), eye_array(count) - eye_array(count, k=-1)
        own = hstack([eye_array(inner), csr_array((inner, self._wide - inner))])
        sales = csr_array(
            (np.ones(sold), (np.arange(sold), inner + np.arange(sold))), shape=(sold, self._wide)
        )
        scarce, least = self._scarcest()
        shops, shares = site_shares(self.tied, self._grouped)
        taken = hstack([csr_array((len(shops), inner + sold)), shares])
        item = np.full(len(network.items), -1, dtype=np.intp)
        item[self._inner[self._ganged]] = np.arange(len(self._ganged))
        nodes = np.arange(len(self._grouped))
        by_node = csr_array(
            (np.ones(len(nodes)), (item[network.node_item[self._grouped]], inner + sold + nodes)),
            shape=(len(self._ganged), self._wide),
        )
        own = csr_array(own)
        limited, ganged = own[self._limited], own[self._ganged]
        able = self._by_item(self.capacity)[:, self._inner] / unit
        lengths = np.broadcast_to(self.lengths[:, None], (count, sold))
        blocks = [
            (kron(each, self._uses(self._inner) - own), -np.inf, self._held()),
            (kron(each, scarce), -np.inf, least),
            (kron(step, sales), 0.0, lengths),
            (kron(step, limited), 0.0, able[:, self._limited]),
            (
                kron(step, ganged) - kron(each, by_node),
                -np.inf,
                np.zeros((count, len(self._ganged))),
            ),
            (kron(each, taken), -np.inf, self.sites[:, shops] * self.lengths[:, None]),
        ]
        matrix = csc_array(vstack([block for block, _, _ in blocks]))
        low = np.concatenate([np.full(top.size, bottom) for _, bottom, top in blocks])
        rows = np.concatenate([top.ravel() for _, _, top in blocks])
        high = np.full((count, self._wide), np.inf)
        high[:, inner : inner + sold] = self.ends[:, None]
        of_node = network.requirement[network.node_item[self._grouped]]
        high[:, inner + sold :] = self.capacity[:, self._grouped] / of_node
        cost = np.zeros((count, self._wide))
        cost[-1, inner : inner + sold] = -self._worth
        none = np.zeros(high.size)
        return Programme(cost.ravel(), none, high.ravel(), matrix, low, rows)

    def _held(self) -> Floats:
        unit = self.programme.network.requirement[self._inner]
        return np.broadcast_to(self.stock[self._inner] / unit, (len(self.ends), len(unit)))

    def _settled(self, first: Programme) -> Floats:
        """Return the unknowns of the plan that is chosen among those that lose least."""
        self._solver.load(first)
        self._solver.solve()
        values = self._solver.values()
        of_rows, of_columns = self._solver.duals()
        held = np.abs(of_columns) > TIE
        inner, sold = len(self._inner), len(self._sold)
        second = np.zeros((len(self.ends), self._wide))
        place = np.arange(sold) / max(sold, 1)
        weeks = self.lengths[1:, None] / self.ends[-1]
        second[-1, :inner] = THRIFT / max(inner, 1)
        second[-1, inner : inner + sold] = place - 2.0
        second[:-1, inner : inner + sold] = LATER * weeks * (place - 2.0)
        self._solver.change_columns(
            second.ravel(), np.where(held, values, first.low), np.where(held, values, first.high)
        )
        tight_above, tight_below = of_rows < -TIE, of_rows > TIE
        self._solver.change_rows(
            np.where(tight_above, first.row_high, first.row_low),
            np.where(tight_below, first.row_low, first.row_high),
        )
        # held values are met to rounding only: where that leaves nothing, the first plan stays
        return self._solver.values() if self._solver.solve() else values

    def _fill(self, sums: Floats, of_inner: Floats, lost: Floats) -> None:
        """Put in what is made of each item up to each end, from the products down.

        Items that bind nothing are made when they are used and the stock is gone; short ones as
        the programme says, and at its ends as early as they can, up to what is used in all.
        """
        network = self.programme.network
        pressed = self.found.pressed | self._timed
        unit = network.requirement
        planned = np.zeros_like(sums)
        planned[:, self._inner] = of_inner * unit[self._inner]
        sold = network.demand * self.ends[:, None] - lost.cumsum(axis=0)
        depth = self.programme.need.depth
        leaf = np.zeros(len(unit), dtype=np.bool_)
        leaf[self._leaves] = True
        bill = network.bill.tocsr()
        for level in np.unique(depth[self.found.items]):
            items = np.flatnonzero(self.found.items & (depth == level) & (unit > 0.0))
            used = (bill[items] @ sums.T).T + sold[:, items]
            lazy = np.maximum(0.0, used - self.stock[items])
            early = np.minimum(unit[items] * self.ends[:, None], self.able[:, items])
            early = np.maximum(lazy, np.minimum(early, lazy[-1]))
            chosen = np.where(leaf[items], early, lazy)
            kept = pressed[items] & ~leaf[items]
            sums[:, items] = np.where(kept, np.maximum(planned[:, items], 0.0), chosen)

    def _of_alone(self, steps: Floats) -> Floats:
        """Return how nodes share what is made of short items, by what they can make."""
        network, tied = self.programme.network, self.tied
        able = self._by_item(self.capacity)
        part = np.divide(steps, able, out=np.zeros_like(steps), where=able > 0.0)
        part = np.where(self.found.pressed & tied.alone, np.clip(part, 0.0, 1.0), 0.0)
        return part[:, network.node_item] * np.where(np.isfinite(self.capacity), self.capacity, 0.0)
