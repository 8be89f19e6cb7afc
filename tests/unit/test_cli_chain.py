"""The command chain."""

import io
import json
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.system import Chains, chain_map, write_chain

TRADE = """year,exporter,importer,product,value
2022,JPN,CHN,370790,90
2022,USA,CHN,370790,10
2022,CHN,USA,370790,10
"""


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_without_a_name_it_lists_the_chains_of_ours(capsys):
    code, out, _ = run(capsys, "chain")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(Chains.ours())
    assert "光伏" in run(capsys, "chain", "--lang", "zh")[1]


def test_the_list_of_chains_is_a_table_where_one_is_asked_for(capsys, tmp_path):
    code, out, err = run(capsys, "chain", "--format", "csv")
    assert (code, err) == (0, "")
    frame = pd.read_csv(io.StringIO(out))
    assert list(frame.columns) == ["name", "title_en", "title_zh"]
    assert frame["name"].tolist() == list(Chains.ours())
    assert json.loads(run(capsys, "chain", "--format", "json")[1])[3]["title_zh"] == "光伏"
    assert run(capsys, "chain", "-o", tmp_path / "list.csv")[:2] == (0, "")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "list.csv"), frame)
    code, out, err = run(capsys, "chain", "--format", "parquet")
    assert (code, out) == (2, "")
    assert "csv or json" in err


def test_it_prints_the_weakest_nodes_first(capsys):
    code, out, err = run(capsys, "chain", "advanced-chips", "--home", "CHN")
    assert (code, err) == (0, "")
    body = [line for line in out.splitlines() if "euv" in line]
    assert "stuck" in body[0]
    assert "卡点" in run(capsys, "chain", "advanced-chips", "--home", "CHN", "--lang", "zh")[1]


def test_a_folder_takes_every_table_with_its_origin(capsys, tmp_path):
    code, _, _ = run(capsys, "chain", "photovoltaics", "--home", "CHN", "-o", tmp_path / "pv")
    assert code == 0
    written = sorted(p.name for p in (tmp_path / "pv").glob("*.csv"))
    assert written == [
        "chain_completeness.csv",
        "chain_diagnosis.csv",
        "chain_dominators.csv",
        "chain_losses.csv",
        "chain_supply_shares.csv",
    ]
    origin = json.loads((tmp_path / "pv" / "chain_diagnosis.csv.origin.json").read_text("utf-8"))
    assert origin["origin"]["parameters"]["home"] == "CHN"


def test_an_output_of_svg_is_the_picture(capsys, tmp_path):
    place = tmp_path / "pv.svg"
    code, out, _ = run(capsys, "chain", "photovoltaics", "--home", "CHN", "-o", place)
    assert code == 0
    assert "Source: photovoltaics" in out
    root = ET.fromstring(place.read_text("utf-8"))  # noqa: S314 - our own text
    assert root.tag.endswith("svg")


def test_a_picture_and_tables_come_together(capsys, tmp_path):
    code, _, _ = run(
        capsys, "chain", "advanced-chips", "--home", "CHN", "--lang", "zh", "--only", "weak",
        "-o", tmp_path / "tables", "--picture", tmp_path / "weak.svg",
    )  # fmt: skip
    assert code == 0
    text = (tmp_path / "weak.svg").read_text("utf-8")
    assert "先进芯片" in text
    assert "仅示 89 个环节中的" in text
    assert len(pd.read_csv(tmp_path / "tables" / "chain_diagnosis.csv")) == len(
        chain_map("advanced-chips").axis
    )


def test_a_folder_of_ones_own_and_trade_are_read(capsys, tmp_path):
    chain = chain_map("photovoltaics")
    write_chain(chain, tmp_path / "mine")
    (tmp_path / "trade.csv").write_text(TRADE, encoding="utf-8")
    code, out, err = run(
        capsys, "chain", tmp_path / "mine", "--home", "CHN", "--trade", tmp_path / "trade.csv",
        "--format", "csv",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 1 + len(chain.axis)


def test_localisation_rates_are_asked_for_by_name(capsys):
    code, out, _ = run(
        capsys, "chain", "photovoltaics", "--home", "CHN", "--localisation", "--format", "csv"
    )
    assert code == 0
    assert out.startswith("node,first_count,first_count_unknown,through_count,")
    screen = run(capsys, "chain", "photovoltaics", "--home", "CHN", "--localisation")[1]
    assert "First tier" in screen.split("Columns that do not fit")[0].replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["photovoltaics"], "--home"),
        (["photovoltaic", "--home", "CHN"], "Did you mean photovoltaics"),
        (["photovoltaics", "--home", "CHM"], "'CHM' is no known country"),
        (["photovoltaics", "--home", "CHN", "-p", "pv.png"], "a file that ends in .svg"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(capsys, words, told):
    code, out, err = run(capsys, "chain", *words)
    assert (code, out) == (2, "")
    assert told in err
