"""The lines of an incident log: read, held against the schema and against each other's hashes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chainwright.errors import Breach
from chainwright.records.entries import FIRST, Entry, moment, sha256_of, without_check
from chainwright.records.line_schema import line_faults
from chainwright.records.site_status import folded, in_force

__all__ = ["RESTORE", "Lines", "read_lines"]

FOREIGN = "a check that is not its own"
RESTORE = "Take the file as it was from a copy: lines are only ever added."
"""What to do where lines are no longer those that were written."""


@dataclass(frozen=True)
class Lines:
    """What a log holds.

    Parameters
    ----------
    entries : tuple of Entry
        Whole lines, in order.
    torn : bytes
        A last line that was cut off while it was written; empty if there is none.
    open_end : bool
        Whether the last whole line lacks its line feed.
    changed : tuple of Breach
        Lines whose bytes are no longer those that were written.
    faults : tuple of Breach
        Lines that break the schema or cannot follow those before.
    """

    entries: tuple[Entry, ...]
    torn: bytes
    open_end: bool
    changed: tuple[Breach, ...]
    faults: tuple[Breach, ...]


def read_lines(data: bytes) -> Lines:
    """Return what the bytes of a log hold, with every fault in them.

    Parameters
    ----------
    data : bytes
        The whole file.
    """
    *lines, rest = data.split(b"\n")
    torn = b""
    if rest:
        # a line that lost nothing but its line feed is whole: its own check says so
        if _read(rest) is not None and _own_check(rest):
            lines.append(rest)
        else:
            torn = rest
    entries: list[Entry] = []
    changed: list[Breach] = []
    faults: list[Breach] = []
    last, cut = FIRST, b""
    for number, line in enumerate(lines, 1):
        where = f"line {number}"
        held = _read(line)
        if held is None:
            if _is_torn(line, lines[number : number + 1]):
                cut = line
                continue
            found = "what is no JSON object, each member once"
            changed.append(Breach(where, found, "a line that was written here", RESTORE))
            last = sha256_of(line)
            continue
        broken = line_faults(held) or list(_no_times(held))
        faults += [
            Breach(f"{where}, '{member}'", found, expected, "Correct what writes the log.")
            for member, found, expected in broken
        ]
        if broken and "check" in held and not _own_check(line):
            changed.append(Breach(where, FOREIGN, "the line as it was written", RESTORE))
        if not broken:
            changed += _hash_faults(where, line, held, last)
            entry = Entry.of_line(line)
            faults += _order_faults(where, entry, entries, cut)
            entries.append(entry)
        last, cut = sha256_of(line), b""
    if not (changed or faults):
        faults += folded(in_force(entries))[1]
    return Lines(tuple(entries), torn, bool(rest) and not torn, tuple(changed), tuple(faults))


def _read(line: bytes) -> dict[str, object] | None:
    """Return the object that a line holds, or None if it holds none."""
    try:
        held = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
    except ValueError:  # UnicodeDecodeError and JSONDecodeError are such
        return None
    return held if isinstance(held, dict) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a member twice")
    return held


def _no_number(word: str) -> object:
    raise ValueError(word)


def _no_times(held: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Yield members that look like a time and are none, such as the 30th of February."""
    instead = held.get("instead")
    told = [("at", held["at"]), ("written", held["written"])]
    if isinstance(instead, dict) and "at" in instead:
        told.append(("instead.at", instead["at"]))
    for member, text in told:
        try:
            datetime.fromisoformat(str(text))
        except ValueError:
            yield member, str(text), "a time that there is"


def _own_check(line: bytes) -> bool:
    held = json.loads(line)
    body = without_check(line)
    return line == body[:-1] + b',"check":"' + sha256_of(body).encode() + b'"}' and "check" in held


def _is_torn(line: bytes, after: list[bytes]) -> bool:
    """Return whether the next line says that this one was cut off."""
    held = _read(after[0]) if after else None
    return held is not None and held.get("torn_sha256") == sha256_of(line)


def _hash_faults(where: str, line: bytes, held: dict[str, object], last: str) -> Iterator[Breach]:
    if not _own_check(line):
        yield Breach(where, FOREIGN, "the line as it was written", RESTORE)
    if held["prev"] != last:
        found = f"the hash {str(held['prev'])[:12]}... of the line before"
        yield Breach(where, found, f"{last[:12]}..., that of the line there", RESTORE)


def _order_faults(where: str, entry: Entry, before: list[Entry], cut: bytes) -> Iterator[Breach]:
    """Yield what in an entry does not follow from those before it."""
    seq = before[-1].seq + 1 if before else 1
    if entry.seq != seq:
        yield Breach(f"{where}, 'seq'", str(entry.seq), str(seq), RESTORE)
    if (entry.kind == "opened") != (not before):
        found, expected = (entry.kind, "opened") if not before else ("opened again", "opened once")
        yield Breach(f"{where}, 'kind'", found, expected, "Keep each event in a file of its own.")
    if (entry.kind == "torn") != bool(cut):
        yield Breach(f"{where}, 'kind'", entry.kind, "torn, after a cut line and there alone", "")
    yield from _time_faults(f"{where}, ", entry, before)
    yield from _content_faults(f"{where}, ", entry, before)


def _time_faults(where: str, entry: Entry, before: list[Entry]) -> Iterator[Breach]:
    """Yield what is wrong with the times of an entry."""
    if entry.at > entry.written:
        expected = f"no time after {entry.written.isoformat()}, when it was written"
        yield Breach(f"{where}'at'", entry.at.isoformat(), expected, "Give the time it was said.")
    if before and entry.written < before[-1].written:
        expected = f"no time before {before[-1].written.isoformat()}, that of the entry before"
        remedy = "Set the clock of the machine right, and write it again."
        yield Breach(f"{where}'written'", entry.written.isoformat(), expected, remedy)
    if before and entry.at < before[0].at:
        expected = f"no time before {before[0].at.isoformat()}, when the event was opened"
        yield Breach(f"{where}'at'", entry.at.isoformat(), expected, "Give the time it was said.")


def _content_faults(where: str, entry: Entry, before: list[Entry]) -> Iterator[Breach]:
    """Yield what an entry says that cannot be, by itself or of an entry before."""
    held = entry.content
    if entry.kind == "confirmed":
        yield from _weeks_faults(where, held["weeks_low"], held["weeks_likely"], held["weeks_high"])
    if entry.kind != "correction":
        return
    of, instead = held["of"], held["instead"]
    target = next((e for e in before if e.seq == of), None)
    if target is None:
        yield Breach(f"{where}'of'", str(of), "the number of an entry before", "Correct it.")
        return
    if target.kind in {"correction", "torn"} or (held["withdrawn"] and target.kind == "opened"):
        expected = "an entry that can be corrected: no correction, and the opening not withdrawn"
        yield Breach(f"{where}'of'", f"{of} ({target.kind})", expected, "Correct the first entry.")
        return
    if held["withdrawn"] == bool(instead):
        expected = "either withdrawn, or members that hold instead"
        found = "both" if instead else "neither"
        yield Breach(f"{where}'instead'", found, expected, "Say one of the two.")
    strange = set(instead) - {"at", "by", "text"} - set(target.content)
    for member in sorted(strange):
        expected = f"a member that an entry {target.kind!r} has"
        yield Breach(f"{where}'instead'", repr(member), expected, "Leave it out.")
    if "at" in instead:
        said = moment(instead["at"], "at")
        if not before[0].at <= said <= entry.written and target.kind != "opened":
            expected = "a time after the event was opened and before this was written"
            yield Breach(f"{where}'instead'", said.isoformat(), expected, "Correct it.")
    if target.kind == "confirmed" and not strange:
        new = {**target.content, **instead}
        yield from _weeks_faults(where, new["weeks_low"], new["weeks_likely"], new["weeks_high"])


def _weeks_faults(where: str, low: float, likely: float, high: float) -> Iterator[Breach]:
    if not low <= likely <= high:
        found = f"{low:g}, {likely:g}, {high:g}"
        expected = "low, likely and high weeks in rising order"
        yield Breach(f"{where}'weeks'", found, expected, "Put them in order.")
