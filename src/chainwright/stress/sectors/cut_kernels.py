r"""Deliveries of a product of which some are cut: what is ordered of each origin.

Of a product p a buyer f orders :math:`Os` in all. With weights :math:`w_g = Z_{gf} q_g`, sum W, an
origin that is cut gets the open part of its usual share of the order, and of what is cut off a
share :math:`\varphi` (1 unless a second source is wanting) turns to the origins that are not cut,
in proportion; the rest, and all if there are none, is ordered of nobody:

.. math:: O_g = Os\, w_g\, open_g / W \quad (open_g < 1), \qquad
          O_g = Os\, w_g\, (1 + \varphi D / U) / W \quad (open_g = 1),

with :math:`D = \sum w_g (1 - open_g)` and U the weight of the origins that are not cut. With
:math:`\kappa = U / (U + \varphi D)` this is :math:`O_g = H v_g`, ``v = w`` where nothing is cut
and ``v = w open kappa`` where something is, :math:`H = Os / (\sum v + \kappa (1 - \varphi) D)`,
so that one number H by product and buyer is enough; with U = 0 it is ``v = w open`` and
:math:`H = Os / (\sum v + D)`.

What cannot move leaves a hole in the stock. As long as the cut lasts nobody is asked to fill it,
or the origins that are open would replace by the back door what cannot be replaced: with the gap
:math:`G = (s\,xo\,A - Om)^+` and the hole K, the share :math:`1 - \varphi` of all that was cut off
of orders since the cut began (also where every origin is cut, and the rest is a gap that is asked
of what is open of them) and at most G,

.. math:: Os = \min(G / \tau + x A,\; xo A + (G - K) / \tau),

so origins that are open keep their usual orders, and what is missing for other reasons is
ordered. When all is open again the hole is a gap as any other.
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["lean", "order_around", "turn", "turn_rows", "weigh"]

Floats = npt.NDArray[np.floating]


@jit
def weigh(
    sells: Floats, opened: Floats, q: float, uncut: Floats, part: Floats, shut: Floats
) -> None:
    """Add one row to the weights of its product: of what is not cut, U, of the open part, and D.

    Parameters
    ----------
    sells : ndarray, shape (n,) [money / year]
        Deliveries of the row at rest, by buyer.
    opened : ndarray, shape (n,) [share]
        Part of each that is open; 1 where it is not cut.
    q : float
        Weight of the row.
    uncut, part, shut : ndarray, shape (n,) [money / year]
        Changed, by what the row adds: U, the open part of what is cut, and D.
    """
    for f in range(len(sells)):
        w = q * sells[f]
        if opened[f] >= 1.0:
            uncut[f] += w
        else:
            part[f] += w * opened[f]
            shut[f] += w * (1.0 - opened[f])


@jit
def turn(offered: Floats, part: Floats, shut: Floats, moving: Floats, kappa: Floats) -> None:
    """Turn U, in `offered`, into what one unit of H asks for; fill kappa, 1 where U is 0.

    Parameters
    ----------
    offered : ndarray, shape (n,) [money / year]
        U by buyer; changed to what one unit of H asks of all rows of the product.
    part, shut : ndarray, shape (n,) [money / year]
        The open part of what is cut, and D; the second is changed to what one unit of H asks of
        nobody since it cannot move, ``kappa (1 - phi) D``.
    moving : ndarray, shape (n,) or longer [share]
        phi, the part of what is cut off that turns to other origins.
    kappa : ndarray, shape (n,) or longer [share]
        Filled as far as `offered` goes: ``U / (U + phi D)``.
    """
    for f in range(len(offered)):
        kappa[f] = 1.0
        if offered[f] > 0.0:
            kappa[f] = offered[f] / (offered[f] + moving[f] * shut[f])
            offered[f] += kappa[f] * part[f]
            # what turns to nobody: nothing where all of it turns to others
            stays = kappa[f] * (1.0 - moving[f]) * shut[f]
            offered[f] += stays
        else:
            offered[f] = part[f] + shut[f]
            stays = (1.0 - moving[f]) * shut[f]
        shut[f] = stays


@jit
def order_around(
    stock: Floats, used: Floats, wanted: Floats, inputs: Floats, target: float, restoring: float,
    offered: Floats, nobody: Floats, hole: Floats, orders: Floats,
) -> None:  # fmt: skip
    """Order again where something cannot move: nobody is asked to fill the hole that it leaves.

    Parameters
    ----------
    stock : ndarray, shape (n,) [money]
        Om of the product in the evening, by buyer.
    used : ndarray, shape (n,) [money / step]
        x A of the product.
    wanted : ndarray, shape (n,) [money / step]
        xo.
    inputs : ndarray, shape (n,)
        A.
    target, restoring : float [step], [1 / step]
        s, 0 where the stock never ends, and 1 / tau.
    offered, nobody : ndarray, shape (n,)
        What one unit of H asks of all, and of nobody, as `turn` leaves them.
    hole : ndarray, shape (n,) [money]
        K, changed; 0 where nothing is cut that cannot move.
    orders : ndarray, shape (n,)
        H, changed where something cannot move.
    """
    for f in range(len(orders)):
        if nobody[f] <= 0.0:
            hole[f] = 0.0
            continue
        usual = inputs[f] * wanted[f]
        gap = max(0.0, target * usual - stock[f])
        left = min(hole[f], gap)
        asked = min(gap * restoring + used[f], usual + (gap - left) * restoring)
        orders[f] = asked / offered[f]
        hole[f] = left + nobody[f] * orders[f]


@jit
def lean(sells: Floats, opened: Floats, kappa: Floats, leaned: Floats) -> None:
    """Fill v / q of one row: all of it where it is not cut, else ``Z open kappa``.

    Parameters
    ----------
    sells : ndarray, shape (n,) [money / year]
        Deliveries of the row at rest, by buyer; with ones, what is filled is ``v / w``.
    opened : ndarray, shape (n,) [share]
        Part of each that is open; 1 where it is not cut.
    kappa : ndarray, shape (n,) or longer [share]
        As `turn` fills it.
    leaned : ndarray, shape (n,)
        Filled, in the unit of `sells`.
    """
    for f in range(len(sells)):
        leaned[f] = sells[f] if opened[f] >= 1.0 else sells[f] * opened[f] * kappa[f]


@jit
def turn_rows(
    sells: Floats, opened: Floats, weight: Floats, moving: Floats, offered: Floats, nobody: Floats,
    leaned: Floats,
) -> None:  # fmt: skip
    """Do all three for the rows of one product that are ever cut.

    Parameters
    ----------
    sells, opened : ndarray, shape (c, n)
        Their deliveries at rest, and the share of them that is open.
    weight : ndarray, shape (c,)
        Their q.
    moving : ndarray, shape (n,) [share]
        phi, the part of what is cut off that turns to other origins.
    offered : ndarray, shape (n,)
        Weight of the other rows of the product; changed to what one unit of H asks of all.
    nobody : ndarray, shape (n,)
        Filled with what one unit of H asks of nobody since it cannot move.
    leaned : ndarray, shape (c, n)
        Filled with v / q.
    """
    n = len(offered)
    part, kappa = np.zeros(n), np.empty(n)
    nobody[:] = 0.0
    for i in range(len(weight)):
        weigh(sells[i], opened[i], weight[i], offered, part, nobody)
    turn(offered, part, nobody, moving, kappa)
    for i in range(len(weight)):
        lean(sells[i], opened[i], kappa, leaned[i])
