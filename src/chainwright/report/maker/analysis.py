"""All the questions of a report on a maker's chain, asked of one system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from chainwright import diagnose, plan
from chainwright.errors import InfeasibleError, MissingPartError
from chainwright.report.analysis import Answered
from chainwright.report.maker.product_list import product_list
from chainwright.report.maker.question import PARTS, MakerQuestion
from chainwright.report.maker.site_list import site_list
from chainwright.report.wording import Words
from chainwright.system import Maker, Result, System

__all__ = ["MakerAnalysis", "maker_analysed"]

NOT_ASKED = "not_asked"


@dataclass(frozen=True, eq=False)
class MakerAnalysis:
    """The answers on one maker's chain.

    Parameters
    ----------
    question : MakerQuestion
        What was asked.
    system : System
        The maker's chain, and what is joined with it.
    answers : mapping of str to Result
        The answer of each part that was asked and could be given.
    left_out : mapping of str to str
        Parts that are not there: ``"not_asked"``, or why they cannot be told.
    """

    question: MakerQuestion
    system: System
    answers: Mapping[str, Result]
    left_out: Mapping[str, str]

    @property
    def maker(self) -> Maker:
        """The maker's chain."""
        return self.system.maker

    @cached_property
    def tables(self) -> tuple[Answered, ...]:
        """Every table with the answer that it is of, made once."""
        found: dict[str, Answered] = {}
        for answer in self.answers.values():
            for name, frame in answer.tables().items():
                found.setdefault(name, Answered(answer, name, name, frame))
        return tuple(found.values())

    @cached_property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Every table by its name."""
        return {table.name: table.frame for table in self.tables}

    def reason(self, part: str, words: Words) -> str:
        """Return why a `part` is left out, in the language of `words`."""
        told = self.left_out[part]
        return (
            words.say("mk_not_asked") if told == NOT_ASKED else words.say("mk_cannot", reason=told)
        )

    def told(self, part: str, words: Words) -> str:
        """Return the sentence that stands for a `part` that is left out, in `words`."""
        called = words.say(f"mk_part_{part}")
        return words.say("mk_left_out_part", part=called, reason=self.reason(part, words))

    def frame(self, part: str) -> pd.DataFrame | None:
        """Return the main table of a `part`, or None where it is left out."""
        answer = self.answers.get(part)
        return None if answer is None else self.frames[answer.name]


def _worst(exposure: Result | None, gaps: int) -> list[str] | None:
    """Return the outages with a gap that lose most; None where nothing is known of exposure."""
    if exposure is None:
        return None
    frame = exposure.table()
    return list(frame.loc[frame["gap_weeks"] > 0.0, "scenario"].head(gaps)) or None


def _asked(
    system: System, question: MakerQuestion, answers: Mapping[str, Result]
) -> dict[str, Callable[[], Result]]:
    """Return what answers each part; `answers` are those that were given before."""
    by: Any = question.by
    return {
        "exposure": lambda: diagnose.exposure(system, by=by, outages=question.outages),
        "single_sources": lambda: diagnose.single_sources(system),
        "common_suppliers": lambda: diagnose.common_suppliers(system),
        "supplier_tiers": lambda: diagnose.supplier_tiers(system),
        "mitigation": lambda: plan.mitigate(
            system, by=by, of=_worst(answers.get("exposure"), question.gaps)
        ),
        "missing_data": lambda: diagnose.missing_data(system),
    }


def maker_analysed(
    system: System, question: MakerQuestion, progress: Callable[[str], None]
) -> MakerAnalysis:
    """Return the answers to the questions on a maker's chain.

    Parameters
    ----------
    system : System
        With a maker's chain.
    question : MakerQuestion
        What is asked.
    progress : callable
        Is told in words what is being done.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain.
    """
    maker = system.maker  # says itself that there is none
    progress(f"the chain of {maker.name}")
    answers: dict[str, Result] = {"products": product_list(system)}
    left_out: dict[str, str] = {}
    asked = _asked(system, question, answers)
    for part in PARTS:
        if part not in question.parts:
            left_out[part] = NOT_ASKED
            continue
        progress(f"asking: {part.replace('_', ' ')}")
        try:
            answers[part] = asked[part]()
        except (MissingPartError, InfeasibleError) as error:
            left_out[part] = str(error)
    ranked = answers.get("exposure")
    by_site = ranked.table() if ranked is not None and question.by == "site" else None
    answers["sites"] = site_list(system, by_site)
    return MakerAnalysis(question, system, answers, left_out)
