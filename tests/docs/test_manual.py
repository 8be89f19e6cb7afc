"""The README, the manual, the glossary and the help say what is so: their examples run."""

import doctest
import inspect
import pkgutil
import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import chainwright
from chainwright import params
from chainwright.cli import app
from chainwright.tables import schema, schemas
from real import data

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAGES = [p for p in PAGES if not {"_build", "generated"} & set(p.parts)]
COMMANDS = [c for c in app if not c.startswith("-")]


def blocks(page, language):
    """Return the blocks of code of one language on a page."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )


def with_python():
    return [p for p in PAGES if blocks(p, "python")]


def in_a_folder_with_data(text, folder, monkeypatch):
    """Go to a folder where ``data/`` holds the real tables that `text` names."""
    monkeypatch.chdir(folder)
    for name in sorted(set(re.findall(r"data/(\w+)", text))):
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / name).symlink_to(data(name))


def title(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", with_python(), ids=title)
def test_each_example_in_python_runs_and_shows_what_it_says(page, tmp_path, monkeypatch):
    text = "\n".join(blocks(page, "python"))
    in_a_folder_with_data(text, tmp_path, monkeypatch)
    names = {}
    exec(compile(text, str(page), "exec"), names)  # noqa: S102
    shown = re.findall(r"^(\w+)  # (<System: .*>)", text, re.MULTILINE)
    for name, said in shown:
        assert repr(names[name]) == said
    assert names


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "pycon")], ids=title)
def test_each_dialogue_in_python_goes_as_it_is_told(page, tmp_path, monkeypatch):
    text = "\n".join(blocks(page, "pycon"))
    in_a_folder_with_data(text, tmp_path, monkeypatch)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    dialogue = doctest.DocTestParser().get_doctest(text, {}, title(page), str(page), 0)
    report = []
    done = doctest.DocTestRunner(optionflags=flags).run(dialogue, out=report.append)
    assert done.attempted
    assert not done.failed, "".join(report)


def written_commands():
    """Return every line that a page tells the reader to run with our command."""
    return [
        (title(page), line)
        for page in PAGES
        for block in blocks(page, "bash")
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("chainwright ")
    ]


def test_the_pages_show_commands():
    assert len(written_commands()) > 10


@pytest.mark.parametrize(("page", "line"), written_commands())
def test_each_command_on_a_page_is_one_that_exists_with_its_options(page, line):
    words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
    if words[0].startswith("-"):
        assert words in (["--help"], ["--version"])
        return
    assert words[0] in COMMANDS, page
    _, bound, ignored = app.parse_args(words, exit_on_error=False, print_error=False)
    assert bound.arguments or ignored is not None


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help(command):
    assert app[command].help


def test_the_manual_says_which_commands_there_are():
    told = "\n".join(line for _, line in written_commands())
    assert [c for c in COMMANDS if f"chainwright {c}" not in told] == []


def test_the_version_has_a_changelog_and_a_citation():
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first = re.search(r"^## (\S+)", log, re.MULTILINE)
    assert first[1] == chainwright.__version__
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {chainwright.__version__}\n" in citation


def test_each_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    decisions = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    names = [re.match("[a-z0-9-]+", entry)[0] for entry in project["dependencies"]]
    taken_for_granted = {"numpy", "pandas"}  # what the users' tables and notebooks are made of
    assert [n for n in names if n not in decisions and n not in taken_for_granted] == []


def test_each_decision_has_three_lines():
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    decisions = re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]
    assert len(decisions) >= 10
    assert {len(d.strip().splitlines()) for d in decisions} == {3}


def test_each_page_is_reached_from_the_index():
    indexes = [p for p in PAGES if p.name == "index.md" and "docs" in p.parts]
    listed = {
        (index.parent / line.strip()).resolve()
        for index in indexes
        for tree in re.findall(r"```\{toctree\}(.*?)```", index.read_text("utf-8"), re.DOTALL)
        for line in tree.splitlines()
    }
    pages = [p for p in PAGES if "docs" in p.parts and p != ROOT / "docs" / "index.md"]
    assert [title(p) for p in pages if p.with_suffix("") not in listed] == []


def names_in_the_code():
    """Return every name that the glossary may point at: class, member, column, parameter."""
    found = {column.column for table in schemas() for column in schema(table)}
    found |= set(schemas()) | set(COMMANDS) | set(params.fact_tables())
    for info in pkgutil.walk_packages(chainwright.__path__, "chainwright."):
        module = import_module(info.name)
        found.add(info.name)
        for name in {*vars(module), *getattr(module, "__all__", ())}:
            thing = getattr(module, name)
            if name.startswith("_") or not getattr(thing, "__module__", "").startswith("chainwr"):
                continue
            found |= {f"{info.name}.{name}", name}
            if inspect.isclass(thing):
                inside = {m for m in dir(thing) if not m.startswith("_")}
                inside |= set(getattr(thing, "__dataclass_fields__", ()))
                found |= {f"{prefix}{name}.{m}" for m in inside for prefix in ("", f"{info.name}.")}
                functions = [f for f in vars(thing).values() if inspect.isfunction(f)]
            else:
                functions = [thing] if inspect.isfunction(thing) else []
            found |= {p for f in functions for p in inspect.signature(f).parameters}
    found |= {f"chainwright.{name}" for name in chainwright.__all__}
    system = chainwright.System
    found |= {f"chainwright.System.{m}" for m in dir(system) if not m.startswith("_")}
    found |= {f'chainwright.params.table("{name}")' for name in params.fact_tables()}
    return found | {name.removeprefix("chainwright.") for name in found}


def test_each_word_of_the_glossary_is_in_the_code_and_in_both_languages():
    known, rows = names_in_the_code(), params.table("glossary")
    assert len(rows) > 40
    lost = {r["term_en"]: r["where"] for r in rows if not set(r["where"].split("; ")) <= known}
    assert not lost
    for row in rows:
        assert row["meaning_en"]
        assert re.search(r"[\u4e00-\u9fff]", row["term_zh"]), row
        assert re.search(r"[\u4e00-\u9fff]", row["meaning_zh"]), row
    assert len({r["term_en"] for r in rows}) == len(rows)
