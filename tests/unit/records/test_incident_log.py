"""The log of an event: what may be said, what is found when lines were changed, two writers."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from chainwright.errors import ChangedInputError, MissingFileError, ParameterError, TableError
from chainwright.records import TRANSITIONS, IncidentLog, incident_log_schema
from chainwright.records.line_schema import line_faults

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
AREA = {"kind": "sites", "codes": ["A", "B"]}


class Clock:
    """A clock that goes on by a minute each time it is read."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


def opened(tmp_path, sites=("A", "B"), **more):
    return IncidentLog.create(
        tmp_path / "fire.jsonl",
        title="Fire",
        area=AREA,
        by="Li",
        sites=sites,
        at=START,
        clock=Clock(),
        **more,
    )


def after(hours):
    return START + timedelta(hours=hours)


def full(tmp_path):
    """Return a log of every kind of line."""
    log = opened(tmp_path, cause="fire", maker="toy", text="起火 <b>")
    log.confirm("A", weeks=(3.0, 4.0, 6.0), capacity_lost=0.5, by="Wang")
    log.clear("B", by="Zhao")
    log.note("asked again", by="Li")
    log.correct(3, by="Wang", instead={"weeks_high": 8.0})
    log.restore("A", by="Wang")
    return log


def test_a_site_goes_from_potential_to_confirmed_to_restored(tmp_path):
    log = opened(tmp_path)
    assert {s.status for s in log.statuses().values()} == {"potential"}
    log.confirm("A", weeks=4.0, by="Wang")
    log.clear("B", by="Zhao")
    held = log.statuses()
    assert (held["A"].status, held["A"].weeks, held["A"].by) == ("confirmed", (4, 4, 4), "Wang")
    assert held["B"].status == "no_impact"
    log.restore("A", by="Wang")
    assert log.statuses()["A"].status == "restored"
    log.confirm("A", weeks=2.0, by="Wang")
    assert log.statuses()["A"].weeks == (2, 2, 2)


@pytest.mark.parametrize("was", TRANSITIONS)
@pytest.mark.parametrize("becomes", ["potential", "confirmed", "no_impact", "restored"])
def test_what_may_follow_follows_and_the_rest_is_refused(tmp_path, was, becomes):
    log = opened(tmp_path, sites=["A"] if was else ["B"])
    if was in {"confirmed", "restored"}:
        log.confirm("A", weeks=4.0, by="W")
    if was == "restored":
        log.restore("A", by="W")
    if was == "no_impact":
        log.clear("A", by="W")
    say = {
        "potential": lambda: log.suspect(["A"], by="W"),
        "confirmed": lambda: log.confirm("A", weeks=1.0, by="W"),
        "no_impact": lambda: log.clear("A", by="W"),
        "restored": lambda: log.restore("A", by="W"),
    }[becomes]
    before = log.path.read_bytes()
    if becomes in TRANSITIONS[was]:
        say()
        assert log.statuses()["A"].status == becomes
    else:
        with pytest.raises(TableError) as error:
            say()
        assert "'A'" in str(error.value)
        assert log.path.read_bytes() == before


def test_the_status_at_a_moment_is_that_of_the_lines_up_to_it(tmp_path):
    log = IncidentLog.create(
        tmp_path / "x.jsonl", title="t", area=AREA, by="L", sites=["A"], at=START
    )
    log.confirm("A", weeks=4.0, by="W", at=after(5))
    log.restore("A", by="W", at=after(9))
    told = [log.statuses(moment)["A"].status for moment in (2, 3, 4)]
    assert told == ["potential", "confirmed", "restored"]
    hours = [log.statuses(after(h))["A"].status for h in (0, 4, 5, 8.9, 9, 99)]
    assert hours == ["potential", "potential", "confirmed", "confirmed", "restored", "restored"]
    assert log.statuses("2026-03-02T12:59:00Z")["A"].status == "potential"
    with pytest.raises(ParameterError, match="no moment before the event was opened"):
        log.statuses(after(-1))
    with pytest.raises(ParameterError, match="with its zone"):
        log.statuses("2026-03-02T12:59:00")


def test_a_correction_changes_what_holds_and_no_line(tmp_path):
    log = opened(tmp_path)
    log.confirm("A", weeks=4.0, by="Wang")
    lines = log.path.read_bytes()
    log.correct(3, by="Wang", instead={"weeks_high": 9.0, "capacity_lost": 0.5}, text="slip")
    assert log.path.read_bytes().startswith(lines)
    assert log.statuses()["A"].weeks == (4, 4, 9)
    assert log.statuses()["A"].capacity_lost == 0.5
    assert log.statuses(3)["A"].weeks == (4, 4, 4)
    log.correct(3, by="Wang")
    assert log.statuses()["A"].status == "potential"
    log.clear("A", by="Wang")
    assert log.statuses()["A"].status == "no_impact"


@pytest.mark.parametrize(
    ("of", "instead", "said"),
    [
        (9, None, "the number of an entry before"),
        (1, None, "the opening not withdrawn"),
        (2, {"weeks_low": 1.0}, "a member that an entry 'potential' has"),
        (3, {"weeks_low": 5.0}, "in rising order"),
        (3, {}, "either withdrawn, or members"),
        (3, {"site": "Z"}, "a site that the log names as potential"),
        (2, None, "a site that the log names as potential"),
        (3, {"at": "2026-03-01T08:00:00Z"}, "a time after the event was opened"),
        (3, {"at": "2026-02-30T08:00:00Z"}, "a time that there is"),
        (3, {"weeks": 5.0}, "no member of that name"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(tmp_path, of, instead, said):
    log = opened(tmp_path)
    log.confirm("A", weeks=4.0, by="Wang")
    with pytest.raises(TableError, match=said):
        log.correct(of, by="Wang", instead=instead)
    assert log.verify() == 3


@pytest.mark.parametrize(
    ("weeks", "lost"),
    [(-1.0, 1.0), (4.0, 0.0), (4.0, 1.5), (600.0, 1.0), ((5.0, 4.0, 6.0), 1.0), (True, 1.0)],
)
def test_numbers_out_of_range_are_refused(tmp_path, weeks, lost):
    log = opened(tmp_path)
    with pytest.raises(TableError):
        log.confirm("A", weeks=weeks, capacity_lost=lost, by="Wang")
    with pytest.raises(TableError, match="found NaN"):
        log.confirm("A", weeks=float("nan"), by="Wang")
    assert len(log.path.read_bytes().splitlines()) == 2


def test_who_says_nothing_or_nobody_who_says_it_is_refused(tmp_path):
    log = opened(tmp_path)
    with pytest.raises(TableError, match="some text"):
        log.note("x", by="  ")
    with pytest.raises(TableError, match="each once"):
        log.suspect(["C", "C"], by="L")
    with pytest.raises(TableError, match="1 or more"):
        log.suspect([], by="L")


def test_time_does_not_go_backwards(tmp_path):
    log = opened(tmp_path)
    log.confirm("A", weeks=4.0, by="W", at=START + timedelta(seconds=50))
    with pytest.raises(TableError, match="no time before 2026-03-02T08:00:50"):
        log.restore("A", by="W", at=START + timedelta(seconds=40))
    with pytest.raises(TableError, match="when the event was opened"):
        log.note("x", by="W", at=START - timedelta(seconds=1))
    with pytest.raises(TableError, match="when it was written"):
        log.note("x", by="W", at=START + timedelta(days=400))
    with pytest.raises(ParameterError, match="with its zone"):
        log.note("x", by="W", at=datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is the point
    with pytest.raises(ParameterError, match="with its zone"):
        log.note("x", by="W", at="yesterday")
    earlier = IncidentLog.open(log.path, clock=Clock(START - timedelta(hours=1)))
    with pytest.raises(TableError, match="Set the clock of the machine right"):
        earlier.note("x", by="W", at=START - timedelta(hours=2))


def test_news_may_be_older_than_the_line_before_if_it_is_of_another_site(tmp_path):
    log = opened(tmp_path)
    log.confirm("A", weeks=4.0, by="W", at=START + timedelta(seconds=59))
    log.clear("B", by="Z", at=START + timedelta(seconds=5))
    assert [e.kind for e in log.entries[-2:]] == ["confirmed", "no_impact"]
    assert log.statuses(START + timedelta(seconds=30))["B"].status == "no_impact"
    assert log.statuses(START + timedelta(seconds=30))["A"].status == "potential"


def test_every_line_follows_the_published_schema_and_names_the_line_before(tmp_path):
    log = full(tmp_path)
    lines = log.path.read_bytes().splitlines()
    assert len(lines) == 7
    last = "0" * 64
    for number, line in enumerate(lines, 1):
        held = json.loads(line)
        assert line_faults(held) == []
        assert (held["seq"], held["prev"]) == (number, last)
        last = sha256(line).hexdigest()
    assert log.head == last
    kinds = {option["$ref"].rsplit("/", 1)[1] for option in incident_log_schema()["oneOf"]}
    assert {json.loads(line)["kind"] for line in lines} == kinds - {"torn"}


def test_the_schema_documents_each_member_in_both_languages():
    root = incident_log_schema()
    for name, rule in root["$defs"].items():
        members = rule.get("properties", {}).values() if name != "area" else []
        for member in [rule, *members]:
            text = member.get(
                "description", "中" if {"$ref", "const", "enum"} & set(member) else ""
            )
            assert any("一" <= letter <= "鿿" for letter in text), (name, member)


@pytest.mark.parametrize("row", range(7))
def test_any_change_of_any_line_is_found_and_named(tmp_path, row):
    log = full(tmp_path)
    lines = log.path.read_bytes().splitlines(keepends=True)
    for old, new in ((b'"by":"', b'"by":"x'), (b"2026", b"2025"), (b'"text":"', b'"text":" ')):
        changed = list(lines)
        changed[row] = lines[row].replace(old, new, 1)
        assert changed[row] != lines[row]
        log.path.write_bytes(b"".join(changed))
        with pytest.raises(ChangedInputError, match=f"line {row + 1}: found a check"):
            IncidentLog.open(log.path)
        with pytest.raises(ChangedInputError, match="no longer the log that was written"):
            log.verify()


def test_every_single_byte_of_a_log_is_watched(tmp_path):
    log = opened(tmp_path)
    log.confirm("A", weeks=4.0, by="Wang")
    whole = log.path.read_bytes()
    for place in range(0, len(whole) - 1, 7):
        flipped = bytes([whole[place] ^ 1])
        log.path.write_bytes(whole[:place] + flipped + whole[place + 1 :])
        with pytest.raises((ChangedInputError, TableError)):
            IncidentLog.open(log.path)


@pytest.mark.parametrize("row", range(6))
def test_a_line_that_was_taken_out_or_written_anew_is_found(tmp_path, row):
    log = full(tmp_path)
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(lines[:row] + lines[row + 1 :]))
    with pytest.raises((ChangedInputError, TableError)):
        IncidentLog.open(log.path)
    held = json.loads(lines[row]) | {"text": "other"}
    del held["check"]
    body = json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode()
    anew = body[:-1] + b',"check":"' + sha256(body).hexdigest().encode() + b'"}\n'
    log.path.write_bytes(b"".join([*lines[:row], anew, *lines[row + 1 :]]))
    with pytest.raises(ChangedInputError, match=f"line {row + 2}"):
        IncidentLog.open(log.path)


def test_lines_cut_away_at_the_end_are_found_by_a_noted_hash(tmp_path):
    log = full(tmp_path)
    noted = log.head
    assert log.verify(head=noted) == 7
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(lines[:-1]))
    assert log.verify() == 6
    with pytest.raises(ChangedInputError, match="cut away or written anew"):
        log.verify(head=noted)


@pytest.mark.parametrize("kept", [1, 20, 200])
def test_a_half_written_line_is_named_stays_and_nothing_is_lost(tmp_path, kept):
    log = opened(tmp_path)
    log.confirm("A", weeks=4.0, by="Wang")
    *_, last = log.path.read_bytes().splitlines()
    with log.path.open("ab") as file:
        file.write(last[:kept])
    again = IncidentLog.open(log.path, clock=Clock(START + timedelta(hours=1)))
    assert again.torn == last[:kept]
    assert again.verify() == 3
    assert again.statuses()["A"].status == "confirmed"
    again.clear("B", by="Zhao", text="after the power came back")
    assert [e.kind for e in again.entries[2:]] == ["confirmed", "torn", "no_impact"]
    assert again.torn == b""
    assert again.entries[3].content["torn_sha256"] == sha256(last[:kept]).hexdigest()
    assert last[:kept] + b"\n" in log.path.read_bytes()
    assert IncidentLog.open(log.path).verify() == 5
    lines = log.path.read_bytes().splitlines(keepends=True)
    lines[3] = b"x" + lines[3]
    log.path.write_bytes(b"".join(lines))
    with pytest.raises(ChangedInputError, match="line 4"):
        IncidentLog.open(log.path)


def test_a_last_line_that_lost_only_its_line_feed_is_whole(tmp_path):
    log = opened(tmp_path)
    log.path.write_bytes(log.path.read_bytes().rstrip(b"\n"))
    again = IncidentLog.open(log.path, clock=Clock(START + timedelta(hours=1)))
    assert (len(again.entries), again.torn) == (2, b"")
    again.note("on we go", by="Li")
    assert IncidentLog.open(log.path).verify() == 3


def test_what_is_no_log_is_refused_with_the_line(tmp_path):
    path = tmp_path / "x.jsonl"
    for content, said in [
        (b"", "nothing whole"),
        (b"hello\n", "line 1: found what is no JSON object"),
        (b"[1]\n", "line 1: found what is no JSON object"),
        (b'{"a":1,"a":2}\n', "no JSON object, each member once"),
        (b'{"kind":"note"}\n', "line 1, 'seq'"),
        (b"\xff\xfe\n", "line 1: found what is no JSON object"),
    ]:
        path.write_bytes(content)
        with pytest.raises((ChangedInputError, TableError), match=said):
            IncidentLog.open(path)
    with pytest.raises(MissingFileError, match="Open an event first"):
        IncidentLog.open(tmp_path / "none.jsonl")


def test_a_log_is_never_written_over(tmp_path):
    log = opened(tmp_path)
    before = log.path.read_bytes()
    with pytest.raises(ParameterError, match="never written over"):
        opened(tmp_path)
    assert log.path.read_bytes() == before
    with pytest.raises(MissingFileError, match="no folder"):
        IncidentLog.create(tmp_path / "no" / "x.jsonl", title="t", area=AREA, by="L")


def test_an_opening_that_is_wrong_leaves_no_file(tmp_path):
    for area in ({"kind": "galaxy"}, {"kind": "polygon", "polygons": [[[[1, 2]]]]}):
        with pytest.raises(TableError):
            IncidentLog.create(tmp_path / "x.jsonl", title="t", area=area, by="L")
    with pytest.raises(TableError, match="title"):
        IncidentLog.create(tmp_path / "x.jsonl", title="", area=AREA, by="L")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path, monkeypatch):
    log = opened(tmp_path)
    before = log.path.read_bytes()
    from chainwright.records import appending  # noqa: PLC0415

    real = appending.os.write
    monkeypatch.setattr(appending.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("full")))
    monkeypatch.setattr(appending.os, "write", lambda handle, data: real(handle, data[:50]))
    with pytest.raises(OSError, match="full"):
        log.note("x", by="Li")
    monkeypatch.undo()
    assert log.path.read_bytes() == before
    log.note("y", by="Li")
    assert log.verify() == 3


WRITER = """
import sys
from chainwright.records import IncidentLog
log = IncidentLog.open(sys.argv[1])
for i in range(int(sys.argv[3])):
    log.note(f"{sys.argv[2]} {i}", by=sys.argv[2])
"""


def test_two_processes_that_write_at_once_lose_no_line(tmp_path):
    log = IncidentLog.create(tmp_path / "x.jsonl", title="t", area=AREA, by="L", sites=["A"])
    words = [sys.executable, "-c", WRITER, str(log.path)]
    writers = [
        subprocess.Popen([*words, name, "25"])  # noqa: S603 - our own words
        for name in ("Li", "Wang")
    ]
    for number in range(10):
        log.note(str(number), by="Zhao")
    assert [writer.wait() for writer in writers] == [0, 0]
    assert log.verify() == 62
    assert [e.seq for e in log.entries] == list(range(1, 63))
    for name in ("Li", "Wang"):
        told = [e.text for e in log.entries if e.by == name and e.kind == "note"]
        assert told == [f"{name} {i}" for i in range(25)]


def test_a_log_shows_itself_in_a_line(tmp_path):
    log = full(tmp_path)
    assert repr(log) == (
        "<IncidentLog fire: 7 entries; 0 potential, 0 confirmed, 1 no_impact, 1 restored>"
    )
    assert log.opened.content["cause"] == "fire"
    assert log.latest == log.entries[-1].at
