"""The options of bom: what the maker is called, its money, picks that cannot be read, templates."""

import json

import pytest
from openpyxl import load_workbook

from chainwright.cli import main
from chainwright.system import intake_template, read_maker


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("t") / "maker.xlsx"
    intake_template(path)
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(["bom", *map(str, words)])
    printed = capsys.readouterr()
    return stop.value.code or 0, printed.out, printed.err


@pytest.mark.parametrize(
    ("words", "name", "money"),
    [
        ([], "maker", (None, None)),
        (["--name", "武汉整车厂"], "武汉整车厂", (None, None)),
        (["--currency", "EUR"], "maker", ("EUR", None)),
        (["--currency", "CNY", "--year", "2025"], "maker", ("CNY", 2025)),
        (["--name", 'A "B", C', "--currency", "USD", "--year", "1999"], 'A "B", C', ("USD", 1999)),
    ],
)
def test_name_currency_and_year_go_with_what_is_stored(  # noqa: PLR0917
    capsys, template, tmp_path, words, name, money
):
    out = tmp_path / "out"
    assert run(capsys, template, "-o", out, "--confirm", *words)[0] == 0
    again = read_maker(out)
    assert again.name == name
    assert (again.money.currency, again.money.year) == money
    head = json.loads((out / "maker.json").read_text("utf-8"))
    assert (head["name"], head["currency"], head["year"]) == (name, *money)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00\x01\x02", b"one,two\n1,2\n", b"PK\x03\x04 no table"],
    ids=["no text", "other columns", "half a workbook"],
)
def test_picks_that_cannot_be_read_are_refused_and_nothing_is_stored(
    capsys, template, tmp_path, content
):
    picks = tmp_path / "picks.csv"
    picks.write_bytes(content)
    words = [template, "--picks", picks, "-o", tmp_path / "out", "--confirm"]
    code, out, err = run(capsys, *words)
    assert code == 2
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_picks_that_are_not_there_are_named(capsys, template, tmp_path):
    code, _, err = run(capsys, template, "--picks", tmp_path / "none.csv")
    assert code == 2
    assert "none.csv" in err


def test_a_year_that_is_none_is_refused(capsys, template):
    code, out, err = run(capsys, template, "--year", "last")
    assert code != 0
    assert "year" in (out + err).lower()


def test_templates_in_both_languages_hold_the_same_and_are_read_back_the_same(capsys, tmp_path):
    books = {}
    for lang in ("en", "zh"):
        path = tmp_path / f"{lang}.xlsx"
        assert run(capsys, "--template", path, "--lang", lang)[:2] == (0, "")
        books[lang] = load_workbook(path)
        words = ["--name", "m", "-o", tmp_path / lang, "--confirm"]
        assert run(capsys, path, *words)[0] == 0
    one, other = (read_maker(tmp_path / lang) for lang in ("en", "zh"))
    assert {t: len(f) for t, f in one.tables.items()} == {
        t: len(f) for t, f in other.tables.items()
    }
    assert one.network.items.codes == other.network.items.codes
    assert (one.network.bill != other.network.bill).nnz == 0
    titles = {lang: book.sheetnames for lang, book in books.items()}
    assert len(titles["en"]) == len(titles["zh"])
    assert all(title.isascii() for title in titles["en"])
    assert not any(title.isascii() for title in titles["zh"])
