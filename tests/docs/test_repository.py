"""The repository as it ships: nothing of the machine that it was made on, nothing large."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import chainwright
import real

ROOT = Path(__file__).parents[2]
MADE = {"_build", "generated", "dist", "build", "demo-brief", "__pycache__"}
TEXT = {"", ".py", ".md", ".toml", ".txt", ".csv", ".cff", ".json", ".j2", ".html", ".css", ".yaml"}


def ours():
    """Return every file of the repository: what `make` makes and hidden folders are not ours."""
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(d for d in below if d not in MADE and (d == ".ci" or d[0] != "."))
        yield from (Path(folder) / name for name in sorted(names))


FILES = [p for p in ours() if p.suffix in TEXT]
HOSTS = ("pypi" + r"\.org", "pythonhosted" + r"\.org", "anaconda" + r"\.org", "npmjs" + r"\.org")
FORBIDDEN = re.compile(
    "|".join((*HOSTS, "index-" + "url", "find-" + "links", r"(?<![\w.~}/])/(?:work|root|tmp|opt)/"))
)


def test_there_are_files_to_look_at():
    seen = {str(path.relative_to(ROOT)) for path in FILES}
    assert {"Makefile", ".ci/run", "constraints.txt", "pyproject.toml", "README.md"} <= seen
    assert FORBIDDEN.search("see https://" + "pypi" + ".org/simple")
    assert FORBIDDEN.search("open('/" + "tmp/x')")


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    named = {str(p.relative_to(ROOT)): FORBIDDEN.search(p.read_text("utf-8")) for p in FILES}
    assert {path: found[0] for path, found in named.items() if found} == {}


def test_what_ships_is_small():
    shipped = [p for p in Path(chainwright.__file__).parent.rglob("*") if p.is_file()]
    data = [p for p in shipped if p.suffix != ".py" and "__pycache__" not in p.parts]
    assert data
    assert sum(p.stat().st_size for p in data) <= 4_500_000


def test_the_checks_can_be_run_as_they_are():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)  # noqa: S603, S607


def test_constraints_pin_every_package_that_is_asked_for_and_no_more_than_once():
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+]*", line) for line in lines)
    pinned = [line.partition("==")[0] for line in lines]
    assert len(set(pinned)) == len(pinned)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"], "pip"]
    for group in project["dependency-groups"].values():
        asked += [entry for entry in group if isinstance(entry, str)]
    assert {re.match("[a-z0-9-]+", entry)[0] for entry in asked} <= set(pinned)


def fresh(code):
    """Return the modules that a fresh interpreter has loaded after `code`."""
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"{code}\nimport sys; print('LOADED', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.rpartition("LOADED")[2].split())


def test_import_is_silent_and_loads_no_numbers():
    loaded = fresh("import chainwright")
    assert "chainwright" in loaded
    assert not {"numpy", "pandas", "scipy", "pyarrow", "matplotlib", "cyclopts"} & loaded


def test_the_help_loads_no_numbers():
    loaded = fresh(
        "import sys; from chainwright.cli import main; sys.argv = ['chainwright', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )
    assert "cyclopts" in loaded
    assert not {"numpy", "pandas", "scipy", "pyarrow", "matplotlib"} & loaded


def test_missing_data_skip_at_home_and_fail_in_the_checks(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAINWRIGHT_DATA", str(tmp_path))
    for name in real.REQUIRING:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BaseException, match="no real data at") as at_home:
        real.data("wiod2013")
    monkeypatch.setenv("CHAINWRIGHT_REQUIRE_DATA", "1")
    with pytest.raises(BaseException, match="set CHAINWRIGHT_DATA") as in_the_checks:
        real.data("wiod2013")
    assert at_home.typename == "Skipped"
    assert in_the_checks.typename == "Failed"
    (tmp_path / "wiod2013").mkdir()
    assert real.data("wiod2013") == tmp_path / "wiod2013"
