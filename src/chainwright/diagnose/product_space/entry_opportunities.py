"""Opportunities: what a place does not make yet, by nearness, complexity and what it opens up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.product_space.complexity_conventions import deviation
from chainwright.diagnose.product_space.complexity_panel import Asked
from chainwright.diagnose.product_space.complexity_reasons import COMPLEXITY_REASONS, worded
from chainwright.diagnose.product_space.complexity_result import Complexity
from chainwright.diagnose.product_space.density import relative_relatedness
from chainwright.diagnose.product_space.economic_complexity import complexity
from chainwright.diagnose.product_space.exports_given import ExportsGiven
from chainwright.errors import ParameterError
from chainwright.params import table
from chainwright.system import Language, Result
from chainwright.system.bars import bars

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Opportunities", "opportunities", "opportunity_presets"]

Floats = npt.NDArray[np.float64]

MEASURES = ("density", "pci", "cog")
"""What a score weighs."""

SHOWN = 15
"""Products that a chart shows."""


def opportunity_presets() -> dict[str, dict[str, float]]:
    """Return the weights of density, PCI and COG by name of the strategy.

    They are those of the fact table ``opportunity_presets`` (of the Atlas of Economic Complexity,
    unverified).

    Examples
    --------
    >>> opportunity_presets()["balanced"]
    {'density': 0.5, 'pci': 0.2, 'cog': 0.3}
    """
    rows = table("opportunity_presets")
    return {row["preset"]: {m: float(row[m]) for m in MEASURES} for row in rows}


@dataclass(frozen=True, eq=False, repr=False)
class Opportunities(Result):
    """What `opportunities` found for one place, for the products that it has not.

    Parameters
    ----------
    complexity : Complexity
        Where density, PCI and COG come from.
    place : str
        The place.
    preset : str
        Name of the strategy; empty for own weights.
    weights : mapping of str to float
        Weights of the z-scores of density, PCI and COG.
    """

    name: ClassVar[str] = "opportunities"

    complexity: Complexity
    place: str
    preset: str
    weights: Mapping[str, float]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, with that of the complexity behind it."""
        return {
            "place": self.place,
            "preset": self.preset,
            "weights": dict(self.weights),
            "complexity": self.complexity.parameters,
        }

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what places and products are called, where the input says it.

        Parameters
        ----------
        column : str
            ``"place"`` or ``"product"``.
        language : str
            ``"en"`` or ``"zh"``.
        """
        return self.complexity.names(column, language)

    def table(self) -> pd.DataFrame:
        """Return one row a product that the place has not, the highest score first."""
        found = self.complexity
        c = found.places.place[self.place]
        absent = np.flatnonzero(~found.present[c] & np.isfinite(found.ubiquity))
        measured = {
            "density": found.density[c, absent],
            "pci": found.pci[absent],
            "cog": found.cog[c, absent],
        }
        every = np.all([np.isfinite(m) for m in measured.values()], axis=0)
        z = {name: _standard(np.where(every, m, np.nan)) for name, m in measured.items()}
        score = np.sum([self.weights[name] * z[name] for name in MEASURES], axis=0)
        related = relative_relatedness(found.density[c : c + 1], found.present[c : c + 1])[0]
        order = np.argsort(-score, kind="stable")
        rank = pd.Series(score).rank(ascending=False, method="min").astype("Int64")
        english, chinese = worded(found.product_reasons[absent])
        columns: dict[str, object] = {
            "place": self.place,
            "product": np.array(found.products.codes, dtype=object)[absent],
            "rank": rank,
            "score": score,
            **measured,
            **{f"{name}_z": numbers for name, numbers in z.items()},
            "relative_relatedness": related[absent],
            "rca": found.rca[c, absent],
            "ubiquity": pd.Series(found.ubiquity[absent]).astype("Int64"),
            "reason": english,
            "reason_zh": chinese,
        }
        return pd.DataFrame(columns).iloc[order].reset_index(drop=True)

    def plot(self) -> "Figure":
        """Return a chart of the products with the highest scores."""
        head = self.table().head(SHOWN)
        return bars(
            head["product"].tolist(),
            head["score"].to_numpy(dtype=np.float64),
            title=f"{self.place}: opportunities, {self.preset or 'own weights'}",
            axis="Score",
        )


def opportunities(
    exports: Complexity | ExportsGiven,
    *,
    place: str,
    preset: str = "balanced",
    weights: Mapping[str, float] | None = None,
    year: int | None = None,
    **asked: Unpack[Asked],
) -> Opportunities:
    r"""Return the products that a place has not, scored by a strategy.

    .. math:: S_{cp} = a\,z(w_{cp}) + b\,z(PCI_p) + g\,z(COG_{cp}), \quad M_{cp} = 0

    with z-scores (ddof 0) over the products that the place has not. Density is standardised as the
    other two are: on its own scale, 0 to 1 and mostly below 0.3, it would hardly weigh.

    Parameters
    ----------
    exports : Complexity, or as for `complexity`
        What `complexity` found, or exports to find it from.
    place : str
        Code of the place.
    preset : str
        ``"balanced"``, ``"low-hanging fruit"`` (near things first) or ``"long jumps"``; see
        `opportunity_presets`.
    weights : mapping of str to float, optional
        Own weights of ``density``, ``pci`` and ``cog`` in the preset's stead, 0 or more.
    year : int, optional
        Which year; the last if not given. Not with a Complexity, which has its year.
    **asked
        Every other parameter of `complexity`. Not with a Complexity.

    Raises
    ------
    UnknownCodeError
        If the input has no such place.
    ParameterError
        If the place has no complexity, or a preset or weight is unknown.

    References
    ----------
    .. [1] R. Hausmann and others, The Atlas of Economic Complexity, MIT Press, 2014; its strategy
       weights (unverified).

    Examples
    --------
    >>> rows = [("A", "w", 5.0), ("A", "x", 5.0), ("A", "y", 4.0), ("A", "z", 3.0), ("B", "w", 5.0),
    ...         ("B", "x", 5.0), ("B", "y", 2.0), ("C", "w", 5.0), ("C", "z", 0.5), ("D", "w", 2.0),
    ...         ("D", "x", 3.0)]
    >>> table = pd.DataFrame(rows, columns=["place", "product", "value"])
    >>> opportunities(table, place="C").table()["product"].tolist()
    ['y', 'x']
    """
    if isinstance(exports, Complexity):
        if asked or year is not None:
            expected = "left out: a Complexity has answered it"
            given = "year" if year is not None else next(iter(asked))
            raise ParameterError(given, "opportunities", expected, asked.get(given, year))
        found = exports
    else:
        found = complexity(exports, year=year, **asked)
    c = int(found.places.index([place])[0])
    if not np.isfinite(found.eci[c]):
        why = COMPLEXITY_REASONS.get(found.place_reasons[c], ("it has none",))[0]
        expected = f"a place with a complexity ({why.rstrip('.')})"
        raise ParameterError("place", "opportunities", expected, place)
    known = opportunity_presets()
    if weights is None:
        if preset not in known:
            expected = f"one of {', '.join(known)}"
            raise ParameterError("preset", "opportunities", expected, preset)
        return Opportunities(found.system, found, place, preset, known[preset])
    own = {m: float(weights.get(m, 0.0)) for m in MEASURES}
    good = set(weights) <= set(MEASURES) and all(0.0 <= w < np.inf for w in own.values())
    if not good or not any(own.values()):
        expected = "numbers of 0 and more for density, pci and cog, one of them above 0"
        raise ParameterError("weights", "opportunities", expected, dict(weights))
    return Opportunities(found.system, found, place, "", own)


def _standard(numbers: Floats) -> Floats:
    """Return z-scores over what is known; 0 where nothing differs."""
    if not np.isfinite(numbers).any():
        return numbers
    spread = deviation(numbers[np.isfinite(numbers)], 0)
    away = numbers - np.nanmean(numbers)
    return away / spread if spread > 0.0 else away * 0.0
