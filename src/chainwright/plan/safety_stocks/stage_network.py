"""A network of stages that hold stock: who supplies whom, and what customers outside ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import UnknownCodeError
from chainwright.sources.reading import Origin
from chainwright.system import System
from chainwright.units import Money

__all__ = ["StageNetwork", "StageSystem"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

TIMES = range(1, 7)
"""Possible stage times that a row has room for."""


@dataclass(frozen=True, eq=False)
class StageNetwork:
    """Stages of one or more chains, suppliers before customers.

    Parameters
    ----------
    frame : DataFrame
        A row a stage, with the columns of ``chainwright schema stages``; ``n`` rows.
    supplier, customer : ndarray, shape (m,)
        Rows of the two stages of each arc, sorted.
    quantity : ndarray, shape (m,) [units/unit]
        Units of the supplier in one unit of the customer.
    money : Money
        What costs are counted in.
    origin : Origin
        Where the tables come from.
    """

    frame: pd.DataFrame
    supplier: Steps
    customer: Steps
    quantity: Floats
    money: Money
    origin: Origin

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def chains(self) -> tuple[str, ...]:
        """Names of the chains, in the order of the table."""
        return tuple(dict.fromkeys(self.frame["chain"]))

    def numbers(self, column: str, missing: float = np.nan) -> Floats:
        """Return a column of numbers, ``(n,)``.

        Parameters
        ----------
        column : str
            Its name.
        missing : float
            What stands for a number that is not given.
        """
        found = self.frame[column].to_numpy(dtype=np.float64)
        return np.where(np.isnan(found), missing, found)

    @cached_property
    def demanded(self) -> npt.NDArray[np.bool_]:
        """Whether customers outside ask for a stage, ``(n,)``."""
        return np.isfinite(self.numbers("demand_sd"))

    @cached_property
    def possible_times(self) -> tuple[Floats, Floats]:
        """Possible times of each stage and their probabilities, ``(n, 6)`` days and shares.

        The probabilities are nought in a row of which no distribution is given.
        """
        days = np.column_stack([self.numbers(f"time_{k}_days", 0.0) for k in TIMES])
        shares = np.column_stack([self.numbers(f"time_{k}_share", 0.0) for k in TIMES])
        return days, shares

    def only(self, chains: Iterable[str]) -> "StageNetwork":
        """Return the network of some of the chains.

        Parameters
        ----------
        chains : iterable of str
            Their names.

        Raises
        ------
        UnknownCodeError
            If there is no such chain.
        """
        wanted = [str(name) for name in chains]
        for name in wanted:
            if name not in self.chains:
                raise UnknownCodeError(name, "chain of these stages", self.chains)
        kept = self.frame["chain"].isin(wanted).to_numpy()
        place = np.cumsum(kept) - 1
        arcs = kept[self.supplier]
        return StageNetwork(
            self.frame[kept].reset_index(drop=True),
            place[self.supplier[arcs]],
            place[self.customer[arcs]],
            self.quantity[arcs],
            self.money,
            self.origin.noted(f"chains: {', '.join(wanted)}"),
        )

    def __repr__(self) -> str:
        chains = f" in {len(self.chains)} chains" if len(self.chains) > 1 else ""
        return f"<StageNetwork: {len(self):,} stages, {len(self.supplier):,} arcs{chains}>"


class StageSystem(System):
    """A system whose one part is a network of stages: what an answer about it is about.

    Parameters
    ----------
    stages : StageNetwork
        The network.
    """

    __slots__ = ()

    def __init__(self, stages: StageNetwork) -> None:
        object.__setattr__(self, "_parts", {"stages": stages})

    def __reduce__(self) -> tuple[type["StageSystem"], tuple[StageNetwork]]:  # type: ignore[override]
        return StageSystem, (self.stages,)

    @property
    def stages(self) -> StageNetwork:
        """The network of stages."""
        network: StageNetwork = self._parts["stages"]
        return network

    @property
    def money(self) -> Money:
        """What costs are counted in."""
        return self.stages.money
