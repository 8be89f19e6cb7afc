"""What nodes decide within a day of ARIO, in vectors: capacity, scarcity, rationing, weights.

Order of update within step t, the same in every engine:

1. Blows: capacity lost, final demand and cuts of step t, rebuilding asked for.
2. ``D = orders + final demand + rebuilding``; overproduction answers to scarcity, only if t > 1.
3. ``capacity = x0 (1 - lost) alpha``; output is limited by demand, capacity and stocks.
4. Output is rationed, deliveries reach stocks, inputs leave them. Deliveries ordered for step t
   are those that the cuts of step t leave: orders for t + 1 know the cuts of step t + 1.
5. Rebuilding and recovery, which change capacity from t + 1 on.
6. Orders for t + 1, from what was not rebuilt yet and the stocks of the evening.

Arrays may have one column a scenario, shape (n, k), if what is given by node is shaped (n, 1).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel

__all__ = ["Response", "Served", "divided", "order_weights", "overproduced", "served"]

Numbers = npt.NDArray[np.float64]


def divided(a: Numbers, b: Numbers, otherwise: float = 0.0) -> Numbers:
    """Return a / b, and `otherwise` where b is not above zero.

    Parameters
    ----------
    a, b : ndarray
        Of shapes that fit.
    otherwise : float
        What stands for a division by zero.

    Examples
    --------
    >>> divided(np.array([1.0, 2.0]), np.array([4.0, 0.0]), 1.0)
    array([0.25, 1.  ])
    """
    out = np.full(np.broadcast_shapes(np.shape(a), np.shape(b)), otherwise)
    np.divide(a, b, out=out, where=b > 0.0)
    return out


class Response(NamedTuple):
    """How capacity stretches.

    Parameters
    ----------
    base, ceiling : float
        Capacity over capacity at rest.
    steps : float [step]
        Response time.
    documented : bool
        Whether it relaxes whenever there is no scarcity.
    """

    base: float
    ceiling: float
    steps: float
    documented: bool

    @classmethod
    def of(cls, model: InventoryModel, economy: Economy) -> "Response":
        """Return the response that `model` describes, in steps of `economy`.

        Parameters
        ----------
        model : InventoryModel
            With its overproduction.
        economy : Economy
            With its step.
        """
        steps = model.overproduction_days / economy.step_days
        documented = model.scarcity == "documented"
        return cls(model.overproduction_base, model.overproduction_max, steps, documented)


def overproduced(alpha: Numbers, demand: Numbers, made: Numbers, response: Response) -> Numbers:
    r"""Return the overproduction factors after a step of response to scarcity.

    With :math:`\zeta = (D - x_{t-1}) / D`, as BoARIO 0.7.2 executes it,

    .. math:: \alpha \leftarrow \max(1, \alpha + (\alpha_{max} - \alpha) \zeta / \tau
              + [\zeta = 0] (\alpha_b - \alpha) / \tau),

    and as its text says with :math:`[\zeta \le 0]`, and the first term only above zero.

    Parameters
    ----------
    alpha : ndarray
        Factors of yesterday.
    demand : ndarray [money / step]
        All demand of today.
    made : ndarray [money / step]
        Output of yesterday.
    response : Response
        Base, ceiling and time.

    Examples
    --------
    >>> code = Response(1.0, 1.25, 365.0, documented=False)
    >>> overproduced(np.array([1.0]), np.array([10.0]), np.array([5.0]), code).round(6)
    array([1.000342])
    """
    scarcity = divided(demand - made, demand)
    if response.documented:
        rise = np.maximum(scarcity, 0.0)
        rest = scarcity <= 0.0
    else:
        rise, rest = scarcity, scarcity == 0.0
    change = (response.ceiling - alpha) * rise + rest * (response.base - alpha)
    return np.maximum(1.0, alpha + change / response.steps)


class Served(NamedTuple):
    """Share of each class of demand that is delivered.

    Parameters
    ----------
    orders, final, rebuilding : ndarray [share]
        Of producers' orders, of final demand and of rebuilding.
    """

    orders: Numbers
    final: Numbers
    rebuilding: Numbers


def served(
    made: Numbers, orders: Numbers, final: Numbers, rebuilding: Numbers, *, priority: bool
) -> Served:
    r"""Return what share of each class of demand is served.

    Proportional: :math:`\rho = x / D` for all. By priority, classes in the order of the
    parameters: :math:`\rho_k = \min(1, left / D_k)`, :math:`left \leftarrow left - \rho_k D_k`.
    A class that asks for nothing is served by 0 (proportional: by the node's share).

    Parameters
    ----------
    made : ndarray [money / step]
        Output.
    orders, final, rebuilding : ndarray [money / step]
        Demand by class.
    priority : bool
        Whether classes are served in order.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> served(1.5 * one, one, one, one, priority=True)
    Served(orders=array([1.]), final=array([0.5]), rebuilding=array([0.]))
    >>> served(1.5 * one, one, one, one, priority=False).final
    array([0.5])
    """
    if not priority:
        share = divided(made, orders + final + rebuilding)
        return Served(share, share, share)
    left, shares = made, []
    for asked in (orders, final, rebuilding):
        share = np.minimum(1.0, divided(left, asked))
        left = np.maximum(left - share * asked, 0.0)
        shares.append(share)
    return Served(*shares)


def order_weights(capacity: Numbers, x0: Numbers, *, alternative: bool) -> Numbers:
    """Return q, by which orders of a product lean to an origin besides its deliveries at rest.

    Parameters
    ----------
    capacity : ndarray [money / step]
        Capacity now.
    x0 : ndarray [money / step]
        Output at rest.
    alternative : bool
        ``"alt"``: capacity over output at rest (1 where that is zero); else 1.

    Examples
    --------
    >>> order_weights(np.array([1.0, 0.0]), np.array([2.0, 0.0]), alternative=True)
    array([0.5, 1. ])
    """
    return divided(capacity, x0, 1.0) if alternative else np.ones_like(capacity)
