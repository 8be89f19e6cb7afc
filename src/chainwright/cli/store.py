"""Commands on a store: make one, hold it against itself, look back, copy it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from chainwright.cli.options import SINK, Sink, app, quiet, show
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.system import Result

__all__ = ["store"]

store = App(name="store", help="Keep records: a store of firms, readings, codes and projects.")
app.command(store)


@store.command
def create(path: Path) -> None:
    """Make a new store.

    Parameters
    ----------
    path
        File that is not there yet.
    """
    from chainwright.records import Store  # noqa: PLC0415

    Store.create(path).close()
    quiet(f"written: {path}")


@store.command
def firms(path: Path, table: Path, *, by: str) -> None:
    """Put firms into the registry of a store: new ones, and what is said anew of others.

    Readings, codes and projects are of firms of the registry alone. Columns that the table does not
    have, or leaves empty in every row, stay as they were.

    Parameters
    ----------
    path
        The store.
    table
        Table of firms, as `chainwright schema firms` has it: CSV or Parquet.
    by
        Who says so.
    """
    from chainwright.records import Store  # noqa: PLC0415
    from chainwright.system import Firms  # noqa: PLC0415

    frame = Firms.of_table(table).table
    said = [c for c in frame if c == "firm" or (frame[c].notna() & (frame[c] != "")).any()]
    with Store.open(path) as held:
        count = held.put_firms(frame[said], by=by)
        many = len(held.firms())
    sys.stdout.write(f"Firms added or changed: {count:,}; in the registry: {many:,}\n")


@store.command
def check(path: Path, *, head: str | None = None) -> None:
    """Check that nothing in a store was damaged, or changed by another way than the store's.

    Parameters
    ----------
    path
        The store.
    head
        Hash of the last row of the audit as it was noted once.
    """
    from chainwright.records import Store  # noqa: PLC0415

    with Store.open(path, read_only=True) as held:
        counts = held.check(head=head)
        audit = held.audit()
    listed = ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)
    sys.stdout.write(f"In order. Rows: {listed or 'none'}\n")
    if len(audit):
        sys.stdout.write(f"The last change has the hash {audit['sha256'].iloc[0]}\n")


@store.command
def history(
    path: Path,
    *,
    of: Literal["changes", "intakes"] = "changes",
    firm: str | None = None,
    kind: str | None = None,
    item: str = "",
    period: str | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Show who changed what when; with --firm, --kind and --period, what was said of one reading.

    Parameters
    ----------
    path
        The store.
    of
        changes (the audit), or intakes (of readings).
    firm
        Whose reading.
    kind
        Its kind of data.
    item
        Its item, where the kind has several.
    period
        Its month, YYYY-MM.
    top
        How many rows are shown.
    sink
        Where the answer goes.
    """
    from chainwright.records import Store  # noqa: PLC0415
    from chainwright.report.record_answers import (  # noqa: PLC0415
        AuditTrail,
        IntakeList,
        RevisionList,
        StoreSystem,
    )

    system = StoreSystem(path.name)
    one = {"firm": firm, "kind": kind, "period": period}
    missing = [f"--{name}" for name, value in one.items() if value is None]
    if missing and len(missing) < len(one):
        expected = f"given by {', '.join(missing)} as well"
        raise ParameterError("the reading", "the command", expected, None)
    found: Result
    with Store.open(path, read_only=True) as held:
        if firm is not None and kind is not None and period is not None:
            frame = held.revisions(firm, kind, item, period)
            found = RevisionList(system, frame, (firm, kind, item, period))
        elif of == "intakes":
            found = IntakeList(system, held.intakes())
        else:
            found = AuditTrail(system, held.audit())
    show(found, sink, top=top)


@store.command
def backup(path: Path, target: Path) -> None:
    """Copy a store to one file while others go on using it, and check the copy.

    Parameters
    ----------
    path
        The store.
    target
        File that is not there yet; its name is that of a whole copy.
    """
    from chainwright.records import Store  # noqa: PLC0415

    with Store.open(path, read_only=True) as held:
        held.backup(target)
    with Store.open(target, read_only=True) as copy:
        copy.check()
        digest = copy.digest()
    sys.stdout.write(f"{target} is a whole copy; all that it says has SHA-256 {digest}\n")
