"""What a brief says of tables: hand-checked numbers, balances, and what a table cannot tell."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.report.analysis import Question, analysed
from chainwright.report.findings import five_sentences, outside_of, unknown_inputs
from chainwright.report.glance import at_a_glance, joined
from chainwright.report.page import page
from chainwright.report.trees import supply_trees
from chainwright.report.wording import Words
from chainwright.system import Home
from toys import toy_table


def asked(system, home, *, nation=None, language="en", split=False):
    question = Question(
        home=home,
        nation=nation,
        currency=None,
        fold=False,
        composite=(),
        split_imports=split,
        years=(system.flows.money.year,),
        language=language,
    )
    return analysed({system.flows.money.year: system}, question, lambda _: None)


def glance_of(system, home, nation=None):
    return at_a_glance(system, home=Home.of(system.flows, home, nation))


@pytest.fixture(scope="module")
def national(toy):
    """Country A of the toy alone, its imports by origin."""
    return toy.between(["A"])


@pytest.fixture(scope="module")
def unnamed():
    """One nation whose table says only that inputs come from abroad."""
    rows = toy_table()
    rows = rows[(rows["from_region"] == "A") & (rows["to_region"] == "A")].copy()
    extra = rows[rows["block"] == "intermediate"].copy()
    extra["block"], extra["from_region"] = "import", ""
    return System.from_table(pd.concat([rows, extra]), currency="CNY", year=2020)


@pytest.fixture(scope="module")
def competitive():
    """One nation whose imports are one negative column."""
    rows = toy_table()
    rows = rows[(rows["from_region"] == "A") & (rows["to_region"] == "A")].copy()
    imports = rows[rows["block"] == "final"].copy()
    imports["to_sector"], imports["value"] = "imports", -3.0
    return System.from_table(pd.concat([rows, imports]), year=2020)


def test_the_glance_of_the_toy_by_hand(toy):
    frame = glance_of(toy, "A").table().set_index("sector")
    assert frame.loc["m", "output"] == 100.0
    assert frame.loc["m", "inputs"] == 82.0
    assert frame.loc["m", "imported_inputs"] == 54.0
    assert frame.loc["m", "imported_share"] == pytest.approx(54.0 / 82.0)
    assert frame.loc["m", "exports"] == 5.0 + 2.0 + 8.0 + 3.0 + 6.0 + 6.0
    assert frame.loc["m", "value_added"] == 18.0
    assert frame.loc["m", "world_share"] == pytest.approx(18.0 / (18.0 + 84.0 + 137.0))


@pytest.mark.parametrize("home", ["A", ["A", "B"], "C"])
def test_what_is_made_goes_somewhere_and_comes_from_somewhere(toy, home):
    glance = glance_of(toy, home)
    uses = glance.by_use.to_numpy().sum(axis=0) + glance.exports
    assert uses == pytest.approx(glance.output)
    assert glance.inputs + glance.added == pytest.approx(glance.output)
    assert glance.by_origin.to_numpy().sum(axis=0) == pytest.approx(glance.inputs_abroad)


def test_members_of_home_are_joined_and_their_deliveries_are_homes(toy):
    glance = glance_of(toy, ["A", "B"])
    frame = glance.table().set_index("sector")
    assert set(frame["region"]) == {"A+B"}
    assert frame.loc["m", "output"] == 240.0
    assert frame.loc["m", "imported_inputs"] == 30.0 + 5.0 + 6.0 + 2.0
    assert set(glance.by_origin.index) == {"C"}


def test_the_rest_of_the_nation_is_neither_home_nor_abroad(toy):
    glance = glance_of(toy, "A", ["A", "B"])
    assert glance.inputs_nation == pytest.approx([19.0, 15.0])
    assert glance.inputs_abroad == pytest.approx([35.0, 19.0])
    assert set(glance.by_origin.index) == {"C"}
    uses = glance.by_use.to_numpy().sum(axis=0) + glance.exports
    assert uses == pytest.approx(glance.output)


def test_the_same_country_reads_the_same_cut_out_of_the_table(toy, national):
    whole, cut = glance_of(toy, "A").table(), glance_of(national, "A").table()
    for column in ("output", "value_added", "inputs", "imported_inputs", "exports"):
        assert cut[column].to_numpy() == pytest.approx(whole[column].to_numpy())
    assert cut["world_share"].isna().all()


def test_imports_of_a_competitive_table_are_not_guessed(competitive):
    frame = glance_of(competitive, "A").table()
    assert frame["imported_inputs"].isna().all()
    assert frame["imported_share"].isna().all()
    assert frame.set_index("sector")["inputs"].to_dict() == {"m": 28.0, "k": 25.0}  # imports inside


def test_deliveries_are_the_largest_first_with_both_shares(toy):
    frame = glance_of(toy, "A").deliveries()
    assert frame["value"].is_monotonic_decreasing
    first = frame.iloc[0]
    assert (first["from_sector"], first["to_sector"], first["value"]) == ("k", "final", 50.0)
    own = frame[(frame["from_region"] == "C") & (frame["to_sector"] == "m")].iloc[0]
    assert own["share_of_inputs"] == pytest.approx(30.0 / 82.0)
    assert own["share_of_output"] == pytest.approx(30.0 / 209.0)
    assert not frame.duplicated(["from_region", "from_sector", "to_region", "to_sector"]).any()


def test_a_supply_tree_multiplies_shares_along_its_branches(toy):
    trees = supply_trees(toy, home=Home.of(toy.flows, "A"), sectors=["m"])
    root = trees.trees[0]
    assert root.share == 1.0
    by = {(t.region, t.sector): t for t in root.twigs}
    assert by["C", "m"].share == pytest.approx(30.0 / 82.0)
    assert by["C", "m"].source == "abroad"
    assert by["A", "m"].source == "home"
    assert sum(t.share for t in root.twigs) <= 1.0 + 1e-12
    inner = by["C", "m"].twigs[0]
    assert (inner.region, inner.sector) == ("C", "m")
    assert inner.share == pytest.approx(30.0 / 82.0 * 40.0 / 72.0)
    frame = trees.table()
    assert frame[frame["tier"] == 1]["share"].is_monotonic_decreasing
    assert len(frame) == len(root.twigs) + sum(len(t.twigs) for t in root.twigs)


def test_imported_inputs_end_a_branch(national):
    trees = supply_trees(national, home=Home.of(national.flows, "A"), sectors=["m"])
    outside = [t for t in trees.trees[0].twigs if t.source == "abroad"]
    assert outside
    assert all(t.twigs == () for t in outside)
    assert sum(t.share for t in outside) == pytest.approx(54.0 / 82.0)


def test_joining_one_region_changes_nothing(toy):
    assert joined(toy, Home.of(toy.flows, "A")) is toy


def test_suppliers_are_counted_and_their_shares_sum_to_one(toy):
    answers = asked(toy, "A")
    frame = answers.frames["suppliers"]
    assert frame["region"].tolist() == ["C", "B"]
    assert frame["imported_inputs"].tolist() == [54.0, 34.0]
    assert frame["share_of_imports"].sum() == pytest.approx(1.0)
    assert frame["main_user"].tolist() == ["m", "m"]
    necks = answers.frames["stuck_necks"]
    flagged = necks[necks["flagged"]]
    assert frame["weak_links"].sum() == len(flagged)


def test_abroad_is_no_supplier(unnamed):
    answers = asked(unnamed, "A")
    frame = answers.frames["suppliers"]
    assert frame["region"].tolist() == [""]
    assert frame["weak_links"].isna().all()
    assert frame["composite"].all()
    assert unknown_inputs(answers) == 1.0
    sentences = five_sentences(answers, Words("en"))
    assert "does not say from which country" in sentences[0]
    assert "which countries deliver the imported inputs" in sentences[4]


def test_a_composite_region_is_unknown_and_never_the_supplier():
    system = System.from_table(toy_table(), composite=["C"])
    answers = asked(system, "A")
    assert unknown_inputs(answers) == pytest.approx(54.0 / 88.0)
    frame = answers.frames["suppliers"].set_index("region")
    assert frame["weak_links"].isna().tolist() == [True, False]
    sentences = five_sentences(answers, Words("en"))
    assert "most from B (38.6 %)" in sentences[0]
    assert "who delivers 61 %" in sentences[4]


def test_what_a_competitive_table_cannot_answer_is_said_in_both_languages(competitive):
    answers = asked(competitive, "A")
    assert answers.necks is None
    assert answers.left_out == {
        "stuck_necks": "cannot_competitive",
        "assessment": "cannot_competitive",
        "stress_embargo": "cannot_competitive",
    }
    assert "Weak links cannot be found" in five_sentences(answers, Words("en"))[1]
    assert "该表为竞争型" in five_sentences(answers, Words("zh"))[1]


def test_imports_are_split_only_on_request_and_the_brief_says_so(competitive):
    answers = asked(competitive, "A", split=True)
    assert answers.necks is not None
    assert answers.left_out == {}
    assert set(answers.frames["stuck_necks"]["imports_basis"]) == {"proportional"}
    html = page(answers, Words("en"), inputs=(), tables=[], today=date(2026, 1, 31))
    assert "Imports by user were split in proportion to use: an assumption." in html
    assert "imports split off in proportion to use (an assumption)" in html


def test_the_trees_are_of_the_users_of_the_first_findings(toy):
    answers = asked(toy, "A")
    necks = answers.frames["stuck_necks"]
    users = list(dict.fromkeys(necks.loc[necks["flagged"], "sector"]))
    assert [t.sector for t in answers.trees.trees][: len(users)] == users[:3]


def test_five_sentences_have_numbers_of_the_tables(toy):
    answers = asked(toy, "A")
    first = five_sentences(answers, Words("en"))[0]
    share = 88.0 / 141.0
    assert f"{100 * share:.1f} %" in first
    assert all(s.endswith((".", "。")) for s in five_sentences(answers, Words("zh")))


def test_other_provinces_are_other_regions_and_not_abroad():
    rows = toy_table().replace({"A": "44", "B": "11", "C": "31"})
    system = System.from_table(rows)
    assert outside_of(asked(system, "44")) == "part"
    assert outside_of(asked(system, "44", nation=["44", "11"])) == "country"
    assert "来自其他地区" in five_sentences(asked(system, "44"), Words("zh"))[0]


def test_a_table_without_year_and_currency_says_so(toy):
    answers = asked(toy, "A")
    assert five_sentences(answers, Words("en"))[0].startswith(
        "In the table's year (not stated), industries in A bought inputs worth 141 "
        "(currency not stated); 62.4 %"
    )
    assert "141 （币种未说明）" in five_sentences(answers, Words("zh"))[0]


def test_findings_do_not_change_from_run_to_run(toy):
    first, second = (asked(toy, "A") for _ in range(2))
    for name, frame in first.frames.items():
        assert frame.equals(second.frames[name]), name
    assert np.array_equal(first.glance.output, second.glance.output)
