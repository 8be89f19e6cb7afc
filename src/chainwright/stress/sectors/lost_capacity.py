"""What share of each node's capacity is lost in a step, to blows on capacity and on capital."""

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.rebuilding import Rebuilding
from chainwright.stress.shocks.lost_capital import LostCapital
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["LostCapacity"]


class LostCapacity(LostCapital):
    """Capital destroyed and capacity lost over time, of the nodes of a table.

    Parameters
    ----------
    economy : Economy
        With its capital.
    blows : SectorBlows
        What happens.

    Raises
    ------
    ParameterError
        If damage exceeds the capital of a node: it names blow, region, sector and day.
    """

    def __init__(self, economy: Economy, blows: SectorBlows) -> None:
        self._economy = economy
        super().__init__(economy.K, blows.capacity, blows.capital)
        self.rebuilding: list[Rebuilding] = [
            Rebuilding(economy, loss) for loss in blows.capital if loss.course is None
        ]

    def _named(self, node: int, step: int) -> tuple[str, str, str]:
        economy = self._economy
        day = f"{step * economy.step_days:g}"
        return f"{economy.codes[node]} on day {day}", f" {economy.flows.money}", "nodes"
