"""What is not known exactly about a shock, a model and a table, and the values of each draw."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, MissingFileError, ParameterError, TableError
from chainwright.params import Spec, param
from chainwright.stress.ensembles.uncertain_input import UncertainInput

if TYPE_CHECKING:
    from chainwright.stress.shocks.blow import Blow
    from chainwright.stress.shocks.shock import Shock

__all__ = ["Uncertainty"]

Floats = npt.NDArray[np.float64]

KNOWN = tuple(spec.name for spec in fields(UncertainInput))


@dataclass(frozen=True)
class Uncertainty(Spec):
    """Everything that is not known exactly.

    Draw i has a stream of its own, the i-th child that ``SeedSequence(seed)`` spawns: it depends
    on the seed and on i alone, not on how many draws there are or who works them out. One number
    from 0 to 1 an input, in the order of `inputs`, is read as a share of its values (the inverse
    of its distribution); inputs are independent of each other. The error of the table is drawn
    from a child of that stream, so that it is the same whatever the inputs are.

    Parameters
    ----------
    inputs : tuple of UncertainInput
        The inputs; no input twice for the same blow.
    table_cv : float [share]
        Coefficient of variation of the error of each cell of the table: each is multiplied by a
        lognormal number of mean 1, independent of the others; 0 for none. See
        `chainwright.stress.ensembles.table_error`.
    table_source : str
        Who says so; "assumption" if nobody does.

    Raises
    ------
    ParameterError
        If `table_cv` is outside its range, or an input comes twice.

    Examples
    --------
    >>> size = UncertainInput(input="size_factor", form="range", low=0.8, high=1.2)
    >>> Uncertainty((size,)).values(seed=1, draws=3).shape
    (3, 1)
    """

    inputs: tuple[UncertainInput, ...] = ()
    table_cv: float = param(0.0, unit="share", low=0.0, high=2.0, source="assumption")
    table_source: str = "assumption"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "inputs", tuple(self.inputs))
        seen: set[tuple[str, int | None]] = set()
        for one in self.inputs:
            again = (one.input, one.blow) in seen or (one.input, None) in seen
            if again or (one.blow is None and any(name == one.input for name, _ in seen)):
                expected = "one input a blow, and none beside the same of all blows"
                raise ParameterError("inputs", "the uncertainty", expected, one.label)
            seen.add((one.input, one.blow))

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the inputs whose form nobody vouches for."""
        table = self.table_cv > 0.0 and self.table_source.strip().casefold() in {"", "assumption"}
        return (*(one.label for one in self.inputs if one.assumed), *(("table_cv",) * table))

    def shares(self, seed: int, draw: int) -> Floats:
        """Return the random numbers of a draw, 0 to 1, one an input.

        Parameters
        ----------
        seed : int
            Of all draws.
        draw : int
            Number of the draw, from 0.
        """
        return np.random.default_rng(_child(seed, draw)).random(len(self.inputs))

    def at(self, shares: Floats) -> Floats:
        """Return the values of the inputs below which these `shares` of all values lie.

        Parameters
        ----------
        shares : ndarray, shape (..., inputs)
            0 to 1.
        """
        found = [one.value(shares[..., j]) for j, one in enumerate(self.inputs)]
        return np.stack(found, axis=-1) if found else np.zeros(shares.shape)

    def values(self, seed: int, draws: int) -> Floats:
        """Return the values of the inputs in every draw, shape (draws, inputs).

        Parameters
        ----------
        seed : int
            Of all draws.
        draws : int
            How many.
        """
        rows = [self.shares(seed, draw) for draw in range(draws)]
        return self.at(np.array(rows).reshape(draws, len(self.inputs)))

    def table_stream(self, seed: int, draw: int) -> np.random.Generator:
        """Return the stream of random numbers of the error of the table in a draw.

        Parameters
        ----------
        seed : int
            Of all draws.
        draw : int
            Number of the draw, from 0.
        """
        return np.random.default_rng(_child(seed, draw, 0))

    def shock(self, shock: "Shock", values: Floats) -> "Shock":
        """Return the shock of one draw.

        Parameters
        ----------
        shock : Shock
            As it is stated.
        values : ndarray, shape (inputs,)
            Values of the inputs.
        """
        blows = list(shock.blows)
        for one, value in zip(self.inputs, values.tolist(), strict=True):
            for j, blow in enumerate(blows):
                if one.blow in {None, j + 1}:
                    blows[j] = replace(blow, **_moved(blow, one.input, value))
        return replace(shock, blows=tuple(blows))

    def of_model(self, values: Floats) -> dict[str, float]:
        """Return the values of those inputs that belong to the model, by name.

        Parameters
        ----------
        values : ndarray, shape (inputs,)
            Values of the inputs.
        """
        return {
            one.input: value
            for one, value in zip(self.inputs, values.tolist(), strict=True)
            if one.input not in OF_BLOWS
        }

    def checked(self, shock: "Shock") -> None:
        """Refuse inputs that would leave what the shock can be: a start before day 0.

        A share lost that a draw makes larger than 1 counts as 1: no more than all can be lost.

        Parameters
        ----------
        shock : Shock
            As it is stated.

        Raises
        ------
        TableError
            With every input that does, and every blow that it names and the shock lacks.
        """
        found = []
        for one in self.inputs:
            if one.blow is not None and one.blow > len(shock.blows):
                stands, wanted = f"blow {one.blow}", f"1 to {len(shock.blows)}"
                found.append(Breach(one.label, stands, wanted, "Count blows from 1."))
                continue
            of = shock.blows if one.blow is None else (shock.blows[one.blow - 1],)
            found += [breach for blow in of if (breach := _leaves(one, blow))]
        if found:
            raise TableError("The uncertainty", found)

    def to_dict(self) -> dict[str, object]:
        """Return what was given, as a TOML table would say it."""
        told: dict[str, object] = {"inputs": [one.to_dict() for one in self.inputs]}
        if self.table_cv:
            told |= {"table_cv": self.table_cv, "table_source": self.table_source}
        return told

    @classmethod
    def of_dict(cls, told: Mapping[str, Any]) -> "Uncertainty":
        """Return the uncertainty that a TOML table says.

        Parameters
        ----------
        told : mapping
            ``inputs``: a list of tables with the parameters of `UncertainInput`; ``table_cv``;
            ``table_source``.

        Raises
        ------
        TableError
            With every word that is not known.
        """
        rows: Iterable[Mapping[str, Any]] = told.get("inputs", ())
        odd = [("[uncertain]", w) for w in told if w not in {"inputs", "table_cv", "table_source"}]
        for number, row in enumerate(rows, 1):
            place = f"[[uncertain.inputs]] number {number}"
            odd += [(place, word) for word in row if word not in KNOWN]
            odd += [(place, f"no {word}") for word in ("input", "form") if word not in row]
        if odd:
            remedy = "See UncertainInput."
            expected = f"input and form, and of {', '.join(KNOWN)}"
            raise TableError("The uncertainty", [Breach(w, x, expected, remedy) for w, x in odd])
        more = {name: told[name] for name in ("table_cv", "table_source") if name in told}
        return cls(tuple(UncertainInput(**row) for row in rows), **more)

    @classmethod
    def read(cls, path: Path | str) -> "Uncertainty":
        """Return the uncertainty of a TOML file: its table ``[uncertain]``, beside the shock.

        Parameters
        ----------
        path : path
            File to read; nothing is uncertain if it has no such table.

        Raises
        ------
        MissingFileError
            If there is no such file.
        TableError
            If the file is no TOML, or a word is not known.
        """
        file = Path(path)
        if not file.is_file():
            msg = f"There is no file '{file}'."
            raise MissingFileError(msg)
        try:
            told = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            breach = Breach(str(file), str(error), "TOML in UTF-8", "Mend that place.")
            raise TableError(str(file), [breach]) from error
        return cls.of_dict(told.get("uncertain", {}))


OF_BLOWS = {
    "size_factor": ("share", "shares", "money"),
    "start_shift_days": ("start_day",),
    "length_factor": ("days",),
    "recovery_factor": ("recovery_days", "half_recovery_days"),
}
"""Fields of a blow that an input changes."""


def _moved(blow: "Blow", name: str, value: float) -> dict[str, Any]:
    """Return the fields of a blow that an input changes, changed."""
    changed: dict[str, Any] = {}
    for field in OF_BLOWS.get(name, ()):
        held = getattr(blow, field)
        if held is None or held == inf:  # what never ends is neither longer nor shorter
            continue
        if field == "shares":
            changed[field] = tuple((code, min(1.0, number * value)) for code, number in held)
        elif field == "share":
            changed[field] = min(1.0, held * value)
        else:
            changed[field] = held + value if name == "start_shift_days" else held * value
    return changed


def _leaves(one: UncertainInput, blow: "Blow") -> Breach | None:
    """Return what is wrong with an input of a blow at its lowest or highest value."""
    low = one.bounds[0]
    if one.input == "start_shift_days" and blow.start_day + low < 0.0:
        said = f"a start on day {blow.start_day + low:g}"
        return Breach(one.label, said, "day 0 or later", "Raise low (a normal form needs one).")
    if one.input == "recovery_factor" and not low > 0.0 and blow.recovery != "at_once":
        said = f"a recovery of {blow.recovery_days * low:g} days"
        return Breach(one.label, said, "above 0 days", "Raise low.")
    return None


def _child(seed: int, *place: int) -> np.random.SeedSequence:
    """Return the child that ``SeedSequence(seed).spawn`` would give at that place."""
    return np.random.SeedSequence(seed, spawn_key=place)
