"""Between which ends a number may lie that a maker has not given."""

from dataclasses import dataclass

from chainwright.params import Spec, param

__all__ = ["MissingRanges"]


@dataclass(frozen=True)
class MissingRanges(Spec):
    """Plausible ends of what is not given; all are assumptions, and every answer shows them.

    Parameters
    ----------
    recovery_weeks_low, recovery_weeks_high : float
        Weeks until a site works again.
    spare_share_low, spare_share_high : float
        How much more than planned a node can make.
    stock_weeks_high : float
        Weeks of the plan that may be held of an item of which no stock is given; the low end is
        none, as the answers take it to be.
    margin_share_low, margin_share, margin_share_high : float
        Margin as a share of the price: low end, what is taken, high end.

    Examples
    --------
    >>> MissingRanges().recovery_weeks_high
    26.0
    """

    recovery_weeks_low: float = param(2.0, unit="week", low=0.0, high=520.0, source="assumption")
    recovery_weeks_high: float = param(26.0, unit="week", low=0.0, high=520.0, source="assumption")
    spare_share_low: float = param(0.0, unit="share", low=0.0, high=100.0, source="assumption")
    spare_share_high: float = param(1.0, unit="share", low=0.0, high=100.0, source="assumption")
    stock_weeks_high: float = param(4.0, unit="week", low=0.0, high=520.0, source="assumption")
    margin_share_low: float = param(0.05, unit="share", low=0.0, high=1.0, source="assumption")
    margin_share: float = param(0.15, unit="share", low=0.0, high=1.0, source="assumption")
    margin_share_high: float = param(0.3, unit="share", low=0.0, high=1.0, source="assumption")
