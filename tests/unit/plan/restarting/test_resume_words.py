"""Words of a restart on made-up answers: each sentence where it belongs and nowhere else."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest

from chainwright.plan import RestartRules
from chainwright.plan.restarting.restart_ways import Way
from chainwright.plan.restarting.resume_words import (
    node_words,
    notes_of,
    summary_words,
    way_words,
)
from chainwright.plan.restarting.stopped_nodes import Stopped
from chainwright.stress import Blow, Shock
from chainwright.system import Safeguard

CODES = ("A:k", "A:m", "A:t")
FLOOD = Shock((Blow("capacity", nodes="A:k", share=1.0, days=9),))
BUILT_ANEW = Shock(
    (
        Blow(
            "capital", nodes="A:k", share=0.5, recovery="rebuild", recovery_days=90,
            rebuilding=(("m", 1.0),),
        ),
    )
)  # fmt: skip


def standing(**more):
    """Return three nodes: work 2, 4 and none; worth 10, 40 and nothing a day."""
    words, none = np.array(CODES, dtype=object), np.zeros((0, 2), np.int64)
    found = Stopped(
        codes=words,
        regions=words,
        sectors=words,
        places=np.arange(3),
        share=np.ones(3),
        stated=np.ones(3),
        strike=np.zeros(3),
        ready=0.0,
        output=np.ones(3),
        value=np.array([10.0, 40.0, 0.0]),
        work=np.array([2.0, 4.0, 0.0]),
        work_source=np.array(["given", "blow", "given"], dtype=object),
        needs=none,
        given=none,
    )
    return replace(found, **more)


def way(name="this_order", *, loss=100.0, in_part=False, last=7.0):
    done = np.array([2.0, 6.0, 0.0])
    running = np.array([last, 6.0, 0.0])
    return Way(name, (0, 1, 2), done, running, np.zeros(3), done, in_part, loss)


@dataclass
class Answer:
    """What the words ask of an answer."""

    losses: dict
    ways: dict = field(default_factory=lambda: {"this_order": way()})
    stopped: Stopped = field(default_factory=standing)
    shock: Shock = FLOOD
    held: tuple = ()
    rules: RestartRules = field(default_factory=RestartRules)
    begin: float = 3.0
    days: float = 60.0
    loss_before: float = 0.0
    money: str = "USD m"
    exact: bool = True
    bound: float = 100.0
    bound_in_part: float = 80.0
    runs: int = 5
    all_orders: bool = False

    @property
    def question(self):
        has = frozenset({"safeguards"} if self.held else ())
        system = SimpleNamespace(has=has, safeguards=self.held)
        return SimpleNamespace(
            stopped=self.stopped, rules=self.rules, shock=self.shock, system=system
        )

    @property
    def additive(self):
        return SimpleNamespace(exact=self.exact, bound=self.bound, bound_in_part=self.bound_in_part)

    @property
    def searched(self):
        return SimpleNamespace(runs=self.runs, all_orders=self.all_orders)

    @property
    def outcomes(self):
        return {"this_order": [SimpleNamespace(end=e, loss=v["this_order"])
                               for e, v in self.losses.items()]}  # fmt: skip

    def loss(self, name="this_order", end="single"):
        return self.losses[end][name]


def answer(this=100.0, even=200.0, alone=300.0, *, others=None, **more):
    losses = {"this_order": this, "proportional": even, "value_alone": alone, **(others or {})}
    names = {"ways": {name: way(name) for name in losses}} if "ways" not in more else {}
    return Answer({"single": losses}, **names, **more)


def nodes(of, waiting=("", "", ""), users=(0, 0, 0)):
    both = node_words(of, np.array(waiting, dtype=object), np.array(users))
    return [words.tolist() for words in both]


def told(of):
    """Return all notes in English as one text, after a look that each has both languages."""
    notes = notes_of(of)
    assert all(english.isascii() and not chinese.isascii() for english, chinese in notes)
    return " ".join(english for english, _ in notes)


def test_nodes_are_ranked_by_their_own_value_a_day_of_work():
    # 10 / 2 = 5 and 40 / 4 = 10; what takes no work comes before both and has no rank to tell
    english, chinese = nodes(answer())
    assert english[1] == "Number 2 of 3 by its own value a day of work."
    assert english[0] == "Number 3 of 3 by its own value a day of work."
    assert english[2] == "It takes no work."
    assert chinese[2] == "无需复产工作。"
    assert chinese[0] == "按自身单位工作量价值列第 3 位（共 3 个）。"


def test_a_node_of_no_value_is_said_to_count_nothing_alone():
    worthless = standing(value=np.array([0.0, 40.0, 0.0]))
    english, chinese = nodes(answer(stopped=worthless))
    assert english[0] == "Nothing that counts is lost at it alone."
    assert chinese[0] == "其自身不造成计入的损失。"
    assert english[2] == "It takes no work."  # which is said first


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 that stands still needs it."), (4, "4 that stand still need it.")],
)
def test_how_many_need_a_node_agrees_in_number(count, said):
    english, chinese = nodes(answer(), users=(count, 0, 0))
    assert english[0].endswith(said)
    assert chinese[0].endswith(f"{count} 个停产对象依赖它。")
    assert "need" not in english[1]


def test_a_node_that_waits_says_for_whom_and_from_which_day_of_the_run():
    # crews begin on day 3: restarted on 3 + 2, running on 3 + 7
    english, chinese = nodes(answer(), waiting=("A:m", "", ""))
    assert english[0].endswith("Restarted on day 5, it runs fully from day 10, when A:m is back.")
    assert chinese[0].endswith("第 5 天复产，待 A:m 恢复，第 10 天起才能满产。")
    assert "Restarted" not in english[1]


@pytest.mark.parametrize(
    ("lost", "even", "english", "chinese"),
    [
        (150.0, 200.0, "25.00% less than proportional restart", "比按比例复产少 25.00%"),
        (250.0, 200.0, "25.00% more than proportional restart", "比按比例复产多 25.00%"),
        (200.05, 200.0, "as much as proportional restart", "与按比例复产相同"),
    ],
)
def test_a_way_is_told_against_proportional_restart(lost, even, english, chinese):
    said = way_words(answer(lost, even), "this_order", "single")
    assert f"It loses {english}." in said[0]
    assert chinese in said[1]
    assert said[0].startswith("This order.")


def test_where_proportional_restart_loses_nothing_no_share_is_told():
    said = way_words(answer(5.0, 0.0), "this_order", "single")
    assert "proportional" not in said[0]
    assert "按比例" not in said[1]


def test_proportional_restart_is_not_told_against_itself():
    said = way_words(answer(), "proportional", "single")
    assert "It loses" not in said[0]


def test_both_kinds_of_proportional_restart_are_told_where_there_are_both():
    # 150 against 200 in part and 600 whole: 25 % and 75 % less
    of = answer(150.0, 200.0, others={"proportional_whole": 600.0})
    english, chinese = way_words(of, "this_order", "single")
    assert (
        "It loses 25.00% less than proportional restart in which what is back in part makes "
        "something, and 75.00% less than one in which nothing runs before it is whole."
    ) in english
    assert "少 75.00%" in chinese
    whole, _ = way_words(of, "proportional_whole", "single")
    assert "200.00% more than proportional restart." in whole
    assert "in which what is back" not in whole


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (100.0, "what the sum over nodes says"),
        (100.04, "what the sum over nodes says"),  # within half a thousandth
        (101.0, "more than the sum over nodes"),
        (99.0, "less than the sum over nodes"),
    ],
)
def test_a_way_is_told_against_the_sum_over_nodes(engine, said):
    assert f"The engine loses {said}" in way_words(answer(engine), "this_order", "single")[0]


def test_what_was_lost_before_crews_began_counts_in_the_sum():
    of = answer(130.0, loss_before=30.0)
    assert "what the sum over nodes says" in way_words(of, "this_order", "single")[0]


def test_every_way_has_a_name_of_its_own_in_both_languages():
    names = ("this_order", "additive_order", "proportional", "proportional_whole", "value_alone",
             "all_at_once")  # fmt: skip
    of = answer(others=dict.fromkeys(names, 150.0))
    first = [way_words(of, name, "single") for name in names]
    assert len({english.split(". ")[0] for english, _ in first}) == len(names)
    assert len({chinese.split("。")[0] for _, chinese in first}) == len(names)


def test_the_summary_tells_the_losses_of_each_run_and_rounds_large_ones():
    of = answer(12345.678, 20000.0, 99.12345)
    english, chinese = summary_words(of)[0]
    assert english == (
        "In the engine (USD m): this order loses 12,346; proportional restart 20,000; "
        "by value alone 99.12."
    )
    assert chinese.startswith("引擎（USD m）：本顺序的引擎损失为 12,346；按比例复产为 20,000")


def test_the_order_of_least_additive_loss_is_told_where_it_is_another():
    of = answer(100.0, others={"additive_order": 110.0, "proportional_whole": 400.0})
    english, chinese = summary_words(of)[0]
    assert english.endswith(
        "The order of least additive loss loses 110 there, 10.00% more than this order."
    )
    assert "proportional restart 200 (400 if nothing runs in part)" in english
    assert "可加损失最小的顺序在引擎中损失 110。" in chinese


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "No order has a smaller additive loss than the best of them."),
        ({"exact": False, "bound": 80.0}, "is 25.00% above a bound"),
        ({"exact": False, "bound": 100.0}, "is 0.00% above a bound"),
        ({"exact": False, "bound": 0.0}, "There is no bound of additive loss above 0."),
    ],
)
def test_how_near_the_best_order_is_to_what_nothing_beats(more, said):
    english, chinese = summary_words(answer(**more))[-1]
    assert said in english
    assert not chinese.isascii()


def test_in_part_the_bound_is_that_of_what_comes_back_in_part_and_never_exact():
    # 100 against the bound in part of 80
    parts = {name: way(name, in_part=True) for name in ("this_order", "proportional")}
    of = answer(ways={**parts, "value_alone": way("value_alone", in_part=True)})
    english, _ = summary_words(of)[-1]
    assert "25.00% above a bound" in english


def test_notes_say_who_needs_whom_and_what_runs_in_part():
    whole = told(answer(rules=RestartRules(need_share=0.125)))
    assert whole.startswith("What buys 12.5 % or more of its inputs")
    assert "nothing is made before a restart is done" in whole
    partly = told(answer(ways={"this_order": way(in_part=True)}))
    assert "What is restarted in part makes something" in partly
    assert "nothing is made before" not in partly


def test_notes_count_the_work_that_is_assumed_and_tell_its_days():
    sources = np.array(["assumption", "given", "assumption"], dtype=object)
    said = told(answer(stopped=standing(work_source=sources), rules=RestartRules(assumed_days=12)))
    assert "The work of 2 of 3 is assumed: 12 days of a crew for all capacity" in said
    assert "share of capacity lost times the days" not in said
    of_blows = told(answer())
    assert "share of capacity lost times the days" in of_blows
    assert "is assumed" not in of_blows


def test_a_note_on_rebuilding_stands_only_where_something_is_rebuilt():
    assert "what rebuilding it would ask of others is left out" in told(answer(shock=BUILT_ANEW))
    assert "rebuilding" not in told(answer())


def test_what_is_held_ready_is_said_to_be_in_force_if_it_has_any_size():
    none = Safeguard("roof", "stabilise", users=("A:k",), size=0.0)
    some = replace(none, size=0.5)
    said = "What the system holds ready is in force in every run"
    assert said in told(answer(held=(none, some)))
    assert said not in told(answer(held=(none,)))


def test_where_nothing_counts_at_home_the_sum_is_said_to_say_nothing():
    assert "the additive loss says nothing" in told(answer(stopped=standing(value=np.zeros(3))))
    assert "says nothing" not in told(answer())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"all_orders": True, "runs": 6}, "Every order was looked at in the engine"),
        ({"runs": 1}, "1 order was run in the engine; others may lose less there."),
        ({"runs": 7}, "7 orders were run in the engine; others may lose less there."),
        ({"runs": 0}, "none other was run in the engine"),
    ],
)
def test_notes_say_how_far_the_search_in_the_engine_went(more, said):
    text = told(answer(**more))
    assert said in text
    assert ("others may lose less" in text) == ("others may lose less" in said)


def test_ways_that_end_after_the_run_are_named_and_no_others():
    ways = {"this_order": way(last=7.0), "proportional": way("proportional", last=58.0)}
    said = told(answer(ways=ways))  # crews begin on day 3, the run ends on day 60
    assert "before all is restarted (proportional):" in said
    assert "before all is restarted" not in told(answer(ways={"this_order": way(last=57.0)}))
