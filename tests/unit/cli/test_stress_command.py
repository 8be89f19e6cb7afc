"""`chainwright stress`: shocks said by files and by templates, and what engines answer."""

import io
import json

import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.cli.shock_options import numbers_by_code
from chainwright.errors import ParameterError
from chainwright.stress import Shock
from chainwright.stress.shocks.templates import TEMPLATES
from chainwright.tables import example
from toys import toy_table

CUT = ("--embargo", "A:m", "--to", "B", "--weeks", "2", "--days", "30")


@pytest.fixture
def toy(tmp_path):
    path = tmp_path / "toy.csv"
    toy_table().to_csv(path, index=False)
    return path


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in ("stress", *words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_an_embargo_is_answered_at_both_ends_in_words_and_in_a_table(capsys, toy):
    code, out, err = run(capsys, toy, *CUT)
    assert (code, err) == (0, "")
    assert "Any origin of a product replaces any other." in out
    assert "No origin of any product replaces another" in out
    assert "pooled" in out
    assert "Numbers of the shock: embargo: share 1 (assumption" in out
    assert "How it ended: " in out
    assert "Notes: " in out
    assert "Source: toy.csv" in out


def test_the_words_are_chinese_if_asked(capsys, toy):
    code, out, _ = run(capsys, toy, *CUT, "--lang", "zh")
    assert code == 0
    assert "任何来源可互相替代" in out
    assert "冲击数值来源：断供：份额 1（假设：全部供应中断）" in out
    assert "来源：toy.csv" in out


@pytest.mark.parametrize(("lang", "title"), [("en", "{}, short first:"), ("zh", "{}，最先短缺：")])
def test_who_ran_short_first_is_said_at_each_end(capsys, toy, tmp_path, lang, title):
    cut = ("--embargo", "A:m", "--days", "30", "--stock-days", "2", "--lang", lang)
    _, out, _ = run(capsys, toy, *cut, "--top", "1")
    run(capsys, toy, *cut, "--format", "csv", "-o", tmp_path / "all")
    frame = pd.read_csv(tmp_path / "all" / "stress_short.csv", keep_default_na=False)
    assert set(frame["end"]) == {"by_origin"}
    assert len(frame) > 3
    lines = out.splitlines()
    for end, rows in frame.groupby("end"):
        at = lines.index(title.format(end))
        told = [f"  {reason}" for reason in rows[f"reason_{lang}"][:3]]
        assert lines[at + 1 : at + 1 + len(told)] == told
        assert not lines[at + 1 + len(told)].startswith("  第" if lang == "zh" else "  On day")
    _, out, err = run(capsys, toy, *cut, "--format", "csv")
    assert title.format("by_origin") not in out + err


def test_csv_has_no_words_around_it_and_both_ends(capsys, toy):
    code, out, err = run(capsys, toy, *CUT, "--format", "csv")
    assert (code, err) == (0, "")
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert set(frame["end"]) == {"pooled", "by_origin"}
    assert (pd.to_numeric(frame["output_lost"], errors="coerce").notna()).all()


def test_an_elasticity_adds_a_run_between(capsys, toy):
    for words in (["--elasticity", "2"], ["--elasticity", "m=2", "--elasticity", "k=0.5"]):
        _, out, _ = run(capsys, toy, *CUT, *words, "--format", "csv")
        frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
        assert set(frame["end"]) == {"pooled", "chosen", "by_origin"}


def test_a_file_says_the_same_as_the_options(capsys, toy, tmp_path):
    saved = tmp_path / "shock.toml"
    _, by_options, _ = run(capsys, toy, *CUT, "--save-shock", saved, "--format", "csv")
    _, by_file, _ = run(capsys, toy, "--shock", saved, "--days", "30", "--format", "csv")
    assert by_file == by_options
    assert Shock.read(saved).blows[0].days == 14.0


def test_files_and_a_template_happen_together(capsys, toy, tmp_path):
    first, both = tmp_path / "first.toml", tmp_path / "both.toml"
    run(capsys, "--strike", "C:k", "--weeks", "1", "--save-shock", first)
    code, _, _ = run(capsys, toy, "--shock", first, *CUT, "--save-shock", both)
    assert code == 0
    assert [blow.kind for blow in Shock.read(both).blows] == ["capacity", "supply_cut"]


def test_a_shock_may_be_saved_without_a_table(capsys, tmp_path):
    path = tmp_path / "shock.toml"
    code, out, _ = run(capsys, "--closure", "CHN", "--share", "0.5", "--save-shock", path)
    assert (code, out) == (0, "")
    assert Shock.read(path).blows[0].regions == ("CHN",)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_has_a_file_to_start_from(capsys, tmp_path, name):
    code, out, _ = run(capsys, "--example", name)
    assert code == 0
    path = tmp_path / "shock.toml"
    path.write_text(out, encoding="utf-8")
    assert Shock.read(path).checked().blows
    assert out.startswith("# A shock for `chainwright stress TABLE --shock FILE`.")


def test_an_example_of_nothing_known_offers_a_near_one(capsys):
    code, _, err = run(capsys, "--example", "embrago")
    assert code == 2
    assert "Did you mean embargo?" in err


@pytest.mark.parametrize(
    "words",
    [
        ["--closure", "A", "--only", "m", "--share", "0.5", "--weeks", "1", "--from-day", "3"],
        ["--disaster", "A:m", "--share", "0.3", "--recovery-days", "20"],
        ["--disaster", "A", "--money", "20", "--rebuilding", "k=0.5", "--rebuilding", "m=0.5"],
        ["--rationing", "B", "--share", "0.2"],
        ["--strike", "C", "--step", "week"],
        ["--closure", "A", "--stock-days", "5", "--psi", "0.5", "--serve", "alike"],
    ],
    ids=" ".join,
)
def test_other_shocks_have_one_run(capsys, toy, words):
    code, out, err = run(capsys, toy, *words, "--days", "28", "--format", "csv")
    assert (code, err) == (0, "")
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert set(frame["end"]) == {"single"}
    assert float(frame["output_lost"].iloc[0]) > 0.0


@pytest.mark.parametrize("words", [["--port", "A"], ["--route", "A", "--to", "B"]], ids=" ".join)
def test_ports_and_routes_are_cuts(capsys, toy, words):
    _, out, _ = run(capsys, toy, *words, "--share", "0.4", "--days", "28", "--format", "csv")
    assert set(pd.read_csv(io.StringIO(out))["end"]) == {"pooled", "by_origin"}


def test_an_epidemic_is_told_by_the_sectors_of_the_table(capsys, tmp_path):
    path = tmp_path / "shock.toml"
    code, _, _ = run(
        capsys, "demo:country", "--epidemic", "11", "--severity", "0.5", "--weeks", "1",
        "--days", "10", "--save-shock", path,
    )  # fmt: skip
    assert code == 0
    assert len(Shock.read(path).blows[0].shares) == 42


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("inoperability", []),
        ("bottleneck", ["--production", "linear"]),
        ("bottleneck", ["--stock-days", "5", "--serve", "orders-first", "--restoration-days", "7"]),
    ],
)
def test_other_engines_answer_with_their_own_tables(capsys, tmp_path, engine, words):
    target, table = tmp_path / "answer", tmp_path / "flows.csv"
    table.write_text(example("flows"), encoding="utf-8")
    code, _, _ = run(
        capsys, table, "--closure", "A:steel", "--share", "0.5", "--days", "20", "--engine", engine,
        *words, "-o", target, "--format", "json",
    )  # fmt: skip
    assert code == 0
    name = {"inoperability": "inoperability", "bottleneck": "partially_binding"}[engine]
    found = target / f"{name}.json" if target.is_dir() else target
    assert json.loads(found.read_text("utf-8"))


def network(folder):
    """Write firms and links to a folder; return the words that name them."""
    firms, links = folder / "firms.csv", folder / "links.csv"
    firms.write_text(
        "firm,sector,region,output\nf1,s1,A,9\nf2,s1,A,9\nf3,s2,B,9\n", encoding="utf-8"
    )
    links.write_text("supplier,buyer,value\nf1,f2,2\nf2,f3,3\nf3,f1,1\n", encoding="utf-8")
    return [links, "--firms", firms]


def test_a_default_runs_along_the_links_of_firms(capsys, tmp_path):
    asked = [*network(tmp_path), "--default", "f1", "--days", "60", "--format", "csv"]
    code, out, err = run(capsys, *asked)
    assert (code, err) == (0, "")
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert set(frame["end"]) == {"market", "suppliers"}
    by_sector = [*network(tmp_path), "--closure", "A", "--only", "s1", "--days", "20"]
    assert run(capsys, *by_sector)[0] == 0
    code, _, err = run(capsys, *asked, "--elasticity", "2")
    assert code == 2
    assert "'--elasticity'" in err


def test_draws_are_an_ensemble(capsys, toy):
    code, out, _ = run(
        capsys, toy, "--closure", "A:m", "--weeks", "1", "--days", "10", "--draws", "4",
        "--seed", "3", "--format", "csv",
    )  # fmt: skip
    assert code == 0
    assert len(pd.read_csv(io.StringIO(out))) > 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "a template such as --embargo"),
        (["--closure", "A", "--strike", "B"], "'--strike'"),
        (["--closure", "A", "--to", "B"], "'--to'"),
        (["--closure", "A", "--severity", "0.5"], "'--severity'"),
        (["--shock", "none.toml"], "no file none.toml"),
        (["--route", "A"], "'--to'"),
        (["--embargo", "A:mm"], "Did you mean A:m"),
        (["--embargo", "A:m", "--share", "2"], "blow 1, 'share'"),
        (["--disaster", "A"], "money instead"),
        (["--disaster", "A", "--money", "9", "--rebuilding", "k"], "words such as c18=0.6"),
        (["--disaster", "A", "--money", "1e9"], "at most its capital"),
        (["--epidemic", "A"], "a known section"),
        (["--closure", "A", "--elasticity", "high"], "a number, or c14=2"),
        (["--closure", "A", "--elasticity", "2"], "cuts no delivery"),
        (["--closure", "A", "--from-day", "9", "--days", "9"], "above 9, the day on which"),
        (["--closure", "A", "--uncertain", "u.toml"], "together with --draws N. Got 'u.toml'"),
        (["--closure", "A", "--draws", "-1"], "'--draws'"),
        (["--closure", "A", "--seed", "1"], "'--seed'"),
        (["--closure", "A", "--draws", "2", "--elasticity", "1"], "'--elasticity'"),
        (["--closure", "A", "--production", "linear"], "'--production'"),
        (["--closure", "A", "--engine", "inoperability", "--psi", "0.5"], "'--psi'"),
        (["--closure", "A", "--engine", "inoperability", "--draws", "2"], "'--draws'"),
        (["--closure", "A", "--engine", "bottleneck", "--days", "1.5"], "whole days"),
        (["--closure", "A", "--days", "0"], "'days'"),
        (["--default", "f1"], "links"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(capsys, toy, tmp_path, words, told):
    target = tmp_path / "answer.csv"
    code, out, err = run(capsys, toy, *words, "-o", target)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert not target.exists()


def test_a_table_is_needed_unless_a_shock_is_saved(capsys, tmp_path):
    code, _, err = run(capsys, "--closure", "CHN")
    assert code == 2
    assert "--save-shock" in err
    code, _, err = run(capsys, "--epidemic", "CHN", "--save-shock", tmp_path / "x.toml")
    assert code == 2
    assert "--example epidemic" in err
    assert not (tmp_path / "x.toml").exists()


def test_what_is_wrong_with_a_file_is_told_with_its_name(capsys, toy, tmp_path):
    path = tmp_path / "odd.toml"
    path.write_text('[[blow]]\nkind = "capacity"\nregons = ["A"]\nshare = 0.5\n', encoding="utf-8")
    code, _, err = run(capsys, toy, "--shock", path)
    assert code == 2
    assert "odd.toml" in err
    assert "blow 1, 'regons'" in err
    assert "Did you mean regions" in err


def test_the_example_of_a_table_works_as_well(capsys, tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(example("flows"), encoding="utf-8")
    code, out, _ = run(capsys, path, "--closure", "A:steel", "--weeks", "1", "--days", "20")
    assert code == 0
    assert "A  " in out


def test_words_of_codes_and_numbers_are_read_from_the_right():
    assert numbers_by_code(("c18=0.6", "a=b=0.4"), "--x") == {"c18": 0.6, "a=b": 0.4}
    for words in (("=1",), ("c18=",), ("c18=0.1", "c18=0.2")):
        with pytest.raises(ParameterError, match="--x"):
            numbers_by_code(words, "--x")
