"""A maker: from tables, from a folder, back to a folder."""

import json

import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import FormatError, MissingFileError, MissingPartError
from chainwright.system import Maker, read_maker, write_maker
from toy_makers import two_products


@pytest.fixture
def maker():
    return two_products().maker


def test_a_maker_comes_back_from_its_folder(maker, tmp_path):
    write_maker(maker, tmp_path / "toy")
    again = read_maker(tmp_path / "toy")
    assert again.name == "toy"
    assert again.origin.sha256 == maker.origin.sha256
    assert str(again.money) == str(maker.money)
    for table, frame in maker.tables.items():
        pd.testing.assert_frame_equal(again.tables[table], frame)
    assert System.read(tmp_path / "toy").maker.origin.sha256 == maker.origin.sha256


def test_writing_again_replaces_the_tables_and_leaves_other_files(maker, tmp_path):
    folder = tmp_path / "toy"
    write_maker(maker, folder)
    (folder / "incidents.jsonl").write_text("{}\n", encoding="utf-8")
    write_maker(two_products(stock_b=5).maker, folder)
    assert (folder / "incidents.jsonl").is_file()
    assert read_maker(folder).tables["stocks"]["quantity"].min() == 5
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


def test_notes_of_the_origin_go_along(maker, tmp_path):
    noted = Maker(maker.name, maker.tables, maker.money, maker.origin.noted("13 rows left out"))
    write_maker(noted, tmp_path / "toy")
    assert read_maker(tmp_path / "toy").origin.notes == ("13 rows left out",)


def test_a_maker_is_not_written_where_it_cannot_be(maker, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(MissingFileError, match="is a file"):
        write_maker(maker, tmp_path / "file")
    with pytest.raises(MissingFileError, match="There is no folder"):
        write_maker(maker, tmp_path / "none" / "toy")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is no JSON"), ("[1]", "no entries"), ('{"year": "2026"}', "its year of another kind")],
)
def test_a_head_that_is_none_is_refused(maker, tmp_path, text, said):
    write_maker(maker, tmp_path / "toy")
    (tmp_path / "toy" / "maker.json").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=said):
        read_maker(tmp_path / "toy")


def test_without_a_head_the_folder_names_it_and_the_currency_is_given(maker, tmp_path):
    write_maker(maker, tmp_path / "toy")
    (tmp_path / "toy" / "maker.json").unlink()
    again = read_maker(tmp_path / "toy", currency="EUR")
    assert (again.name, again.money.currency) == ("toy", "EUR")


def test_the_head_says_what_money_is(maker, tmp_path):
    write_maker(maker, tmp_path / "toy")
    head = json.loads((tmp_path / "toy" / "maker.json").read_text("utf-8"))
    assert (head["name"], head["currency"], head["year"]) == ("toy", "CNY", None)


def test_a_system_without_a_maker_says_what_to_do():
    with pytest.raises(MissingPartError, match="chainwright bom FILES"):
        System.demo("country").maker  # noqa: B018


def test_a_maker_shows_its_size(maker):
    assert repr(maker) == "<Maker toy: 2 products, 2 parts, 2 suppliers, 5 sites; CNY>"
