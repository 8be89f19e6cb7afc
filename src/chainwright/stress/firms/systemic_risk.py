"""Systemic risk of every firm: how much of the whole network's output its failure takes along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress.firms.cascade_question import (
    CascadeQuestion,
    Mode,
    Revenue,
    Substitution,
)
from chainwright.stress.firms.cascade_runs import Runs, run_cascades
from chainwright.stress.firms.firm_shocks import Shocks
from chainwright.stress.firms.upstream_closed_form import upstream_at_rest
from chainwright.stress.shocks.refusals import refuse_safeguards
from chainwright.system import Result, System

__all__ = ["SystemicRisk", "systemic_risk"]

SAMPLE = 500
"""Firms on which pruned cascades are held against exact ones."""


@dataclass(frozen=True, eq=False, repr=False)
class SystemicRisk(Result):
    """What `systemic_risk` found: ``k`` firms, each failing alone and wholly.

    Parameters
    ----------
    question : CascadeQuestion
        What was asked.
    rule_of_inputs : str
        The rule of essential inputs in words.
    firms : ndarray of int64, shape (k,)
        Places of the firms that fail.
    runs : Runs
        What their cascades came to.
    checked : int
        Firms on which the pruned cascades were held against exact ones; 0 if nothing was pruned.
    largest_difference : float
        Largest difference in risk on them, in any of the three; 0 if nothing was pruned.
    """

    name: ClassVar[str] = "systemic_risk"
    charted: ClassVar[str] = "risk"

    question: CascadeQuestion
    rule_of_inputs: str
    firms: npt.NDArray[np.int64]
    runs: Runs
    checked: int
    largest_difference: float

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and how far pruning may be off."""
        pruned = {
            "largest_difference": self.largest_difference,
            "checked_firms": self.checked,
        }
        return {
            **self.question.described(self.rule_of_inputs),
            **(pruned if self.checked else {}),
            "firms": len(self.firms),
            "unsettled": self.unsettled,
        }

    @property
    def unsettled(self) -> int:
        """Cascades that had not come to rest when they were ended."""
        return int((~self.runs.stopped).sum())

    @property
    def order(self) -> npt.NDArray[np.intp]:
        """The failures, the one that takes most along first; equal ones as in the system."""
        return np.argsort(-self.runs.risk, kind="stable")

    def table(self) -> pd.DataFrame:
        """Return one row a firm that fails, the riskiest first."""
        at, runs = self.order, self.runs
        codes = np.array(self.system.links.axis.codes, dtype=object)
        return pd.DataFrame(
            {
                "firm": codes[self.firms[at]],
                "risk": runs.risk[at],
                "risk_downstream": runs.down[at],
                "risk_upstream": runs.up[at],
                "iterations": runs.rounds[at],
            }
        )

    def bounds(self) -> pd.DataFrame:
        """Return one row a firm, in the order of `table`: bounds of its risk from the two sides.

        ``max(ESRI_d, ESRI_u) <= ESRI <= ESRI_d + ESRI_u - w_k``: columns ``firm``, ``lower``,
        ``upper`` [share].
        """
        network, _ = self.question.network(self.system)
        at, runs = self.order, self.runs
        own = network.weight[self.firms] / network.weight.sum()
        return pd.DataFrame(
            {
                "firm": np.array(self.system.links.axis.codes, dtype=object)[self.firms[at]],
                "lower": np.maximum(runs.down, runs.up)[at],
                "upper": (runs.down + runs.up - own)[at],
            }
        )

    def upstream_at_rest(self) -> npt.NDArray[np.float64]:
        """Return the upstream risk at the fixed point in closed form, in the order of `firms`.

        Raises
        ------
        InfeasibleError
            If some firms sell to each other alone.
        """
        return upstream_at_rest(self.question.network(self.system)[0], self.firms)

    def remarks(self) -> tuple[str, ...]:
        """Return what a reader of the numbers must know: mode, rule, pruning, runs cut short."""
        question, rule = self.question, self.question.rule
        said = [*question.remarks(self.rule_of_inputs)]
        if self.checked:
            said.append(
                f"tolerance {question.tolerance:g}: largest difference from tolerance 0 on "
                f"{self.checked} random firms: {self.largest_difference:.3g}"
            )
        if self.unsettled:
            said.append(
                f"{self.unsettled} cascades were ended after {rule.rounds} iterations before they "
                f"came to rest; their largest last change: {self.runs.change.max():.3g}"
            )
        return tuple(said)


def systemic_risk(
    system: System,
    *,
    mode: Mode = "reference",
    substitution: Substitution = "market",
    essential: object = None,
    revenue: Revenue | None = None,
    tolerance: float = 0.0,
    stop: float | None = None,
    insist: bool = False,
    firms: Sequence[str] | None = None,
    sample: int = SAMPLE,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SystemicRisk:
    """Return how much of all sales each firm's failure, alone and whole, takes along (ESRI).

    ESRI = sum_i w_i (1 - min(h_d,i, h_u,i)) / sum_i w_i, with the shares of production h that are
    left after the loss has run to buyers (h_d) and to suppliers (h_u); weights w are sales in the
    links, and the failing firm counts. Diem et al. 2022, doi:10.1038/s41598-022-11522-z.

    Parameters
    ----------
    system : System
        A system with links between firms.
    mode : str
        ``"reference"``: all firms at once, stopped when none changes by more than 0.01, as
        published. ``"fixpoint"``: until nothing moves. The two answer different questions.
    substitution : str
        ``"market"``: a loss weighs by the supplier's share of what its market still delivers;
        ``"none"``: it weighs wholly.
    essential : path, Arrow stream or "linear", optional
        Which inputs are essential to whom, by sector; our rule by division if not given.
    revenue : str, optional
        ``"output"``: upstream shares are of a firm's output instead of its sales in the links.
    tolerance : float [share]
        Changes of a firm up to this are not passed on; 0 for the exact cascade.
    stop : float, optional [share]
        Another stop than that of the mode.
    insist : bool
        Run `fixpoint` even where no firm sells outside of the links.
    firms : sequence of str, optional
        Firms that fail, one after the other; every firm if not given.
    sample : int
        With a tolerance: random firms on which it is held against the exact cascade.
    seed : int
        Of that sample.
    threads : int, optional
        Threads; as many as there are cores if not given. The bits do not depend on it.
    progress : callable, optional
        Is told how many firms are done, and of how many.

    Raises
    ------
    MissingPartError
        If the system has no links, or firms lack the output that is asked for.
    ParameterError
        If a word or number is none of those, or our rule of inputs does not know the sectors.
    TableError
        If the table of essential inputs is not in order, or output is below sales.
    InfeasibleError
        If `fixpoint` is asked for and no firm sells outside of the links.
    UnknownCodeError
        If one of `firms` is no firm of the links.

    Examples
    --------
    >>> from chainwright.system import Links
    >>> firms = pd.DataFrame({"firm": ["a", "b", "c"], "sector": ["10", "24", "25"]})
    >>> rows = {"supplier": ["b", "c"], "buyer": ["c", "a"], "value": [1.0, 3.0]}
    >>> links = Links.of_table(pd.DataFrame(rows), firms)
    >>> systemic_risk(System(links=links)).table()["risk"].tolist()
    [1.0, 1.0, 1.0]
    """
    refuse_safeguards("systemic risk", system)
    question = CascadeQuestion(
        mode=mode,
        substitution=substitution,
        essential=essential,
        revenue=revenue,
        tolerance=tolerance,
        stop=stop,
        insist=insist,
    )
    if sample < 1:
        raise ParameterError("sample", "systemic risk", "at least one firm", sample)
    network, rule_of_inputs = question.network(system)
    failing = _places(system, firms)
    runs = run_cascades(
        network, Shocks.single(failing), question.rule, threads=threads, progress=progress
    )
    checked, largest = 0, 0.0
    if tolerance > 0.0:
        drawn = np.random.default_rng(seed).permutation(len(failing))[:sample]
        exact = replace(question.rule, tolerance=0.0)
        held = run_cascades(network, Shocks.single(failing[drawn]), exact, threads=threads)
        pairs = ((runs.risk, held.risk), (runs.down, held.down), (runs.up, held.up))
        largest = max(float(np.abs(a[drawn] - b).max(initial=0.0)) for a, b in pairs)
        checked = len(drawn)
    return SystemicRisk(
        system=system,
        question=question,
        rule_of_inputs=rule_of_inputs,
        firms=failing,
        runs=runs,
        checked=checked,
        largest_difference=largest,
    )


def _places(system: System, firms: Sequence[str] | None) -> npt.NDArray[np.int64]:
    """Return the places of the named firms, or of all."""
    axis = system.links.axis
    if firms is None:
        return np.arange(len(axis), dtype=np.int64)
    for code in firms:
        if code not in axis.place:
            raise UnknownCodeError(code, "firm of the links", axis.codes)
    return np.array([axis.place[code] for code in firms], dtype=np.int64)
