"""The parts and totals of an account, by name."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.part_sums import PartSums
from chainwright.carbon.inventory.parts import Part
from chainwright.carbon.inventory.uncertainty import Ranges, half_width

__all__ = ["AccountAmounts"]

Floats = npt.NDArray[np.float64]


class AccountAmounts:
    """Parts and totals in tCO2e, ``(f, m)``; NaN where one that they are made of is not known."""

    sums: PartSums
    ranges: Ranges

    @property
    def fuel(self) -> Floats:
        """Fuels burnt, the fossil part of waste included: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.FUEL)

    @property
    def process(self) -> Floats:
        """Process inputs: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.PROCESS)

    @property
    def gases(self) -> Floats:
        """F-gases, N2O, methane: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.GASES)

    @property
    def fixed(self) -> Floats:
        """Carbon that leaves a steel works in products; deducted in gross: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.FIXED)

    @property
    def own_zero(self) -> Floats:
        """Own zero-carbon power, counted as if bought and then deducted: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.OWN_ZERO)

    @property
    def green(self) -> Floats:
        """Green power, as far as there is bought power for it; deducted: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.GREEN)

    @property
    def biogenic(self) -> Floats:
        """Biomass: a memo, in no total: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.BIOGENIC)

    @property
    def sinks(self) -> Floats:
        """Sinks; deducted: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.SINKS)

    @property
    def captured(self) -> Floats:
        """Carbon dioxide captured and stored; deducted: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.CAPTURED)

    @property
    def offsets(self) -> Floats:
        """Offsets cancelled; deducted: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.OFFSETS)

    @property
    def electricity(self) -> Floats:
        """Power bought less exported, by the grid's factor (location-based): tCO2e, ``(f, m)``."""
        return self.sums.part(Part.BOUGHT) - self.sums.part(Part.EXPORTED)

    @property
    def electricity_market(self) -> Floats:
        """Power bought less exported, market-based: green power at 0, the rest at the residual."""
        return self.sums.market

    @property
    def heat(self) -> Floats:
        """Heat bought less exported: tCO2e, ``(f, m)``."""
        return self.sums.part(Part.HEAT) - self.sums.part(Part.HEAT_EXPORTED)

    @cached_property
    def gross(self) -> Floats:
        """All that is emitted, own zero-carbon power as if it were bought: tCO2e, ``(f, m)``."""
        return self.sums.gross

    @cached_property
    def neutralised(self) -> Floats:
        """Own and green power, sinks, captured, offsets: what is deducted, tCO2e, ``(f, m)``."""
        return self.sums.neutralised

    @cached_property
    def net(self) -> Floats:
        """Gross less what is neutralised: tCO2e, ``(f, m)``."""
        return self.gross - self.neutralised

    @property
    def scope_1(self) -> Floats:
        """Fuels, process and gases less carbon fixed in products: tCO2e, ``(f, m)``."""
        return self.fuel + self.process + self.gases - self.fixed

    @property
    def scope_2(self) -> Floats:
        """Power and heat bought less exported, location-based: tCO2e, ``(f, m)``."""
        return self.electricity + self.heat

    @property
    def scope_2_market(self) -> Floats:
        """The same, market-based: tCO2e, ``(f, m)``."""
        return self.electricity_market + self.heat

    @cached_property
    def half_width(self) -> Floats:
        """Relative half width of net at 95 %, by factors and meters, ``(f, m)``."""
        return half_width(self.ranges, self.net, self.sums.covered)
