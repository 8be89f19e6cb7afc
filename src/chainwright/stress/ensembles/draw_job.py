"""The draws of an ensemble as a job in batches: who is in a batch depends on its number alone."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from chainwright.stress.ensembles.batch_files import Summaries
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.ensembles.draw_models import drawn_model
from chainwright.stress.ensembles.run_summary import run_summary
from chainwright.stress.ensembles.table_error import with_error
from chainwright.stress.sectors.by_origin import simulate_by_origin
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import HeldSafeguards, held_safeguards
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import System

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainwright.stress.ensembles.uncertainty import Uncertainty
    from chainwright.stress.sectors.inventory_model import InventoryModel
    from chainwright.stress.sectors.run_records import Records
    from chainwright.stress.shocks.sector_blows import SectorBlows
    from chainwright.stress.shocks.shock import Shock
    from chainwright.system import Safeguard

__all__ = ["DrawJob", "End"]

End = Literal["pooled", "by_origin"]
"""Whether any origin of a product replaces any other, or none does."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawJob:
    """Everything that a worker must know to work out any batch.

    Parameters
    ----------
    table : BatchTable
        The economy.
    shock : Shock
        As it is stated.
    model : InventoryModel
        As it is stated.
    uncertain : Uncertainty
        What is not known exactly.
    shares : ndarray, shape (draws, inputs), or None
        Where the inputs lie in each draw, 0 to 1; drawn by `seed` if None.
    steps : int
        Steps of each run.
    draws, seed, batch : int
        How many draws, of which seed, how many in a batch.
    end : str
        Whether origins replace each other.
    safeguards : tuple of Safeguard
        What the system holds ready.
    """

    table: BatchTable
    shock: "Shock"
    model: "InventoryModel"
    uncertain: "Uncertainty"
    shares: Floats | None
    steps: int
    draws: int
    seed: int
    batch: int
    end: End
    safeguards: tuple["Safeguard", ...] = ()

    @cached_property
    def held(self) -> HeldSafeguards:
        """What is held ready, on the table."""
        return held_safeguards(self.table.economy, self.safeguards)

    @property
    def batches(self) -> range:
        """Numbers of all batches."""
        return range(-(-self.draws // self.batch))

    def of_batch(self, batch: int) -> range:
        """Return the numbers of the draws of a batch.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.
        """
        return range(batch * self.batch, min(self.draws, (batch + 1) * self.batch))

    def values(self, draw: int) -> Floats:
        """Return the values of the inputs in a draw, shape (inputs,).

        Parameters
        ----------
        draw : int
            Number of the draw, from 0.
        """
        if self.shares is not None:
            return self.uncertain.at(self.shares[draw])
        return self.uncertain.at(self.uncertain.shares(self.seed, draw))

    def summaries(self, batch: int) -> Summaries:
        """Return what the draws of a batch lose, by name, one row a draw.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.
        """
        numbers = self.of_batch(batch)
        values = np.array([self.values(draw) for draw in numbers])
        values = values.reshape(len(numbers), len(self.uncertain.inputs))
        if self.uncertain.table_cv or self.end == "by_origin":
            alone = [self._alone(draw, of) for draw, of in zip(numbers, values, strict=True)]
            found = {name: np.stack([one[name] for one in alone]) for name in alone[0]}
        else:
            economy = self.table.economy
            models = [drawn_model(self.model, economy, self.uncertain.of_model(v)) for v in values]
            blows = [
                self._blows(economy, draw, of) for draw, of in zip(numbers, values, strict=True)
            ]
            found = simulate_batch(self.table, blows, models, self.held)
        shocks = [self.uncertain.shock(self.shock, of) for of in values]
        first = [min(blow.start_day for blow in shock.blows) for shock in shocks]
        return {
            "draw": np.array(numbers, np.int64),
            "values": values,
            "first_day": np.array(first, np.float64),
            **found,
        }

    def _blows(self, economy: Economy, draw: int, values: Floats) -> "SectorBlows":
        """Return what happens in a draw; an error says in which."""
        shock = self.uncertain.shock(self.shock, values)
        try:
            return sector_blows(
                economy.flows, shock, self.steps, economy.step_days, capital=economy.K,
                safeguards=self.safeguards,
            )  # fmt: skip
        except Exception as error:
            inputs = self.uncertain.inputs
            told = [f"{one.label} {v:g}" for one, v in zip(inputs, values, strict=True)]
            error.add_note(f"In draw {draw}: {', '.join(told)}.")
            raise

    def _alone(self, draw: int, values: Floats) -> Summaries:
        """Return what a draw loses, run alone: on a table of its own, or by origin."""
        economy, held = self.table.economy, self.held
        if self.uncertain.table_cv:
            stream = self.uncertain.table_stream(self.seed, draw)
            flows = with_error(economy.flows, self.uncertain.table_cv, stream)
            economy = Economy.of(
                System(flows=flows), economy.step_days, capital=self.model.capital_ratio
            )
            held = held_safeguards(economy, self.safeguards)
        model = drawn_model(self.model, economy, self.uncertain.of_model(values))
        model = replace(model, early_stop_days=np.inf)
        run: Callable[..., Records] = simulate_pooled
        if self.end == "by_origin":
            run = simulate_by_origin
        records = run(
            economy, self._blows(economy, draw, values), model, safeguards=held, record=RECORDED,
            threads=1,
        )  # fmt: skip
        return run_summary(records)


RECORDED = ("production", "unmet_final", "unmet_by_region", "unmet_abroad")
"""What of a single run its summary needs."""
