"""The store: one file with the registry, readings, codes, meters, projects and the audit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Engine, text

from chainwright.errors import FormatError, MissingFileError, ParameterError
from chainwright.records.audit_chain import audit_rows, check_chain
from chainwright.records.engine import APPLICATION, store_engine, told, writing
from chainwright.records.held_readings import held_table, months_of, revision_rows
from chainwright.records.intakes import Said, intake_as_of, intake_rows, take_in
from chainwright.records.issued_codes import (
    code_of,
    code_rows,
    code_texts,
    put_codes,
    withdraw,
)
from chainwright.records.migrations.upgrading import newest, revision_of, upgrade
from chainwright.records.reading_columns import ReadingTable, columns_of
from chainwright.records.registry import put_firms, registered_firms
from chainwright.records.shared_meters import meter_rows, put_meter_shares
from chainwright.records.store_checks import backed_up, check_store, content_digest

__all__ = ["Store"]

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """A store of one file; use `create` or `open`, and close it or use it in a ``with``.

    Several processes may read and write one store: readers are never blocked, writers wait for each
    other. What a method of writing returns was made durable, or it raised and nothing was kept.

    Parameters
    ----------
    path : Path
        The file.
    engine : Engine
        Its connections.
    clock : callable
        Gives the time at which changes are made.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Store.create(folder.name + "/city.db") as store:
    ...     _ = store.put_firms(pd.DataFrame({"firm": ["F1"], "gbt4754": ["3311"]}), by="Li")
    ...     said = {"firm": "F1", "kind": "grid_electricity", "period": "2026-10"}
    ...     first = store.add_readings(pd.DataFrame([{**said, "value": 7.0, "quality": "billed"}]),
    ...                                by="Li")
    ...     again = store.add_readings(pd.DataFrame([{**said, "value": 8.0, "quality": "billed"}]),
    ...                                by="Wang")
    ...     store.readings()["value"].to_pylist(), store.readings(as_of=first)["value"].to_pylist()
    ([8.0], [7.0])
    >>> folder.cleanup()
    """

    def __init__(self, path: Path, engine: Engine, clock: Clock) -> None:
        self.path, self._engine, self._clock = path, engine, clock

    @classmethod
    def create(cls, path: Path | str, *, clock: Clock | None = None) -> Self:
        """Return a new store, without a row.

        Parameters
        ----------
        path : path
            File that is not there yet.
        clock : callable, optional
            Gives the time at which changes are made; that of the machine if not given.

        Raises
        ------
        ParameterError
            If the file is there.
        MissingFileError
            If its folder is not.
        StoreError
            If it cannot be written.
        """
        place = Path(path)
        if place.exists():
            raise ParameterError("path", "a new store", "a file that is not there yet", place)
        if not place.parent.is_dir():
            msg = f"There is no folder '{place.parent}' to make the store '{place.name}' in."
            raise MissingFileError(msg)
        engine = store_engine(place)
        try:
            with writing(engine, place) as connection:
                connection.execute(text(f"PRAGMA application_id = {APPLICATION}"))
                upgrade(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(place, engine, clock or _now)

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, clock: Clock | None = None) -> Self:
        """Return a store that is there; one of an earlier release is brought to this one's tables.

        Parameters
        ----------
        path : path
            The file.
        read_only : bool
            Whether nothing can be written through it, be it by mistake; needed where the folder
            cannot be written.
        clock : callable, optional
            Gives the time at which changes are made; that of the machine if not given.

        Raises
        ------
        MissingFileError
            If there is no such file.
        FormatError
            If it is no store, of a later release, or of an earlier one and read only.
        StoreError
            If it is damaged, busy, or cannot be written and is not read only.
        """
        place = Path(path)
        if not place.is_file():
            msg = f"There is no store '{place}'."
            raise MissingFileError(msg)
        with place.open("rb") as file:
            header = file.read(100)
        if header[:15] != b"SQLite format 3" and header:
            raise FormatError(f"'{place}' is no store: give a file that chainwright made.")
        engine = store_engine(place, read_only=read_only)
        try:
            _checked(engine, place, read_only=read_only)
        except BaseException:
            engine.dispose()
            raise
        return cls(place, engine, clock or _now)

    def close(self) -> None:
        """Let the file go; what was said is in it."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads: all it sees is of one moment."""
        with told(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, str]]:
        """Open a transaction that writes, with its time in UTC: all of it is kept, or nothing."""
        with writing(self._engine, self.path) as connection:
            yield connection, self._clock().astimezone(UTC).isoformat(timespec="microseconds")

    def today(self) -> str:
        """Return the date in UTC that the clock of the store shows, YYYY-MM-DD."""
        return self._clock().astimezone(UTC).date().isoformat()

    def put_firms(self, frame: pd.DataFrame, *, by: str) -> int:
        """Return how many firms of the registry were added or changed; columns left out stay.

        Parameters
        ----------
        frame : DataFrame
            With columns of ``chainwright schema firms``.
        by : str
            Who says so.

        Raises
        ------
        TableError
            If columns are unknown, or a firm is named twice or not at all.
        """
        _named(by)
        with self.writing() as (connection, at):
            return put_firms(connection, frame, at=at, by=by)

    def firms(self) -> pd.DataFrame:
        """Return the registry with the columns of ``chainwright schema firms``, sorted by firm."""
        with self.reading() as connection:
            return registered_firms(connection)

    def add_readings(
        self,
        table: ReadingTable,
        *,
        by: str,
        file: str = "",
        sha256: str = "",
        note: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Return the number of an intake, in which all readings of a table were taken in, or none.

        A reading that changes an earlier one becomes its revision; one that says the same is not
        kept twice. Nothing is ever written over.

        Parameters
        ----------
        table : table
            With columns of ``chainwright schema readings``, from anything that speaks Arrow.
        by : str
            Who says so.
        file, sha256, note : str
            Name and hash of the file, and anything beside.
        progress : callable, optional
            Told how many rows of how many are written.

        Raises
        ------
        TableError
            If cells are not as they must be, a firm is not in the registry, or a firm has two
            readings of one kind, item and month; it lists all.
        """
        _named(by)
        columns = columns_of(table)
        with self.writing() as (connection, at):
            said = Said(at=at, by=by, file=file, sha256=sha256, note=note)
            return take_in(connection, columns, said, progress)

    def readings(
        self,
        *,
        firms: str | Sequence[str] | None = None,
        months: str | Sequence[str] | None = None,
        as_of: int | str | datetime | None = None,
    ) -> pa.Table:
        """Return readings as they hold, with the columns of ``chainwright schema readings``.

        Words are dictionaries; rows are sorted by firm, month and kind.

        Parameters
        ----------
        firms : str or sequence of str, optional
            Whose; all if not given.
        months : str or sequence of str, optional
            A month such as ``"2026-10"``, or the first and the last; all if not given.
        as_of : int, str or datetime, optional
            As they held after the intake of that number, or at that time (UTC if it has no zone);
            as they hold now if not given.

        Raises
        ------
        UnknownCodeError
            If a firm is not in the registry, or there is no such intake.
        ParameterError
            If a month or a time is none.
        """
        span = None if months is None else months_of(months)
        moment = None if as_of is None else _moment(as_of)
        with self.reading() as connection:
            last = None if moment is None else intake_as_of(connection, moment)
            return held_table(connection, firms=firms, months=span, intake=last)

    def revisions(self, firm: str, kind: str, item: str, period: str) -> pd.DataFrame:
        """Return what was said of one reading (schema `reading_revisions`), the last first.

        Parameters
        ----------
        firm, kind, item, period : str
            Which reading; the item may be empty.

        Raises
        ------
        UnknownCodeError
            If the firm or the kind is not known.
        ParameterError
            If the period is no month.
        """
        with self.reading() as connection:
            return revision_rows(connection, firm, kind, item, period)

    def intakes(self) -> pd.DataFrame:
        """Return the intakes of readings (schema `store_intakes`), the last first."""
        with self.reading() as connection:
            return intake_rows(connection)

    def put_codes(self, frame: pd.DataFrame, *, by: str) -> int:
        """Return how many codes were put; one of a firm and month replaces an earlier one.

        Parameters
        ----------
        frame : DataFrame
            With the columns firm, period (YYYY-MM) and text, and any of method, document (JSON),
            issued, expires, kid and root; columns beyond these are not kept.
        by : str
            Who issues them.

        Raises
        ------
        TableError
            If a firm is not in the registry, a period is no month, a text is empty, or a firm has
            two codes of one month.
        """
        _named(by)
        with self.writing() as (connection, at):
            return put_codes(connection, frame, at=at, by=by)

    def code(self, firm: str, period: str | None = None) -> dict[str, str] | None:
        """Return the code of a firm, be it withdrawn; None where it has none.

        Parameters
        ----------
        firm : str
            Its code.
        period : str, optional
            The month; the last with a code if not given.

        Raises
        ------
        UnknownCodeError
            If the registry has no such firm.
        ParameterError
            If the period is no month.
        """
        with self.reading() as connection:
            return code_of(connection, firm, period)

    def codes(self, period: str | None = None) -> pd.DataFrame:
        """Return one code a firm (schema `store_codes`), sorted by firm, withdrawn ones included.

        Parameters
        ----------
        period : str, optional
            The month; the last of each firm if not given.

        Raises
        ------
        ParameterError
            If the period is no month.
        """
        with self.reading() as connection:
            return code_rows(connection, period)

    def code_texts(self, firm: str, period: str, *, withdrawn: bool = True) -> list[str]:
        """Return every text that was issued for a firm and month, the first issue first.

        Parameters
        ----------
        firm, period : str
            The firm's code, and the month.
        withdrawn : bool
            Whether those that the store knows to be withdrawn are among them.

        Raises
        ------
        UnknownCodeError
            If there is no such firm, or it has no code of that month.
        ParameterError
            If the period is no month.
        """
        with self.reading() as connection:
            return code_texts(connection, firm, period, withdrawn=withdrawn)

    def withdraw(self, firm: str, period: str, *, by: str, reason: str) -> None:
        """Mark the codes of a firm and month as withdrawn, earlier issues too; they stay.

        Parameters
        ----------
        firm, period : str
            The firm's code, and the month.
        by, reason : str
            Who says so, and why.

        Raises
        ------
        UnknownCodeError
            If there is no such firm, or it has no code of that month.
        ParameterError
            If no reason is given, or all were withdrawn before.
        """
        _named(by)
        with self.writing() as (connection, at):
            withdraw(connection, firm, period, at=at, by=by, reason=reason)

    def put_meter_shares(self, frame: pd.DataFrame, *, by: str) -> int:
        """Return how many meters were given shares; those of a meter replace all that it had.

        Parameters
        ----------
        frame : DataFrame
            With columns of ``chainwright schema meter_shares``.
        by : str
            Who says so.

        Raises
        ------
        TableError
            If a firm is not in the registry, or shares of a meter do not sum to 1 in a month.
        """
        _named(by)
        with self.writing() as (connection, at):
            return put_meter_shares(connection, frame, at=at, by=by)

    def meter_shares(self) -> pd.DataFrame:
        """Return the shares of meters (``chainwright schema meter_shares``), by meter and start."""
        with self.reading() as connection:
            return meter_rows(connection)

    def audit(self) -> pd.DataFrame:
        """Return who changed what when (schema `store_audit`), the last change first."""
        with self.reading() as connection:
            return audit_rows(connection)

    def check_audit(self, *, head: str | None = None) -> int:
        """Return how many rows the audit has, after each was held against its hash.

        Parameters
        ----------
        head : str, optional
            Hash of a row as it was noted once: one of the rows must have it.

        Raises
        ------
        ChangedInputError
            If a row was changed, taken out or put in later.
        """
        with self.reading() as connection:
            return check_chain(connection, head=head)

    def check(self, *, head: str | None = None) -> dict[str, int]:
        """Return how many rows each table has, after the whole store was held against itself.

        Pages and keys, each row of the audit against its hash, the readings of each intake against
        the digest that the audit noted of them, and the other tables against what the changes of
        the audit made of them. What a code says is guarded by its own signature.

        Parameters
        ----------
        head : str, optional
            Hash of a row of the audit as it was noted once.

        Raises
        ------
        StoreError
            If the file is damaged.
        ChangedInputError
            If the audit or a table was changed by another way than the store's.
        """
        with self.reading() as connection:
            return check_store(connection, head=head)

    def digest(self) -> str:
        """Return the SHA-256 of all that the store says: equal for a store and its backup."""
        with self.reading() as connection:
            return content_digest(connection)

    def backup(self, path: Path | str) -> Path:
        """Return the file that the store was copied to, while others go on using it.

        Parameters
        ----------
        path : path
            File that is not there yet.

        Raises
        ------
        ParameterError
            If the file is there.
        StoreError
            If it cannot be written.
        """
        backed_up(self.path, Path(path))
        return Path(path)


def _named(by: str) -> None:
    if not by.strip():
        raise ParameterError("by", "a change of a store", "who makes it", by)


def _moment(as_of: int | str | datetime) -> int | str:
    """Return the number of an intake, or a time as the store writes it."""
    if isinstance(as_of, int):
        return as_of
    try:
        time = datetime.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    except ValueError:
        expected = "a time such as '2026-11-01' or '2026-11-01T12:00:00+08:00'"
        raise ParameterError("as_of", "the readings of a store", expected, as_of) from None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def _checked(engine: Engine, place: Path, *, read_only: bool) -> None:
    """Refuse a file that is no store; upgrade one of an earlier release."""
    with told(place), engine.begin() as connection:
        ours = connection.execute(text("PRAGMA application_id")).scalar() == APPLICATION
        now = revision_of(connection) if ours else ""
    if not ours:
        raise FormatError(f"'{place}' is no store: give a file that chainwright made.")
    if now == newest():
        return
    if read_only:
        msg = f"'{place}' is of another release (revision {now}). Open it once for writing."
        raise FormatError(msg)
    with writing(engine, place) as connection:
        upgrade(connection)
