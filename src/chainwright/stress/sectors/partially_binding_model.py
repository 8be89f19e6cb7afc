"""Parameters of the partially binding Leontief model, each with its unit and source."""

from dataclasses import dataclass
from typing import Literal, get_args

from chainwright.errors import ParameterError
from chainwright.params import Spec, param

__all__ = ["BindingModel", "ProductionKind"]

ProductionKind = Literal["leontief", "strong", "half", "weak", "linear"]
"""Which inputs limit production, and how hard."""

Rationing = Literal["proportional", "orders_first"]
Pooling = Literal["product", "origin"]

PICHLER = "Pichler et al. 2022"
MACROSTAT = "macrostat 0.6.0, default"


@dataclass(frozen=True)
class BindingModel(Spec):
    """How producers use inputs, hire and order, and how households spend.

    Parameters
    ----------
    kind : str
        ``"leontief"``: every input limits. ``"strong"``: critical and important ones.
        ``"half"``: critical ones, and important ones by half. ``"weak"``: critical ones.
        ``"linear"``: the sum of all stocks.
    rationing : str
        ``"proportional"``: all demand is served alike; ``"orders_first"``: producers first.
    pooling : str
        ``"product"``: deliveries of a product from all origins make one stock; ``"origin"``: each
        supplier is an input of its own that no other replaces. The same for one region.
    restoration_days : float [day]
        Time in which a gap in stocks is refilled.
    hiring_days, firing_days : float [day]
        Time in which a gap in labour is closed, upwards and downwards.
    autonomous : float [share]
        Share of income that households expect to keep whatever happens to labour (b).
    persistence : float [share]
        Share of consumption that lasts over a quarter; a day has ``1 - (1 - it) / 90``.
    expected_income : float [share]
        What households expect to earn for good, of labour income at rest (xi).

    Examples
    --------
    >>> BindingModel(kind="weak").restoration_days
    5.0
    """

    kind: ProductionKind = "half"
    rationing: Rationing = "proportional"
    pooling: Pooling = "product"
    restoration_days: float = param(5.0, unit="day", low=1.0, high=365.0, source=MACROSTAT)
    hiring_days: float = param(30.0, unit="day", low=1.0, high=3650.0, source=PICHLER)
    firing_days: float = param(15.0, unit="day", low=1.0, high=3650.0, source=PICHLER)
    autonomous: float = param(0.8, unit="share", low=0.0, high=1.0, source=PICHLER)
    persistence: float = param(0.6, unit="share", low=0.0, high=1.0, source=PICHLER)
    expected_income: float = param(1.0, unit="share", low=1e-6, high=2.0, source="assumption")

    def __post_init__(self) -> None:
        super().__post_init__()
        choices = (("kind", ProductionKind), ("rationing", Rationing), ("pooling", Pooling))
        for name, allowed in choices:
            given = getattr(self, name)
            if given not in get_args(allowed):
                expected = f"one of {', '.join(get_args(allowed))}"
                raise ParameterError(name, type(self).__name__, expected, given)
