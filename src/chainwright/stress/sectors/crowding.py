"""Whether demand for rebuilding takes the inputs of producers away, as one class of demand can."""

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy, Notes
from chainwright.stress.sectors.inventory_model import InventoryModel

__all__ = ["Crowding"]

Numbers = npt.NDArray[np.float64]

TAKEN = 0.05
"""Share of a rationed node's demand from which rebuilding is said to crowd out (our choice)."""

WORTH_A_WORD = 1e-3
"""Days of world output lost to short inputs meanwhile from which a note says so (our choice)."""


class Crowding:
    """Watches output lost to short inputs while rebuilding takes much of a rationed node.

    Under proportional rationing rebuilding competes with the inputs of all producers, those that
    rebuild included, and the economy can spiral down (a known fault of the reference model).

    Parameters
    ----------
    economy : Economy
        What runs.
    model : InventoryModel
        How demand is rationed.
    """

    def __init__(self, economy: Economy, model: InventoryModel) -> None:
        self._economy, self._model = economy, model
        self._lost = 0.0

    def see(self, demand: Numbers, rebuilding: Numbers, wanted: Numbers, made: Numbers) -> None:
        """Take in a step.

        Parameters
        ----------
        demand, rebuilding : ndarray, shape (n,) [money / step]
            All demand, and that for rebuilding.
        wanted, made : ndarray, shape (n,) [money / step]
            What would be made with full stocks, and what is made.
        """
        crowded = (rebuilding > TAKEN * demand) & (made < (1.0 - 1e-6) * demand)
        if crowded.any():
            self._lost += float(np.maximum(wanted - made, 0.0).sum())

    @property
    def notes(self) -> Notes:
        """A warning in English and Chinese if rebuilding crowded out production; else none."""
        days = self._lost / float(self._economy.x0.sum()) * self._economy.step_days
        if days < WORTH_A_WORD:
            return ()
        way_en, way_zh = "", ""
        if self._model.rationing == "proportional":
            way_en = "rationing='priority' (inputs before rebuilding) or "
            way_zh = "采用 rationing='priority'（投入优先于重建）或"
        return (
            (
                "Warning: demand for rebuilding crowded out inputs. While it took more than "
                f"{100 * TAKEN:g} % of the demand of nodes that could not serve all, short inputs "
                f"cost {days:.3g} days of all output. Compare with {way_en}a rebuild_cap.",
                "警告：重建需求挤占了生产投入。在重建需求超过供不应求节点需求的 "
                f"{100 * TAKEN:g}% 期间，投入短缺造成的损失相当于全部产出的 {days:.3g} 天。"
                f"请与{way_zh}设置 rebuild_cap 的结果比较。",
            ),
        )
