"""The commands on the structure of a maker's chain."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.system import write_maker
from toy_makers import one_chip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "toy"
    write_maker(one_chip().maker, path)
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.mark.parametrize(
    ("words", "first", "heading"),
    [
        (["single-sources"], "F", "物料"),
        (["common-suppliers"], "X", "失去者"),
        (["concentration"], "place", "类别"),
        (["supplier-tiers"], "F", "物料"),
    ],
)
def test_a_command_prints_a_table_in_both_languages_and_csv(capsys, folder, words, first, heading):
    code, out, err = run(capsys, words[0], folder, *words[1:])
    assert (code, err) == (0, "")
    assert "Source: toy" in out
    _, out, _ = run(capsys, words[0], folder, *words[1:], "--lang", "zh")
    assert heading in out
    _, out, _ = run(capsys, words[0], folder, *words[1:], "--format", "csv")
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert frame.iloc[0, 0] == first


@pytest.mark.parametrize(
    "command", ["single-sources", "common-suppliers", "concentration", "supplier-tiers"]
)
def test_the_first_rows_are_the_answer_where_top_says_so(capsys, folder, tmp_path, command):
    whole = run(capsys, command, folder, "--format", "csv")[1].splitlines()
    assert len(whole) > 3
    for form in (["--format", "csv"], ["--format", "csv", "-o", tmp_path / "a"]):
        code, out, _ = run(capsys, command, folder, "--top", "2", *form)
        assert code == 0
        if out:
            assert out.splitlines() == whole[:3]
    written = tmp_path / "a"
    if written.is_dir():
        name = command.replace("-", "_").replace("concentration", "maker_concentration")
        written /= f"{name}.csv"
    assert len(written.read_text("utf-8-sig").splitlines()) == 3
    note = json.loads(written.with_name(f"{written.name}.origin.json").read_text("utf-8"))
    assert note["origin"]["top"] == 2
    shown = run(capsys, command, folder, "--top", "2")[1]
    assert "more rows are not shown" not in shown
    code, _, err = run(capsys, command, folder, "--top", "0")
    assert code == 2
    assert "at least one row" in err


def test_what_is_lost_can_be_a_country_and_a_folder_has_the_hidden_sources(
    capsys, folder, tmp_path
):
    words = ["common-suppliers", folder, "--by", "place", "--format", "csv", "-o", tmp_path / "a"]
    assert run(capsys, *words)[0] == 0
    table = pd.read_csv(tmp_path / "a" / "common_suppliers.csv")
    assert table["group"].tolist()[0] == "CHN"
    assert (tmp_path / "a" / "hidden_sources.csv").is_file()
    code, _, err = run(capsys, "common-suppliers", folder, "--by", "planet")
    assert code != 0
    assert "planet" in err


def test_tiers_take_maps_and_trade(capsys, folder, tmp_path):
    trade = tmp_path / "trade.csv"
    trade.write_text("year,exporter,importer,product,value\n2022,JPN,CHN,381800,1\n", "utf-8")
    target = tmp_path / "tiers.json"
    words = ["--chain", "advanced-chips", "--chain", "photovoltaics", "--trade", trade]
    code, _, err = run(
        capsys, "supplier-tiers", folder, *words, "--home", "CHN", "--format", "json", "-o", target
    )
    assert (code, err) == (0, "")
    note = json.loads((tmp_path / "tiers.json.origin.json").read_text("utf-8"))
    asked = note["origin"]["parameters"]
    assert asked["chains"] == ["advanced-chips", "photovoltaics"]
    assert (asked["home"], asked["depth"]) == ("CHN", 3)
    code, _, err = run(capsys, "supplier-tiers", folder, "--chain", "advanced-chip")
    assert code == 2
    assert "Did you mean advanced-chips" in err
