"""A question of repair made ready: costs by year, what to choose among, what is written down."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import plan
from chainwright.errors import InfeasibleError, ParameterError, TableError, UnknownCodeError
from chainwright.plan import RepairCosts, RepairMeasure, RepairMeasures, RepairRules
from chainwright.plan.repairs.repair_case import posed_case
from chainwright.plan.repairs.repair_pictures import before_and_after, frontier_picture
from chainwright.plan.repairs.repair_points import RepairFrontier, frontier_of
from chainwright.plan.repairs.restressing import Course, Restressed
from chainwright.plan.repairs.scenarios import scenarios_of
from chainwright.stress import Blow, Shock
from one_neck import BACKED, BEFORE, COVERED, MODEL, SHUT, country, measures

NOBODY = {"once_low": np.nan, "once_high": np.nan, "yearly_low": np.nan, "yearly_high": np.nan}
FREE = RepairCosts(discount_rate=0.0)
TENTH = RepairCosts(discount_rate=0.1)


def posed(budget=4.0, against=SHUT, **more):
    given = {"measures": measures(), "model": MODEL, "days": 30, **more}
    return posed_case(country(), against, budget=budget, **given)


def english(case):
    return [note for note, _ in case.notes]


def cost_of(case, name="cover of a"):
    return case.question.cost[case.measures.place[name]]


def test_nothing_is_run_before_the_search():
    case = posed()
    assert case.oracle.runs == 0
    assert case.question.table.runs == 0
    assert case.oracle.steps == 30


def test_a_cost_is_the_middle_of_its_range_and_both_ends_are_kept():
    case = posed(measures=measures(cover={"yearly_low": 1.0, "yearly_high": 5.0}))
    i = case.measures.place["cover of a"]
    assert cost_of(case) == pytest.approx(3.0)
    assert (case.cost_low[i], case.cost_high[i]) == (1.0, 5.0)


def test_a_year_bears_the_annuity_of_what_is_spent_once():
    once = {"once_low": 100.0, "once_high": 100.0, "life_years": 2.0}
    case = posed(measures=measures(cover=once), costs=TENTH)
    # r / (1 - (1 + r)^-2) = .1 / (1 - 1 / 1.21) = .576190...; and 3 a year
    assert cost_of(case) == pytest.approx(100.0 * 0.1 / (1.0 - 1.0 / 1.21) + 3.0)
    assert cost_of(case, "line of a") == pytest.approx(1.0)


def test_over_years_costs_are_present_values_of_what_each_year_bears():
    late = {"lead_years": 1.0, "once_low": 20.0, "once_high": 20.0, "life_years": 10.0}
    case = posed(measures=measures(cover=late), years=3, costs=FREE)
    # without interest: 2 a year for three years from the start, 3 a year for two once in effect
    assert cost_of(case) == pytest.approx(3 * 2.0 + 2 * 3.0)
    plain = posed(years=3, costs=TENTH)
    assert cost_of(plain) == pytest.approx(3.0 / 1.1 + 3.0 / 1.21 + 3.0 / 1.331)
    assert plain.question.timetable.discount == pytest.approx([1 / 1.1, 1 / 1.21, 1 / 1.331])


def test_a_start_in_a_later_year_costs_what_is_left_of_the_horizon():
    late = {"lead_years": 0.4, "once_low": 20.0, "once_high": 20.0, "life_years": 10.0}
    case = posed(measures=measures(cover=late), years=3, costs=FREE)
    i = case.measures.place["cover of a"]
    spent = cost_of(case) * case.question.timetable.spending[i]
    # started in the first, second, third year; in effect a year later, as 0.4 of a year is begun
    assert spent.tolist() == [
        pytest.approx([2.0, 5.0, 5.0]),
        pytest.approx([0.0, 2.0, 5.0]),
        pytest.approx([0.0, 0.0, 2.0]),
    ]
    effect = case.question.timetable.effect[i].astype(int)
    assert effect.tolist() == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]


def test_in_one_year_lead_times_do_not_count_which_is_said():
    slow = measures(cover={"lead_years": 9.0})
    case = posed(measures=slow)
    assert case.question.timetable.effect.all()
    assert any("whatever its lead time" in note for note in english(case))
    assert not any("whatever its lead time" in note for note in english(posed(years=2)))


def test_a_measure_that_costs_nothing_shares_nothing_out():
    free = {"yearly_low": 0.0, "yearly_high": 0.0}
    case = posed(measures=measures(cover=free), years=2)
    i = case.measures.place["cover of a"]
    assert cost_of(case) == 0.0
    assert case.question.timetable.spending[i].tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_budget_is_a_number_or_an_amount_a_year_or_none():
    assert posed(2).question.total_budget == 2.0
    assert posed(None).question.total_budget == np.inf
    by_year = posed([1.0, 2.0], years=2).question
    assert by_year.yearly_budget.tolist() == [1.0, 2.0]
    assert by_year.total_budget == np.inf


@pytest.mark.parametrize("budget", [-0.1, np.nan, [1.0, np.nan], [[1.0], [2.0]]])
def test_budgets_that_are_none_are_refused(budget):
    with pytest.raises(ParameterError, match="budget"):
        posed(budget, years=2)


@pytest.mark.parametrize(
    "more",
    [
        {"days": np.nan},
        {"days": np.inf},
        {"days": "30"},
        {"years": True},
        {"years": 1.0},
        {"workers": 0},
        {"model": "pooled"},
        {"gap": -0.1},
        {"alpha": 1.1},
    ],
)
def test_questions_that_make_no_sense_are_refused_before_anything_runs(more):
    (name,) = more
    with pytest.raises(ParameterError, match=name):
        posed(**more)


def test_part_of_a_step_is_a_whole_one():
    assert posed(days=29.2).oracle.steps == 30
    weekly = replace(MODEL, step="week")
    assert posed(days=30, model=weekly).oracle.steps == 5
    assert posed(days=0.2).oracle.steps == 1


def test_measures_are_needed_and_names_in_rules_have_to_be_theirs():
    with pytest.raises(ParameterError, match="at least one measure"):
        posed(measures=RepairMeasures((), "CNY"))
    with pytest.raises(UnknownCodeError, match="cover of b"):
        posed(rules=RepairRules(forbidden=("cover of b",)))


def test_a_table_of_measures_is_read_as_it_is(tmp_path):
    file = tmp_path / "measures.csv"
    measures().table().to_csv(file, index=False)
    assert posed(measures=file).measures.names == measures().names
    with pytest.raises(TableError):
        posed(measures=measures().table().assign(size=-1.0))


def test_of_many_measures_without_a_cost_four_are_named():
    held = [
        RepairMeasure(f"line {k}", "backup_capacity", ("H:b",), 0.1, one_of="b") for k in range(6)
    ]
    case = posed(measures=RepairMeasures((*measures().held, *held), "CNY of 2024"))
    assert case.measures.names == measures().names
    note = next(note for note in case.notes if "nobody knows" in note[0])
    assert note[0].endswith("left out: line 0, line 1, line 2, line 3 and others.")
    assert note[1] == "6 项成本未知的措施未列入：line 0、line 1、line 2、line 3等。"
    assert note[0].startswith("6 measures")


def test_where_no_cost_is_known_reserves_cost_their_weeks():
    held = (
        RepairMeasure("two weeks", "reserve", ("H",), 2.0, product="c"),
        RepairMeasure("a line", "backup_capacity", ("H:a",), 0.2),
    )
    case = posed(3.0, measures=RepairMeasures(held), years=4)
    assert case.in_weeks
    assert case.measures.names == ("two weeks",)
    assert case.question.cost.tolist() == [2.0]
    assert case.cost_low.tolist() == case.cost_high.tolist() == [2.0]
    assert any("a budget is weeks of cover" in note for note in english(case))


def test_emissions_that_nobody_knows_are_counted_as_none_under_a_cap_which_is_said():
    known = measures(cover={"carbon_t_per_year": 5.0})
    case = posed(measures=known, rules=RepairRules(carbon_cap_t=4.0))
    assert case.question.candidates.carbon_t_per_year.tolist() == [5.0, 0.0, 0.0]
    assert any("Emissions of 2 measures" in note for note in english(case))
    assert not any("Emissions" in note for note in english(posed(measures=known)))
    found = plan.repair(
        country(),
        SHUT,
        budget=4.0,
        measures=known,
        rules=RepairRules(carbon_cap_t=4.0),
        model=MODEL,
        days=30,
        corners=1,
        other_end=False,
    )
    assert found.steps == ("line of a",)
    assert found.loss_after == pytest.approx(BACKED)


def test_capacity_of_a_home_supplier_counts_for_what_its_node_makes():
    home = {"home_supplier": True}
    held = measures(line=home, other=home)
    rules = RepairRules(home_suppliers={"a": 1})
    case = posed(measures=held, rules=rules)
    assert case.question.candidates.product[1:] == ("a", "b")
    with pytest.raises(InfeasibleError, match="at least 2 home suppliers of 'a'"):
        posed(measures=held, rules=RepairRules(home_suppliers={"a": 2}))


def test_what_was_asked_is_written_down_so_that_it_can_be_asked_again():
    rules = RepairRules(locked=("line of a",), least_share={"H": 0.5}, carbon_cap_t=9.0)
    case = posed([3.0, 4.0], {"one": SHUT}, years=2, rules=rules, home="H", probability=0.2)
    told = case.parameters
    assert told["budget"] == [3.0, 4.0]
    assert told["probability"] == {"one": 0.2}
    assert (told["home"], case.home) == (["H"], ("H",))
    assert (told["locked"], told["least_share"]) == (["line of a"], {"H": 0.5})
    assert told["carbon_cap_t"] == 9.0
    assert (told["years"], told["days"], told["replaceable"]) == (2, 30.0, 0.0)
    assert Shock.of_toml(told["against"]["one"]).blows == SHUT.blows
    assert posed(5.0).parameters["budget"] == 5.0


def test_fewer_pairs_are_run_for_each_of_many_scenarios():
    few = posed()
    many = posed(against=[SHUT] * 12)
    most = posed(against=[SHUT] * 100)
    assert [case.most_pairs for case in (few, many, most)] == [28, 20, 8]


@pytest.fixture(scope="module")
def front():
    return frontier_of(posed(), [0.0, 1.0, 2.0, 3.0])


def test_a_budget_that_buys_no_more_has_no_point(front):
    assert front.budgets == (0.0, 1.0, 2.0, 3.0)
    assert front.spent == (0.0, 1.0, 3.0)
    assert front.table()["loss_after"].tolist() == pytest.approx([BEFORE, BACKED, COVERED])


def test_a_frontier_says_what_half_of_what_can_be_avoided_costs(front):
    # of 5 down to 2.5 half is 1.25: the line avoids 1.2, the cover 2.5
    english, chinese = front.reading("en").splitlines()[0], front.reading("zh").splitlines()[0]
    assert english.startswith("4 budgets, 3 plans: loss falls from 5 to 2.5 at a cost of 3;")
    assert "half of what can be avoided is avoided at 3 (" in english
    assert chinese.startswith("4 个预算得出 3 个方案：损失由 5 降至 2.5，成本 3；")
    assert front.parameters["budgets"] == [0.0, 1.0, 2.0, 3.0]
    assert front.parameters["notes_en"] == [note for note, _ in front.notes]


def test_a_frontier_of_budgets_that_buy_nothing_is_one_point():
    poor = frontier_of(posed(), [0.0, 0.5])
    assert poor.spent == (0.0,)
    assert "2 budgets, 1 plan: loss falls from 5 to 5 at a cost of 0" in poor.reading()
    told = []
    frontier_of(poor.case, 2, progress=told.append)
    assert [words for words in told if words.startswith("budget")] == [
        "budget 1 of 2: 0",
        "budget 2 of 2: 4",
    ]


@pytest.mark.parametrize("budgets", [True, 0, [], [np.inf, 1.0], [2.0, 2.0]])
def test_budgets_without_two_amounts_are_no_frontier(budgets):
    with pytest.raises(ParameterError, match="budgets"):
        frontier_of(posed(), budgets)


def test_the_picture_of_a_frontier_has_a_point_a_plan(front):
    assert isinstance(front, RepairFrontier)
    (axes,) = front.plot().axes
    drawn = [line.get_xydata().tolist() for line in axes.get_lines()]
    points = [[0.0, BEFORE], [1.0, BACKED], [3.0, COVERED]]
    assert any(np.allclose(np.reshape(line, (-1, 2)), points) for line in drawn if len(line) == 3)
    blank = frontier_picture(*(np.array([v]) for v in (0.0, 5.0, 5.0, 0.0, np.nan)), "CNY")
    assert len(blank.axes) == 1


def test_of_many_scenarios_the_six_that_lose_most_are_drawn():
    def course(loss):
        return Course(loss, np.linspace(1.0, 1.0 - loss / 100.0, 5), np.zeros(3), 0.0)

    losses = [3.0, 9.0, 1.0, 8.0, 2.0, 7.0, 6.0, 5.0]
    long = "a name that is longer than what fits above a panel"
    shocks = {f"loses {loss:g}" if loss != 9.0 else long: SHUT for loss in losses}
    held = scenarios_of(country(), shocks, model=MODEL).held
    runs = Restressed(tuple(map(course, losses)), tuple(course(0.0) for _ in losses), 1.0)
    titles = [axes.get_title() for axes in before_and_after(held, runs).axes]
    assert titles[1:] == [f"loses {loss}" for loss in (8, 7, 6, 5, 3)]
    assert titles[0] == f"{long[:31]}..."


def test_a_blow_without_end_is_shaded_to_the_last_day():
    endless = Shock((Blow("capacity", nodes="H:a", share=0.5, start_day=1),), name_en="for good")
    held = scenarios_of(country(), endless, model=MODEL).held
    flat = Course(1.0, np.ones(6), np.zeros(3), np.nan)
    (axes,) = before_and_after(held, Restressed((flat,), (flat,), 1.0)).axes
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.x0, band.x1) == (pytest.approx(1.0), pytest.approx(5.0))
