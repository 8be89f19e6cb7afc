"""The programme of repair as text, a file for each constraint: read, then kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chainwright.plan.choosing.choices import Limits
from chainwright.plan.repairs.loss_model import LossModel, ScenarioLoss
from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.tail_risk import TailRisk

HERE = Path(__file__).parent
NAMES = ("stock", "source", "line")
COST = np.array([20.0, 30.0, 40.0])
FREE = Limits.of(np.ones(3))

SINGLES = LossModel(
    NAMES,
    ("quake", "embargo"),
    (
        ScenarioLoss((0, 1), 100.0, 10.0, {0: 40.0, 1: 60.0}, {}, {}),
        ScenarioLoss((1, 2), 50.0, 5.0, {1: 30.0, 2: 20.0}, {}, {}),
    ),
)


def one(part):
    """Return a model of one scenario."""
    return LossModel(NAMES, ("quake",), (part,))


PLAIN = RepairProgramme(
    SINGLES,
    TailRisk(np.array([0.5, 0.25])),
    Candidates(
        NAMES,
        ("CHN", "CHN", "JPN"),
        ("c14", "c14", "c20"),
        np.array([False, True, True]),
        np.array([1.0, 2.0, 4.0]),
    ),
    RepairRules(),
    Timetable.one_year(3),
)
CERTAIN = replace(PLAIN, risk=TailRisk(np.array([1.0])))
OVERLAP = ScenarioLoss((0, 1, 2), 100.0, 10.0, {0: 40.0, 1: 60.0, 2: 5.0}, {(0, 1): 25.0}, {})
COMPLEMENT = replace(OVERLAP, overlap={(0, 2): -15.0})
DEARER = replace(OVERLAP, overlap={}, rest={frozenset({0, 1}): 25.0})
CHEAPER = replace(OVERLAP, overlap={}, rest={frozenset({0, 2}): -15.0})
EVERY = {(): 100.0, (0,): 60.0, (1,): 40.0, (0, 1): 25.0}
WHOLE = ScenarioLoss(
    (0, 1), 100.0, 25.0, {}, {}, {}, {frozenset(taken): loss for taken, loss in EVERY.items()}
)
TWO_YEARS = Timetable.of(
    np.array([10.0, 20.0, 30.0]),
    np.array([5.0, 5.0, 5.0]),
    years=2,
    lead_years=np.array([0, 1, 0]),
    discount_rate=0.25,
)[1]


def rules(**words):
    return replace(PLAIN, rules=RepairRules(**words))


def facts(**words):
    return replace(PLAIN, candidates=replace(PLAIN.candidates, **words))


CASES = {
    "budget": (PLAIN, FREE, {"budget": 60.0}),
    "loss_allowed": (PLAIN, FREE, {"loss": 40.0}),
    "locked_and_forbidden": (PLAIN, Limits(np.array([1.0, 0, 0]), np.array([1.0, 1, 0])), {}),
    "locked_in_years": (
        replace(PLAIN, timetable=TWO_YEARS),
        Limits(np.array([1.0, 0, 0]), np.ones(3)),
        {},
    ),
    "needs": (facts(needs=((0, 1),)), FREE, {}),
    "needs_in_years": (replace(facts(needs=((0, 1),)), timetable=TWO_YEARS), FREE, {}),
    "excludes": (facts(excludes=((0, 2),)), FREE, {}),
    "one_of": (facts(groups=((0, 1, 2),)), FREE, {}),
    "least_share": (rules(least_share={"JPN": 0.5}), FREE, {}),
    "home_suppliers": (rules(home_suppliers={"c14": 1}), FREE, {}),
    "carbon_cap": (rules(carbon_cap_t=5.0), FREE, {}),
    "budget_by_year": (
        replace(PLAIN, timetable=TWO_YEARS, yearly_budget=np.array([30.0, 20.0])),
        FREE,
        {},
    ),
    "tail": (replace(PLAIN, risk=TailRisk(np.array([0.5, 0.25]), 0.5, 0.75)), FREE, {}),
    "tail_of_the_largest": (
        replace(PLAIN, risk=TailRisk(np.array([0.5, 0.5]), 1.0, 1.0)),
        FREE,
        {},
    ),
    "overlap": (replace(CERTAIN, model=one(OVERLAP)), FREE, {}),
    "complement": (replace(CERTAIN, model=one(COMPLEMENT)), FREE, {}),
    "a_set_that_loses_more": (replace(CERTAIN, model=one(DEARER)), FREE, {}),
    "a_set_that_loses_less": (replace(CERTAIN, model=one(CHEAPER)), FREE, {}),
    "every_set": (replace(CERTAIN, model=one(WHOLE)), FREE, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_programme_reads_as_it_was_read(name):
    programme, limits, asked = CASES[name]
    text = programme.text(COST, limits, **asked)
    assert text == (HERE / f"{name}.txt").read_text(encoding="utf-8")


def test_every_file_has_its_case():
    assert {file.stem for file in HERE.glob("*.txt")} == set(CASES)


def test_the_texts_of_overlap_and_exact_sets_mean_the_losses_that_they_stand_for():
    for part in (OVERLAP, COMPLEMENT, DEARER, CHEAPER, WHOLE):
        programme = replace(CERTAIN, model=one(part))
        for bits in range(8):
            taken = np.array([bool(bits >> i & 1) for i in range(3)])
            fixed = Limits(taken.astype(float), taken.astype(float))
            found = programme.programme(COST, fixed).solved()
            want = part.at(np.flatnonzero(taken).tolist())
            assert found.least * programme.parts.scale == pytest.approx(want)
