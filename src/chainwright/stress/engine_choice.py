"""Which engine a shock runs through: sectors of a table, or firms and the links between them."""

from collections.abc import Callable

import numpy as np

from chainwright.errors import ParameterError
from chainwright.stress.firms.firm_run import FirmRun, run_firms
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.origin_stocks import Elasticity
from chainwright.stress.sectors.run import StressRun
from chainwright.stress.sectors.run import run as run_sectors
from chainwright.stress.shocks.shock import Shock
from chainwright.system import System

__all__ = ["run"]


def run(
    system: System,
    shock: Shock,
    *,
    days: float = 365.0,
    model: InventoryModel | None = None,
    elasticity: Elasticity | None = None,
    threads: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> StressRun | FirmRun:
    """Return what a shock does, day by day, by the model with inventories (ARIO).

    A shock that names firms or links runs through the part `links`, as does any shock on a system
    that has links and no flows: see `run_firms`. All others run through
    `flows`: see `chainwright.stress.sectors.run`. Where substitution matters the answer has both
    ends; what happens lies between them, or a few per cent outside the near end.

    Parameters
    ----------
    system : System
        With flows, or with links.
    shock : Shock
        What happens.
    days : float
        Horizon [day]; rounded up to whole steps.
    model : InventoryModel, optional
        How producers hold stocks, order and ration.
    elasticity : float or mapping of str to float, optional
        Of sectors alone: between the origins of a product.
    threads : int, optional
        How many; at most 2 if not given. It changes no bit.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system lacks the part that the shock needs.
    TableError
        If anything is wrong with the shock; it lists all.
    ParameterError
        If there is no day, an elasticity is given for firms, or the shock or the model is none.
    InfeasibleError
        If a stock turns negative or a number is lost.

    Examples
    --------
    >>> from chainwright.stress import Blow
    >>> made = System.demo("firms", firms=300, links=900)
    >>> shut = Shock((Blow("capacity", firms="F007", share=1.0, days=9),))
    >>> type(run(made, shut, days=9)).__name__
    'FirmRun'
    """
    if not isinstance(shock, Shock):
        raise ParameterError("shock", "a run", "a Shock, such as Shock((blow,))", type(shock))
    if model is not None and not isinstance(model, InventoryModel):
        raise ParameterError("model", "a run", "an InventoryModel", model)
    if not isinstance(days, int | float | np.number):
        raise ParameterError("days", "a run", "a number of days above 0", days)
    if shock.of_firms or ("links" in system.has and "flows" not in system.has):
        if elasticity is not None:
            expected = "not given: a run over firms shows both ends of substitution"
            raise ParameterError("elasticity", "the firm engine", expected, elasticity)
        return run_firms(system, shock, days=days, model=model, threads=threads, progress=progress)
    return run_sectors(
        system,
        shock,
        days=days,
        model=model,
        elasticity=elasticity,
        threads=threads,
        progress=progress,
    )
