"""Needs of reserves in many outages, and what reserves do when they are released: kernels."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["outage_needs", "released"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@jit
def outage_needs(
    use: float,
    rest: float,
    failing: Floats,
    others: Floats,
    weeks: Ints,
    share: Floats,
    saved: Floats,
    delivered: Floats,
    ramps: Floats,
    out: Floats,
) -> None:
    """Fill `out` with the sum of the weekly gaps of each supplier's outage in each draw.

    ``gap(t) = (rest + failing_k share_d - C saved_d r0(t) - C others_k delivered_d r1(t))+``;
    ramps rise, so that the first week without a gap is the last that is looked at.

    Parameters
    ----------
    use : float
        Use a week, C.
    rest : float
        Use less all supply before the outage, a week; 0 where the balance closes.
    failing : ndarray, shape (K,)
        What each supplier delivers a week.
    others : ndarray, shape (K,)
        Share of the alternates that there is when the supplier fails.
    weeks, share, saved, delivered : ndarray, shape (D,)
        Of each draw: length, share that fails, largest shares of use saved and delivered.
    ramps : ndarray, shape (2, W)
        How far both have come in each week.
    out : ndarray, shape (K, D)
        Needs.
    """
    for k in range(failing.shape[0]):
        for d in range(weeks.shape[0]):
            start = rest + failing[k] * share[d]
            less = use * saved[d]
            more = use * others[k] * delivered[d]
            need = 0.0
            for t in range(weeks[d]):
                gap = start - less * ramps[0, t] - more * ramps[1, t]
                if gap <= 0.0:
                    break
                need += gap
            out[k, d] = need


@jit
def released(
    use: float,
    rest: float,
    failing: Floats,
    others: Floats,
    weeks: Ints,
    share: Floats,
    saved: Floats,
    delivered: Floats,
    ramps: Floats,
    reserve: float,
    kept: float,
    rule: int,
    floor: float,
    floor_weeks: int,
    priority: float,
    out: Floats,
) -> None:
    """Fill `out` with what a reserve does in each outage, without refill.

    Each week the stock spoils, then is released against the gap. Until `floor_weeks` the share
    `floor` of the reserve is held back: rule 0 holds nothing back and serves all users alike;
    rule 1 serves priority users first, who alone may use what is held back; rule 2 holds it back
    from all.

    Parameters
    ----------
    use, rest, failing, others, weeks, share, saved, delivered, ramps
        As for `outage_needs`.
    reserve : float
        What is held when the outage begins.
    kept : float
        Share that does not spoil in a week.
    rule : int
        0 proportional, 1 priority, 2 held back.
    floor : float
        Share of the reserve that is held back.
    floor_weeks : int
        Until which week.
    priority : float
        Share of each gap that is priority users'.
    out : ndarray, shape (K, D, 6)
        Need, what all users got, what priority users got, first week short (-1 if none), what is
        left, what spoiled.
    """
    for k in range(failing.shape[0]):
        for d in range(weeks.shape[0]):
            start = rest + failing[k] * share[d]
            less = use * saved[d]
            more = use * others[k] * delivered[d]
            left, need, given, first, short, spoilt = reserve, 0.0, 0.0, 0.0, -1.0, 0.0
            for t in range(weeks[d]):
                spoilt += left * (1.0 - kept)
                left *= kept
                gap = max(0.0, start - less * ramps[0, t] - more * ramps[1, t])
                need += gap
                held = floor * reserve if t < floor_weeks and rule > 0 else 0.0
                if rule == 1:
                    ahead = min(priority * gap, left)
                    after = min((1.0 - priority) * gap, max(0.0, left - ahead - held))
                else:
                    met = min(gap, max(0.0, left - held))
                    ahead, after = priority * met, (1.0 - priority) * met
                left -= ahead + after
                given += ahead + after
                first += ahead
                if short < 0.0 and gap - ahead - after > 1e-9 * gap:
                    short = float(t)
            out[k, d, 0], out[k, d, 1], out[k, d, 2] = need, given, first
            out[k, d, 3], out[k, d, 4], out[k, d, 5] = short, max(0.0, left), spoilt
