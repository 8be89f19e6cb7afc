"""Kernels of the batch: passes over the state of k draws, one draw a row."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit, jit_sums

__all__ = ["first_short", "production_pass", "stocks_pass"]

Floats = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.int32]

SHORT = 1e-9
"""Share of output that stocks must cost before they count as short: less is rounding."""


@jit_sums
def _stocks_row(
    held: Floats,
    orders: Floats,
    received: Floats,
    offered: Floats,
    coefficient: Floats,
    counted: Floats,
    wanted: Floats,
    made: Floats,
    target: float,
    rate: float,
    per_need: float,
    limit: Floats,
) -> None:
    """One product of one draw; see `stocks_pass`."""
    for f in range(len(held)):
        used = made[f] * coefficient[f]
        bound = counted[f] * per_need
        now = held[f] + orders[f] * received[f] - used
        # an input that does not limit is used as far as it goes
        now = now if bound > 0.0 else max(now, 0.0)
        held[f] = now
        asked = max(0.0, target * wanted[f] * coefficient[f] - now) * rate + used
        orders[f] = asked / offered[f] if offered[f] > 0.0 else 0.0
        limit[f] = min(limit[f], now * bound) if bound > 0.0 else limit[f]


@jit_sums
def _endless_row(orders: Floats, offered: Floats, coefficient: Floats, made: Floats) -> None:
    """One product of one draw whose stock never ends: what is used is ordered again."""
    for f in range(len(orders)):
        orders[f] = made[f] * coefficient[f] / offered[f] if offered[f] > 0.0 else 0.0


@jit
def stocks_pass(
    held: Floats,
    orders: Floats,
    received: Floats,
    offered: Floats,
    coefficient: Floats,
    counted: Floats,
    wanted: Floats,
    made: Floats,
    target: Floats,
    rate: Floats,
    per_need: Floats,
    limit: Floats,
) -> None:
    """Update the stocks of one product in k draws, and what is ordered of it for the next step.

    ``Om += H S1 - x A``, ``H = (max(0, s xo A - Om) / tau + x A) / C``, and the lowest
    ``Om / (psi s A)`` of the products so far, which is the most that can be made of the next step.

    Parameters
    ----------
    held, orders : ndarray, shape (k, n)
        Om and H of the product; changed.
    received, offered : ndarray, shape (k, n)
        S1, what one unit of H brings today, and C, what it will ask for.
    coefficient, counted : ndarray, shape (n,)
        A of the product, and 1 / A where it limits production, 0 elsewhere.
    wanted, made : ndarray, shape (k, n)
        xo, the production that orders look ahead to, and x.
    target, rate, per_need : ndarray, shape (k,)
        s, 1 / tau and 1 / (psi s) of each draw; the last 0 where it cannot limit.
    limit : ndarray, shape (k, n)
        Changed.
    """
    for i in range(held.shape[0]):
        if np.isinf(target[i]):
            _endless_row(orders[i], offered[i], coefficient, made[i])
        else:
            _stocks_row(
                held[i], orders[i], received[i], offered[i], coefficient, counted, wanted[i],
                made[i], target[i], rate[i], per_need[i], limit[i],
            )  # fmt: skip


@jit_sums
def _production_row(
    orders: Floats,
    final: Floats,
    rebuild: Floats,
    lost_share: Floats,
    backup: Floats,
    limit: Floats,
    rest: Floats,
    made: Floats,
    stretch: Floats,
    wanted: Floats,
    served: Floats,
    spare: Floats,
    lost: Floats,
    unmet: Floats,
    by_draw: Floats,
    adapts: bool,
    documented: bool,
    priority: bool,
    step: int,
    short_step: Kinds,
) -> float:
    """One step of one draw; see `production_pass`."""
    base, most, speed = by_draw[0], by_draw[1], by_draw[2]
    total = 0.0
    for g in range(len(made)):
        asked = orders[g] + final[g] + rebuild[g]
        alpha = stretch[g]
        if adapts:
            scarce = (asked - made[g]) / asked if asked > 0.0 else 0.0
            if scarce == 0.0 or (documented and scarce < 0.0):
                alpha += (base - alpha) * speed
            else:
                alpha += (most - alpha) * scarce * speed
            alpha = max(1.0, alpha)
            stretch[g] = alpha
        room = (1.0 - lost_share[g]) * alpha + backup[g]
        cap = rest[g] * room
        most_made = min(asked, cap)
        x = min(most_made, max(0.0, limit[g]))
        if short_step[g] < 0 and x < most_made * (1.0 - SHORT):
            short_step[g] = step
        if priority:
            to_orders = min(1.0, x / orders[g]) if orders[g] > 0.0 else 0.0
            left = max(0.0, x - to_orders * orders[g])
            to_final = min(1.0, left / final[g]) if final[g] > 0.0 else 0.0
            left = max(0.0, left - to_final * final[g])
            to_rebuild = min(1.0, left / rebuild[g]) if rebuild[g] > 0.0 else 0.0
        else:
            to_orders = x / asked if asked > 0.0 else 0.0
            to_final = to_orders
            to_rebuild = to_orders
        made[g] = x
        total += x
        lost[g] += rest[g] - x
        unmet[g] += (1.0 - to_final) * final[g]
        wanted[g] = min(orders[g] + final[g] + rebuild[g] * (1.0 - to_rebuild), cap)
        served[g] = to_orders
        rebuild[g] = to_rebuild
        spare[g] = min(alpha, room)
    return total


@jit
def production_pass(
    orders: Floats,
    final: Floats,
    rebuild: Floats,
    lost_share: Floats,
    backup: Floats,
    limit: Floats,
    rest: Floats,
    made: Floats,
    stretch: Floats,
    wanted: Floats,
    served: Floats,
    spare: Floats,
    lost: Floats,
    unmet: Floats,
    by_draw: Floats,
    adapts: bool,  # kernels take plain arguments
    documented: bool,
    priority: bool,
    step: int,
    short_step: Kinds,
    total: Floats,
) -> None:
    """Work out one step of production in k draws: overproduction, limits, rationing.

    Parameters
    ----------
    orders, final : ndarray, shape (k, n)
        Demand of producers and of final users.
    rebuild : ndarray, shape (k, n)
        Demand of rebuilding; on return the share of it that was delivered.
    lost_share : ndarray, shape (k, n)
        Delta, the share of capacity lost.
    backup : ndarray, shape (k, n)
        Capacity that was held ready and is switched on, as a share of x0.
    limit : ndarray, shape (k, n)
        The most that stocks allow.
    rest : ndarray, shape (n,)
        x0.
    made, stretch : ndarray, shape (k, n)
        x and alpha of the step before; changed.
    wanted, served, spare : ndarray, shape (k, n)
        On return xo after what was rebuilt, the share of orders delivered, and capacity / x0,
        at most alpha: what is held ready draws no orders until it replaces what is lost.
    lost, unmet : ndarray, shape (k, n)
        x0 - x and unmet final demand are added.
    by_draw : ndarray, shape (k, 3)
        alpha_b, alpha_max and 1 / tau_a.
    adapts : bool
        Whether overproduction moves in this step.
    documented : bool
        Whether alpha relaxes wherever nothing is scarce, not only where demand is met exactly.
    priority : bool
        Whether orders come first, then final demand, then rebuilding.
    step : int
        Which step.
    short_step : ndarray of int, shape (k, n)
        First step in which stocks limit a node, -1 if none did; changed.
    total : ndarray, shape (k,)
        Output of all.
    """
    for i in range(made.shape[0]):
        total[i] = _production_row(
            orders[i], final[i], rebuild[i], lost_share[i], backup[i], limit[i], rest, made[i],
            stretch[i], wanted[i], served[i], spare[i], lost[i], unmet[i], by_draw[i], adapts,
            documented, priority, step, short_step[i],
        )  # fmt: skip


@jit
def first_short(
    held: Floats,
    counted: Floats,
    per_need: Floats,
    step: int,
    short_product: Kinds,
    short_step: Kinds,
) -> None:
    """Note which stock was the lowest where stocks limited a node for the first time.

    Parameters
    ----------
    held : ndarray, shape (S, k, n)
        Stocks that limited the step.
    counted : ndarray, shape (S, n)
        1 / A where a stock limits, 0 elsewhere.
    per_need : ndarray, shape (k, S)
        1 / (psi s), 0 where it cannot limit.
    step : int
        Which step.
    short_product, short_step : ndarray of int, shape (k, n)
        The first is filled where the second is `step`.
    """
    for i in range(short_step.shape[0]):
        for f in range(short_step.shape[1]):
            if short_step[i, f] == step:
                least = np.inf
                for p in range(held.shape[0]):
                    bound = counted[p, f] * per_need[i, p]
                    if bound > 0.0 and held[p, i, f] * bound < least:
                        least = held[p, i, f] * bound
                        short_product[i, f] = p
