"""Systemic risk against another program on three networks: values to 1e-9, iterations equal."""

import io

import numpy as np
import pandas as pd
import pytest

from cascade_twin import CASES, golden_case, golden_tables, network_system
from chainwright import stress
from chainwright.cli import main
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.firms.cascade_runs import run_cascades
from chainwright.stress.firms.firm_shocks import Shocks

COLUMNS = {"esri": "risk", "esri_d": "risk_downstream", "esri_u": "risk_upstream"}

TOY = {
    ("linear", "none"): {
        "risk": [0.1, 11 / 30, 8 / 30, 0.35, 0.1, 1 / 6, 0.7, 0.1, 11 / 30, 8 / 30, 0.45],
        "risk_downstream": [0, 11 / 30, 1 / 6, 0, 0, 1 / 6, 0.2, 0.1, 11 / 30, 1 / 6, 0],
        "risk_upstream": [0.1, 0.2, 0.2, 0.35, 0.1, 0.1, 0.7, 0.1, 0.2, 0.2, 0.45],
        "iterations": [2, 4, 3, 4, 2, 3, 3, 2, 4, 3, 4],
    },
    ("linear", "market"): {
        "risk": [0.1, 0.3, 8 / 30, 0.35, 0.1, 7 / 60, 0.7, 0.1, 28 / 90, 8 / 30, 0.45],
    },
    ("essential", "none"): {
        "risk": [0.1, 0.5, 0.4, 0.35, 0.1, 0.3, 0.7, 0.1, 0.5, 0.4, 0.45],
    },
}


@pytest.fixture(scope="module")
def tables():
    return golden_tables()


def expected(tables, case):
    keys = ["net", "matrix", "substitution", "use_revenue", "eps"]
    rows = tables["expected"].set_index(keys).loc[[case]]
    return rows.astype({"firm": str}).set_index("firm")


def test_the_cases_are_all_of_the_file(tables):
    keys = ["net", "matrix", "substitution", "use_revenue", "eps"]
    found = set(tables["expected"][keys].drop_duplicates().itertuples(index=False, name=None))
    assert found == set(CASES)
    assert (len(CASES), len(tables["expected"])) == (22, 202)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_value_and_iteration_count_is_that_of_the_other_program(tables, case):
    net, matrix, substitution, use_revenue, eps = case
    links, firms, roles = golden_case(tables, net, matrix)
    found = stress.systemic_risk(
        network_system(links, firms),
        essential=roles,
        substitution="market" if substitution else "none",
        revenue="output" if use_revenue else None,
        stop=eps,
    )
    told = expected(tables, case)
    rows = found.table().set_index("firm").loc[told.index]
    for theirs, ours in COLUMNS.items():
        assert np.abs(rows[ours] - told[theirs]).max() < 1e-9
    assert rows["iterations"].tolist() == told["iterations"].tolist()
    assert len(found.table()) == len(firms)


@pytest.mark.parametrize("handover", [0.0, np.inf], ids=["side by side", "one by one"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_either_kernel_alone_gives_the_same_values(tables, case, handover):
    net, matrix, substitution, use_revenue, eps = case
    links, firms, roles = golden_case(tables, net, matrix)
    question = CascadeQuestion(
        essential=roles,
        substitution="market" if substitution else "none",
        revenue="output" if use_revenue else None,
        stop=eps,
    )
    network, _ = question.network(network_system(links, firms))
    every = Shocks.single(np.arange(len(firms)))
    runs = run_cascades(network, every, question.rule, handover=handover)
    told = expected(tables, case).loc[firms["firm"]]
    assert np.abs(runs.risk - told["esri"]).max() < 1e-9
    assert np.abs(runs.down - told["esri_d"]).max() < 1e-9
    assert np.abs(runs.up - told["esri_u"]).max() < 1e-9
    assert runs.rounds.tolist() == told["iterations"].tolist()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_command_writes_the_same_numbers(tables, tmp_path, capsys, case):
    net, matrix, substitution, use_revenue, eps = case
    names = ("links", "firms", "essential")
    for name, frame in zip(names, golden_case(tables, net, matrix), strict=True):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    words = ["systemic-risk", tmp_path / "links.csv", "--firms", tmp_path / "firms.csv"]
    words += ["--essential", tmp_path / "essential.csv", "--format", "csv"]
    words += ["--substitution", "market" if substitution else "none"]
    words += ["--revenue", "output"] if use_revenue else []
    words += ["--stop", "1e-12"] if eps != 0.01 else []
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    assert not stopped.value.code
    rows = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype={"firm": str})
    assert list(rows.columns) == ["firm", *COLUMNS.values(), "iterations"]
    told = expected(tables, case)
    rows = rows.set_index("firm").loc[told.index]
    for theirs, ours in COLUMNS.items():
        assert np.abs(rows[ours] - told[theirs]).max() < 1e-9
    assert rows["iterations"].tolist() == told["iterations"].tolist()


@pytest.mark.parametrize(("matrix", "substitution"), TOY)
def test_the_toy_network_has_the_values_of_the_reference_table(tables, matrix, substitution):
    links, firms, roles = golden_case(tables, "toy11", matrix)
    found = stress.systemic_risk(
        network_system(links, firms), essential=roles, substitution=substitution
    )
    rows = found.table().set_index("firm").loc[[str(i) for i in range(1, 12)]]
    for column, values in TOY[matrix, substitution].items():
        assert rows[column].tolist() == pytest.approx(values, abs=1e-12)


def test_in_a_loop_the_two_stops_give_nearly_nothing_and_all(tables):
    links, firms, roles = golden_case(tables, "loop3", "linear")
    system = network_system(links, firms)
    published = stress.systemic_risk(system, essential=roles, substitution="none", firms=["3"])
    at_rest = stress.systemic_risk(
        system, essential=roles, substitution="none", firms=["3"], mode="fixpoint", insist=True
    )
    assert published.table()["risk"].tolist() == pytest.approx([0.009], abs=1e-12)
    assert published.table()["iterations"].tolist() == [1]
    assert at_rest.table()["risk"].tolist() == pytest.approx([1.0], abs=1e-9)
    assert at_rest.table()["iterations"].tolist() == [2537]


def test_upstream_at_rest_is_the_closed_form(tables):
    links, firms, roles = golden_case(tables, "net8", "mixed")
    found = stress.systemic_risk(
        network_system(links, firms), essential=roles, revenue="output", mode="fixpoint"
    )
    closed = found.upstream_at_rest()
    told = [0.355106, 0.429084, 0.501080, 0.266989, 0.504449, 0.570997, 0.279887, 0.441513]
    assert closed == pytest.approx(told, abs=1e-6)
    assert found.runs.up == pytest.approx(closed, abs=1e-9)


def test_without_revenue_the_whole_network_falls_upstream(tables):
    links, firms, roles = golden_case(tables, "net8", "mixed")
    system = network_system(links, firms)
    found = stress.systemic_risk(system, essential=roles, mode="fixpoint", insist=True)
    assert found.runs.up == pytest.approx(np.ones(8), abs=1e-9)
