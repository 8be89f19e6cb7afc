"""What `next_grade` found: the code of a firm after each measure of a bundle."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.advice.advice_result import costs_of
from chainwright.carbon.advice.bundles import Bundle
from chainwright.system import Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.advice.advice_result import Advice

__all__ = ["NextGrade"]

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, repr=False)
class NextGrade(Result):
    """The code of a firm as it is, and after each measure of a bundle, one after the other.

    Parameters
    ----------
    advice : Advice
        The measures, each alone.
    chosen : tuple of str
        Measures of the bundle, in the order in which they are taken.
    bundle : Bundle
        What they do together.
    L, K, mean : ndarray, shape (steps, 3)
        Intensity, its ratio to the mean of the peers, and that mean, which moves with the firm
        where the method counts it in; at the low end, middle and high end of savings.
    grade, level : ndarray of int8, shape (steps, 3)
        1 is best.
    target : float
        Net total, tCO2e, at which the next better grade begins; NaN for a firm of grade 1, or where
        no cut is enough.
    """

    name: ClassVar[str] = "next_grade"
    charted: ClassVar[str] = "net"

    advice: "Advice"
    chosen: tuple[str, ...]
    bundle: Bundle
    L: Floats
    K: Floats
    mean: Floats
    grade: Small
    level: Small
    target: float

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {**self.advice.parameters, "chosen": list(self.chosen)}

    @property
    def now(self) -> int:
        """Grade as it is."""
        return int(self.grade[0, 1])

    @property
    def reached(self) -> int:
        """Grade after all measures, at the middle of what they save."""
        return int(self.grade[-1, 1])

    @property
    def to_cut(self) -> float:
        """Tonnes to cut in the window to come to the next better grade."""
        return float(self.bundle.net[0, 1] - self.target)

    def table(self) -> pd.DataFrame:
        """Return one row a step, from the code as it is to the code after the last measure."""
        measures = self.advice.measures
        places = [measures.place(name) for name in self.chosen]
        ordered = type(measures)(measures.frame.iloc[places].reset_index(drop=True))
        costs = costs_of(ordered, self.advice.energy, self.bundle)
        year = 12 / self.advice.energy.window_months
        steps = len(self.chosen) + 1
        frame = ordered.frame

        def stepped(values: Floats) -> Floats:
            """Return 0 and the sums up to each measure, a year."""
            return np.concatenate([[0.0], np.cumsum(values)]) * year

        bundle = self.bundle
        gross, neutralised = bundle.gross[:, 1], bundle.neutralised[:, 1]
        share = np.full(steps, np.nan)
        np.divide(neutralised, gross, out=share, where=gross > 0)
        cells: dict[str, object] = {
            "step": np.arange(steps),
            "measure": ["", *self.chosen],
            "name_en": ["as it is", *frame["name_en"]],
            "name_zh": ["现状", *frame["name_zh"]],
            "grade": self.grade[:, 1].astype(np.int64),
            "grade_low": self.grade[:, 0].astype(np.int64),
            "grade_high": self.grade[:, 2].astype(np.int64),
            "ratio": self.K[:, 1],
            "intensity": self.L[:, 1],
            "level": self.level[:, 1].astype(np.int64),
            "neutrality": np.clip(share, 0.0, 1.0),
            "net": bundle.net[:, 1],
            "gross": gross,
            "neutralised": neutralised,
            "peer_mean": self.mean[:, 1],
            "cut": np.concatenate([[0.0], bundle.cut[:, 1]]),
            "target": np.full(steps, self.target),
            "still_to_cut": np.maximum(bundle.net[:, 1] - self.target, 0.0),
            "invest": stepped(costs.invest[:, 1]),
            "money_saved": stepped(costs.saved[:, 1] - costs.running[:, 1]),
            "cost_assumed": [False, *(frame["mark_cost"] == "assumption")],
            "reason_en": self._words("en"),
            "reason_zh": self._words("zh"),
        }
        return pd.DataFrame({c.column: cells[c.column] for c in schema(self.name)})

    def _words(self, language: str) -> list[str]:
        """Return what each step comes to."""
        told = []
        for step, grade in enumerate(self.grade[:, 1].tolist()):
            better = grade < self.now
            if language == "zh":
                told.append(
                    f"碳效等级 {grade}" + (f"，较现状提升 {self.now - grade} 级" if better else "")
                )
            elif step == 0:
                told.append(f"grade {grade} as it is")
            else:
                told.append(
                    f"grade {grade}" + (f", better than {self.now}" if better else ", as before")
                )
        return told
