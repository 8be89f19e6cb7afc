"""What a restart assumes where nobody says it."""

from dataclasses import dataclass

from chainwright.params import Spec, param

__all__ = ["RestartRules"]


@dataclass(frozen=True)
class RestartRules(Spec):
    """Which inputs a node cannot restart without, and what a restart takes if nobody says it.

    Parameters
    ----------
    need_share : float [share]
        A node needs another that stands still if what it buys of it is at least this share of all
        inputs that it buys, and its stock of that product limits it at all in the model.
    assumed_days : float [day]
        Work of a crew on a node that has lost all its capacity to a blow without an end.

    Examples
    --------
    >>> RestartRules().need_share
    0.05
    """

    need_share: float = param(0.05, unit="share", low=0.0, high=1.0, source="assumption")
    assumed_days: float = param(30.0, unit="day", low=0.0, high=3650.0, source="assumption")
