"""The commands on footprints of products and on steel, as a person types them."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.tables import example


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture
def inventory(tmp_path):
    for name in ("processes", "exchanges"):
        (tmp_path / f"{name}.csv").write_text(example(name), encoding="utf-8")
    return tmp_path


CHINESE = ("--lang", "zh")


def frame(text):
    return pd.read_csv(io.StringIO(text))


def test_all_footprints_of_an_inventory(capsys, inventory):
    code, out, _ = run(capsys, "carbon", "footprint", inventory, "--format", "csv")
    found = frame(out).set_index("product")["footprint"]
    assert code == 0
    assert found.round(8).to_dict() == {
        "steel": 1.89624187,
        "iron": 1.55462762,
        "power": 0.54627623,
    }


def test_a_declared_footprint_and_its_primary_share(capsys, inventory):
    words = ("carbon", "footprint", inventory / "processes.csv", inventory / "exchanges.csv")
    code, out, _ = run(capsys, *words, "--declared", "iron=1.0:0.5", "--format", "csv")
    found = frame(out).set_index("product")
    assert code == 0
    assert round(found.loc["steel", "footprint"], 8) == 1.31203801
    assert found.loc["iron", "primary_share"] == 0.5


def test_one_product_with_its_chain_and_picture(capsys, inventory, tmp_path):
    words = ("--product", "steel", "-o", tmp_path / "steel", "--format", "csv")
    picture = tmp_path / "steel.svg"
    code, _, told = run(capsys, "carbon", "footprint", inventory, *words, "-p", picture)
    assert code == 0
    assert "1.8962419 kgCO2e per kg" in told
    assert "<svg" in picture.read_text("utf-8")
    _, out, told = run(capsys, "carbon", "footprint", inventory, "--product", "steel", *CHINESE)
    assert "其余" in out
    assert "1.8962419 kgCO2e/kg（界 1.8962419 至 1.8962419）；初级数据占 86.1%。" in told
    edges = pd.read_csv(tmp_path / "steel" / "product_edges.csv")
    assert edges.loc[0, ["from_product", "to_product"]].tolist() == ["iron", "steel"]


def test_draws_tell_the_spread(capsys, inventory):
    words = ("carbon", "footprint", inventory, "--draws", "30", "--format", "csv")
    code, out, _ = run(capsys, *words)
    found = frame(out).set_index("product")
    assert code == 0
    assert (found["q05"] < found["q95"]).all()
    assert run(capsys, *words)[1] == out
    assert run(capsys, *words, "--seed", "2")[1] != out


def test_a_direct_solve_is_said(capsys, inventory):
    code, _, told = run(capsys, "carbon", "footprint", inventory, "--method", "direct")
    assert code == 0
    assert "A direct solve was asked for" in told
    _, out, told = run(capsys, "carbon", "footprint", inventory, "--method", "direct", *CHINESE)
    assert told == "按要求直接求解。\n"
    assert "直接求解" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--product", "steeel"], "Did you mean steel"),
        (["--declared", "iron"], "PRODUCT=NUMBER"),
        (["--declared", "iron=x"], "PRODUCT=NUMBER"),
        (["--product", "steel", "--draws", "9"], "given without --product"),
        (["--picture", "x.svg"], "given with --product"),
    ],
)
def test_what_cannot_be_asked_is_said_without_a_traceback(capsys, inventory, words, told):
    code, out, error = run(capsys, "carbon", "footprint", inventory, *words)
    assert (code, out) == (2, "")
    assert told in error
    assert "Traceback" not in error


def test_steel_on_the_grid_of_hebei(capsys):
    code, out, told = run(capsys, "carbon", "steel", "--grid", "13", "--format", "json")
    rows = {row["route"]: row for row in json.loads(out)}
    assert code == 0
    assert round(rows["hydrogen_dri_eaf"]["footprint"], 2) == 3.65
    assert rows["coke_gas_dri_eaf"]["verified"] == "unverified"
    assert "0.373 tCO2/MWh" in told
    assert "life-cycle factor" in told
    _, _, told = run(capsys, "carbon", "steel", "--grid", "13", *CHINESE)
    assert "电力因子为 0.373 tCO2/MWh 时与高炉持平。此处以核算用电网因子" in told
    assert "Hydrogen" not in told


def test_steel_by_a_number_by_a_life_cycle_factor_and_by_cuts(capsys):
    _, out, _ = run(capsys, "carbon", "steel", "--grid", "0.25", "--cut", "0.15", "--format", "csv")
    found = frame(out).set_index("route")
    assert found.loc["hydrogen_dri_eaf", "grid_factor"] == 0.25
    assert "bf_bof_cut_15" in found.index
    _, out, told = run(capsys, "carbon", "steel", "--life-cycle", "2024", "--format", "csv")
    assert frame(out).set_index("route").loc["hydrogen_dri_eaf", "grid_factor"] == 0.5777
    assert "Life-cycle factor" in told
    assert run(capsys, "carbon", "steel", "--grid", "54")[0] == 2
