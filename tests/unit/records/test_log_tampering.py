"""Logs tampered with, cut off, written by two at once, or full of odd things."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from itertools import pairwise

import pytest

from chainwright import System
from chainwright.errors import (
    ChainwrightError,
    ChangedInputError,
    MissingFileError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.plan import dispatch, event, event_timeline
from chainwright.records import IncidentLog
from event_logs import START, after, event_log
from toy_makers import two_products

AREA = {"kind": "sites", "codes": ["A", "B"]}
EAST = timezone(timedelta(hours=8))
WEST = timezone(timedelta(hours=-5))


def clock(*hours):
    """Return a clock that shows these hours after the start, then stays."""
    left = list(hours)

    def now():
        return START + timedelta(hours=left.pop(0) if len(left) > 1 else left[0])

    return now


def of_every_kind(folder):
    """Return a log that holds a line of every kind, a torn one among them."""
    log = IncidentLog.create(
        folder / "fire.jsonl",
        title="Fire",
        cause="fire",
        area=AREA,
        by="Li",
        sites=["A", "B"],
        at=START,
        clock=clock(200),
    )
    log.confirm("A", weeks=(3.0, 4.0, 6.0), capacity_lost=0.5, by="Wang", at=after(0.1))
    log.clear("B", by="Zhao", at=after(0.1))
    log.note("asked", by="Li", at=after(0.1))
    with log.path.open("ab") as file:
        file.write(b'{"seq":6,"prev":"ab')
    log = IncidentLog.open(log.path, clock=clock(200))
    log.correct(3, by="Wang", instead={"weeks_high": 8.0}, at=after(0.2))
    log.restore("A", by="Wang", at=after(0.3))
    return log


def lines_of(log):
    return log.path.read_bytes().split(b"\n")[:-1]


def rewritten(line, change):
    """Return a line with a member changed, and nothing else; its check stays as it was."""
    members = json.loads(line)
    change(members)
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def with_own_check(line):
    """Return a line whose check fits, as one would write who knows the schema."""
    members = json.loads(line)
    members.pop("check")
    bare = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    return bare[:-1] + b',"check":"' + sha256(bare).hexdigest().encode() + b'"}'


def refused(path, data):
    """Return the message with which the log that holds `data` is refused."""
    path.write_bytes(data)
    with pytest.raises((ChangedInputError, TableError)) as caught:
        IncidentLog.open(path)
    return str(caught.value)


def test_the_log_of_these_tests_has_a_line_of_every_kind(tmp_path):
    log = of_every_kind(tmp_path)
    assert {entry.kind for entry in log.entries} == {
        "opened", "potential", "confirmed", "no_impact", "restored", "note", "correction", "torn",
    }  # fmt: skip
    assert log.verify() == 8
    assert log.statuses()["A"].status == "restored"
    assert log.statuses(as_of=7)["A"].weeks == (3.0, 4.0, 8.0)


def test_every_member_of_every_line_is_watched(tmp_path):
    lines = lines_of(of_every_kind(tmp_path))
    tried = 0
    for row, line in enumerate(lines):
        if not line.endswith(b"}"):
            continue
        for name, value in json.loads(line).items():
            other = {
                str: lambda v: v + "x",
                int: lambda v: v + 1,
                float: lambda v: v / 2 + 0.1,
                bool: lambda v: not v,
                list: lambda v: v[::-1] if len(v) > 1 else [*v, "C"],
                dict: lambda v: {**v, "source": "map"},
            }[type(value)](value)
            forged = rewritten(line, lambda held, n=name, o=other: held.update({n: o}))
            said = refused(
                tmp_path / "forged.jsonl",
                b"\n".join([*lines[:row], forged, *lines[row + 1 :], b""]),
            )
            assert f"line {row + 1}" in said
            tried += 1
    assert tried > 80


@pytest.mark.parametrize("gone", [True, False])
def test_a_member_taken_out_or_put_in_is_found(tmp_path, gone):
    lines = lines_of(of_every_kind(tmp_path))
    for row, line in enumerate(lines):
        if not line.endswith(b"}"):
            continue
        names = list(json.loads(line)) if gone else ["witness"]
        for name in names:
            forged = rewritten(
                line, lambda m, n=name: m.pop(n) if gone else m.update({n: "nobody"})
            )
            data = b"\n".join([*lines[:row], forged, *lines[row + 1 :], b""])
            said = refused(tmp_path / "forged.jsonl", data)
            assert f"line {row + 1}" in said or name == "check"  # then the next line tells


def test_a_line_written_anew_with_its_own_check_is_found_by_the_next(tmp_path):
    lines = lines_of(of_every_kind(tmp_path))
    whole = [row for row, line in enumerate(lines) if line.endswith(b"}")]
    for row, following in pairwise(whole):
        forged = with_own_check(rewritten(lines[row], lambda m: m.update({"by": "Nobody"})))
        data = b"\n".join([*lines[:row], forged, *lines[row + 1 :], b""])
        said = refused(tmp_path / "forged.jsonl", data)
        assert f"line {following + 1}" in said
        assert f"line {row + 1}:" not in said


@pytest.mark.parametrize("how", ["out", "twice", "swapped", "in front", "empty line", "spaced"])
def test_lines_taken_out_repeated_exchanged_or_put_in_are_found(tmp_path, how):
    log = of_every_kind(tmp_path)
    lines = lines_of(log)
    whole = [row for row, line in enumerate(lines) if line.endswith(b"}")]
    for row, following in pairwise(whole):
        if following != row + 1:
            continue
        rest = lines[following:]
        changed = {
            "out": [*lines[:row], *rest],
            "twice": [*lines[: row + 1], lines[row], *rest],
            "swapped": [*lines[:row], rest[0], lines[row], *rest[1:]],
            "in front": [rest[0], *lines],
            "empty line": [*lines[: row + 1], b"", *rest],
            "spaced": [*lines[:row], lines[row].replace(b",", b", ", 1), *rest],
        }[how]
        assert refused(tmp_path / "forged.jsonl", b"\n".join([*changed, b""]))


def test_lines_cut_away_at_the_end_fit_and_only_the_noted_hash_tells(tmp_path):
    log = of_every_kind(tmp_path)
    lines = lines_of(log)
    short = tmp_path / "short.jsonl"
    short.write_bytes(b"\n".join([*lines[:-1], b""]))
    held = IncidentLog.open(short)
    assert held.statuses()["A"].status == "confirmed"
    assert held.verify() == 7
    with pytest.raises(ChangedInputError):
        held.verify(head=log.head)
    assert log.verify(head=held.head) == 8


def test_a_last_line_torn_at_every_byte_costs_that_line_alone(tmp_path):
    log = IncidentLog.create(
        tmp_path / "a.jsonl", title="火", area=AREA, by="Li", sites=["A"], at=START, clock=clock(9)
    )
    log.confirm("A", weeks=4.0, by="王", at=START, text="屋顶 é 🔥")
    data = log.path.read_bytes()
    begin = data.rindex(b"\n", 0, len(data) - 1) + 1
    torn = tmp_path / "torn.jsonl"
    for end in range(begin, len(data) + 1):
        torn.write_bytes(data[:end])
        held = IncidentLog.open(torn)
        whole = end >= len(data) - 1
        assert len(held.entries) == (3 if whole else 2)
        assert held.torn == (b"" if whole else data[begin:end])
        assert held.statuses()["A"].status == ("confirmed" if whole else "potential")


def test_what_is_written_after_a_torn_line_names_it_and_loses_nothing(tmp_path):
    log = IncidentLog.create(
        tmp_path / "a.jsonl", title="t", area=AREA, by="Li", sites=["A"], at=START, clock=clock(9)
    )
    log.note("起火了", by="Li", at=START)
    data = log.path.read_bytes()
    begin = data.rindex(b"\n", 0, len(data) - 1) + 1
    torn = tmp_path / "torn.jsonl"
    for end in range(begin + 1, len(data) - 1, 7):
        torn.write_bytes(data[:end])
        held = IncidentLog.open(torn, clock=clock(9))
        held.confirm("A", weeks=2.0, by="Wang", at=START)
        again = IncidentLog.open(torn)
        assert [entry.kind for entry in again.entries[2:]] == ["torn", "confirmed"]
        assert again.entries[2].content["torn_bytes"] == end - begin
        assert again.entries[2].content["torn_sha256"] == sha256(data[begin:end]).hexdigest()
        assert torn.read_bytes().startswith(data[:end] + b"\n")
        assert again.torn == b""


WRITER = """
import sys
from chainwright.records import IncidentLog
log = IncidentLog.open(sys.argv[1])
for i in range(50):
    log.confirm("A", weeks=i + 1.0, by=sys.argv[2], at="2026-03-02T08:00:00Z")
"""


def test_two_processes_of_fifty_lines_each_leave_one_chain_of_a_hundred(tmp_path):
    log = IncidentLog.create(
        tmp_path / "x.jsonl", title="t", area=AREA, by="L", sites=["A"], at=START
    )
    words = [sys.executable, "-c", WRITER, str(log.path)]
    both = [subprocess.Popen([*words, name]) for name in ("Li", "Wang")]  # noqa: S603
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert log.verify() == 102
    log.refresh()
    for name in ("Li", "Wang"):
        told = [e for e in log.entries if e.by == name]
        assert [e.content["weeks_low"] for e in told] == [float(i + 1) for i in range(50)]
    assert [e.seq for e in log.entries] == list(range(1, 103))
    assert log.statuses()["A"].seq == 102
    written = [e.written for e in log.entries]
    assert written == sorted(written)


def test_a_clock_that_goes_back_is_told_and_nothing_written(tmp_path):
    log = IncidentLog.create(
        tmp_path / "a.jsonl", title="t", area=AREA, by="Li", sites=["A"], at=START, clock=clock(5)
    )
    late = IncidentLog.open(log.path, clock=clock(1))
    before = log.path.read_bytes()
    with pytest.raises(TableError, match="Set the clock of the machine right"):
        late.note("on a slow machine", by="Wang", at=START)
    assert log.path.read_bytes() == before
    IncidentLog.open(log.path, clock=clock(5)).note("in time", by="Wang", at=START)
    written = [entry.written for entry in IncidentLog.open(log.path).entries]
    assert written == [START + timedelta(hours=5)] * 3


def test_a_correction_said_before_what_it_corrects_is_no_use_in_between(tmp_path):
    log = event_log("A", clock=clock(900))
    log.confirm("A", weeks=4.0, by="Wang", at=after(2.0))
    log.correct(3, by="Wang", at=after(1.0), instead={"weeks_high": 9.0})
    assert log.statuses(after(1.5))["A"].status == "potential"
    assert log.statuses(after(2.0))["A"].weeks == (4.0, 4.0, 9.0)
    assert log.statuses(3)["A"].weeks == (4.0, 4.0, 4.0)


def test_nothing_can_be_said_after_it_was_written(tmp_path):
    log = IncidentLog.create(
        tmp_path / "a.jsonl", title="t", area=AREA, by="Li", sites=["A"], at=START, clock=clock(1)
    )
    before = log.path.read_bytes()
    with pytest.raises(TableError):
        log.confirm("A", weeks=2.0, by="Wang", at=after(1.0))
    assert log.path.read_bytes() == before


@pytest.mark.parametrize("zone", [UTC, EAST, WEST])
def test_one_moment_in_three_zones_is_one_moment(tmp_path, zone):
    log = IncidentLog.create(
        tmp_path / "a.jsonl", title="t", area=AREA, by="Li", sites=["B"], at=START, clock=clock(900)
    )
    log.confirm("B", weeks=4.0, by="W", at=after(1.0).astimezone(zone))
    system = two_products()
    for asked in (after(2.0).astimezone(zone), after(2.0).astimezone(zone).isoformat()):
        found = event(system, log, as_of=asked)
        assert found.as_of == after(2.0)
        assert found.table()["horizon_weeks"].tolist() == [3.0, 3.0, 3.0]
    just_before = (after(1.0) - timedelta(seconds=1)).astimezone(zone)
    assert log.statuses(just_before)["B"].status == "potential"
    assert log.statuses(after(1.0).astimezone(zone))["B"].status == "confirmed"


@pytest.mark.parametrize("given", ["2026-03-02", "2026-03-02T08:00:00", "yesterday", "", "24:00Z"])
def test_a_time_without_its_zone_is_refused_and_nothing_written(tmp_path, given):
    log = event_log("A")
    before = log.path.read_bytes()
    with pytest.raises(ParameterError):
        log.confirm("A", weeks=2.0, by="Wang", at=given)
    with pytest.raises(ParameterError):
        log.upto(given)
    assert log.path.read_bytes() == before


TEXTS = [
    "🔥 Ω é 汉字",
    'quotes " \\ and \\n',
    "line\nfeed\r\nand\ttab",
    "\u2028 separators \u2029 \x85",
    "\x00\x01 control",
    "<script>alert(1)</script> & more",
    "a" * 200_000,
    "e\u0301 is not \u00e9",
    '"check":"' + "0" * 64 + '"}',
    "\u202eright to left",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_any_text_comes_back_as_it_was_said_on_one_line(tmp_path, text):
    log = IncidentLog.create(
        tmp_path / "a.jsonl",
        title=text,
        area={"kind": "sites", "codes": ["B"]},
        by=text,
        sites=["B"],
        cause=text,
        text=text,
        at=START,
        clock=clock(200),
    )
    log.confirm("B", weeks=2.0, by=text, at=START, text=text)
    again = IncidentLog.open(log.path)
    assert again.verify() == 3
    assert again.path.read_bytes().count(b"\n") == 3
    assert (again.opened.content["title"], again.opened.content["cause"]) == (text, text)
    assert {entry.by for entry in again.entries} == {text.strip()}
    assert again.entries[-1].text == text
    rows = event_timeline(two_products(), again).table()
    assert rows["text"].tolist()[-1] == text


def test_half_a_character_is_refused_and_nothing_written(tmp_path):
    log = event_log("A")
    before = log.path.read_bytes()
    with pytest.raises(ChainwrightError):
        log.note("half \ud83d", by="Li")
    assert log.path.read_bytes() == before
    with pytest.raises(ChainwrightError):
        event_log("A", text="\ud83d")


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b" ", b"{}", b"{}\n", b"null\n", b"\xff\n"])
def test_a_file_that_holds_no_log_is_refused(tmp_path, data):
    path = tmp_path / "none.jsonl"
    path.write_bytes(data)
    with pytest.raises(ChainwrightError, match="none"):
        IncidentLog.open(path)
    assert path.read_bytes() == data


def test_an_open_log_whose_file_is_gone_is_told(tmp_path):
    log = event_log("A")
    log.path.unlink()
    with pytest.raises(MissingFileError):
        log.note("still there?", by="Li")
    with pytest.raises(MissingFileError):
        log.verify()
    assert not log.path.exists()


def test_an_event_without_sites_costs_nothing_anywhere():
    system, log = two_products(), event_log()
    assert event(system, log).table()["loss"].tolist() == [0.0, 0.0, 0.0]
    assert dispatch(system, log).table().empty
    rows = event_timeline(system, log).table()
    assert rows["kind"].tolist() == ["opened"]
    assert rows[["potential", "confirmed", "loss_high"]].to_numpy().sum() == 0.0


@pytest.mark.parametrize("answer", [event, dispatch, event_timeline])
def test_a_site_that_the_maker_has_no_longer_is_named_with_those_near(answer):
    log = event_log("A1", "B")
    log.confirm("B", weeks=4.0, by="Wang", at=START)
    tables = {name: table.copy() for name, table in two_products().maker.tables.items()}
    for name in ("sites", "sourcing", "stocks"):
        tables[name] = tables[name][tables[name]["site"] != "B"].reset_index(drop=True)
    given = {name: table for name, table in tables.items() if len(table)}
    less = System(maker=type(two_products().maker).of_tables("less", currency="CNY", **given))
    with pytest.raises(UnknownCodeError, match="'B'"):
        answer(less, log)


def test_what_was_forged_between_two_words_stops_the_second():
    log = event_log("A", "B")
    log.path.write_bytes(log.path.read_bytes().replace(b'"Li"', b'"Lu"', 1))
    before = log.path.read_bytes()
    with pytest.raises(ChangedInputError):
        log.confirm("A", weeks=2.0, by="Wang")
    assert log.path.read_bytes() == before


def test_as_of_before_the_first_word_and_beyond_the_last_is_told():
    log = event_log("A", clock=lambda: datetime(2027, 1, 1, tzinfo=UTC))
    for asked in (0, -1, 3, 99, START - timedelta(seconds=1)):
        with pytest.raises(ParameterError):
            log.upto(asked)
    assert len(log.upto(after(500.0))) == 2
