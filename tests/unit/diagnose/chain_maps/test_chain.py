"""The diagnosis of a chain, on a toy whose every number is worked by hand."""

import numpy as np
import pytest

from chainwright import diagnose
from chainwright.diagnose import ChainThresholds
from chainwright.diagnose.chain_maps.measures import documented
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import Bloc, System
from toy_chains import LINKS, NODES, STATUS, SUPPLY, made_chain, share, system_of, toy_chain


def ask(chain=None, home="CHN", **more):
    held = chain or toy_chain()
    return diagnose.chain(system_of(held), held.name, home=home, **more)


def row(found, node):
    frame = found.table()
    return frame[frame["node"] == node].iloc[0]


@pytest.fixture(scope="module")
def toy():
    return ask()


@pytest.mark.parametrize("node", STATUS)
def test_each_node_has_the_status_worked_by_hand(toy, node):
    assert row(toy, node)["status"] == STATUS[node]


def test_a_stuck_node_has_its_parts_by_hand(toy):
    resist = row(toy, "resist")
    assert resist["foreign_hhi"] == pytest.approx(0.9**2 + 0.1**2)
    assert resist["exposure"] == pytest.approx(0.9)  # 10 % of home's use is made at home
    assert resist["monopoly"] == pytest.approx(0.82 * 0.9)
    assert resist["hard"] == 1.0  # 300 weeks are more than five years
    assert resist["gap"] == 0.8
    # chip leads to itself, so all seven nodes lead to one good: ties, (7 + 1) / 2 / 7
    assert resist["value"] == pytest.approx(4.0 / 7.0)
    assert resist["score"] == pytest.approx((4.0 / 7.0 * 0.8 * 0.738 * 1.0) ** 0.25)
    assert (resist["evidence"], resist["stuck"], resist["broken"]) == ("documented", True, False)


def test_no_maker_at_home_is_a_break_even_with_two_suppliers_abroad(toy):
    laser = row(toy, "laser")
    assert laser["broken"]
    assert laser["exposure"] == 1.0
    assert laser["exposure_basis"] == "no maker"
    assert laser["monopoly"] == pytest.approx(0.5)
    assert np.isnan(laser["hard"])
    assert "T" in laser["unknown_parts"]


def test_an_empty_cell_is_no_break():
    found = ask(made_chain(NODES, LINKS, [r for r in SUPPLY if r["place"] != "CHN"]))
    assert not found.table()["broken"].fillna(value=False).any()
    assert row(found, "laser")["status"] == "unknown"
    assert "maker" in row(found, "laser")["decides"]


def test_a_blocked_node_says_how_far_capacity_is_used(toy):
    mask = row(toy, "mask")
    assert mask["utilisation"] == 0.95
    assert "95%" in mask["reason_en"]
    assert "95%" in mask["reason_zh"]
    assert not mask["stuck"]


def test_a_long_plate_says_what_the_others_would_have_to_add(toy):
    ore = row(toy, "ore")
    assert ore["long_plate"]
    assert "1.5 times" in ore["reason_en"]  # 0.6 / 0.4


def test_a_lead_that_the_unnamed_rest_may_beat_is_no_long_plate():
    rows = [share("ore", "CHN", 0.4), share("ore", "AUS", 0.1)]  # one place may hold the rest, 0.5
    found = row(ask(made_chain(NODES, LINKS, rows)), "ore")
    assert found["status"] == "unknown"
    assert str(found["long_plate"]) == "<NA>"


def test_what_may_be_stuck_is_unknown_and_says_which_cells_decide(toy):
    chip = row(toy, "chip")
    assert chip["watch"]
    assert chip["decides"].split("; ")[0] == "use"
    assert set(chip["decides"].split("; ")) == {"use", "weeks", "alternatives", "density"}
    assert chip["exposure_basis"] == "derived"
    assert chip["exposure"] == pytest.approx(0.9)
    assert (chip["exposure_low"], chip["exposure_high"]) == (0.0, 1.0)
    assert "may be stuck" in chip["reason_en"]


def test_a_node_of_which_nothing_is_known_says_so(toy):
    gas = row(toy, "gas")
    assert gas["reason_en"].startswith("Nothing is known")
    assert gas["reason_zh"].startswith("供应方")
    assert (gas["score_low"], gas["status"]) == (0.0, "unknown")
    assert gas["top_foreign"] == ""


def test_a_fine_node_is_fine_by_data(toy):
    wafer = row(toy, "wafer")
    assert wafer["exposure"] == pytest.approx(0.1)
    assert "How far capacity is used is not known" in wafer["reason_en"]


def test_the_gravest_stand_first(toy):
    order = toy.table()["status"].tolist()
    assert order == ["stuck", "broken", "blocked", "unknown", "unknown", "fine", "long plate"]
    assert toy.table()["node"].tolist()[3] == "chip"  # it is to be watched; of gas nothing is known
    assert toy.counts == {
        "stuck": 1, "broken": 1, "blocked": 1, "unknown": 2, "fine": 1, "long plate": 1
    }  # fmt: skip


def test_concentration_abroad_has_bounds_for_what_is_not_named(toy):
    chip = row(toy, "chip")  # TWN 0.7, CHN 0.1, 0.2 not named
    assert chip["foreign_hhi"] == pytest.approx(1.0)
    assert chip["foreign_hhi_low"] == pytest.approx(0.49 / 0.81)
    assert chip["foreign_hhi_high"] == pytest.approx(1.0)
    assert chip["named_share"] == pytest.approx(0.8)


def test_where_home_is_not_named_it_may_hold_the_rest(toy):
    wafer = row(toy, "wafer")  # JPN 0.6 of the market, home not named
    assert np.isnan(wafer["home_share"])
    assert (wafer["home_share_low"], wafer["home_share_high"]) == (0.0, pytest.approx(0.4))
    assert wafer["foreign_hhi_low"] == pytest.approx(0.36)
    assert wafer["foreign_hhi_high"] == pytest.approx(1.0)


def test_difficulty_is_the_largest_known_part(toy):
    wafer = row(toy, "wafer")  # one substitute: 1/2; 52 weeks: a fifth of five years
    assert wafer["hard"] == pytest.approx(0.5)
    assert wafer["hard_high"] == 1.0  # density is not known
    weeks = row(ask(made_chain({**NODES, "wafer": {"replace_weeks": 52.0}}, LINKS)), "wafer")
    assert weeks["hard"] == pytest.approx(52.0 * 7.0 / 365.25 / 5.0)


def test_governance_weighs_the_suppliers():
    found = row(ask(governance={"JPN": 0.5, "KOR": 1.0}), "resist")
    assert found["foreign_hhi"] == pytest.approx(0.81 * 0.5 + 0.01)
    assert found["status"] == "fine"  # K 0.37 at most: below 0.4
    with pytest.raises(ParameterError, match="from 0 to 1 for JPN"):
        ask(governance={"JPN": 2.0})


def test_a_closed_route_blocks_what_has_no_other():
    links = [*LINKS[:-1], ("gas", "wafer", "essential", {"route": "Suez Canal"})]
    found = ask(made_chain(NODES, links, SUPPLY), closed_routes=["Suez Canal"])
    wafer = row(found, "wafer")
    assert (wafer["status"], wafer["evidence"]) == ("blocked", "ours")
    assert "Suez Canal" in wafer["reason_zh"]
    assert row(found, "chip")["blocked"]
    with pytest.raises(UnknownCodeError, match="Did you mean Suez Canal"):
        ask(closed_routes=["Suez canal"])


def test_another_home_sees_another_chain():
    japan = ask(home="JPN")
    assert row(japan, "resist")["status"] == "long plate"
    assert row(japan, "ore")["status"] == "unknown"
    europe = ask(home="EU27")
    assert europe.home.members == tuple(sorted(europe.home.members, key=europe.home.members.index))
    assert row(europe, "laser")["home_share_low"] == pytest.approx(0.5)
    assert row(europe, "laser")["top_foreign"] == "USA"


def test_a_country_that_no_row_names_is_a_home_of_which_little_is_known():
    found = ask(home="FIN")
    assert not {"fine", "broken"} & set(found.status)


def test_words_that_are_no_home_or_chain_are_refused():
    with pytest.raises(UnknownCodeError, match="CHM"):
        ask(home="CHM")
    with pytest.raises(UnknownCodeError, match="Did you mean toy"):
        diagnose.chain(system_of(toy_chain()), "toi", home="CHN")
    with pytest.raises(MissingPartError, match="chain maps"):
        diagnose.chain(System(), "toy", home="CHN")
    with pytest.raises(ParameterError, match="draws"):
        ask(draws=3)


def test_rows_of_later_years_are_left_out():
    rows = [share("resist", "JPN", 0.9, year=2020), share("resist", "JPN", 0.5, year=2024)]
    chain = made_chain(NODES, LINKS, rows)
    assert row(ask(chain, year=2021), "resist")["top_share"] == 0.9
    assert row(ask(chain), "resist")["top_share"] == 0.5


def test_production_comes_before_the_market_and_places_before_firms():
    rows = [
        share("resist", "JPN", 0.9, "market"),
        share("resist", "JPN", 0.7, "capacity"),
        share("resist", "KOR", 0.2, "production", firm="a maker"),
    ]
    found = row(ask(made_chain(NODES, LINKS, rows)), "resist")
    assert (found["share_basis"], found["top_share"]) == ("capacity", 0.7)


def test_firms_of_a_place_come_to_at_least_their_sum():
    rows = [
        share("resist", "JPN", 0.3, firm="a"),
        share("resist", "JPN", 0.2, firm="b"),
        share("resist", "CHN", 0.1, firm="c"),
        share("resist", "WLD", 0.1, firm="d"),
    ]
    found = ask(made_chain(NODES, LINKS, rows))
    resist = row(found, "resist")
    assert resist["top_share"] == pytest.approx(0.5)
    assert resist["named_share"] == pytest.approx(0.6)
    assert (resist["home_share_low"], resist["home_share_high"]) == (0.1, pytest.approx(0.5))
    held = found.tables()["chain_supply_shares"]
    assert held[["place", "share"]].to_numpy().tolist() == [["JPN", 0.5], ["CHN", 0.1]]
    assert held["share_high"].isna().all()


def test_documents_that_differ_give_a_range():
    rows = [share("resist", "JPN", 0.9), share("resist", "JPN", 0.7), share("resist", "CHN", 0.0)]
    found = ask(made_chain(NODES, LINKS, rows)).tables()["chain_supply_shares"]
    assert found.loc[0, ["share", "share_high"]].tolist() == [0.7, 0.9]


def test_what_the_loss_of_a_node_stops_has_bounds(toy):
    held = toy.tables()["chain_losses"].set_index("node")
    assert held.loc["ore", ["finals_stopped", "nodes_stopped"]].tolist() == [1, 2]
    assert held.loc["gas", ["finals_stopped", "finals_stopped_most"]].tolist() == [0, 1]
    assert held.loc["chip", ["finals", "finals_stopped"]].tolist() == [0, 0]
    assert held.loc["ore", "stopped"] == "chip"
    assert held.loc["ore", "single_point"]  # China has 0.6 of what every good needs
    assert not held.loc["chip", "single_point"]


def test_a_single_point_may_hang_on_what_is_not_known(toy):
    held = toy.tables()["chain_losses"].set_index("node")["single_point"]
    assert str(held["gas"]) == "<NA>"
    assert held["resist"]
    assert held["laser"]


def test_dominators_are_the_nodes_that_all_paths_pass():
    nodes = {n: {} for n in ("a", "b", "c", "d")} | {"e": {"final": 1.0}}
    links = [(x, y, "essential") for x, y in ("ab", "ac", "bd", "cd", "de")]
    found = ask(made_chain(nodes, links)).tables()["chain_dominators"]
    assert sorted(found["node"]) == ["a", "d"]
    assert set(found["final"]) == {"e"}


def test_completeness_counts_makers_and_what_is_not_known(toy):
    held = toy.tables()["chain_completeness"]
    whole = held.iloc[0]
    assert (whole["nodes"], whole["made"], whole["not_made"], whole["unknown"]) == (7, 5, 1, 1)
    assert whole["completeness"] == pytest.approx(5 / 6)
    assert (whole["completeness_low"], whole["completeness_high"]) == (
        pytest.approx(5 / 7),
        pytest.approx(6 / 7),
    )
    assert held[held["scope"] == "kind"]["nodes"].sum() == 7
    assert held[held["scope"] == "stage"]["made"].sum() == 5


def test_a_chain_without_finished_goods_takes_what_feeds_nothing():
    chain = made_chain({n: {} for n in "abc"}, [("a", "b", "essential"), ("b", "c", "essential")])
    found = ask(chain)
    assert found.parameters["finished_goods"] == "nodes that feed nothing"
    assert found.tables()["chain_losses"].set_index("node").loc["a", "stopped"] == "c"


def test_what_comes_back_from_used_goods_feeds_nothing():
    links = [*LINKS, ("chip", "ore", "replaceable", {"route": "recycling"})]
    held = ask(made_chain(NODES, links, SUPPLY)).tables()["chain_losses"].set_index("node")
    assert held.loc["chip", "finals_stopped_most"] == 0
    assert held.loc["ore", "finals_fed"] == 1


def test_thresholds_move_the_verdict():
    strict = ask(thresholds=ChainThresholds(monopoly=0.75))
    assert row(strict, "resist")["status"] == "fine"
    assert strict.parameters["monopoly"] == 0.75
    with pytest.raises(ParameterError, match="monopoly"):
        ChainThresholds(monopoly=2.0)


def test_rank_and_its_bounds_agree(toy):
    held = toy.table()
    assert sorted(held["rank"]) == list(range(1, 8))
    assert ((held["rank_first"] <= held["rank"]) & (held["rank"] <= held["rank_last"])).all()
    assert held["rank_5"].isna().all()


def test_reasons_and_names_come_in_both_languages(toy):
    assert (toy.table()["reason_en"] != "").all()
    assert toy.table()["reason_zh"].str.contains("[一-鿿]").all()
    assert toy.names("node", "zh")["ore"] == "环节ore"
    assert toy.names("status", "zh")["stuck"] == "卡点"
    assert toy.names("top_foreign")["JPN"] == "Japan"
    assert toy.names("rank") == {}


def test_the_figure_for_notebooks_has_every_node(toy):
    texts = [t.get_text() for t in toy.plot("zh").axes[0].texts]
    assert {f"环节{node}" for node in NODES} <= set(texts)
    assert any("卡点 1" in text for text in texts)


def test_a_member_without_a_row_leaves_a_bloc_open():
    rows = [share("resist", "DEU", 0.0), share("resist", "FRA", 0.0)]
    chain = made_chain(NODES, LINKS, rows)
    assert row(ask(chain, home="DEU+FRA"), "resist")["status"] == "broken"
    assert row(ask(chain, home="DEU+FRA+ITA"), "resist")["status"] == "unknown"


def test_a_blocs_own_use_lies_between_those_of_its_members():
    rows = [
        share("resist", "DEU", 0.2, "domestic_use"),
        share("resist", "FRA", 0.6, "domestic_use"),
    ]
    found = row(ask(made_chain(NODES, LINKS, rows), home="DEU+FRA"), "resist")
    assert (found["exposure_low"], found["exposure_high"]) == (pytest.approx(0.4), 0.8)
    alone = row(ask(made_chain(NODES, LINKS, rows[:1]), home="DEU+FRA"), "resist")
    assert (alone["exposure_low"], alone["exposure_high"]) == (0.0, 1.0)


def test_our_own_judgement_is_no_evidence_of_a_maker():
    ours = {"node": "gas", "place": "CHN", "confidence": "ours"}
    told = {"node": "gas", "place": "CHN", "firm": "a maker"}
    assert str(row(ask(toy_chain(supply=[*SUPPLY, ours])), "gas")["broken"]) == "<NA>"
    found = row(ask(toy_chain(supply=[*SUPPLY, told])), "gas")
    assert not found["broken"]
    assert found["status"] == "unknown"  # it may still be stuck
    assert found["home_share_low"] == 0.0


def test_the_newest_row_says_whether_home_makes_it():
    rows = [share("gas", "CHN", 0.2, year=2015), share("gas", "CHN", 0.0, year=2024)]
    assert row(ask(toy_chain(supply=[*SUPPLY, *rows])), "gas")["broken"]


def test_shares_of_several_years_that_come_to_more_than_all_leave_the_newest():
    rows = [share("gas", "JPN", 0.8, year=2022), share("gas", "USA", 0.6, year=2023)]
    found = row(ask(toy_chain(supply=[*SUPPLY, *rows])), "gas")
    assert (found["top_place"], found["named_share"]) == ("USA", 0.6)
    older = [share("gas", "JPN", 0.3, year=2022), share("gas", "USA", 0.6, year=2023)]
    found = row(ask(toy_chain(supply=[*SUPPLY, *older])), "gas")
    assert found["named_share"] == pytest.approx(0.9)
    assert found["share_year"] == 2023


def test_a_row_without_a_number_is_no_evidence_of_absence():
    rows = [{"node": "gas", "place": "CHN", "basis": "domestic_use"}]
    assert str(row(ask(toy_chain(supply=[*SUPPLY, *rows])), "gas")["broken"]) == "<NA>"


def test_a_gap_of_another_place_is_not_home_s():
    german = ask(home="DEU")
    resist, ore = row(german, "resist"), row(german, "ore")
    assert np.isnan(resist["gap"])
    assert (resist["gap_low"], resist["gap_high"]) == (0.0, 1.0)
    assert "G" in resist["unknown_parts"].split()
    assert np.isnan(resist["score"])
    assert (
        "The gap in the map is that of China, not of home: home's is not known."
        in (resist["reason_en"])
    )
    assert resist["reason_zh"].endswith("图中差距为中国的，不是本国的：本国差距不明。")
    assert "gap" not in ore["reason_en"]  # the map has none of anybody
    assert "差距" not in ore["reason_zh"]


def test_home_s_own_gap_needs_no_word(toy):
    assert row(toy, "resist")["gap"] == 0.8
    assert not toy.table()["reason_en"].str.contains("gap").any()
    assert not toy.table()["reason_zh"].str.contains("差距").any()


@pytest.mark.parametrize(
    ("home", "known"),
    [("CHN", True), (["CHN"], True), ("CHN+JPN", False), (["JPN", "CHN"], False), ("HKG", False)],
)
def test_a_bloc_has_a_gap_only_if_it_is_that_place(home, known):
    resist = row(ask(home=home), "resist")
    assert np.isfinite(resist["gap"]) == known
    assert ("that of China, not of home" in resist["reason_en"]) != known


def test_each_node_may_have_the_gap_of_another_place():
    nodes = {**NODES, "mask": {"gap": 0.2, "gap_place": "JPN"}}
    found = ask(toy_chain(nodes=nodes), home="JPN")
    assert row(found, "mask")["gap"] == 0.2
    assert np.isnan(row(found, "resist")["gap"])
    assert "that of Japan" in row(ask(toy_chain(nodes=nodes)), "mask")["reason_en"]


def test_a_gap_of_nought_elsewhere_is_not_nought_at_home():
    nodes = {**NODES, "mask": {"gap": 0.0}}
    mask = row(ask(toy_chain(nodes=nodes)), "mask")
    assert (mask["gap"], mask["score_high"]) == (0.0, 0.0)
    mask = row(ask(toy_chain(nodes=nodes), home="USA"), "mask")
    assert np.isnan(mask["gap"])
    assert mask["score_high"] > 0.5


def test_a_member_alone_among_the_places_at_hand_is_no_bloc():
    lone, part = Bloc("CHN", ("CHN",)), Bloc("CHN+XXX", ("CHN",), ("XXX",))
    assert documented(toy_chain(), lone, None).gap[2] == 0.8
    said = documented(toy_chain(), part, None)
    assert np.isnan(said.gap).all()
    assert said.gap_elsewhere.tolist() == ["", "", "CHN", "", "CHN", "", "CHN"]
