"""A table prepared once, to be asked many times: what a slider moves."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.origin_stocks import Elasticity
from chainwright.stress.sectors.run import StressRun, answered
from chainwright.stress.shocks.shock import Shock
from chainwright.system import System

__all__ = ["WhatIf", "whatif"]


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf:
    """A table at rest, ready to be shaken; `run` asks it.

    Parameters
    ----------
    system : System
        The system that is asked about.
    economy : Economy
        Its flows, in the numbers asked for.
    model : InventoryModel
        How producers behave, unless a question says otherwise.
    days : float
        Horizon [day], unless a question says otherwise.
    threads : int, optional
        How many.
    """

    system: System
    economy: Economy
    model: InventoryModel
    days: float
    threads: int | None

    def run(
        self,
        shock: Shock,
        *,
        days: float | None = None,
        model: InventoryModel | None = None,
        elasticity: Elasticity | None = None,
    ) -> StressRun:
        """Return what a shock does, as `chainwright.stress.run` does.

        Parameters
        ----------
        shock : Shock
            What happens.
        days : float, optional
            Horizon [day]; that of the preparation if not given.
        model : InventoryModel, optional
            Other parameters, of the same step and capital.
        elasticity : float or mapping of str to float, optional
            Between the origins of a product.

        Raises
        ------
        TableError
            If anything is wrong with the shock; it lists all.
        ParameterError
            If the model has another step or capital than the preparation.
        """
        asked = model or self.model
        for name in ("step", "capital_ratio"):
            if getattr(asked, name) != getattr(self.model, name):
                expected = f"{getattr(self.model, name)!r}, as prepared; prepare anew for another"
                raise ParameterError(name, "a what-if", expected, getattr(asked, name))
        return answered(
            self.system,
            self.economy,
            shock,
            days=self.days if days is None else days,
            model=asked,
            elasticity=elasticity,
            threads=self.threads,
        )


def whatif(
    system: System,
    *,
    model: InventoryModel | None = None,
    days: float = 182.0,
    dtype: npt.DTypeLike = np.float32,
    threads: int | None = None,
) -> WhatIf:
    """Return a table prepared for questions that follow each other quickly.

    The first one compiles; the others only run. Numbers are of 32 bits unless said otherwise,
    which the answers say: output then differs from that of 64 bits by some 1e-5 of itself, more
    where stocks bind.

    Parameters
    ----------
    system : System
        With flows.
    model : InventoryModel, optional
        How producers behave; `InventoryModel()` if not given.
    days : float
        Horizon [day]; half a year, unlike `chainwright.stress.run`, since time goes with it.
    dtype : dtype
        float32, or float64 for the numbers of `chainwright.stress.run` to the last bit.
    threads : int, optional
        How many; at most 2 if not given.

    Raises
    ------
    MissingPartError
        If the system has no flows.
    ParameterError
        If the type is none of these.

    Examples
    --------
    >>> from chainwright.stress import Blow
    >>> ready = whatif(System.demo("country"), days=10)
    >>> strike = Blow("capacity", regions=ready.economy.regions.codes[0], share=0.3, days=5)
    >>> ready.run(Shock((strike,))).ends
    ('single',)
    """
    model = model or InventoryModel()
    economy = Economy.of(system, model.step_days, dtype, capital=model.capital_ratio)
    _ = economy.final  # what is worked out once
    return WhatIf(system, economy, model, float(days), threads)
