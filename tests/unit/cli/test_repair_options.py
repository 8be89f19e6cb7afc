"""Options of the command repair, read into scenarios, rules and questions; nothing is run."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import plan
from chainwright.cli import main
from chainwright.cli import repair as command
from chainwright.cli.shock_options import HAPPENING
from chainwright.errors import ParameterError
from chainwright.stress import InventoryModel
from one_neck import SHUT, country, measures


@pytest.fixture
def shut(tmp_path):
    path = tmp_path / "shut.toml"
    SHUT.write(path)
    return path


@pytest.fixture
def files(tmp_path, shut):
    """Return paths of the country of one neck, of its shock and of its measures."""
    table, held = tmp_path / "flows.csv", tmp_path / "measures.csv"
    country().table().to_csv(table, index=False)
    measures().table().to_csv(held, index=False)
    return str(table), str(shut), str(held)


class AskedError(Exception):
    """What the command asks of `plan`, before anything runs."""


@pytest.fixture
def asked(monkeypatch, files, capsys):
    """Return a function that gives what a command line asks of `plan`."""

    def ask(*words, question="repair"):
        seen = {}

        def stand_in(system, against, **given):
            seen.update(given, against=against, system=system)
            raise AskedError

        monkeypatch.setattr(plan, question, stand_in)
        table, shock, held = files
        common = ["--shock", shock, "--measures", held, "--currency", "CNY"]
        with pytest.raises(AskedError):
            main(["repair", table, *common, *map(str, words)])
        capsys.readouterr()
        return seen

    return ask


def scenarios(*, together=False, **what):
    return command._against(replace(HAPPENING, **what), country(), together=together)


def hit(shock):
    """Return the nodes that each blow of a shock names."""
    return [blow.nodes for blow in shock.blows]


def test_each_file_and_each_node_of_a_template_is_a_scenario(shut):
    found = scenarios(shock=(shut,), closure=("H:b", "H:c"), share=0.5, weeks=1.0)
    assert list(found) == ["half of a", "Closure in H:b", "Closure in H:c"]
    assert found["half of a"].blows == SHUT.blows
    assert [blow.share for blow in found["Closure in H:b"].blows] == [0.5]
    assert hit(found["Closure in H:b"]) != hit(found["Closure in H:c"])


def test_nodes_that_are_hit_together_are_one_scenario():
    found = scenarios(together=True, closure=("H:b", "H:c"), share=0.5, weeks=1.0)
    assert len(found) == 1
    (shock,) = found.values()
    assert [blow.share for blow in shock.blows] == [0.5] * len(shock.blows)


def test_two_templates_at_once_are_refused_as_their_values_would_be_mixed():
    with pytest.raises(ParameterError, match=r"--strike.*beside --closure"):
        scenarios(closure=("H:b",), strike=("H:c",), weeks=1.0)


def test_the_same_file_twice_is_told_apart_by_its_number(shut):
    found = scenarios(shock=(shut, shut))
    assert list(found) == ["half of a (1)", "half of a (2)"]
    assert [shock.blows for shock in found.values()] == [SHUT.blows] * 2


def test_values_that_no_template_takes_are_refused(shut):
    with pytest.raises(ParameterError, match="--weeks"):
        scenarios(shock=(shut,), weeks=2.0)
    with pytest.raises(ParameterError, match="save one with the command stress"):
        scenarios(shock=(shut,), save_shock=shut)


def test_nothing_that_happens_is_refused():
    with pytest.raises(ParameterError):
        scenarios()


def test_rules_are_read_from_names_joined_by_commas_or_given_one_by_one():
    kept = command.Kept(
        lock=("a, b", "c"),
        forbid=(" d ,", ""),
        least_share=("CHN=0.5", "JPN=0.25"),
        home_suppliers=("c14=2",),
        carbon_cap=12.5,
    )
    rules = command._rules(kept)
    assert rules.locked == ("a", "b", "c")
    assert rules.forbidden == ("d",)
    assert rules.least_share == {"CHN": 0.5, "JPN": 0.25}
    assert rules.home_suppliers == {"c14": 2}
    assert isinstance(rules.home_suppliers["c14"], int)
    assert rules.carbon_cap_t == 12.5
    assert command._rules(command.KEPT) == plan.RepairRules()


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"home_suppliers": ("c14=1.5",)}, r"whole numbers.*c14=1\.5"),
        ({"home_suppliers": ("c14=inf",)}, "whole numbers"),
        ({"home_suppliers": ("c14=nan",)}, "whole numbers"),
        ({"home_suppliers": ("c14",)}, "--home-suppliers"),
        ({"home_suppliers": ("c14=1", "c14=2")}, "each once"),
        ({"home_suppliers": ("c14=-1",)}, "0 or more"),
        ({"least_share": ("CHN=half",)}, "--least-share"),
        ({"least_share": ("CHN=0.6", "JPN=0.6")}, "together at most 1"),
        ({"carbon_cap": -1.0}, "carbon_cap_t"),
    ],
)
def test_rules_that_make_no_sense_are_refused_before_anything_runs(kept, told):
    with pytest.raises(ParameterError, match=told):
        command._rules(command.Kept(**kept))


@pytest.mark.parametrize(("given", "read"), [((), None), ((0.1,), 0.1), ((0.1, 0.2), [0.1, 0.2])])
def test_one_probability_is_that_of_all_and_several_are_one_each(given, read):
    assert command._probability(given) == read


def test_a_model_is_made_only_where_somebody_says_how_much_can_be_replaced():
    assert command._model(None) is None
    assert command._model(0.0) == InventoryModel(replaceable=0.0)
    assert command._model(0.4) == InventoryModel(replaceable=0.4)


def test_what_is_not_said_is_asked_as_the_defaults_of_the_function(asked):
    found = asked("--budget", 4)
    assert found["budget"] == 4.0
    assert (found["years"], found["days"], found["loss"]) == (1, 182.0, "value_added")
    assert (found["tail"], found["alpha"], found["gap"]) == (0.0, 0.8, 0.01)
    assert (found["tolerance"], found["time_limit_seconds"]) == (0.05, 60.0)
    assert found["home"] is None
    assert found["model"] is None
    assert found["probability"] is None
    assert found["rules"] == plan.RepairRules()
    assert list(found["against"]) == ["half of a"]
    assert found["measures"].names == measures().names


def test_what_is_said_reaches_the_function(asked):
    found = asked(
        *("--budget", 1, "--budget", 2, "--years", 2, "--home", "H", "--days", 30),
        *("--loss", "unmet_final", "--tail", 0.5, "--alpha", 0.9, "--gap", 0.02),
        *("--tolerance", 0.1, "--seconds", 7, "--replaceable", 0.3, "--workers", 1),
        *("--lock", "line of a", "--probability", 0.2),
    )
    assert found["budget"] == [1.0, 2.0]
    assert (found["years"], found["home"], found["days"]) == (2, "H", 30.0)
    assert (found["loss"], found["tail"], found["alpha"]) == ("unmet_final", 0.5, 0.9)
    assert (found["gap"], found["tolerance"], found["time_limit_seconds"]) == (0.02, 0.1, 7.0)
    assert found["model"].replaceable == 0.3
    assert found["workers"] == 1
    assert found["rules"].locked == ("line of a",)
    assert found["probability"] == 0.2


def test_regions_joined_by_a_plus_are_several(asked):
    assert asked("--budget", 4, "--home", "H+H")["home"] == ["H", "H"]


def test_a_frontier_is_asked_for_so_many_budgets(asked):
    found = asked("--budget", 4, "--frontier", 7, question="repair_frontier")
    assert (found["budgets"], found["budget"]) == (7, 4.0)


def test_proposals_are_those_of_the_run_that_is_asked_for(monkeypatch, files, tmp_path, capsys):
    seen = {}

    def stand_in(system, against, **given):
        seen.update(given, against=list(against))
        return measures()

    monkeypatch.setattr(plan, "repair_measures", stand_in)
    table, shock, _ = files
    out = tmp_path / "proposed.csv"
    words = ["--shock", shock, "--currency", "CNY", "--days", "20", "--home", "H"]
    with pytest.raises(SystemExit) as stopped:
        main(["repair", table, *words, "--replaceable", "0.5", "--list-measures", str(out)])
    assert not stopped.value.code
    assert seen["days"] == 20.0
    assert seen["home"] == "H"
    assert seen["model"] == InventoryModel(replaceable=0.5)
    assert seen["against"] == ["half of a"]
    assert "3 measures written" in capsys.readouterr().err
    # what was written is read back as it was
    again = plan.read_repair_measures(out, country())
    assert again.names == measures().names
    assert np.array_equal(again.spent("high"), measures().spent("high"))
