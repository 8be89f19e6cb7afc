"""The commands of the tutorial on carbon run as they are written, one after the other."""

import re
import shlex
from pathlib import Path

import pytest

from chainwright.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "carbon.md"


def commands():
    """Return the lines of the page that call our command; pages are served until stopped."""
    blocks = re.findall(r"^```bash\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.replace("\\\n", "").splitlines()]
    ours = [line for line in lines if line.startswith("chainwright ")]
    return [line for line in ours if not line.startswith("chainwright serve ")]


def run(capsys, line):
    """Run a line, keep in a file what it says should go there, and return what it printed."""
    call, _, to = line.partition(" > ")
    with pytest.raises(SystemExit) as stopped:
        main(shlex.split(call)[1:])
    printed = capsys.readouterr()
    assert not stopped.value.code, f"{line}\n{printed.err}"
    if to:
        Path(to).write_text(printed.out, encoding="utf-8")
    return printed.out + printed.err


def test_every_command_runs_and_shows_what_the_page_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    told = {line: run(capsys, line) for line in commands()}
    assert len(told) > 12

    def shown(words):
        return next(text for line, text in told.items() if words in line)

    assert "3.942" in shown("carbon rate city")
    assert "K (to the peers' mean): 1.590" in shown("code show")
    assert "292.3" in shown("--lines")
    assert "24.01" in shown("--change")
    assert "not an official code" in shown("code verify city/city.db")
    assert "179,577" in shown("carbon city city/city.db")
    assert "0.373" in shown("steel --grid 13")
    assert (tmp_path / "code.txt").read_text("utf-8").startswith("CC1:")
    assert (tmp_path / "city.svg").read_text("utf-8").startswith("<svg")
    assert (tmp_path / "code.svg").is_file()
