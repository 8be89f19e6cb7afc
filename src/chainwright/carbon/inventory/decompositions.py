"""Why net emission changed from one period to another: activity, structure, intensity, factor."""

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.change_result import Decomposition, Units
from chainwright.carbon.inventory.line_emissions import net_of_lines
from chainwright.carbon.inventory.log_mean_index import lmdi
from chainwright.carbon.inventory.parts import Part
from chainwright.carbon.inventory.standard_coal import coal_equivalents
from chainwright.errors import ParameterError
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account

__all__ = ["By", "decompose"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

By = Literal["carriers", "firms"]
"""What the units of a decomposition are."""

_CARRIERS = {
    Part.BOUGHT: "grid_electricity",
    Part.EXPORTED: "grid_electricity",
    Part.OWN_ZERO: "own_zero",
    Part.HEAT: "heat",
    Part.HEAT_EXPORTED: "heat",
}
"""Carriers that several kinds of readings make up, what is exported taken off."""


class Side(NamedTuple):
    """What one period holds of ``n`` units.

    Parameters
    ----------
    emission, energy : ndarray, shape (n,)
        tCO2e of net, and tce.
    value_added : ndarray, shape (n,)
        Of the unit where units are firms, else of all.
    """

    emission: Floats
    energy: Floats
    value_added: Floats


def decompose(
    account: "Account", firm: str | None, before: str, after: str, *, by: By = "carriers"
) -> Decomposition:
    """Return why net emission changed between two periods (additive LMDI-I), summing exactly.

    Among carriers of energy ``E_j = VA * (energy / VA) * (energy_j / energy) * (E_j / energy_j)``;
    among firms ``E_i = VA * (VA_i / VA) * (energy_i / VA_i) * (E_i / energy_i)``. Parts that hold
    no energy (process, gases, green power, sinks and the like) change directly, and so does a unit
    with a number below 0, which the reason says.

    Parameters
    ----------
    account : Account
        An account by month.
    firm : str or None
        Code of a firm; all firms that are known in both periods, if none.
    before, after : str
        ``YYYY`` (all its months), ``YYYY-MM``, or ``YYYY-MM:YYYY-MM``.
    by : str
        ``"carriers"`` or ``"firms"``.

    Raises
    ------
    UnknownCodeError
        If there is no such firm.
    ParameterError
        If a period lies outside the account, or nothing is known in both.
    """
    if by not in get_args(By):
        expected = f"one of {', '.join(get_args(By))}"
        raise ParameterError("by", "a decomposition", expected, by)
    if account.window_months != 1:
        expected = "an account by month, not one in windows"
        raise ParameterError("account", "a decomposition", expected, account.window_months)
    columns = _columns(account, "before", before), _columns(account, "after", after)
    known = np.ones(len(account.firms), dtype=np.bool_)
    for at in columns:
        known &= np.isfinite(account.net[:, at].sum(axis=1))
    if firm is not None:
        known &= np.arange(len(known)) == account.place_of(firm)
    if not known.any():
        who = "any firm" if firm is None else firm
        expected = f"a period in which the total of {who} is known, as in the other one"
        raise ParameterError("before", "a decomposition", expected, f"{before} and {after}")
    split = _firms if by == "firms" else _carriers
    return Decomposition(
        system=account.system,
        account=account,
        firm=firm,
        before=before,
        after=after,
        by=by,
        by_unit=split(account, known, columns),
        firms_left_out=0 if firm is not None else int((~known).sum()),
    )


def _columns(account: "Account", name: str, text: str) -> slice:
    """Return the months of a period."""
    first, _, last = text.partition(":")
    if len(first) == 4 and not last:
        first, last = f"{first}-01", f"{first}-12"
    last = last or first
    periods = account.periods
    if first not in periods or last not in periods or first > last:
        expected = f"a year, a month or a span of months from {periods[0]} to {periods[-1]}"
        raise ParameterError(name, "a decomposition", expected, text)
    return slice(periods.index(first), periods.index(last) + 1)


def _within(account: "Account", at: slice) -> Flags:
    """Return which months a period has, ``(f, m)``."""
    months = np.zeros(account.net.shape, dtype=np.bool_)
    months[:, at] = True
    return months


def _firms(account: "Account", known: Flags, columns: tuple[slice, slice]) -> Units:
    """Return the decomposition among firms."""
    place = np.flatnonzero(known)
    sides = [
        Side(
            account.sums.net_over(_within(account, at))[place],
            account.energy_tce[place, at].sum(axis=1),
            account.value_added[place, at].sum(axis=1),
        )
        for at in columns
    ]
    bad = np.zeros(len(place), dtype=np.bool_)
    for side in sides:
        bad |= ~((side.value_added > 0.0) & (side.energy > 0.0) & (side.emission >= 0.0))
    good = np.flatnonzero(~bad)
    factors = [
        np.stack(
            [
                np.full(len(good), side.value_added[good].sum()),
                side.value_added[good] / side.value_added[good].sum(),
                side.energy[good] / side.value_added[good],
                side.emission[good] / side.energy[good],
            ]
        )
        for side in sides
        if len(good)
    ]
    names = tuple(account.firms[i] for i in place.tolist())
    return _units(names, ("firm",) * len(names), sides, good, factors)


def _carriers(account: "Account", known: Flags, columns: tuple[slice, slice]) -> Units:
    """Return the decomposition among carriers of energy, with the other parts beside it."""
    held, lines = account.activities, account.line_emissions
    every = np.concatenate([np.arange(len(account.months))[at] for at in columns])
    in_use = (lines.amount[:, every] != 0.0).any(axis=1)
    rows = np.flatnonzero(known[held.firm] & in_use)
    coal = coal_equivalents(held)
    names, unit = _carrier_of(account, rows)
    added = [float(account.value_added[known][:, at].sum()) for at in columns]
    is_energy = coal != 0.0
    kinds = ["part"] * len(names)
    for n in np.unique(unit[is_energy[rows]]).tolist():
        kinds[n] = "carrier"
    sides = []
    for at, value in zip(columns, added, strict=True):
        covered = account.sums.covered_over(_within(account, at))[:, None]
        net = net_of_lines(held, lines.emission[:, at], covered)
        emission = _by(unit, net[rows].sum(axis=1), len(names))
        used = np.where(lines.amount[rows, at] == 0.0, 0.0, lines.amount[rows, at])
        energy = _by(unit, used.sum(axis=1) * coal[rows], len(names))
        sides.append(Side(emission, energy, np.full(len(names), value)))
    good = np.array([kind == "carrier" for kind in kinds], dtype=np.bool_)
    for side in sides:
        good &= (side.value_added > 0.0) & (side.energy >= 0.0) & (side.emission >= 0.0)
        good &= (side.energy > 0.0) | (side.emission == 0.0)
    place = np.flatnonzero(good)
    totals = [side.energy[place].sum() for side in sides]
    if min(totals, default=0.0) <= 0.0:
        place = place[:0]
    factors = _carrier_factors(sides, place, totals) if len(place) else []
    return _units(names, tuple(kinds), sides, place, factors)


def _by(unit: npt.NDArray[np.int64], values: Floats, units: int) -> Floats:
    """Return sums by unit, ``(n,)``."""
    return np.bincount(unit, values, minlength=units).astype(np.float64)


def _carrier_factors(
    sides: list[Side], place: npt.NDArray[np.intp], totals: list[float]
) -> list[Floats]:
    """Return value added, share of energy, energy per value added, emission per energy."""
    per = []
    for side in sides:
        rate = np.full(len(place), np.nan)
        energy = side.energy[place]
        np.divide(side.emission[place], energy, out=rate, where=energy > 0.0)
        per.append(rate)
    filled = [  # what is not used in one period keeps the factor of the other: its share is 0
        np.nan_to_num(np.where(np.isnan(own), other, own))
        for own, other in ((per[0], per[1]), (per[1], per[0]))
    ]
    return [
        np.stack(
            [
                side.value_added[place],
                side.energy[place] / total,
                total / side.value_added[place],
                rate,
            ]
        )
        for side, total, rate in zip(sides, totals, filled, strict=True)
    ]


def _carrier_of(
    account: "Account", rows: npt.NDArray[np.intp]
) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return what carriers and parts are called, and that of each stream of `rows`."""
    held = account.activities
    kinds = {int(row["number"]): kind for kind, row in carbon_kinds().items()}
    key = np.stack([held.part[rows], held.kind[rows], held.item[rows]])
    distinct, back = np.unique(key, axis=1, return_inverse=True)
    said = []
    for part, kind, item in distinct.T.tolist():
        word = held.items[item]
        fuel = part in {Part.FUEL, Part.BIOGENIC}
        name = f"{kinds[kind]}:{word}" if word else kinds[kind]
        said.append(name if fuel else _CARRIERS.get(Part(part), Part(part).name.lower()))
    names = tuple(dict.fromkeys(said))
    at = np.array([names.index(name) for name in said], dtype=np.int64)
    return names, at[back.ravel()]


def _units(
    names: tuple[str, ...],
    kinds: tuple[str, ...],
    sides: list[Side],
    good: npt.NDArray[np.intp],
    factors: list[Floats],
) -> Units:
    """Return units with their effects; what is not split changes directly."""
    first, last = (side.emission for side in sides)
    effects = np.zeros((4, len(names)))
    split = np.zeros(len(names), dtype=np.bool_)
    if factors:
        effects[:, good] = lmdi(factors[0], factors[1])
        split[good] = True
    direct = np.where(split, 0.0, last - first)
    return Units(names, kinds, first, last, effects, direct, split)
