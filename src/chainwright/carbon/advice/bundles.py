"""What measures do together: each acts on what the ones before it left, never twice on a kWh."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.carbon.advice.energy_measures import EnergyMeasures
from chainwright.carbon.advice.firm_energy import FirmEnergy

__all__ = ["Bundle", "bundle_of", "each_alone", "shares_of"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TCE_PER_MWH = 0.1229
"""GB/T 2589-2020: power at its own heat."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """Several measures taken together, at the low end, middle and high end of what they save.

    Parameters
    ----------
    saved : ndarray, shape (measures, streams, 3)
        What each takes off each stream, in its unit, after those before it.
    power : ndarray, shape (measures, 3)
        Power that each needs, MWh; most for each GJ at the low end.
    pv, green : ndarray, shape (measures, 3)
        Power from the grid that each replaces by own, or contracts as green, MWh.
    net, gross, neutralised : ndarray, shape (measures + 1, 3)
        tCO2e after none of them, the first, the first two, and so on.
    """

    saved: Floats
    power: Floats
    pv: Floats
    green: Floats
    net: Floats
    gross: Floats
    neutralised: Floats

    @property
    def cut(self) -> Floats:
        """What each takes off the net total after those before it, tCO2e, ``(measures, 3)``."""
        return -np.diff(self.net, axis=0)


def shares_of(measures: EnergyMeasures, energy: FirmEnergy) -> tuple[Floats, Bools]:
    """Return which share of each stream each measure takes, and which measures are for the firm.

    Parameters
    ----------
    measures : EnergyMeasures
        The measures.
    energy : FirmEnergy
        What the firm uses.

    Returns
    -------
    shares : ndarray, shape (measures, streams, 3)
        Share of the use it acts on, times share of it that is saved: low end, middle, high end.
    applies : ndarray of bool, shape (measures,)
        Whether it is for the firm's class of industry.
    """
    acts = np.array(
        [[kind in kinds for kind in energy.kinds] for kinds in measures.kinds], dtype=np.float64
    ).reshape(len(measures), len(energy.kinds))
    size = measures.ends("use") * measures.ends("saving")
    return acts[:, :, None] * size[:, None, :], measures.apply_to(energy.gbt4754)


def each_alone(measures: EnergyMeasures, energy: FirmEnergy) -> tuple[Bundle, ...]:
    """Return what each measure does alone, in the order of their table.

    Parameters
    ----------
    measures : EnergyMeasures
        All of them.
    energy : FirmEnergy
        What the firm uses.
    """
    shares, _ = shares_of(measures, energy)
    return tuple(_bundle(measures, energy, shares, [m]) for m in range(len(measures)))


def bundle_of(measures: EnergyMeasures, energy: FirmEnergy, taken: Iterable[int]) -> Bundle:
    """Return what measures do together, one after the other.

    A measure takes its share of what is left of a stream; no other one acts on the power that it
    needs itself, so that the order of savings does not matter. Green power is contracted for power
    that is still bought, and counts as far as power is bought::

        net = other + sum(amount * EF) + EF_grid * (bought - min(green, bought))

    Parameters
    ----------
    measures : EnergyMeasures
        All of them.
    energy : FirmEnergy
        What the firm uses.
    taken : iterable of int
        Places of those that are taken, in their order.
    """
    return _bundle(measures, energy, shares_of(measures, energy)[0], list(taken))


def _bundle(
    measures: EnergyMeasures, energy: FirmEnergy, shares: Floats, order: list[int]
) -> Bundle:
    """Return what measures do together, by the share of each stream that each takes."""
    needed = measures.ends("power")[:, ::-1]  # the least that is saved with the most power
    to_kind = measures.to_kind
    is_power = energy.is_power
    left = np.repeat(energy.amount[:, None], 3, axis=1)
    saved = np.zeros((len(order), len(energy.kinds), 3))
    power, pv, green = (np.zeros((len(order), 3)) for _ in range(3))
    steps = [_totals(energy, left, np.zeros(3), np.zeros(3), np.zeros(3))]
    for n, m in enumerate(order):
        off = left * shares[m]
        if to_kind[m] == "green_power":
            green[n] = np.nan_to_num(off[is_power].sum(axis=0))
        else:
            saved[n] = off
            left = left - off
            power[n] = np.nan_to_num(off * energy.heat[:, None]).sum(axis=0) * needed[m]
            if to_kind[m] == "own_pv":
                pv[n] = off[is_power].sum(axis=0)
        done = slice(n + 1)
        sums = (part[done].sum(axis=0) for part in (power, pv, green))
        steps.append(_totals(energy, left, *sums))
    net, gross, neutralised = np.array(steps).transpose(1, 0, 2)
    return Bundle(saved, power, pv, green, net, gross, neutralised)


def _totals(
    energy: FirmEnergy, left: Floats, power: Floats, pv: Floats, green: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return net, gross and neutralised with amounts that are left, each ``(3,)``."""
    is_power = energy.is_power
    fuel = np.where(is_power, 0.0, energy.emission_factor)
    grid = np.nan_to_num(energy.grid)
    before = energy.bought
    bought = left[is_power].sum(axis=0) + power
    change = (fuel[:, None] * (left - energy.amount[:, None])).sum(axis=0)
    gross = energy.gross + change + grid * (bought - before + pv)
    covered = np.minimum(energy.green + green, bought) - min(energy.green, before)
    neutralised = energy.neutralised + grid * (covered + pv)
    return gross - neutralised, gross, neutralised
