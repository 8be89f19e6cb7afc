"""The commands ``carbon pact check`` and ``carbon pact write``."""

import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.tables import example


@pytest.fixture
def products(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(example("pact_products"), encoding="utf-8")
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "pact", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_products_are_written_and_checked(products, capsys, tmp_path):
    to = tmp_path / "coil.json"
    code, _, err = run(capsys, "write", products, "-o", to)
    assert code == 0
    assert "1 written" in err
    code, out, err = run(capsys, "check", to)
    assert code == 0
    assert "Cold-rolled coil: 2.3 kgCO2e/kilogram = 2.3 kgCO2e/kg, 42.0% primary data" in out
    assert "1 in order" in err
    _, out, err = run(capsys, "check", to, "--lang", "zh")
    assert "初级数据 42.0%" in out
    assert "符合 PACT 3.0" in err


def test_a_document_goes_to_the_screen_and_holds_no_inputs(products, capsys):
    code, out, _ = run(capsys, "write", products)
    assert code == 0
    held = json.loads(out)
    assert held["pcf"]["pcfExcludingBiogenicUptake"] == "2.3"
    assert not {"inputs", "exchanges", "activities"} & (set(held) | set(held["pcf"]))


def test_footprints_of_another_table_are_taken(products, capsys, tmp_path):
    frame = pd.read_csv(products).assign(footprint=float("nan"), primary_share=float("nan"))
    frame.to_csv(products, index=False)
    given = tmp_path / "given.csv"
    pd.DataFrame({"product": ["coil"], "footprint": [1.5], "primary_share": [0.25]}).to_csv(
        given, index=False
    )
    code, out, _ = run(capsys, "write", products, "--footprints", given)
    assert code == 0
    assert json.loads(out)["pcf"]["primaryDataShare"] == "25"
    given.write_text("product,footprint\ncoil,1\n", encoding="utf-8")
    code, _, err = run(capsys, "write", products, "--footprints", given)
    assert code == 2
    assert "primary_share" in err


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "coil: 2.3 as the table"), ("zh", "coil：取产品表自填的 2.3")]
)
def test_a_footprint_of_a_chain_that_is_not_taken_is_said(products, capsys, tmp_path, lang, words):
    given = tmp_path / "given.csv"
    given.write_text(
        "product,footprint,primary_share\ncoil,1.5,0.25\nother,1,0\n", encoding="utf-8"
    )
    code, out, err = run(capsys, "write", products, "--footprints", given, "--lang", lang)
    assert code == 0
    assert json.loads(out)["pcf"]["pcfExcludingBiogenicUptake"] == "2.3"
    assert words in err
    assert "1.5" in err
    assert len(err.splitlines()) == 1


def test_a_document_with_faults_is_refused_without_traceback(capsys, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"id": "7"}', encoding="utf-8")
    code, out, err = run(capsys, "check", path)
    assert code == 2
    assert out == ""
    assert "specVersion" in err
    assert "Traceback" not in err
