"""Where the nodes and links of a chain stand in a layered picture, left to right.

Columns are stages, and within a stage the longest path; a column of too many nodes is broken into
several. A link over several columns runs through a lane of its own in each, shared by the links of
the same kind from the same node, so that no link runs behind a box. The order in columns comes
from sweeps of barycentres, the heights from isotonic regression on the heights of neighbours
(Sugiyama, Tagawa and Toda 1981; Brandes and Köpf 2002 for the idea of straight lanes).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.graph import Links, layers

__all__ = ["Layout", "Sizes", "layout"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

SWEEPS = 12
ROWS = (4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 50, 64, 80)
"""Most nodes of a column that are tried."""


@dataclass(frozen=True)
class Sizes:
    """Sizes of a layered picture [pt].

    Parameters
    ----------
    box, between : float
        Width of a box, and of the space between columns.
    gap : float
        Least space between two boxes of a column.
    lane : float
        Height that a passing link takes in a column.
    shape : float
        Width over height that is aimed at.
    """

    box: float
    between: float
    gap: float
    lane: float
    shape: float


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of n boxes and of the pieces of links [pt]; y runs downwards.

    Parameters
    ----------
    width, height : float
        Of all.
    column : ndarray of int, shape (n,)
        Column of each box.
    x, y : ndarray, shape (n,)
        Upper left corner of each box.
    pieces : ndarray, shape (pieces, 4)
        Where each piece of a link starts and ends: x, y, x, y.
    owner : ndarray of int, shape (pieces,)
        A link that the piece belongs to; those that share a lane share its pieces.
    last : ndarray of bool, shape (pieces,)
        Whether the piece ends at a box.
    """

    width: float
    height: float
    column: Places
    x: Numbers
    y: Numbers
    pieces: Numbers
    owner: Places
    last: npt.NDArray[np.bool_]

    def stretched(self, heights: Numbers, aim: float, most: float) -> "Layout":
        """Return the layout with rows drawn apart, so that it is as high as is aimed at.

        Parameters
        ----------
        heights : ndarray, shape (n,)
            Of each box, which keeps its size [pt].
        aim : float
            Height that is aimed at [pt].
        most : float
            By how much rows are drawn apart at most.
        """
        factor = min(max(aim / max(self.height, 1.0), 1.0), most)
        middle = factor * (self.y + heights / 2.0)
        pieces = self.pieces * np.array([1.0, factor, 1.0, factor])
        return replace(self, height=factor * self.height, y=middle - heights / 2.0, pieces=pieces)


@dataclass(frozen=True, eq=False)
class _Items:
    """Boxes, then lanes: what stands in columns, with the pieces of links between them."""

    column: Places
    height: Numbers
    start: Places
    end: Places
    owner: Places
    boxes: int


def layout(links: Links, stage: Places, style: Places, height: Numbers, sizes: Sizes) -> Layout:
    """Return the places of boxes and links.

    Parameters
    ----------
    links : Links
        The links.
    stage : ndarray of int, shape (n,)
        Stage of each node, from the left.
    style : ndarray of int, shape (links,)
        Kind of each link; only links of one kind share a lane.
    height : ndarray, shape (n,)
        Of each box [pt].
    sizes : Sizes
        The other sizes.
    """
    column = _columns(links, stage, height, sizes)
    items = _with_lanes(links, column, style, height, sizes.lane)
    order = _ordered(items)
    y = _heights(items, order, sizes)
    x: Numbers = items.column.astype(np.float64) * (sizes.box + sizes.between)
    middle: Numbers = y + items.height / 2.0
    here, there = items.column[items.start], items.column[items.end]
    onward, level = there > here, there == here
    x0 = x[items.start] + np.where(onward | level, sizes.box, 0.0)
    x1 = x[items.end] + np.where(onward, 0.0, sizes.box)
    pieces = np.stack([x0, middle[items.start], x1, middle[items.end]], axis=1)
    n = items.boxes
    lanes = _lanes(items, x, middle, sizes.box)
    return Layout(
        float(x.max(initial=0.0) + sizes.box),
        float((y + items.height).max(initial=0.0)),
        items.column[:n],
        x[:n],
        y[:n],
        np.concatenate([pieces, lanes[0]]),
        np.concatenate([items.owner, lanes[1]]),
        np.concatenate([items.end < n, np.zeros(len(lanes[1]), dtype=np.bool_)]),
    )


def _lanes(items: _Items, x: Numbers, middle: Numbers, box: float) -> tuple[Numbers, Places]:
    """Return the level pieces of links through the columns that they pass, and their owners."""
    lane = np.arange(items.boxes, len(x))
    owner = np.zeros(len(x), dtype=np.int64)
    owner[items.end] = items.owner
    y = middle[lane]
    return np.stack([x[lane], y, x[lane] + box, y], axis=1), owner[lane]


def _columns(links: Links, stage: Places, height: Numbers, sizes: Sizes) -> Places:
    """Return the column of each node: by stage, then by the longest path inside the stage."""
    same = stage[links.source] == stage[links.target]
    inner = layers(links.kept(same)).astype(np.int64)
    column = np.unique(stage * (links.n + 1) + inner, return_inverse=True)[1].astype(np.int64)
    counts = np.bincount(column)
    each = float(height.mean() if len(height) else 1.0) + sizes.gap

    ends = np.sort([column[links.source], column[links.target]], axis=0)
    passing = np.zeros(len(counts) + 1)
    np.add.at(passing, np.minimum(ends[0] + 1, ends[1]), 2.0 * sizes.lane)
    np.add.at(passing, ends[1], -2.0 * sizes.lane)
    lanes = np.cumsum(passing)[:-1]

    def scale(rows: int) -> float:
        wide = np.ceil(counts / rows).sum() * (sizes.box + sizes.between)
        high = np.ceil(counts / np.ceil(counts / rows)) * each + lanes
        return float(min(sizes.shape / wide, 1.0 / high.max(initial=1.0)))

    most = max(ROWS, key=scale)
    # nodes whose users stand farthest to the left go to the first part of a broken column
    first = np.full(links.n, len(counts), dtype=np.int64)
    np.minimum.at(first, links.source, column[links.target])
    order = np.lexsort((-first, column))
    begin = np.searchsorted(column[order], np.arange(len(counts)))
    place = np.empty(links.n, dtype=np.int64)
    place[order] = np.arange(links.n) - begin[column[order]]
    parts = np.ceil(counts / most)
    part = (place * parts[column] / counts[column]).astype(np.int64)
    found: Places = np.unique(column * (links.n + 1) + part, return_inverse=True)[1]
    return found.astype(np.int64)


def _with_lanes(
    links: Links, column: Places, style: Places, height: Numbers, lane: float
) -> _Items:
    """Return boxes and lanes: one a node, kind of link and column that is passed."""
    here, there = column[links.source], column[links.target]
    step = np.sign(there - here)
    passed = np.maximum(np.abs(there - here) - 1, 0)
    link = np.repeat(np.arange(len(here)), passed)
    nth = np.arange(len(link)) - np.repeat(np.cumsum(passed) - passed, passed)
    at = here[link] + step[link] * (nth + 1)
    key = (links.source[link].astype(np.int64) * 64 + style[link]) * (column.max(initial=0) + 1)
    _, first, lane_of = np.unique(key + at, return_index=True, return_inverse=True)
    lane_of = lane_of + links.n
    # pieces: from the node or the lane before to each lane, and from the last lane to the user
    before = np.where(nth == 0, links.source[link], np.roll(lane_of, 1))
    final = np.full(len(here), -1, dtype=np.int64)
    final[link] = lane_of  # the last one written is the last lane
    last_start = np.where(passed > 0, final, links.source)
    start = np.concatenate([before, last_start]).astype(np.int64)
    end = np.concatenate([lane_of, links.target]).astype(np.int64)
    owner = np.concatenate([link, np.arange(len(here))])
    kept = np.unique(np.stack([start, end], axis=1), axis=0, return_index=True)[1]
    total = links.n + len(first)
    all_columns = np.concatenate([column, at[first]])
    heights = np.concatenate([height, np.full(total - links.n, lane)])
    return _Items(all_columns, heights, start[kept], end[kept], owner[kept], links.n)


def _ordered(items: _Items) -> list[Places]:
    """Return the items of each column from top to bottom, after sweeps of barycentres.

    The order whose links climb least is kept.
    """
    count = int(items.column.max(initial=-1)) + 1
    inside = [np.flatnonzero(items.column == c) for c in range(count)]
    place = np.zeros(len(items.column))
    for members in inside:
        place[members] = (np.arange(len(members)) + 0.5) / max(len(members), 1)
    best, least = [m.copy() for m in inside], np.inf
    one = np.concatenate([items.start, items.end])
    other = np.concatenate([items.end, items.start])
    n = len(items.column)
    degree = np.bincount(one, minlength=n)
    for sweep in range(SWEEPS):
        turns = range(count) if sweep % 2 == 0 else range(count - 1, -1, -1)
        ahead = items.column[other] < items.column[one]
        side = ahead if sweep % 2 == 0 else ~ahead
        side = side if sweep < SWEEPS - 4 else np.ones_like(side)
        degree = np.bincount(one[side], minlength=n)
        by_column = items.column[one]
        for c in turns:
            mine = side & (by_column == c)
            members = inside[c]
            sums = np.bincount(one[mine], weights=place[other[mine]], minlength=n)[members]
            has = degree[members] > 0
            wish = np.where(has, sums / np.maximum(degree[members], 1), place[members])
            inside[c] = members[np.argsort(wish, kind="stable")]
            place[inside[c]] = (np.arange(len(members)) + 0.5) / max(len(members), 1)
        climb = float(np.abs(place[items.start] - place[items.end]).sum())
        if climb < least:
            best, least = [m.copy() for m in inside], climb
    return best


def _heights(items: _Items, order: list[Places], sizes: Sizes) -> Numbers:
    """Return the top of each item: near its neighbours, in order, none over another."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - slow to load

    room = items.height + np.where(items.height > sizes.lane, sizes.gap, sizes.lane)
    total = max((float(room[m].sum()) for m in order), default=0.0)
    before = np.zeros(len(room))
    for members in order:
        before[members] = np.cumsum(room[members]) - room[members]
    slack = np.array([total - room[m].sum() for m in order])
    y = before + slack[items.column] / 2.0
    n = len(room)
    degree = np.maximum(np.bincount(items.start, minlength=n), 0)
    degree = degree + np.bincount(items.end, minlength=n)
    for _ in range(SWEEPS):
        middle = y + items.height / 2.0
        sums = np.bincount(items.start, weights=middle[items.end], minlength=n)
        sums += np.bincount(items.end, weights=middle[items.start], minlength=n)
        wish = np.where(degree > 0, sums / np.maximum(degree, 1), middle) - items.height / 2.0
        for c, members in enumerate(order):
            rising = isotonic_regression(wish[members] - before[members]).x
            y[members] = np.clip(rising, 0.0, slack[c]) + before[members]
    found: Numbers = y
    return found
