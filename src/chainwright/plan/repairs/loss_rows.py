"""The model of the losses as rows of a programme: one year, measures in effect or not."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.plan.repairs.loss_model import LossModel, ScenarioLoss

__all__ = ["LossRows", "loss_rows"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossRows:
    """Rows ``shared @ w + own @ u <= limit`` over measures ``w`` and unknowns ``u`` of their own.

    The first ``S`` of these are the losses of the scenarios, in `scale`.

    Parameters
    ----------
    shared : csr_array
        ``(R, I)``.
    own : csr_array
        ``(R, U)``.
    limit : ndarray
        ``(R,)``.
    low, high : ndarray
        ``(U,)``.
    unknowns, rows : tuple of str
        Names.
    scale : float
        What losses are counted in.
    """

    shared: csr_array
    own: csr_array
    limit: Floats
    low: Floats
    high: Floats
    unknowns: tuple[str, ...]
    rows: tuple[str, ...]
    scale: float


@dataclass
class _Growing:
    """Rows and unknowns while they are collected."""

    names: tuple[str, ...]
    unknowns: list[str] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)
    shared: list[tuple[int, int, float]] = field(default_factory=list)
    own: list[tuple[int, int, float]] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)

    def unknown(self, name: str, low: float = 0.0, high: float = 1.0) -> tuple[int, bool]:
        """Return the place of an unknown, and whether it is new."""
        if name in self.place:
            return self.place[name], False
        self.place[name] = len(self.unknowns)
        self.unknowns.append(name)
        self.low.append(low)
        self.high.append(high)
        return self.place[name], True

    def row(self, name: str, w: dict[int, float], u: dict[int, float], limit: float) -> None:
        """Add ``sum of w + sum of u <= limit``."""
        if name in self.place:
            return
        self.place[name] = len(self.rows)
        self.shared += [(len(self.rows), i, value) for i, value in w.items() if value]
        self.own += [(len(self.rows), k, value) for k, value in u.items() if value]
        self.rows.append(name)
        self.limit.append(limit)

    def named(self, taken: frozenset[int]) -> str:
        return " ".join(self.names[i] for i in sorted(taken)) or "nothing"


def loss_rows(model: LossModel) -> LossRows:
    """Return the rows of a model of the losses.

    ::

        th_s >= L_s(0) - sum g_i w_i + sum e_ij y_ij + sum r_T z_T,   th_s >= floor_s
        e > 0:  y_ij >= w_i + w_j - 1          e < 0:  y_ij <= w_i,  y_ij <= w_j
        r > 0:  z_T >= 1 - #(differences)      r < 0:  z_T <= w_i in T,  z_T <= 1 - w_i out of T
        every set run:  th_s >= sum L_T z_T,   sum z_T = 1,   sum of z_T with i in T = w_i

    Only the side that binds when losses are made small is written. The last form is the hull of
    its sets: no other rows can be tighter.

    Parameters
    ----------
    model : LossModel
        Its scenarios.
    """
    scale = max((abs(part.base) for part in model.parts), default=0.0) or 1.0
    held = _Growing(model.names)
    for name, part in zip(model.scenarios, model.parts, strict=True):
        held.unknown(f"loss({name})", part.floor / scale, np.inf)
    for s, (name, part) in enumerate(zip(model.scenarios, model.parts, strict=True)):
        if part.whole is not None:
            _whole(held, s, name, part, scale)
        else:
            _terms(held, s, name, part, scale)
    shape = (len(held.rows), len(model.names))
    return LossRows(
        _matrix(held.shared, shape),
        _matrix(held.own, (len(held.rows), len(held.unknowns))),
        np.array(held.limit, dtype=np.float64),
        np.array(held.low, dtype=np.float64),
        np.array(held.high, dtype=np.float64),
        tuple(held.unknowns),
        tuple(held.rows),
        scale,
    )


def _terms(held: _Growing, s: int, name: str, part: ScenarioLoss, scale: float) -> None:
    w = {i: -gain / scale for i, gain in part.gain.items()}
    u = {s: -1.0}
    for (i, j), more in part.overlap.items():
        pair = held.named(frozenset({i, j}))
        y, _ = held.unknown(f"both({pair})")
        u[y] = more / scale
        if more > 0.0:
            held.row(f"both taken({pair})", {i: 1.0, j: 1.0}, {y: -1.0}, 1.0)
        else:
            for one in (i, j):
                held.row(f"both only with({pair}: {held.names[one]})", {one: -1.0}, {y: 1.0}, 0.0)
    for taken, more in sorted(part.rest.items(), key=lambda kept: sorted(kept[0])):
        within = f"{held.named(taken)} of {name}"
        z, _ = held.unknown(f"exactly({within})")
        u[z] = more / scale
        if more > 0.0:
            differs = {i: 1.0 if i in taken else -1.0 for i in part.measures}
            held.row(f"exactly taken({within})", differs, {z: -1.0}, len(taken) - 1.0)
            continue
        for i in part.measures:
            row = f"exactly only with({within}: {held.names[i]})"
            sign = -1.0 if i in taken else 1.0
            held.row(row, {i: sign}, {z: 1.0}, 0.0 if i in taken else 1.0)
    held.row(f"loss of {name}", w, u, -part.base / scale)


def _whole(held: _Growing, s: int, name: str, part: ScenarioLoss, scale: float) -> None:
    assert part.whole is not None  # noqa: S101 - the caller asked
    places = {
        taken: held.unknown(f"exactly({held.named(taken)} of {name})")[0] for taken in part.whole
    }
    losses = {places[taken]: loss / scale for taken, loss in part.whole.items()}
    held.row(f"loss of {name}", {}, {s: -1.0, **losses}, 0.0)
    for sign, word in ((1.0, "at most"), (-1.0, "at least")):
        each = dict.fromkeys(places.values(), sign)
        held.row(f"{word} one set of {name}", {}, each, sign)
        for i in part.measures:
            having = {z: sign for taken, z in places.items() if i in taken}
            held.row(f"{word} the sets of {name} with {held.names[i]}", {i: -sign}, having, 0.0)


def _matrix(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    if not entries:
        return csr_array(shape, dtype=np.float64)
    row, column, value = zip(*entries, strict=True)
    return csr_array((np.array(value, dtype=np.float64), (row, column)), shape=shape)
