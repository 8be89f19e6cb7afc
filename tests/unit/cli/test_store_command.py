"""Firms come into the registry of a store by a command; without them nothing else does."""

import pytest

from chainwright.cli import main
from chainwright.records import Store


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "city.db"
    Store.create(path).close()
    return path


def firms(folder, text):
    table = folder / "firms.csv"
    table.write_text(text, encoding="utf-8")
    return str(table)


def run(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main([str(word) for word in words])
    said = capsys.readouterr()
    return stop.value.code or 0, said.out, said.err


def registry(path):
    with Store.open(path, read_only=True) as store:
        return store.firms().set_index("firm"), store.audit()


def test_firms_are_added_and_what_is_not_said_stays(capsys, tmp_path, path):
    first = firms(tmp_path, "firm,name_zh,gbt4754\nA,甲厂,1751\nB,乙厂,3011\n")
    assert run(capsys, "store", "firms", path, first, "--by", "Li Wei")[:2] == (
        0,
        "Firms added or changed: 2; in the registry: 2\n",
    )
    again = firms(tmp_path, "firm,name_en,gbt4754\nB,Works B,\nC,Works C,\n")
    status, out, _ = run(capsys, "store", "firms", path, again, "--by", "Li Wei")
    assert (status, out) == (0, "Firms added or changed: 2; in the registry: 3\n")
    held, audit = registry(path)
    assert held.loc["B", ["name_zh", "name_en", "gbt4754"]].tolist() == ["乙厂", "Works B", "3011"]
    assert audit["who"].tolist() == ["Li Wei"] * 4


def test_the_same_table_again_changes_nothing(capsys, tmp_path, path):
    table = firms(tmp_path, "firm,name_en,output\nA,Works A,5\n")
    run(capsys, "store", "firms", path, table, "--by", "Li Wei")
    _, out, _ = run(capsys, "store", "firms", path, table, "--by", "Wang Fang")
    assert out == "Firms added or changed: 0; in the registry: 1\n"


@pytest.mark.parametrize(
    ("text", "by", "said"),
    [
        ("firm,name_en,gbt4754\nA,Works,1751\nB,Mill,99999\n", "Li Wei", "column 'gbt4754'"),
        ("firm,name_en,credit_code\nA,W,913305030000000000\n", "Li Wei", "column 'credit_code'"),
        ("firm,name_en\nA,Works\n", " ", "who makes it"),
    ],
)
def test_a_table_that_is_wrong_leaves_the_registry_as_it_was(  # noqa: PLR0917 - columns above
    capsys, tmp_path, path, text, by, said
):
    status, out, err = run(capsys, "store", "firms", path, firms(tmp_path, text), "--by", by)
    assert (status, out) == (2, "")
    assert said in err
    assert not len(registry(path)[0])


def test_what_needs_firms_says_how_they_come_in(capsys, tmp_path, path):
    status, out, err = run(capsys, "carbon", "rate", path)
    assert (status, out) == (2, "")
    assert "chainwright store firms city.db FIRMS --by NAME" in err
    bill = tmp_path / "bill.csv"
    bill.write_text("企业,月份,用电量（kWh）\nA,2025-03,5\n", encoding="utf-8")
    given = ["--confirm", "--into", path, "--by", "Li Wei"]
    status, _, err = run(capsys, "carbon", "intake", bill, "--firm", "A", *given)
    assert status == 2
    assert "Put it into the registry first: `chainwright store firms`" in err
