"""The log of one event: who said what of which site, and when; lines are only ever added."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from chainwright.errors import Breach, ChangedInputError, ParameterError, TableError
from chainwright.records.appending import appended, created, read_locked
from chainwright.records.entries import FIRST, Entry, line_of, moment, sha256_of
from chainwright.records.line_schema import line_faults
from chainwright.records.reading_lines import RESTORE, Lines, read_lines
from chainwright.records.site_status import SiteStatus, folded, in_force

__all__ = ["IncidentLog"]

Weeks = float | tuple[float, float, float]
"""Weeks out: one number, or low, likely and high."""

Members = dict[str, object]


def _now() -> datetime:
    return datetime.now(UTC)


class IncidentLog:
    r"""The append-only log of one event, a file of JSON Lines.

    Each line holds one entry, its number, and the SHA-256 of the line before, so that a line that
    was changed, taken out or put in later is found; `incident_log_schema` has the published schema.
    What this cannot find is a log whose last lines were cut away whole, or one that was written
    anew from some line on: note `head` elsewhere and give it to `verify`.

    A site goes from potential to confirmed or no_impact, from confirmed to confirmed anew or
    restored, from restored to confirmed or potential, from no_impact to potential. A site that the
    log does not name is added as potential before anything else is said of it: so that a slip in
    its code is found.

    Use `create` or `open`.

    Parameters
    ----------
    path : Path
        The file.
    clock : callable
        Gives the time at which a line is written.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = IncidentLog.create(
    ...     folder.name + "/fire.jsonl", title="Fire", by="Li", sites=["A1", "A2"],
    ...     area={"kind": "sites", "codes": ["A1", "A2"]},
    ... )
    >>> _ = log.confirm("A1", weeks=4, by="Wang")
    >>> _ = log.clear("A2", by="Zhao")
    >>> {site: s.status for site, s in log.statuses().items()}
    {'A1': 'confirmed', 'A2': 'no_impact'}
    >>> log.verify()
    4
    >>> folder.cleanup()
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self.path, self._clock = path, clock
        self._take(read_locked(path))

    @classmethod
    def open(
        cls, path: Path | str, *, clock: Callable[[], datetime] | None = None
    ) -> "IncidentLog":
        """Return a log that is there, after every check.

        Parameters
        ----------
        path : path
            The file.
        clock : callable, optional
            Gives the time at which lines are written; that of the machine if not given.

        Raises
        ------
        MissingFileError
            If there is no such file.
        ChangedInputError
            If lines are no longer those that were written; it names each.
        TableError
            If lines break the schema or cannot follow those before; it lists every breach.
        """
        return cls(Path(path), clock or _now)

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        title: str,
        area: Mapping[str, object],
        by: str,
        sites: Sequence[str] = (),
        cause: str = "",
        event: str | None = None,
        at: datetime | str | None = None,
        text: str = "",
        maker: str = "",
        maker_sha256: str = "",
        clock: Callable[[], datetime] | None = None,
    ) -> "IncidentLog":
        """Open an event: write a new log with its area and the sites that it may have hit.

        Parameters
        ----------
        path : path
            File that is not there yet.
        title : str
            What happened.
        area : mapping
            ``{"kind": ..., "codes": [...]}``, with kind ``region``, ``place``, ``sites``,
            ``supplier`` or ``material``; or ``{"kind": "polygon", "polygons": [...]}``.
        by : str
            Who says so.
        sites : sequence of str
            Sites in the area; they are potential.
        cause : str
            By what, such as flood or fire.
        event : str, optional
            Identity of the event; the file's name if not given.
        at : datetime or str, optional
            When it was said, with its zone; now if not given.
        text : str
            Anything beside.
        maker, maker_sha256 : str
            Name of the maker, and hash of the tables in which the sites were found.
        clock : callable, optional
            Gives the time at which lines are written.

        Raises
        ------
        ParameterError
            If the file is there, or a time has no zone.
        TableError
            If an entry breaks the schema.
        """
        place, now = Path(path), (clock or _now)()
        opened: Members = {
            "kind": "opened",
            "event": event if event is not None else place.stem,
            "title": title,
            "cause": cause,
            "area": dict(area),
            "maker": maker,
            "maker_sha256": maker_sha256,
        }
        said = [opened]
        if sites:
            said.append({"kind": "potential", "sites": list(sites)})
        head = _said(by, at, text, now)
        created(place, _new_lines(b"", said, head, place.name))
        return cls.open(place, clock=clock)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in their order, as of the last reading or writing here."""
        return self._lines.entries

    @property
    def in_force(self) -> tuple[Entry, ...]:
        """Entries as they hold after the corrections."""
        return in_force(self.entries)

    @property
    def opened(self) -> Entry:
        """The first entry, as corrected: event, title, cause and area."""
        return self.in_force[0]

    @property
    def torn(self) -> bytes:
        """A last line that was cut off while it was written; empty if there is none."""
        return self._lines.torn

    @property
    def head(self) -> str:
        """Hash of the last whole line: who has it can tell that the log was never rewritten."""
        return self.entries[-1].sha256

    @property
    def latest(self) -> datetime:
        """The latest time at which anything was said."""
        return max(entry.at for entry in self.in_force)

    def __repr__(self) -> str:
        counts = dict.fromkeys(("potential", "confirmed", "no_impact", "restored"), 0)
        for status in self.statuses().values():
            counts[status.status] += 1
        told = ", ".join(f"{n} {status}" for status, n in counts.items())
        return f"<IncidentLog {self.opened.content['event']}: {len(self.entries)} entries; {told}>"

    def refresh(self) -> None:
        """Read the file again: others may have written."""
        self._take(read_locked(self.path))

    def upto(self, as_of: datetime | str | int | None = None) -> tuple[Entry, ...]:
        """Return the entries that were in force at a moment.

        Parameters
        ----------
        as_of : datetime, str or int, optional
            A time with its zone: what had been said by then; a number: the entries up to that one;
            all if not given.

        Raises
        ------
        ParameterError
            If nothing had been said by then, or no entry has that number.
        """
        if as_of is None:
            return self.in_force
        if isinstance(as_of, int):
            if not 1 <= as_of <= len(self.entries):
                expected = f"the number of an entry, 1 to {len(self.entries)}"
                raise ParameterError("as_of", "the incident log", expected, as_of)
            kept = [e for e in self.entries if e.seq <= as_of]
        else:
            time = moment(as_of, "as_of")
            kept = [e for e in self.entries if e.at <= time]
        if not kept:
            expected = f"no moment before the event was opened ({self.entries[0].at.isoformat()})"
            raise ParameterError("as_of", "the incident log", expected, str(as_of))
        return in_force(kept)

    def statuses(self, as_of: datetime | str | int | None = None) -> Mapping[str, SiteStatus]:
        """Return the status of each site that the log names, at a moment.

        Parameters
        ----------
        as_of : datetime, str or int, optional
            A time with its zone, or the number of an entry; the end of the log if not given.
        """
        return MappingProxyType(folded(self.upto(as_of))[0])

    def verify(self, *, head: str | None = None) -> int:
        """Read the file again and return how many whole lines it has, if it is in order.

        Parameters
        ----------
        head : str, optional
            `head` as it was noted once: one of the lines must have this hash.

        Raises
        ------
        ChangedInputError
            If lines are no longer those that were written, or none has the hash `head`.
        TableError
            If lines break the schema.
        """
        self.refresh()
        if head is not None and head not in {entry.sha256 for entry in self.entries}:
            msg = (
                f"No line of '{self.path.name}' has the hash {head[:12]}... that was noted: lines "
                f"were cut away or written anew. {RESTORE}"
            )
            raise ChangedInputError(msg)
        return len(self.entries)

    def suspect(
        self, sites: Iterable[str], *, by: str, at: datetime | str | None = None, text: str = ""
    ) -> Entry:
        """Append that `sites` may be hit, said `by` someone `at` a time, with a `text`."""
        return self._append({"kind": "potential", "sites": list(sites)}, by, at, text)

    def confirm(
        self,
        site: str,
        *,
        weeks: Weeks,
        by: str,
        capacity_lost: float = 1.0,
        at: datetime | str | None = None,
        text: str = "",
    ) -> Entry:
        """Append that a site is out, or for how long it is out after all.

        Parameters
        ----------
        site : str
            Its code.
        weeks : float or tuple of float
            Weeks from `at` until it works as before: one number, or low, likely and high.
        by : str
            Who says so.
        capacity_lost : float
            Share of its capacity that is lost.
        at : datetime or str, optional
            When it was said, with its zone; now if not given.
        text : str
            Anything beside.

        Raises
        ------
        TableError
            If the site is not potential, confirmed or restored, or a value is out of range.
        """
        low, likely, high = weeks if isinstance(weeks, tuple) else (weeks, weeks, weeks)
        said: Members = {
            "kind": "confirmed",
            "site": site,
            "weeks_low": low,
            "weeks_likely": likely,
            "weeks_high": high,
            "capacity_lost": capacity_lost,
        }
        return self._append(said, by, at, text)

    def clear(
        self, site: str, *, by: str, at: datetime | str | None = None, text: str = ""
    ) -> Entry:
        """Append that a potential `site` is not hit, said `by` someone `at` a time, with `text`."""
        return self._append({"kind": "no_impact", "site": site}, by, at, text)

    def restore(
        self, site: str, *, by: str, at: datetime | str | None = None, text: str = ""
    ) -> Entry:
        """Append that a confirmed `site` works again, said `by` one `at` a time, with `text`."""
        return self._append({"kind": "restored", "site": site}, by, at, text)

    def note(self, text: str, *, by: str, at: datetime | str | None = None) -> Entry:
        """Append a remark, `text`, made `by` someone `at` a time."""
        return self._append({"kind": "note"}, by, at, text)

    def correct(
        self,
        of: int,
        *,
        by: str,
        instead: Mapping[str, object] | None = None,
        at: datetime | str | None = None,
        text: str = "",
    ) -> Entry:
        """Append that an earlier entry was wrong; the entry itself stays as it is.

        Parameters
        ----------
        of : int
            Number of the entry.
        by : str
            Who says so.
        instead : mapping, optional
            Members of it that hold otherwise, such as ``{"weeks_high": 8}``; if not given, the
            entry is withdrawn.
        at : datetime or str, optional
            When it was said, with its zone; now if not given.
        text : str
            Why.

        Raises
        ------
        TableError
            If there is no such entry, or the log could not follow from what holds then.
        """
        said: Members = {
            "kind": "correction",
            "of": of,
            "withdrawn": instead is None,
            "instead": dict(instead or {}),
        }
        return self._append(said, by, at, text)

    def _append(self, said: Members, by: str, at: datetime | str | None, text: str) -> Entry:
        def lines(before: bytes) -> bytes:
            self._checked(before)
            return _new_lines(before, [said], _said(by, at, text, self._clock()), self.path.name)

        self._take(appended(self.path, lines))
        return self.entries[-1]

    def _checked(self, data: bytes) -> Lines:
        held = read_lines(data)
        if held.changed:
            told = "\n".join(f"  - {breach}" for breach in held.changed)
            msg = f"'{self.path.name}' is no longer the log that was written:\n{told}"
            raise ChangedInputError(msg)
        faults = list(held.faults)
        if not (held.entries or faults):
            faults = [Breach("line 1", "nothing whole", "an opened event", "Open it anew.")]
        if faults:
            raise TableError(f"The incident log '{self.path.name}'", faults)
        return held

    def _take(self, data: bytes) -> None:
        self._lines = self._checked(data)


def _said(by: str, at: datetime | str | None, text: str, now: datetime) -> Members:
    """Return the members that all lines of one statement share."""
    time = now if at is None else moment(at, "at")
    return {
        "at": _written(time),
        "written": _written(now),
        "by": by.strip(),
        "text": text,
    }


def _written(time: datetime) -> str:
    return time.isoformat(timespec="microseconds" if time.microsecond else "seconds")


def _new_lines(before: bytes, said: Sequence[Members], head: Members, name: str) -> bytes:
    """Return the bytes that say something after all that a log holds, or refuse it.

    A cut line is ended and named first, so that it stays and what follows can be read.
    """
    held = read_lines(before)
    start = b"\n" if held.torn or held.open_end else b""
    last = held.entries[-1].sha256 if held.entries else FIRST
    what = f"The entry {str(said[-1]['kind'])!r} for the incident log '{name}'"
    if held.torn:
        cut: Members = {
            "kind": "torn",
            "torn_sha256": sha256_of(held.torn),
            "torn_bytes": len(held.torn),
        }
        said = [cut, *said]
    new = b""
    for number, members in enumerate(said, len(held.entries) + 1):
        about = {k: v for k, v in members.items() if k != "kind"}
        ordered = {"seq": number, "prev": last, "kind": members["kind"], **head, **about}
        broken = [
            Breach(f"'{member}'", found, expected, "Correct it.")
            for member, found, expected in line_faults({**ordered, "check": FIRST})
        ]
        if broken:
            raise TableError(what, broken)
        try:
            line = line_of(ordered)
        except UnicodeEncodeError as error:
            found = f"half a character ({error.object[error.start]!a})"
            raise TableError(
                what, [Breach("text", found, "text that UTF-8 can hold", "Write it again.")]
            ) from error
        last = sha256_of(line)
        new += line + b"\n"
    faults = read_lines(before + start + new).faults
    if faults:
        raise TableError(what, list(faults))
    return start + new
