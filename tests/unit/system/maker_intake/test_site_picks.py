"""A pick for a site that is none is told with its row; approximate numbers are told."""

import pandas as pd
import pytest

from chainwright.errors import TableError
from chainwright.system import intake

FILES = {
    "products.csv": "产品,周需求,毛利(元)\nP-1,10,5\n",
    "bom.csv": "父件,子件,用量\nP-1,A-1,2\nP-1,B-2,约3\n",
    "suppliers.csv": "供应商编码,供应商名称\nV-1,华新电子有限公司\n",
    "sites.csv": "场所编码,供应商编码,场所名称\nS-1,V-1,苏州工厂\nS-2,V-1,无锡工厂\n",
    "sources.csv": "料号,供应商,场所,份额\nP-1,V-1,S-1,100%\nA-1,V-1,昆山,100%\nB-2,V-1,S-2,1\n",
    "stock.csv": "料号,库存,仓库\nA-1,约150,昆山库\nB-2,7,S-2\n",
}


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return sorted(folder.glob("*.csv"))


def picked(word, pick):
    return pd.DataFrame({"kind": ["site"], "found": [word], "pick": [pick]})


@pytest.mark.parametrize("word", ["昆山", "昆山库", "S-2"])
def test_a_pick_for_a_site_that_is_not_known_is_a_breach_with_its_row(word, files):
    found = intake(files, picks=picked(word, "S-99"))
    with pytest.raises(TableError) as caught:
        found.system(leave_out=True)
    told = [b for b in caught.value.breaches if b.where == "row 2, column 'pick'"]
    assert len(told) == 1
    assert told[0].found == "'S-99'"
    assert told[0].expected == "a known site, 'leave out' or 'new'"


def test_a_row_whose_site_was_picked_wrongly_is_rejected(files):
    rows = intake(files, picks=picked("昆山", "S-99")).rows
    row = rows[rows["status"] == "rejected"].iloc[0]
    assert (row["found"], row["address"]) == ("昆山", "line 3, column 3")


def test_a_pick_that_names_a_site_is_taken_wherever_it_is_made_known(files):
    for pick in ("S-1", "无锡工厂"):
        found = intake(files, picks=picked("昆山库", pick))
        assert not found.matched.work.wrong_picks
        at = dict(found.system().maker.tables["stocks"][["item", "site"]].to_numpy().tolist())
        assert at["A-1"] == {"S-1": "S-1", "无锡工厂": "S-2"}[pick]
    assert intake(files, picks=picked("昆山库", "昆山")).open == ()


def test_numbers_written_as_approximate_are_taken_and_told(files):
    found = intake(files, picks=picked("昆山库", "昆山"))
    rows = found.rows[found.rows["reason_zh"].str.startswith("为近似值")]
    assert rows["found"].tolist() == ["约3", "约150"]
    assert rows["address"].tolist() == ["line 3, column 3", "line 2, column 2"]
    assert set(rows["status"]) == {"taken"}
    stocks = found.system().maker.tables["stocks"]
    assert stocks.loc[stocks["item"] == "A-1", "quantity"].tolist() == [150.0]
