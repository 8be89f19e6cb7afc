"""The two passes over the links in a day of the model of firms with inventories."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["ask_suppliers", "restock_firms", "restock_from_markets"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]


@jit
def _restocked(
    stock: float, arrived: float, use: float, aim: float, bound: float, restoring: float
) -> tuple[float, float]:
    """Return the stock of the evening, and what is asked for: the gap over tau and the use."""
    left = stock + arrived - use
    if bound <= 0.0:  # an input that does not limit is used as far as it goes
        left = max(left, 0.0)
    return left, max(0.0, aim - left) * restoring + use


@jit
def restock_firms(  # noqa: PLR0912 - one pass, from top to bottom
    first: int, last: int, buyer_starts: Integers, stock_starts: Integers, product: Integers,
    seller: Integers, sold: Floats, cut: bool, open_tomorrow: Floats, lean_today: Floats,
    lean_tomorrow: Floats, moving: Floats,
    arriving_weight: Floats, order_weight: Floats, made: Floats, wanted: Floats, inputs: Floats,
    bound: Floats, target: Floats, restoring: Floats, orders: Floats, hole: Floats, stock: Floats,
    limit: Floats,
) -> None:  # fmt: skip
    """Fill stocks, orders and limits of the firms first to last - 1.

    Per stock k of firm f with links i, w = q rho of today and q of tomorrow, per step:
    ``S1 = sum_i w_i Z_i``, ``C = sum_i q_i Z_i``, ``Om_k += H_k S1 - x_f A_k``,
    ``H_k = (max(0, s xo_f A_k - Om_k) / tau + x_f A_k) / C``, limit ``min_k Om_k / (psi s A_k)``.
    Links that are cut keep their open share of what they would deliver; the part phi of the rest
    goes to links that are not cut, what is left to nobody: with U and P the q Z of whole and of cut
    links as far as open, D what is closed, and ``kappa = U / (U + phi D)``, cut links count
    ``open kappa`` in C = U + kappa (P + (1 - phi) D), and where U is 0 ``open`` in C = P + D.
    Nobody is asked to fill the hole K that what cannot move leaves in a stock while the cut lasts:
    then ``H_k C = min(G / tau + x_f A_k, xo_f A_k + (G - K) / tau)`` with G the gap, and K, at most
    G, the share 1 - phi of what was cut off of orders since the cut began, as among sectors.

    Parameters
    ----------
    first, last : int
        Firms.
    buyer_starts, stock_starts : ndarray, shapes (n + 1,), (G + 1,)
        Stocks of a firm, links of a stock.
    product : ndarray, shape (G,)
        Sector of each stock.
    seller, sold : ndarray, shape (E,)
        Links by stock: the supplier and the yearly value.
    cut : bool
        Whether any link is ever cut.
    open_tomorrow : ndarray, shape (E,), or empty
        Share of each link that is open, if any is ever cut.
    lean_today, lean_tomorrow : ndarray, shape (E,), or empty
        What each link counts in orders, if any is ever cut; that of tomorrow is filled.
    moving : ndarray, shape (G,), or empty
        phi of each stock, if any link is ever cut.
    arriving_weight, order_weight : ndarray, shape (n,)
        w and q.
    made, wanted : ndarray, shape (n,)
        x and xo.
    inputs, bound : ndarray, shape (G,)
        A, and 1 / (psi s A) of inputs that limit, 0 of the others.
    target : ndarray, shape (S,)
        s by sector, 0 where infinite.
    restoring : ndarray, by sector
        1 / tau.
    orders, hole, stock : ndarray, shape (G,)
        H, K and Om, changed; K may be empty if no link is ever cut.
    limit : ndarray, shape (n,)
        Filled: what the stocks allow.
    """
    for f in range(first, last):
        most = np.inf
        for k in range(buyer_starts[f], buyer_starts[f + 1]):
            arriving, offered, part, closed, nobody = 0.0, 0.0, 0.0, 0.0, 0.0
            for i in range(stock_starts[k], stock_starts[k + 1]):
                g = seller[i]
                weight = order_weight[g] * sold[i]
                if not cut:
                    arriving += arriving_weight[g] * sold[i]
                    offered += weight
                    continue
                arriving += arriving_weight[g] * sold[i] * lean_today[i]
                if open_tomorrow[i] < 1.0:
                    part += weight * open_tomorrow[i]
                    closed += weight * (1.0 - open_tomorrow[i])
                else:
                    offered += weight
            if cut:
                turned = 1.0
                if offered > 0.0:
                    turned = offered / (offered + moving[k] * closed)
                    offered += turned * part
                    # what goes to nobody: nothing where all of it goes to others
                    nobody = turned * (1.0 - moving[k]) * closed
                    offered += nobody
                else:
                    offered = part + closed
                    nobody = (1.0 - moving[k]) * closed
                for i in range(stock_starts[k], stock_starts[k + 1]):
                    whole = open_tomorrow[i] >= 1.0
                    lean_tomorrow[i] = 1.0 if whole else turned * open_tomorrow[i]
            p = product[k]
            usual = wanted[f] * inputs[k]
            left, asked = _restocked(
                stock[k], orders[k] * arriving, made[f] * inputs[k],
                target[p] * wanted[f] * inputs[k], bound[k], restoring[p],
            )  # fmt: skip
            stock[k] = left
            missing = 0.0
            if nobody > 0.0:
                gap = max(0.0, target[p] * usual - left)
                missing = min(hole[k], gap)
                asked = min(asked, usual + (gap - missing) * restoring[p])
            orders[k] = asked / offered if offered > 0.0 else 0.0
            if cut:
                hole[k] = missing + nobody * orders[k]
            if bound[k] > 0.0:
                most = min(most, left * bound[k])
        limit[f] = most


@jit
def restock_from_markets(
    first: int, last: int, buyer_starts: Integers, product: Integers, market: Integers,
    delivered: Floats, offers: Floats, made: Floats, wanted: Floats, inputs: Floats,
    bound: Floats, target: Floats, restoring: Floats, orders: Floats, stock: Floats, limit: Floats,
) -> None:  # fmt: skip
    """Fill stocks, orders and limits of the firms first to last - 1, where markets deliver.

    ``Om_k += Os_k delivered_m - x_f A_k``, ``Os_k = max(0, s xo_f A_k - Om_k) / tau + x_f A_k``.

    Parameters
    ----------
    first, last, buyer_starts, product
        As of `restock_firms`.
    market : ndarray, shape (G,)
        Market of each stock.
    delivered, offers : ndarray, shape (markets,)
        Share of today's orders that each market delivers, and 1 if it takes orders for tomorrow.
    made, wanted, inputs, bound, target, restoring
        As of `restock_firms`.
    orders, stock : ndarray, shape (G,)
        Os and Om, changed.
    limit : ndarray, shape (n,)
        Filled: what the stocks allow.
    """
    for f in range(first, last):
        most = np.inf
        for k in range(buyer_starts[f], buyer_starts[f + 1]):
            p = product[k]
            left, asked = _restocked(
                stock[k], orders[k] * delivered[market[k]], made[f] * inputs[k],
                target[p] * wanted[f] * inputs[k], bound[k], restoring[p],
            )  # fmt: skip
            stock[k] = left
            orders[k] = asked * offers[market[k]]
            if bound[k] > 0.0:
                most = min(most, left * bound[k])
        limit[f] = most


@jit
def ask_suppliers(
    first: int, last: int, starts: Integers, value: Floats, stock_of_link: Integers, cut: bool,
    lean_tomorrow: Floats, order_weight: Floats, orders: Floats, asked: Floats,
) -> None:  # fmt: skip
    """Fill ``asked_g = q_g sum_i Z_i H_k(i)`` of the firms first to last - 1, links by supplier.

    Parameters
    ----------
    first, last : int
        Firms.
    starts, value, stock_of_link : ndarray, shapes (n + 1,), (E,), (E,)
        Links of a supplier, their yearly value, and the stock that each fills.
    cut : bool
        Whether any link is ever cut.
    lean_tomorrow : ndarray, shape (E,), or empty
        What each link counts in orders, links by supplier, if any is ever cut.
    order_weight : ndarray, shape (n,)
        q.
    orders : ndarray, shape (G,)
        H.
    asked : ndarray, shape (n,)
        Filled.
    """
    for g in range(first, last):
        total = 0.0
        for i in range(starts[g], starts[g + 1]):
            part = value[i] * orders[stock_of_link[i]]
            total += part * lean_tomorrow[i] if cut else part
        asked[g] = order_weight[g] * total
