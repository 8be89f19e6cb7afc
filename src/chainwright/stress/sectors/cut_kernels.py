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
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["lean", "turn", "turn_rows", "weigh"]

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
        The open part of what is cut, and D.
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
            offered[f] += kappa[f] * (1.0 - moving[f]) * shut[f]
        else:
            offered[f] = part[f] + shut[f]


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
    sells: Floats, opened: Floats, weight: Floats, moving: Floats, offered: Floats, leaned: Floats
) -> None:
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
    leaned : ndarray, shape (c, n)
        Filled with v / q.
    """
    n = len(offered)
    part, shut, kappa = np.zeros(n), np.zeros(n), np.empty(n)
    for i in range(len(weight)):
        weigh(sells[i], opened[i], weight[i], offered, part, shut)
    turn(offered, part, shut, moving, kappa)
    for i in range(len(weight)):
        lean(sells[i], opened[i], kappa, leaned[i])
