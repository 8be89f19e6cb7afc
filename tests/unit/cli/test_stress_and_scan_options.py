"""Every option of `stress` and `scan` gives the table that the library gives for it."""

import io

import numpy as np
import pandas as pd
import pytest

from chainwright import System, stress
from chainwright.cli import main
from chainwright.stress import (
    BindingModel,
    Blow,
    CascadeQuestion,
    InventoryModel,
    Shock,
    UncertainInput,
    Uncertainty,
)
from chainwright.system import read_links
from chainwright.tables import example
from toys import toy_table

SHUT = Shock((Blow("capacity", nodes="A:m", share=0.6, days=14),))
CUT = Shock((Blow("supply_cut", regions="A", products="m", buyers="B", share=1.0, days=14),))
UNCERTAIN = """
[uncertain]
[[uncertain.inputs]]
input = "size_factor"
form = "range"
low = 0.2
high = 1.0
"""
SIZE = Uncertainty((UncertainInput(input="size_factor", form="range", low=0.2, high=1.0),))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a table, two shocks, what is uncertain, and firms with their links."""
    folder = tmp_path_factory.mktemp("options")
    toy_table().to_csv(folder / "toy.csv", index=False)
    SHUT.write(folder / "shut.toml")
    CUT.write(folder / "cut.toml")
    (folder / "flows.csv").write_text(example("flows"), encoding="utf-8")
    (folder / "uncertain.toml").write_text(UNCERTAIN, encoding="utf-8")
    (folder / "firms.csv").write_text(
        "firm,sector,region,output\nf1,10,A,9\nf2,24,A,9\nf3,25,B,9\nf4,10,B,5\n", encoding="utf-8"
    )
    (folder / "links.csv").write_text(
        "supplier,buyer,value\nf1,f2,2\nf2,f3,3\nf3,f1,1\nf4,f2,1\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def system(place):
    return System.read(place / "toy.csv")


@pytest.fixture(scope="module")
def network(place):
    return System(links=read_links(place / "links.csv", place / "firms.csv"))


@pytest.fixture
def answered(capsys, place):
    """Return how a command's answer is read: its table in CSV."""

    def run(*words):
        told = [word.format(place) if isinstance(word, str) else str(word) for word in words]
        with pytest.raises(SystemExit) as stopped:
            main([*told, "--format", "csv"])
        printed = capsys.readouterr()
        assert not stopped.value.code, printed.err
        return pd.read_csv(io.StringIO(printed.out), keep_default_na=False)

    return run


def same(printed, table, rows=None):
    """Check that a printed table is the library's, cell by cell; return how many cells."""
    table = table.head(rows) if rows else table
    assert list(printed.columns) == list(table.columns)
    assert len(printed) == len(table)
    for name in table.columns:
        if table[name].dtype.kind in "fi":
            ours = pd.to_numeric(printed[name].replace("", np.nan))
            np.testing.assert_allclose(ours, table[name], rtol=1e-12, err_msg=name)
        else:
            assert printed[name].astype(str).tolist() == table[name].astype(str).tolist(), name
    return table.size


HOW = {
    "nothing": ((), {}),
    "--step": (("--step", "week"), {"step": "week"}),
    "--stock-days": (("--stock-days", "6"), {"stock_days": 6.0}),
    "--restoration-days": (
        ("--stock-days", "6", "--restoration-days", "5"),
        {"stock_days": 6.0, "restoration_days": 5.0},
    ),
    "--psi": (("--stock-days", "6", "--psi", "0.4"), {"stock_days": 6.0, "psi": 0.4}),
    "--inputs": (
        ("--stock-days", "6", "--inputs", "essential"),
        {"stock_days": 6.0, "inputs": "essential"},
    ),
    "--serve alike": (
        ("--stock-days", "6", "--serve", "alike"),
        {"stock_days": 6.0, "rationing": "proportional"},
    ),
    "--serve orders-first": (
        ("--stock-days", "6", "--serve", "orders-first"),
        {"stock_days": 6.0, "rationing": "priority"},
    ),
}


@pytest.mark.parametrize("shock", ["shut", "cut"])
@pytest.mark.parametrize("which", HOW)
def test_each_behaviour_of_producers_is_that_of_the_model(answered, system, which, shock):
    words, model = HOW[which]
    printed = answered(
        "stress", "{}/toy.csv", "--shock", f"{{}}/{shock}.toml", "--days", "28", *words
    )
    found = stress.run(
        system, {"shut": SHUT, "cut": CUT}[shock], days=28, model=InventoryModel(**model)
    )
    assert same(printed, found.table()) > 100


def test_the_horizon_and_the_first_rows_are_those_asked_for(answered, system):
    words = ("stress", "{}/toy.csv", "--shock", "{}/shut.toml", "--days", "9", "--top", "4")
    assert same(answered(*words), stress.run(system, SHUT, days=9).table(), rows=4)


SAID = {
    "embargo": (
        ("--embargo", "A:m", "--to", "B", "--weeks", "2", "--from-day", "3", "--share", "0.999"),
        lambda _: stress.embargo("A:m", to="B", days=14, start_day=3, share=0.999),
    ),
    "closure": (
        ("--closure", "A", "--closure", "B", "--only", "m", "--share", "0.5", "--weeks", "0.5"),
        lambda _: stress.closure(("A", "B"), products="m", share=0.5, days=3.5),
    ),
    "disaster": (
        ("--disaster", "A", "--money", "9", "--recovery-days", "12", "--rebuilding", "m=0.5",
         "--rebuilding", "k=0.5"),
        lambda _: stress.disaster(
            "A", money=9.0, recovery_days=12, rebuilding={"m": 0.5, "k": 0.5}
        ),
    ),
    "a disaster that recovers": (
        ("--disaster", "A:k", "--share", "0.2", "--recovery-days", "12"),
        lambda _: stress.disaster("A:k", share=0.2, recovery_days=12),
    ),
    "strike": (("--strike", "C:k"), lambda _: stress.strike("C:k")),
    "rationing": (
        ("--rationing", "B", "--from-day", "5"), lambda _: stress.rationing("B", start_day=5.0),
    ),
    "port": (("--port", "C", "--only", "k", "--weeks", "1"),
             lambda _: stress.port("C", products="k", days=7.0)),
    "route": (
        ("--route", "A", "--to", "B", "--to", "C", "--weeks", "3"),
        lambda _: stress.route("A", ("B", "C"), days=21.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", SAID)
def test_a_template_on_the_command_line_is_the_template_of_the_library(
    answered, system, place, which
):
    words, shock = SAID[which]
    saved = place / "saved.toml"
    printed = answered("stress", "{}/toy.csv", *words, "--days", "20", "--save-shock", saved)
    wanted = shock(system)
    assert Shock.read(saved) == wanted
    assert same(printed, stress.run(system, wanted, days=20).table()) > 100


def test_an_epidemic_on_the_command_line_is_that_of_the_library(capsys, tmp_path):
    saved = tmp_path / "epidemic.toml"
    words = ["stress", "demo:country", "--epidemic", "11", "--severity", "0.5", "--weeks", "1"]
    words += ["--recovery-days", "4", "--days", "3", "--save-shock", str(saved), "--top", "1"]
    with pytest.raises(SystemExit):
        main(words)
    assert "Numbers of the shock: epidemic: work at home" in capsys.readouterr().out
    country = System.demo("country")
    wanted = stress.epidemic(country, "11", severity=0.5, days=7.0, recovery_days=4.0)
    assert Shock.read(saved) == wanted


DRAWN = {
    "--seed": (("--seed", "3"), {"seed": 3}),
    "--uncertain": (("--uncertain", "{}/uncertain.toml"), {"uncertain": SIZE}),
    "--end": (
        ("--end", "by_origin", "--uncertain", "{}/uncertain.toml", "--seed", "1"),
        {"end": "by_origin", "uncertain": SIZE, "seed": 1},
    ),
    "--executor": (
        ("--executor", "processes", "--workers", "1", "--uncertain", "{}/uncertain.toml"),
        {"uncertain": SIZE},
    ),
}


@pytest.mark.parametrize("which", DRAWN)
def test_draws_are_those_of_the_library(answered, system, which):
    words, more = DRAWN[which]
    printed = answered(
        "stress", "{}/toy.csv", "--shock", "{}/cut.toml", "--days", "12", "--draws", "3", *words
    )
    found = stress.ensemble(system, CUT, draws=3, days=12, **more)
    assert same(printed, found.table()) > 50


def test_what_is_uncertain_may_stand_in_the_file_of_the_shock(answered, place, system):
    both = (place / "cut.toml").read_text("utf-8") + UNCERTAIN
    (place / "both.toml").write_text(both, encoding="utf-8")
    asked = ("stress", "{}/toy.csv", "--days", "12", "--draws", "3", "--shock")
    printed = answered(*asked, "{}/both.toml")
    found = stress.ensemble(system, CUT, draws=3, days=12, uncertain=SIZE)
    assert same(printed, found.table()) > 50
    apart = answered(*asked, "{}/cut.toml", "--uncertain", "{}/uncertain.toml")
    pd.testing.assert_frame_equal(printed, apart)
    alike = answered(*asked, "{}/cut.toml")
    of_all = alike[alike["measure"] == "output"].iloc[0]
    assert of_all["lowest"] == of_all["highest"]
    spread = printed[printed["measure"] == "output"].iloc[0]
    assert spread["lowest"] < spread["highest"]


def test_a_checkpoint_is_kept_and_gone_on_with(answered, place, system):
    words = ("stress", "{}/toy.csv", "--shock", "{}/shut.toml", "--days", "6", "--draws", "3")
    first = answered(*words, "--checkpoint", "{}/kept")
    assert len(list((place / "kept").glob("batch-*.npz"))) == 1
    again = answered(*words, "--checkpoint", "{}/kept")
    pd.testing.assert_frame_equal(first, again)
    assert same(again, stress.ensemble(system, SHUT, draws=3, days=6).table())


BINDING = {
    "half": (("--production", "half"), {"kind": "half"}, None),
    "linear, orders first": (
        ("--production", "linear", "--serve", "orders-first"),
        {"kind": "linear", "rationing": "orders_first"}, None,
    ),
    "stocks": (
        ("--stock-days", "5", "--restoration-days", "7", "--serve", "alike"),
        {"restoration_days": 7.0, "rationing": "proportional"}, 5.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", BINDING)
def test_the_bottleneck_engine_takes_its_own_options(answered, place, which):
    words, model, stock_days = BINDING[which]
    printed = answered(
        "stress", "{}/flows.csv", "--closure", "A:steel", "--share", "0.5", "--days", "20",
        "--engine", "bottleneck", *words,
    )  # fmt: skip
    found = stress.partially_binding(
        System.read(place / "flows.csv"),
        stress.closure("A:steel", share=0.5),
        days=20,
        model=BindingModel(**model),
        stock_days=stock_days,
    )
    assert same(printed, found.table()) > 20


def test_the_inoperability_engine_answers_as_the_library(answered, system):
    printed = answered(
        "stress", "{}/toy.csv", "--shock", "{}/shut.toml", "--days", "20", "--engine",
        "inoperability",
    )  # fmt: skip
    assert same(printed, stress.inoperability(system, SHUT, days=20).table()) > 10


def test_firms_and_links_answer_as_the_library(answered, network):
    printed = answered(
        "stress", "{}/links.csv", "--firms", "{}/firms.csv", "--default", "f2", "--days", "40"
    )
    found = stress.run_firms(network, stress.default("f2"), days=40)
    assert same(printed, found.table()) > 10


SCANS = {
    "nothing": ((), {}),
    "--of regions": (("--of", "regions"), {"of": "regions"}),
    "--of links --share-above": (
        ("--of", "links", "--share-above", "0.05"), {"of": "links", "share_above": 0.05},
    ),
    "--of pairs --top": (("--of", "pairs", "--top", "4"), {"of": "pairs", "top": 4}),
    "--of worst --k": (("--of", "worst", "--k", "3"), {"of": "worst", "k": 3}),
    "--home": (("--home", "B"), {"home": "B"}),
    "--among": (("--among", "A", "--among", "B:k"), {"among": ["A", "B:k"]}),
    "inventories": (
        ("--engine", "inventories", "--share", "0.7", "--days", "9", "--horizon", "20"),
        {"engine": "inventories", "share": 0.7, "days": 9.0, "horizon": 20},
    ),
    "--stock-days --restoration-days": (
        ("--engine", "inventories", "--horizon", "20", "--stock-days", "4", "--restoration-days",
         "6", "--days", "9"),
        {"engine": "inventories", "horizon": 20, "days": 9.0,
         "model": InventoryModel(stock_days=4.0, restoration_days=6.0)},
    ),
    "--shortlist": (
        ("--engine", "inventories", "--of", "pairs", "--shortlist", "3", "--horizon", "15"),
        {"engine": "inventories", "of": "pairs", "shortlist": 3, "horizon": 15},
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", SCANS)
def test_each_option_of_a_scan_is_that_of_the_library(answered, system, which):
    words, more = SCANS[which]
    printed = answered("scan", "{}/toy.csv", *words)
    assert same(printed, stress.scan(system, **more).table()) >= 3


CASCADES = {
    "--mode": (("--mode", "reference"), {"mode": "reference"}, {}),
    "--substitution": (("--substitution", "none"), {"substitution": "none"}, {}),
    "--share": (("--share", "0.5", "--among", "f2"), {}, {"share": 0.5, "among": ["f2"]}),
    "--of regions": (("--of", "regions"), {}, {"of": "regions"}),
    "--of worst": (
        ("--of", "worst", "--k", "2", "--shortlist", "3"), {},
        {"of": "worst", "k": 2, "shortlist": 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", CASCADES)
def test_each_option_of_a_scan_of_firms_is_that_of_the_library(answered, network, which):
    words, question, more = CASCADES[which]
    printed = answered(
        "scan", "{}/links.csv", "--firms", "{}/firms.csv", "--engine", "cascade", *words
    )
    found = stress.scan(network, engine="cascade", question=CascadeQuestion(**question), **more)
    assert same(printed, found.table()) > 5


def test_rows_of_all_values_are_numbers(answered):
    printed = answered("scan", "{}/toy.csv")
    assert (printed["lost"] > 0.0).all()
    assert np.isclose(printed["lost_share"], printed["lost"] / 800.0).all()
