"""The corpus of bad files: each is refused with one clear error, and nothing is written."""

import re

import pytest

import chainwright as cw
from bad import long_binary, long_csv, nations, trade, worlds
from bad.corpus import CORPUS
from chainwright.cli import main
from chainwright.errors import ChainwrightError, TableError
from toys import toy_table

assert long_csv
assert long_binary
assert nations
assert trade
assert worlds

cases = pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.sentence)


@pytest.fixture
def machine(monkeypatch):
    """Let the machine have only so much memory."""

    def of(size):
        if size is not None:
            memory = type("Memory", (), {"available": size, "total": size})
            monkeypatch.setattr("psutil.virtual_memory", memory)

    return of


@cases
def test_it_is_refused_and_the_message_says_what_where_and_what_to_do(case, tmp_path, machine):
    path = case.write(tmp_path)
    machine(case.memory)
    with pytest.raises(ChainwrightError) as refused:
        cw.System.read(path, **case.asked)
    error, said = refused.value, str(refused.value)
    assert type(error) is case.error, said
    for pattern in case.says:
        assert re.search(pattern, said), f"{pattern!r} is not in:\n{said}"
    assert path.name in said
    if isinstance(error, TableError):
        assert said.startswith(path.name)
        assert error.breaches
        for breach in error.breaches:
            assert all((breach.where, breach.found, breach.expected, breach.remedy))
    assert str(tmp_path) not in said or not path.is_file()  # the name of the file, not its folder


@cases
def test_the_command_line_says_so_and_writes_nothing(case, tmp_path, machine, capsys):
    path = case.write(tmp_path)
    before = {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    machine(case.memory)
    asked = [f"--{word}={value}" for word, value in case.asked.items()]
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path), *asked, "-o", str(tmp_path / "answer.csv")])
    shown = capsys.readouterr()
    assert ended.value.code == case.error.exit_code
    assert shown.out == ""
    assert "Traceback" not in shown.err
    for pattern in case.says:
        assert re.search(pattern, shown.err), shown.err
    assert {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()} == before


@pytest.fixture
def world(tmp_path):
    """Three countries in a file, by their real codes."""
    path = tmp_path / "world_2018.csv"
    named = {"A": "CHN", "B": "JPN", "C": "USA"}
    regions = ["from_region", "to_region"]
    toy_table().replace(dict.fromkeys(regions, named)).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stuck-necks", "--home", "CHM"], r"'CHM' is no known region.*Did you mean CHN\?"),
        (["stuck-necks", "--home", "Atlantis"], r"'Atlantis' is no known .*(CHN|EU27)"),
        (["long-plates", "--home", "CHN+JPM"], r"'JPM' .*Did you mean JPN"),
        (["check", "--year", "2017"], "2018.*Got 2017"),
        (["check", "--year", "2009:2011"], "one year"),
        (["check", "--year", "last"], "a year or a span"),
        (["check", "--composite", "ROW"], "'ROW' is no known region"),
        (["footprint", "--of", "CO2"], "CO2"),
        (["paths", "--root", "CHN:n"], r"'CHN:n' is no known node.*CHN:m"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_question_that_the_table_cannot_answer_is_refused(words, said, world, capsys):
    answer = world.with_name("answer.csv")
    with pytest.raises(SystemExit) as ended:
        main([words[0], str(world), *words[1:], "-o", str(answer)])
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert re.search(said, shown.err), shown.err
    assert "Traceback" not in shown.err
    assert list(world.parent.iterdir()) == [world]


def test_there_are_at_least_sixty_bad_files_and_no_two_alike():
    sentences = [case.sentence for case in CORPUS]
    assert len(set(sentences)) == len(sentences) >= 60
