"""The command that plans a repair: scenarios, rules, measures to edit, what is said, pictures."""

import pandas as pd
import pytest

from chainwright.cli import main
from one_neck import BACKED, BEFORE, BOTH, SHUT, country, measures


@pytest.fixture
def given(tmp_path):
    """Return paths of the country of one neck, of its shock and of its measures."""
    table, shock, held = (tmp_path / name for name in ("flows.csv", "shut.toml", "measures.csv"))
    country().table().to_csv(table, index=False)
    SHUT.write(shock)
    measures().table().to_csv(held, index=False)
    return [str(path) for path in (table, shock, held)]


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def asked(given, *more):
    table, shock, held = given
    common = ["--currency", "CNY", "--days", "30"]
    return ["repair", table, "--shock", shock, "--measures", held, *common, *more]


def test_the_screen_shows_steps_before_and_after_and_notes(capsys, given):
    code, out, err = run(capsys, *asked(given, "--budget", "4"))
    assert (code, err) == (0, "")
    assert "2 steps for 4" in out
    assert "1. line of a: cost 1 - 1, avoids" in out
    assert "half of a: Loss falls from 4.99" in out
    assert "replaceable = 0" in out
    assert "Source: flows.csv" in out


def test_either_end_is_planned_for_and_the_other_one_is_told_or_left_out(capsys, given):
    words = ["--budget", "4", "--end", "by_origin"]
    code, out, err = run(capsys, *asked(given, *words))
    assert (code, err) == (0, "")
    assert "2 steps for 4" in out
    assert "at the other end, where stocks of all origins stand in for one another, from" in out
    code, out, _ = run(capsys, *asked(given, *words, "--one-end"))
    assert code == 0
    assert "where stocks of all origins stand in for one another, was not run" in out
    code, _, err = run(capsys, *asked(given, "--budget", "4", "--end", "both"))
    assert code != 0
    assert "by_origin" in err


def test_in_chinese(capsys, given):
    code, out, _ = run(capsys, *asked(given, "--budget", "4", "--lang", "zh"))
    assert code == 0
    assert "2 个步骤" in out
    assert "修复前后：" in out


def test_rules_keep_a_measure_out_or_in(capsys, given):
    words = ["--budget", "4", "--forbid", "cover of a", "--lock", "line of b", "--format", "csv"]
    code, out, _ = run(capsys, *asked(given, *words))
    frame = pd.read_csv(pd.io.common.StringIO(out), keep_default_na=False)
    assert code == 0
    assert dict(zip(frame["measure"], frame["locked"], strict=True)) == {
        "line of a": "",
        "line of b": "locked",
        "cover of a": "forbidden",
    }


def test_all_tables_go_to_a_folder_and_a_picture_beside_them(capsys, given, tmp_path):
    folder, picture = tmp_path / "answer", tmp_path / "before_after.png"
    words = ["--budget", "1", "-o", folder, "--format", "csv", "--picture", picture]
    code, out, err = run(capsys, *asked(given, *words))
    assert (code, out) == (0, "")
    assert "1 step for 1" in err
    names = {"repair.csv", "repair_scenarios.csv", "repair_by_day.csv"}
    assert names <= {file.name for file in folder.iterdir()}
    scenarios = pd.read_csv(folder / "repair_scenarios.csv")
    assert scenarios["loss_before"][0] == pytest.approx(BEFORE, rel=0.01)
    assert scenarios["loss_after"][0] == pytest.approx(BACKED, rel=0.2)
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_a_frontier_has_a_row_a_plan(capsys, given):
    words = ["--budget", "4", "--frontier", "5", "--format", "csv"]
    code, out, _ = run(capsys, *asked(given, *words))
    frame = pd.read_csv(pd.io.common.StringIO(out), keep_default_na=False)
    assert code == 0
    assert frame["steps"].tolist()[-1] in {"cover of a; line of a", "line of a; cover of a"}
    assert frame["loss_after"].is_monotonic_decreasing
    assert frame["loss_after"].iloc[-1] < BEFORE
    assert frame["loss_after"].iloc[-1] == pytest.approx(BOTH, rel=0.01)


def test_each_node_of_a_template_is_a_scenario_unless_they_are_hit_together(capsys, given):
    table, _, held = given
    words = ["repair", table, "--currency", "CNY", "--measures", held, "--days", "20"]
    hit = ["--closure", "H:a", "--closure", "H:b", "--share", "0.5", "--weeks", "1"]
    _, apart, _ = run(capsys, *words, *hit, "--budget", "4")
    assert "Closure in H:a: " in apart
    assert "Closure in H:b: " in apart
    _, together, _ = run(capsys, *words, *hit, "--together", "--budget", "4")
    assert "Closure in H:a: " not in together
    _, likely, _ = run(capsys, *words, *hit, "--budget", "4", "--probability", "0.1")
    assert "all weigh alike" in apart
    assert "all weigh alike" not in likely


def test_proposed_measures_are_written_to_be_edited_and_read_back(capsys, given, tmp_path):
    table, shock, _ = given
    file = tmp_path / "proposed.csv"
    common = ["repair", table, "--currency", "CNY", "--shock", shock, "--days", "20"]
    code, out, err = run(capsys, *common, "--list-measures", file)
    assert (code, out) == (0, "")
    assert "written" in err
    frame = pd.read_csv(file)
    assert {"measure", "kind", "yearly_low", "reason_zh"} <= set(frame.columns)
    assert len(frame) > 0
    code, out, _ = run(capsys, *common, "--measures", file, "--budget", "1e9")
    assert code == 0
    assert "Before and after:" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--budget"),
        (["--budget", "-1"], "budget"),
        (["--budget", "1", "--home", "X"], "'X'"),
        (["--budget", "1", "--lock", "line of z"], "line of z"),
        (["--budget", "1", "--lock", "cover of a"], "cover of a"),
        (["--budget", "1", "--weeks", "2"], "--weeks"),
        (["--budget", "1", "--save-shock", "s.toml"], "--save-shock"),
        (["--budget", "1", "--budget", "2"], "one a year"),
        (["--budget", "1", "--replaceable", "2"], "replaceable"),
    ],
)
def test_an_error_is_a_message_and_nothing_is_written(capsys, given, tmp_path, words, message):
    before = sorted(tmp_path.iterdir())
    code, out, err = run(capsys, *asked(given, *words))
    assert (code != 0, out) == (True, "")
    assert message in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before
