"""What a person says of a column: its unit, its role, or that it is not used."""

import pytest

import chainwright as cw
from chainwright.errors import TableError

TEXTS = {
    "bill.csv": "Parent,Component,Quantity\nF,a,2\n",
    "products.csv": "Product,Demand per week\nF,10\n",
    "sourcing.csv": "Item,Supplier,Site,Share,Lead time\nF,,Home,1,\na,S1,X1,1,14\n",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("picks")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def picked(files, word):
    picks = cw.system.intake(files).picks_template()
    picks.loc[picks["found"] == "Lead time", "pick"] = word
    return cw.system.intake(files, picks=picks)


def lead_time_weeks(preview):
    sourcing = preview.system().maker.tables["sourcing"]
    return sourcing.loc[sourcing["item"] == "a", "lead_time_weeks"].item()


def test_a_time_without_unit_is_taken_for_days_and_asked_about(files):
    preview = cw.system.intake(files)
    columns = preview.columns.set_index("header")
    assert columns.at["Lead time", "status"] == "possible"
    assert lead_time_weeks(preview) == 2


@pytest.mark.parametrize(("word", "weeks"), [("week", 14), ("day", 2), ("weeks", 14), ("周", 14)])
def test_a_unit_that_is_picked_holds(files, word, weeks):
    preview = picked(files, word)
    assert lead_time_weeks(preview) == weeks
    assert preview.columns.set_index("header").at["Lead time", "status"] == "matched"


def test_a_role_that_is_picked_holds(files):
    preview = picked(files, "recovery")
    sourcing = preview.system().maker.tables["sourcing"]
    assert sourcing["lead_time_weeks"].isna().all()
    assert sourcing["recovery_weeks"].max() == 14


def test_a_column_that_is_left_out_is_not_used(files):
    preview = picked(files, "leave out")
    assert preview.system().maker.tables["sourcing"]["lead_time_weeks"].isna().all()


@pytest.mark.parametrize("word", ["wek", "lead_tim", "1"])
def test_a_word_that_is_neither_unit_nor_role_is_refused(files, word):
    with pytest.raises(TableError, match="column 'pick'"):
        picked(files, word)
