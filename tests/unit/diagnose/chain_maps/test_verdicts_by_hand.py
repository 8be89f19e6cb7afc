"""Parts, verdicts, evidence and words of chain maps, one fact at a time."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.diagnose import ChainThresholds
from chainwright.diagnose.chain_maps.drawing import STATUS_COLOURS, arrangement, stages
from chainwright.diagnose.chain_maps.figure import LETTERS, _cut
from chainwright.diagnose.chain_maps.home import chain_home
from chainwright.diagnose.chain_maps.layout import Sizes
from chainwright.diagnose.chain_maps.losses import losses
from chainwright.diagnose.chain_maps.measures import Seen, mean_of
from chainwright.diagnose.chain_maps.parts import difficulty, score, value_behind
from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.diagnose.chain_maps.routes import closed
from chainwright.diagnose.chain_maps.shares import Range
from chainwright.diagnose.chain_maps.status import STATUSES, Verdict
from chainwright.diagnose.chain_maps.supply import (
    EVIDENCE,
    SPAN,
    home_use,
    makers,
    shares,
    utilisation,
)
from chainwright.diagnose.chain_maps.trade import Joined, codes_of
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Bloc
from toy_chains import made_chain, share, system_of, toy_chain

CHN = Bloc("CHN", ("CHN",))


def chain_of(*supply, nodes=None, links=(("a", "b", "essential"),)):
    return made_chain(nodes or {"a": {}, "b": {"final": 1.0}}, list(links), list(supply))


def ask(chain, home="CHN", **more):
    return diagnose.chain(system_of(chain), chain.name, home=home, **more)


def first(found):
    frame = found.table()
    return frame[frame["node"] == "a"].iloc[0]


def told(*supply, year=None):
    """Return the shares of node a by place."""
    held = shares(chain_of(*supply), year)
    return {row.place: (row.low, row.high) for row in held.itertuples() if row.node == 0}


def test_a_row_as_old_as_the_span_counts_and_an_older_one_does_not():
    old = share("a", "JPN", 0.2, year=2024 - SPAN)
    assert told(share("a", "USA", 0.3), old) == {"USA": (0.3, 0.3), "JPN": (0.2, 0.2)}
    older = share("a", "JPN", 0.2, year=2023 - SPAN)
    assert told(share("a", "USA", 0.3), older) == {"USA": (0.3, 0.3)}


def test_the_newest_row_of_a_place_counts_up_to_the_year_that_is_asked_for():
    rows = [share("a", "JPN", 0.2, year=2022), share("a", "JPN", 0.4, year=2024)]
    assert told(*rows) == {"JPN": (0.4, 0.4)}
    assert told(*rows, year=2023) == {"JPN": (0.2, 0.2)}
    assert told(*rows, year=2022) == {"JPN": (0.2, 0.2)}
    assert told(*rows, year=2021) == {}


def test_shares_stand_by_node_and_the_largest_first():
    chain = chain_of(share("b", "USA", 0.1), share("a", "JPN", 0.2), share("a", "KOR", 0.6))
    held = shares(chain, None)
    assert held["node"].tolist() == [0, 0, 1]
    assert held["place"].tolist() == ["KOR", "JPN", "USA"]


def test_the_firmest_document_on_a_place_counts_and_equal_ones_are_a_range():
    rows = [
        share("a", "JPN", 0.5, confidence="survey"),
        share("a", "JPN", 0.3),
        share("a", "JPN", 0.4),
    ]
    assert told(*rows) == {"JPN": (0.3, 0.4)}
    assert told(rows[0]) == {"JPN": (0.5, 0.5)}


def test_a_place_has_at_least_what_its_firms_have_unless_a_row_says_it_whole():
    firms = [share("a", "JPN", 0.2, firm="X"), share("a", "JPN", 0.1, firm="Y")]
    ((low, high),) = told(*firms).values()
    assert low == pytest.approx(0.3)
    assert np.isnan(high)
    assert told(*firms, share("a", "JPN", 0.5)) == {"JPN": (0.5, 0.5)}
    assert told(share("a", "WLD", 0.5, firm="X")) == {}


def test_a_basis_of_whole_places_comes_before_a_better_one_of_firms():
    rows = [share("a", "JPN", 0.2, "production", firm="X"), share("a", "USA", 0.4, "market")]
    assert told(*rows) == {"USA": (0.4, 0.4)}
    assert set(told(rows[0], share("a", "USA", 0.4, "market", firm="Z"))) == {"JPN"}


@pytest.mark.parametrize("low", [0.0, 0.25, 1.0])
def test_home_s_own_use_is_what_its_row_says(low):
    found = home_use(chain_of(share("a", "CHN", low, "domestic_use")), CHN, None)
    assert (found.low[0], found.high[0], found.said[0]) == (low, low, True)
    assert (found.low[1], found.high[1], found.said[1]) == (0.0, 1.0, False)
    assert found.year[0] == 2024
    assert EVIDENCE[found.evidence[0]] == "documented"
    assert EVIDENCE[found.evidence[1]] == "ours"


def test_firms_are_a_lower_bound_of_home_s_own_use_and_others_use_is_not_home_s():
    rows = [
        share("a", "CHN", 0.2, "domestic_use", firm="X"),
        share("a", "CHN", 0.3, "domestic_use", firm="Y"),
        share("a", "JPN", 0.9, "domestic_use"),
    ]
    found = home_use(chain_of(*rows), CHN, None)
    assert (found.low[0], found.high[0], found.said[0]) == (pytest.approx(0.5), 1.0, False)


def test_a_maker_is_a_share_a_capacity_or_a_name_and_nought_is_none():
    for row, yes, no in (
        (share("a", "CHN", 0.01), True, False),
        (share("a", "CHN", 0.0), False, True),
        (share("a", "CHN", 0.0, "capacity"), False, True),
        (share("a", "CHN", 0.0, "domestic_use"), False, True),
        (share("a", "CHN", 0.0, "market"), False, False),
        (share("a", "CHN", 0.0, "exports"), False, False),
        (share("a", "CHN", 0.0, firm="X"), False, False),
        (share("a", "CHN", np.nan, capacity=5.0), True, False),
        (share("a", "CHN", np.nan, ""), True, False),
        (share("a", "CHN", np.nan, "domestic_use"), False, False),
        (share("a", "CHN", 0.0, confidence="ours"), False, False),
        (share("a", "CHN", 0.5, confidence="survey"), True, False),
        (share("a", "JPN", 0.5), False, False),
    ):
        found = makers(chain_of(row), CHN, None)
        assert (found.yes[0], found.no[0]) == (yes, no), row
        assert not found.yes[1]
        assert not found.no[1]


def test_a_bloc_makes_none_only_if_each_member_makes_none():
    home = Bloc("JPN+KOR", ("JPN", "KOR"))
    one, two = share("a", "JPN", 0.0), share("a", "KOR", 0.0)
    assert not makers(chain_of(one), home, None).no[0]
    assert makers(chain_of(one, two), home, None).no[0]
    assert not makers(chain_of(one, two), Bloc("X", ("JPN", "KOR"), ("TWN",)), None).no[0]
    assert makers(chain_of(one, share("a", "KOR", 0.1)), home, None).yes[0]


def test_utilisation_is_home_s_if_any_row_is_and_the_world_s_if_none_is():
    rows = [
        share(
            "a",
            "CHN",
            0.1,
            "capacity",
            utilisation=0.6,
            capacity=1.0,
            firm="Y",
            confidence="survey",
        ),
        share("a", "CHN", 0.1, "capacity", utilisation=0.9, capacity=3.0, firm="X"),
        share("a", "JPN", 0.1, "capacity", utilisation=0.2),
        share("b", "JPN", 0.1, "capacity", utilisation=0.4),
        share("b", "USA", 0.1, "capacity", utilisation=0.8, capacity=9.0),
    ]
    mean, own, evidence = utilisation(chain_of(*rows), CHN, None)
    assert mean[0] == pytest.approx((0.6 + 3 * 0.9) / 4)
    assert own.tolist() == [True, False]
    assert EVIDENCE[evidence[0]] == "survey"  # the weakest that it rests on
    assert mean[1] == pytest.approx(0.6)  # not all have a capacity: a plain mean
    none, _, _ = utilisation(chain_of(share("a", "CHN", 0.1)), CHN, None)
    assert np.isnan(none).all()


def test_a_supplier_of_nought_is_no_supplier():
    found = ask(chain_of(share("a", "JPN", 0.0), share("a", "USA", 0.0)))
    assert (first(found)["top_place"], first(found)["top_foreign"]) == ("", "")
    assert np.isnan(first(found)["top_share"])


def test_only_what_is_unknown_and_concentrated_abroad_is_to_be_watched():
    found = ask(toy_chain())
    watched = found.table().set_index("node")["watch"]
    assert watched.to_dict() == {
        "ore": False, "gas": False, "resist": False, "laser": False, "mask": False,
        "wafer": False, "chip": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("used", "blocked"), [(0.9, True), (0.9 - 1e-6, False), (0.2, False), (1.2, True)]
)
def test_a_node_is_blocked_from_the_threshold_on_and_is_not_below_it(used, blocked):
    found = first(ask(chain_of(share("a", "CHN", 0.1, "capacity", utilisation=used))))
    assert found["blocked"] == blocked
    assert found["utilisation"] == used


def test_whether_a_node_is_blocked_is_not_known_without_a_row():
    assert first(ask(chain_of(share("a", "CHN", 0.1))))["blocked"] is pd.NA
    links = [("a", "b", "essential", {"route": "Suez Canal"})]
    found = ask(chain_of(links=links), closed_routes=["Suez Canal"])
    assert found.verdict.blocked.tolist() == [-1, 1]


def test_the_gravest_of_what_holds_is_the_status():
    stuck, broken, blocked, plate = (
        np.array([int(c) for c in column], dtype=np.int8)
        for column in ("1000000", "1100000", "1110000", "1111000")
    )
    stuck[5], broken[6] = -1, -1
    found = Verdict(stuck, broken, blocked, plate).status.tolist()
    assert found == ["stuck", "broken", "blocked", "long plate", "fine", "unknown", "unknown"]
    assert list(STATUSES) == ["stuck", "broken", "blocked", "unknown", "fine", "long plate"]
    assert set(STATUS_COLOURS) == set(STATUSES)
    assert len(set(STATUS_COLOURS.values())) == 6


def stuck_by(hhi=1.0, use=0.5, weeks=0.6 * 5 * 365.25 / 7):
    """Return whether a node is stuck whose parts just reach their thresholds or do not."""
    other = 1.0 - hhi
    rows = [share("a", "JPN", hhi), share("a", "CHN", 1.0 - use, "domestic_use")]
    rows += [share("a", "KOR", other)] if other else []
    rows += [share("a", "CHN", 0.0, "market")]
    nodes = {"a": {"replace_weeks": weeks, "alternatives": 9.0}, "b": {"final": 1.0}}
    return ask(chain_of(*rows, nodes=nodes), thresholds=ChainThresholds(hard=0.6))


def test_a_node_is_stuck_from_all_three_thresholds_on_and_not_just_below_one():
    assert stuck_by(use=0.5).verdict.stuck[0] != 0
    assert stuck_by(use=0.49).verdict.stuck[0] == 0
    assert stuck_by(use=1.0).verdict.stuck[0] == 1
    assert stuck_by(use=1.0, weeks=155.0).verdict.stuck[0] != 1  # a fraction below 0.6


@pytest.mark.parametrize(
    ("weeks", "alternatives", "density", "value", "low", "high"),
    [
        (np.nan, np.nan, np.nan, np.nan, 0.0, 1.0),
        (365.25 / 7, np.nan, np.nan, 0.2, 0.2, 1.0),
        (5 * 365.25 / 7, 1.0, 0.5, 1.0, 1.0, 1.0),
        (6 * 365.25 / 7, 1.0, 0.5, 1.0, 1.0, 1.0),
        (0.0, 1.0, 0.75, 0.5, 0.5, 0.5),
        (0.0, 3.0, 0.75, 0.25, 0.25, 0.25),
        (0.0, 3.0, 0.25, 0.75, 0.75, 0.75),
        (np.nan, 0.0, np.nan, 1.0, 1.0, 1.0),
    ],
)
def test_difficulty_is_the_largest_of_three(weeks, alternatives, density, value, low, high):  # noqa: PLR0917
    chain = chain_of(nodes={"a": {"replace_weeks": weeks, "alternatives": alternatives}, "b": {}})
    found = difficulty(chain, np.array([density, np.nan]))
    expected = (value, low, high)
    got = (found.value[0], found.low[0], found.high[0])
    np.testing.assert_allclose(got, expected)


def test_the_score_is_the_fourth_root_of_the_product():
    parts = [Range(*(np.array([v]) for v in (x, x / 2, 1.0))) for x in (0.5, 0.4, 0.2, 0.25)]
    found = score(*parts)
    assert found.value[0] == pytest.approx(0.01**0.25)
    assert found.low[0] == pytest.approx((0.01 / 16) ** 0.25)
    assert found.high[0] == 1.0


def test_value_counts_those_below_and_half_of_the_equal_ones():
    held = value_behind(np.array([2, 0, 1, 1]), None)
    np.testing.assert_allclose(held.value, [1.0, 0.25, 0.625, 0.625])
    world = np.array([1.0, 5.0, 7.0, 3.0])
    np.testing.assert_allclose(
        value_behind(np.array([2, 0, 1, 1]), world).value, [1, 0.25, 0.75, 0.5]
    )
    even = value_behind(np.array([1, 1]), np.array([4.0, 4.0]))
    np.testing.assert_allclose(even.value, 0.75)


def test_a_mean_of_years_weighs_what_each_year_shows():
    def year(when, places, exports, gap, density):
        return Seen(
            Joined(when, places, np.array(exports), np.array([True]), np.array([gap])),
            np.array([density]),
        )

    one = year(2020, ("JPN", "CHN"), [[1.0], [2.0]], 0.2, np.nan)
    two = year(2021, ("AUS", "CHN"), [[8.0], [4.0]], np.nan, 0.4)
    found = mean_of([one, two], np.array([0.25, 0.75]))
    assert found.joined.places == ("AUS", "JPN", "CHN")
    np.testing.assert_allclose(found.joined.exports[:, 0], [6.0, 0.25, 3.5])
    assert found.joined.year == 2021
    assert (found.joined.gap[0], found.density[0]) == pytest.approx((0.2, 0.4))
    np.testing.assert_allclose(found.joined.world, [9.75])
    both = year(2022, ("JPN", "CHN"), [[0.0], [0.0]], 0.6, 0.1)
    mean = mean_of([one, both], np.array([0.25, 0.75]))
    assert mean.joined.gap[0] == pytest.approx(0.25 * 0.2 + 0.75 * 0.6)
    assert mean_of([one, two], np.array([0.0, 1.0])).joined.gap.tolist() == pytest.approx(
        [np.nan], nan_ok=True
    )


def test_home_s_share_of_trade_has_a_row_even_where_it_is_nought():
    exports = np.array([[3.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    joined = Joined(2020, ("JPN", "USA", "CHN"), exports, np.array([True, False]), np.zeros(2))
    held = joined.rows()
    assert held[["node", "place", "low", "high"]].to_numpy().tolist() == [
        [0, "JPN", 0.75, 0.75],
        [0, "CHN", 0.25, 0.25],
    ]
    assert np.isnan(joined.world[1])
    none = Joined(2020, ("JPN", "CHN"), np.array([[2.0], [0.0]]), np.array([True]), np.zeros(1))
    assert none.rows()["low"].tolist() == [1.0, 0.0]
    assert set(none.rows()["basis"]) == {"trade"}
    assert set(none.rows()["year"]) == {2020.0}


def test_codes_of_several_nodes_are_shared_and_blanks_are_none():
    chain = chain_of(nodes={"a": {"hs": "850760; 370710"}, "b": {"hs": "850760"}, "c": {}},
                     links=[("a", "b", ""), ("b", "c", "")])  # fmt: skip
    held = codes_of(chain)
    assert held.to_numpy().tolist() == [[0, "850760", True], [0, "370710", False],
                                        [1, "850760", True]]  # fmt: skip


def test_a_home_is_a_country_a_group_or_a_place_of_the_chain():
    chain = chain_of(share("a", "XKX", 0.1), share("a", "WLD", 0.1, firm="F"))
    assert chain_home(chain, None, "XKX").members == ("XKX",)
    assert chain_home(chain, None, ["JPN", "KOR"]).members == ("JPN", "KOR")
    assert len(chain_home(chain, None, "EU27").members) == 27
    for strange in ("WLD", "", "Utopia"):
        with pytest.raises(UnknownCodeError):
            chain_home(chain, None, strange)


def test_an_input_with_two_routes_is_closed_by_both():
    links = [("a", "b", "essential", {"route": "Suez Canal; Cape"}),
             ("c", "b", "replaceable", {"route": "Suez Canal"})]  # fmt: skip
    chain = chain_of(nodes={"a": {}, "b": {"final": 1.0}, "c": {}}, links=links)
    assert closed(chain, []) == ("", "", "")
    assert closed(chain, ["Suez Canal"]) == ("", "", "")
    assert closed(chain, ["Suez Canal", "Cape"]) == ("", "Suez Canal; Cape", "")
    with pytest.raises(UnknownCodeError, match="route of the chain toy"):
        closed(chain, ["Panama"])


def test_marked_goods_are_the_finished_ones_and_else_those_that_feed_nothing():
    marked = losses(chain_of())
    assert (marked.marked, marked.finals.tolist()) == (True, [1])
    assert marked.critical.tolist() == [True, False]  # a good is no reason of its own
    plain = losses(chain_of(nodes={"a": {}, "b": {}, "c": {}}))
    assert (plain.marked, plain.finals.tolist()) == (False, [1, 2])
    assert plain.critical.tolist() == [False, False, False]
    assert plain.count.tolist() == [1, 0, 0]


def test_weights_of_governance_lie_from_nought_to_one_and_draws_need_years():
    for weight in (-0.01, 1.01):
        with pytest.raises(ParameterError, match="from 0 to 1 for JPN"):
            ask(toy_chain(), governance={"JPN": weight})
    for weight in (0.0, 1.0):
        assert ask(toy_chain(), governance={"JPN": weight}).parameters["governance"]
    with pytest.raises(ParameterError, match="draws"):
        ask(toy_chain(), draws=1)


def test_a_place_has_its_name_in_both_languages_and_a_strange_one_its_code():
    en, zh = place_name("JPN+KOR")
    assert en == f"Japan, {place_name('KOR')[0]}"
    assert zh == f"日本、{place_name('KOR')[1]}"
    assert place_name("QQQ") == ("QQQ", "QQQ")
    assert "（" not in place_name("EU27")[1]


def test_a_name_is_cut_at_the_width_of_a_box_where_a_han_character_takes_two():
    assert _cut("x" * LETTERS) == "x" * LETTERS
    assert _cut("x" * (LETTERS + 1)) == "x" * (LETTERS - 1) + "…"
    assert _cut("链" * (LETTERS // 2)) == "链" * (LETTERS // 2)
    assert _cut("链" * (LETTERS // 2 + 1)).endswith("…")
    assert _cut("") == ""


def test_shown_nodes_keep_the_links_between_them_and_their_kinds():
    chain = toy_chain()
    n = len(chain.axis)
    sizes = Sizes(box=80.0, between=20.0, gap=5.0, lane=3.0, shape=1.5)
    whole = arrangement(chain, np.full(n, 20.0), sizes)
    assert whole.essential.tolist() == [True] * 5 + [False]
    assert whole.ours.tolist() == [False] * 4 + [True, False]
    assert not whole.replaceable.any()
    shown = np.array([code != "ore" for code in chain.axis.codes])
    part = arrangement(chain, np.full(n - 1, 20.0), sizes, shown)
    assert len(part.links.source) == 5
    assert part.links.n == n - 1
    np.testing.assert_array_equal(part.stage, whole.stage[shown])
    names = np.array(chain.axis.codes, dtype=object)[shown]
    pairs = set(zip(names[part.links.source], names[part.links.target], strict=True))
    assert pairs == {("wafer", "chip"), ("resist", "chip"), ("laser", "chip"), ("mask", "chip"),
                     ("gas", "resist")}  # fmt: skip
    words = [word for word, _, _ in stages()]
    assert words.index("resource") < words.index("material") < words.index("assembly")


@pytest.mark.parametrize(
    ("rows", "status", "expected"),
    [
        ([share("a", "CHN", 0.0, confidence="survey")], "broken", "survey"),
        ([share("a", "CHN", 0.6, confidence="survey")], "long plate", "survey"),
        ([share("a", "CHN", 0.6), share("a", "JPN", 0.3, confidence="ours")], "long plate", "ours"),
        ([share("a", "CHN", 0.1, "capacity", utilisation=0.95, confidence="survey")], "blocked",
         "survey"),
        ([share("a", "CHN", 0.9, "domestic_use", confidence="survey"), share("a", "JPN", 0.6)],
         "fine", "survey"),
        ([share("a", "JPN", 1.0, confidence="survey"), share("a", "CHN", 0.1, "domestic_use")],
         "stuck", "survey"),
        ([share("a", "JPN", 1.0), share("a", "CHN", 0.1, "domestic_use", confidence="survey")],
         "stuck", "survey"),
        ([share("a", "JPN", 1.0), share("a", "CHN", 0.1, "domestic_use")], "stuck", "documented"),
        ([share("a", "JPN", 0.5)], "unknown", ""),
    ],
)  # fmt: skip
def test_a_status_is_as_sure_as_the_weakest_of_what_it_rests_on(rows, status, expected):
    nodes = {"a": {"alternatives": 0.0}, "b": {"final": 1.0}}
    found = first(ask(chain_of(*rows, nodes=nodes)))
    assert (found["status"], found["evidence"]) == (status, expected)


def test_a_documented_use_at_home_is_not_made_less_sure_by_who_makes_it():
    rows = [
        share("a", "JPN", 1.0),
        share("a", "CHN", 0.1, "domestic_use"),
        share("a", "CHN", np.nan, "market", confidence="survey"),
    ]
    chain = chain_of(*rows, nodes={"a": {"alternatives": 0.0}, "b": {"final": 1.0}})
    assert EVIDENCE[makers(chain, CHN, None).evidence[0]] == "survey"
    found = first(ask(chain))
    assert (found["status"], found["evidence"]) == ("stuck", "documented")
