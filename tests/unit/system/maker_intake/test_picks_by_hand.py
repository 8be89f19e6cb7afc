"""Picks go round: what is open is written down, filled in as people fill in, and read back."""

import pandas as pd
import pytest
from openpyxl import Workbook

from chainwright.errors import TableError
from chainwright.system import intake

FILES = {
    "products.csv": "产品,周需求,毛利(元)\nP-1,10,5\n",
    "bom.csv": "父件,子件,用量\nP-1,A-1,2\nP-1,B-2,1\n",
    "suppliers.csv": "供应商编码,供应商名称\nV-1,华新电子有限公司\nV-2,华新电子(苏州)有限公司\n"
    "V-3,North Electronics\nV-4,North Electronics Co. Ltd.\n",
    "sources.csv": "料号,供应商,份额\nP-1,V-1,100%\nA-1,North Electronic,100%\nB-2,V-2,100%\n",
    "stock.csv": "料号,库存\nA-11,40\nB-2,7\n",
}


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return sorted(folder.glob("*.csv"))


def filled(found, **chosen):
    """Return the template with picks by what was found."""
    picks = found.picks_template()
    by_word = {word.replace("_", " "): pick for word, pick in chosen.items()}
    picks["pick"] = [by_word.get(word.replace("-", " "), "") for word in picks["found"]]
    return picks


def test_what_is_open_is_asked_once_with_its_candidates(files):
    picks = intake(files).picks_template().set_index("found")
    assert set(picks.index) == {"North Electronic", "A-11"}
    assert set(picks.loc["North Electronic", ["candidate_1", "candidate_2"]]) == {"V-3", "V-4"}
    assert picks.loc["A-11", "candidate_1"] == "A-1"
    assert (picks["pick"] == "").all()


def test_an_empty_template_given_back_changes_nothing(files):
    before = intake(files)
    after = intake(files, picks=before.picks_template())
    assert after.counts == before.counts
    pd.testing.assert_frame_equal(after.rows, before.rows)


@pytest.mark.parametrize("how", ["frame", "csv", "csv with mark", "gbk", "xlsx"])
def test_picks_are_read_in_each_form_in_which_people_send_them(how, files, tmp_path):
    picks = filled(intake(files), North_Electronic="V-3", A_11="A-1")
    path = tmp_path / "picks.csv"
    given = path
    if how == "frame":
        given = picks
    elif how == "xlsx":
        given = tmp_path / "picks.xlsx"
        book = Workbook()
        for row in [list(picks.columns), *picks.astype(str).to_numpy().tolist()]:
            book.active.append(row)
        book.save(given)
    else:
        codec = {"csv": "utf-8", "csv with mark": "utf-8-sig", "gbk": "gb18030"}[how]
        picks.to_csv(path, index=False, encoding=codec)
    found = intake(files, picks=given)
    assert found.open == ()
    assert found.counts["matched"] == found.counts["read"]
    maker = found.system().maker
    assert "V-3" in maker.tables["sourcing"]["supplier"].tolist()
    assert dict(maker.tables["stocks"][["item", "quantity"]].to_numpy().tolist()) == {
        "A-1": 40.0,
        "B-2": 7.0,
    }


@pytest.mark.parametrize("word", ["leave out", "Leave Out", "剔除", "不用"])
def test_leaving_out_is_a_decision_in_either_language(word, files):
    found = intake(files, picks=filled(intake(files), A_11=word))
    assert found.counts["left_out"] == 1
    assert found.counts["possible"] == 1


@pytest.mark.parametrize("word", ["new", "NEW", "新建", "新"])
def test_a_supplier_may_be_picked_as_a_new_one(word, files):
    picks = filled(intake(files), North_Electronic=word, A_11="A-1")
    found = intake(files, picks=picks)
    assert found.open == ()
    suppliers = found.system().maker.tables["suppliers"]["supplier"].tolist()
    assert suppliers == ["V-1", "V-2", "V-3", "V-4", "North Electronic"]


@pytest.mark.parametrize("spelling", ["V-3", "v3", " V-3 ", "Ｖ－３"])
def test_a_pick_may_be_spelt_as_codes_are(spelling, files):
    found = intake(files, picks=filled(intake(files), North_Electronic=spelling, A_11="a 1"))
    assert found.open == ()


@pytest.mark.parametrize("supplier", ["V-33", "Nobody Ltd"])
@pytest.mark.parametrize("item", ["A-1", "A-111", "new", ""])
def test_a_pick_that_names_nobody_is_refused_with_its_row(supplier, item, files, tmp_path):
    picks = filled(intake(files), North_Electronic=supplier, A_11=item)
    found = intake(files, picks=picks)
    counts = found.counts
    assert counts["read"] == counts["matched"] + counts["possible"] + counts["rejected"]
    rejected = found.rows[found.rows["status"] == "rejected"].set_index("found")
    assert "picked" in rejected.loc["North Electronic", "reason_en"]
    assert "待选" in rejected.loc["North Electronic", "reason_zh"]
    with pytest.raises(TableError) as caught:
        found.store(tmp_path / "out", leave_out=True)
    told = str(caught.value)
    assert repr(supplier) in told
    assert "column 'pick'" in told
    assert not (tmp_path / "out").exists()


def test_an_item_of_the_stocks_cannot_be_picked_as_a_new_one(files):
    found = intake(files, picks=filled(intake(files), North_Electronic="V-3", A_11="new"))
    rejected = found.rows[found.rows["status"] == "rejected"]
    assert rejected["found"].tolist() == ["A-11"]
    assert len(found.open) == 1


def test_a_pick_for_a_word_that_is_no_longer_there_does_no_harm(files):
    picks = filled(intake(files), North_Electronic="V-3", A_11="A-1")
    more = picks.iloc[[0]].assign(kind="item", found="gone", pick="A-1")
    found = intake(files, picks=pd.concat([picks, more], ignore_index=True))
    assert found.open == ()


def test_a_name_that_two_suppliers_share_is_asked_about_and_picked(files):
    folder = files[0].parent
    text = FILES["sources.csv"].replace("North Electronic", "NORTH ELECTRONICS LTD")
    (folder / "sources.csv").write_text(text, "utf-8")
    before = intake(files)
    asked = before.picks_template().set_index("found").loc["NORTH ELECTRONICS LTD"]
    assert [asked["candidate_1"], asked["candidate_2"]] == ["V-3", "V-4"]
    picks = before.picks_template()
    picks["pick"] = picks["candidate_2"].where(picks["kind"] == "supplier", picks["candidate_1"])
    after = intake(files, picks=picks)
    assert after.open == ()
    assert after.system().maker.tables["sourcing"]["supplier"].tolist()[1] == "V-4"


COUNTED = [
    # sources, and how many rows of all are possible and rejected
    ("A-1,V-3,100%\nB-2,V-2,100%\nP-1,V-1,1\n", 0, 0),
    ("A-1,V-3,100%\nB-2,V-2,100%\nP-1,V-1,1\nGhost,V-1,100%\n", 0, 1),
    ("A-1,V-3,100%\nB-2,V-2,100%\nP-1,V-1,much\n", 0, 1),
    ("A-1,V-3,60%\nA-1,V-4,60%\nB-2,V-2,100%\nP-1,V-1,1\n", 2, 0),
    ("A-1,V-3,60%\nA-1,V-4,40%\nB-2,华新电子（苏州）,100%\nP-1,V-1,1\n", 0, 0),
    ("A-1,V-3,60%\nA-1,V-4,40%\nB-2,North Electronix,100%\nP-1,V-1,1\n", 1, 0),
    ("A-1,V-3,150%\nB-2,V-2,100%\nP-1,V-1,1\n", 0, 1),
    ("A-1,,100%\nB-2,V-2,100%\nP-1,V-1,1\n", 0, 1),
]


@pytest.mark.parametrize(("sources", "possible", "rejected"), COUNTED)
def test_rows_are_counted_as_a_person_counts_them(sources, possible, rejected, files):
    folder = files[0].parent
    (folder / "sources.csv").write_text("料号,供应商,份额\n" + sources, "utf-8")
    (folder / "stock.csv").write_text("料号,库存\nA-1,40\nB-2,7\n", "utf-8")
    found = intake(files)
    counts = found.counts
    assert (counts["possible"], counts["rejected"]) == (possible, rejected)
    assert counts["read"] == 1 + 2 + 4 + 2 + sources.count("\n")
    parts = ("matched", "possible", "rejected", "left_out")
    assert counts["read"] == sum(counts[part] for part in parts)
    assert bool(found.open) == bool(possible or rejected)
