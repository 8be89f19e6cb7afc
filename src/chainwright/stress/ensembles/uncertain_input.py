"""One input that is not known exactly: what it may be, by which form, and who says so."""

from dataclasses import dataclass, fields
from math import inf, isfinite
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from chainwright.errors import ParameterError, UnknownCodeError

__all__ = ["ALLOWED", "Form", "InputName", "UncertainInput"]

Floats = npt.NDArray[np.float64]

Form = Literal["range", "triangular", "normal"]
"""Every value alike; likeliest at a mode; the bell, cut off at its bounds."""

InputName = Literal[
    "size_factor",
    "start_shift_days",
    "length_factor",
    "recovery_factor",
    "psi",
    "stock_factor",
    "restoration_days",
    "overproduction_max",
    "overproduction_days",
]
"""What may be uncertain: four of the blows, five of the model."""

ALLOWED: dict[str, tuple[float, float, str]] = {
    "size_factor": (0.0, inf, "1"),
    "start_shift_days": (-inf, inf, "day"),
    "length_factor": (0.0, inf, "1"),
    "recovery_factor": (0.0, inf, "1"),
    "psi": (0.0, 1.0, "share"),
    "stock_factor": (0.0, inf, "1"),
    "restoration_days": (0.0, inf, "day"),
    "overproduction_max": (1.0, inf, "1"),
    "overproduction_days": (0.0, inf, "day"),
}
"""Lowest and highest value that can be asked for, and unit, by input."""

OF_BLOWS = ("size_factor", "start_shift_days", "length_factor", "recovery_factor")

NEEDED: dict[str, tuple[str, ...]] = {
    "range": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
}


@dataclass(frozen=True, kw_only=True)
class UncertainInput:
    """What one input may be.

    Parameters
    ----------
    input : str
        ``size_factor``, ``length_factor`` and ``recovery_factor`` multiply the size, the days in
        force and the days of recovery of a blow; ``start_shift_days`` moves its start;
        ``stock_factor`` multiplies all stock days; ``psi``, ``restoration_days``,
        ``overproduction_max`` and ``overproduction_days`` replace those of the model.
    form : str
        ``range`` (every value from `low` to `high` alike), ``triangular`` (likeliest at `mode`) or
        ``normal`` (`mean`, `sd`; cut off at `low` and `high` where given, else where the input
        ends).
    low, high : float, optional
        Bounds.
    mode : float, optional
        The likeliest value of a triangular form.
    mean, sd : float, optional
        Of a normal form.
    blow : int, optional
        Number of the blow, counted from 1; all blows move together if not given.
    source : str
        Who says so; "assumption" if nobody does.

    Raises
    ------
    UnknownCodeError
        If there is no such input or form.
    ParameterError
        If a number that the form needs is missing, one that it does not know is given, or the
        numbers leave what the input can be.

    Examples
    --------
    >>> size = UncertainInput(input="size_factor", form="triangular", low=0.5, mode=1.0, high=1.5)
    >>> float(size.value(0.5)), size.unit
    (1.0, '1')
    """

    input: InputName
    form: Form
    low: float | None = None
    high: float | None = None
    mode: float | None = None
    mean: float | None = None
    sd: float | None = None
    blow: int | None = None
    source: str = "assumption"

    def __post_init__(self) -> None:
        if self.input not in ALLOWED:
            raise UnknownCodeError(str(self.input), "uncertain input", ALLOWED)
        if self.form not in get_args(Form):
            raise UnknownCodeError(str(self.form), "form of an uncertain input", get_args(Form))
        self._check_numbers()
        self._check_order()
        if self.blow is not None and (self.input not in OF_BLOWS or self.blow < 1):
            expected = f"a number from 1, for one of {', '.join(OF_BLOWS)}"
            raise ParameterError("blow", f"uncertain {self.input}", expected, self.blow)

    def _check_numbers(self) -> None:
        needed = NEEDED[self.form]
        also = ("low", "high") if self.form == "normal" else ()
        for name in ("low", "mode", "high", "mean", "sd"):
            given = getattr(self, name)
            absent, odd = given is None and name in needed, name not in (*needed, *also)
            if absent or (given is not None and odd):
                expected = "left out" if odd else f"given ({', '.join(needed)})"
                raise ParameterError(name, f"a {self.form} {self.input}", expected, given)
            if given is not None and not isfinite(given):
                raise ParameterError(name, f"a {self.form} {self.input}", "a finite number", given)

    def _check_order(self) -> None:
        owner = f"a {self.form} {self.input}"
        least, most, unit = ALLOWED[self.input]
        low, high = self.bounds
        if not least <= low <= high <= most:
            expected = f"low <= high, within {least:g} to {most:g} [{unit}]"
            raise ParameterError("low, high", owner, expected, (low, high))
        if self.mode is not None and not low <= self.mode <= high:
            raise ParameterError("mode", owner, f"from {low:g} to {high:g}", self.mode)
        if self.sd is not None and not self.sd > 0.0:
            raise ParameterError("sd", owner, "above 0", self.sd)
        if self.form == "normal" and not _mass(self) > 1e-12:
            raise ParameterError("low, high", owner, "bounds that the bell reaches", (low, high))

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value; a normal form without bounds ends where the input ends."""
        least, most, _ = ALLOWED[self.input]
        return (
            least if self.low is None else float(self.low),
            most if self.high is None else float(self.high),
        )

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return ALLOWED[self.input][2]

    @property
    def label(self) -> str:
        """Its name, with the number of its blow."""
        return self.input if self.blow is None else f"{self.input} of blow {self.blow}"

    @property
    def assumed(self) -> bool:
        """Whether nobody is named who says so."""
        return self.source.strip().casefold() in {"", "assumption"}

    def value(self, at: "float | Floats") -> Floats:
        """Return the value below which a share `at` of all values lies, in the shape of `at`.

        Parameters
        ----------
        at : float or ndarray
            Shares, 0 to 1.
        """
        u = np.asarray(at, dtype=np.float64)
        low, high = self.bounds
        if self.form == "range":
            found = low + u * (high - low)
        elif self.form == "triangular":
            found = _triangular(u, low, float(self.mode or 0.0), high)
        else:
            mean, sd = float(self.mean or 0.0), float(self.sd or 0.0)
            first = ndtr((low - mean) / sd)
            found = mean + sd * ndtri(first + u * _mass(self))
        return np.asarray(np.clip(found, low, high), dtype=np.float64)

    def to_dict(self) -> dict[str, object]:
        """Return what was given, by name; nothing that was left out."""
        given = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        return {name: value for name, value in given.items() if value is not None}


def _mass(of: UncertainInput) -> float:
    """Return the share of the bell that lies within the bounds."""
    low, high = of.bounds
    mean, sd = float(of.mean or 0.0), float(of.sd or 0.0)
    return float(ndtr((high - mean) / sd) - ndtr((low - mean) / sd))


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    if high == low:
        return np.full_like(u, low)
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u < turn, rising, falling), dtype=np.float64)
