"""What home loses in a run: a gain of some does not make up for the loss of others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.ensembles.batch_files import Summaries
from chainwright.stress.sectors.economy import Economy

__all__ = ["LOSSES", "HomeLosses"]

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

LOSSES = ("value_added", "output", "unmet_final")
"""What can be lost."""


@dataclass(frozen=True, eq=False)
class HomeLosses:
    """How the loss of a run is read.

    Of value added or output it is the sum over the nodes of home of what each loses over the whole
    run, at rest less made, where that is above zero. A node that makes more than at rest, because
    others cannot deliver or because stocks are filled again, does not make up for one that makes
    less: else a plan would be praised for a boom. Of final demand it is what users at home do not
    get.

    Parameters
    ----------
    loss : str
        One of `LOSSES`.
    home : tuple of str
        Codes of regions; all if there are none.

    Raises
    ------
    ParameterError
        If the loss is none of these.
    """

    loss: str = "value_added"
    home: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ParameterError("loss", "a repair", f"one of {', '.join(LOSSES)}", self.loss)

    def at_home(self, economy: Economy) -> Marks:
        """Return which nodes are at home, shape (n,).

        Parameters
        ----------
        economy : Economy
            The table.

        Raises
        ------
        UnknownCodeError
            If it lacks a region.
        """
        if not self.home:
            return np.ones(economy.n, dtype=np.bool_)
        return np.isin(economy.flows.nodes.region, economy.regions.index(self.home))

    def by_node(self, economy: Economy, output_lost: Floats) -> Floats:
        """Return what the nodes of home lose, 0 for those that gain or are elsewhere.

        Parameters
        ----------
        economy : Economy
            The table.
        output_lost : ndarray, shape (..., n) [money]
            Output at rest less output over a run.

        Returns
        -------
        ndarray, shape (..., n) [money]
            Of value added, or of output if that is asked for.
        """
        lost = np.where(self.at_home(economy), np.maximum(output_lost, 0.0), 0.0)
        if self.loss == "value_added":
            yearly = economy.x0 * economy.steps_per_year
            lost *= np.divide(economy.VA, yearly, out=np.zeros_like(yearly), where=yearly > 0.0)
        return np.asarray(lost, dtype=np.float64)

    def of(self, economy: Economy, found: Summaries) -> Floats:
        """Return the loss of each run, shape (k,) [money].

        Parameters
        ----------
        economy : Economy
            The table.
        found : mapping of str to ndarray
            Summaries with ``output_by_node`` and ``unmet_final_by_region``, one row a run.
        """
        if self.loss != "unmet_final":
            return np.asarray(self.by_node(economy, found["output_by_node"]).sum(axis=1))
        unmet, axis = found["unmet_final_by_region"], economy.flows.users.regions
        places = np.sort(axis.index(self.home)) if self.home else np.arange(len(axis))
        return np.asarray(unmet[:, places].sum(axis=1), dtype=np.float64)
