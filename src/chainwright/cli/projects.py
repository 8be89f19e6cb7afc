"""Commands on the ledger of projects: added, moved on, paid, verified, listed and summed."""

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from chainwright.cli.options import SINK, Sink, app, quiet, show, tell
from chainwright.errors import FormatError, MissingFileError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chainwright.records import ProjectLedger

__all__ = ["projects"]

projects = App(
    name="projects",
    help="Follow projects: owners, milestones, spending, effects promised and verified.",
)
app.command(projects)

PRICES = re.compile(r"(.+) of (\d{4})")
"""What an answer says that its money is counted in."""


@projects.command(name="list")
def listed(
    store: Path,
    *,
    firm: str | None = None,
    today: str | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """List the projects, running ones and those overdue first; a folder gets all their parts.

    Parameters
    ----------
    store
        The store.
    firm
        Whose projects; all if not given.
    today
        Date from which milestones are overdue, YYYY-MM-DD.
    top
        How many rows are shown.
    sink
        Where the answer goes: a folder for milestones, spending and effects as well.
    """
    from chainwright.report.record_answers import ProjectList, StoreSystem  # noqa: PLC0415

    with _ledger(store, read_only=True) as ledger:
        day = today or ledger.store.today()
        parts = ledger.tables(today=day)
        frame = ledger.table(firm=firm, today=day)
    kept = set(frame["project"])
    parts = {
        name: part[part["project"].isin(kept)].reset_index(drop=True)
        for name, part in parts.items()
        if name != "projects"
    }
    show(ProjectList(StoreSystem(store.name), frame, parts, day), sink, top=top)


@projects.command
def summary(
    store: Path,
    *,
    by: Literal["chain", "region", "kind"] = "chain",
    today: str | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Sum the projects by chain, region or kind; different money and units are never added up.

    Parameters
    ----------
    store
        The store.
    by
        chain, region or kind.
    today
        Date from which milestones are overdue, YYYY-MM-DD.
    top
        How many rows are shown.
    sink
        Where the answer goes.
    """
    from chainwright.report.record_answers import ProjectSummary, StoreSystem  # noqa: PLC0415

    with _ledger(store, read_only=True) as ledger:
        day = today or ledger.store.today()
        frame = ledger.summary(by=by, today=day)
    show(ProjectSummary(StoreSystem(store.name), frame, day), sink, top=top)


@projects.command
def add(
    store: Path,
    project: str,
    *,
    kind: str,
    owner: str,
    by: str,
    title_en: str = "",
    title_zh: str = "",
    chain: str = "",
    region: str = "",
    firm: str = "",
    budget: float | None = None,
    currency: str = "",
    year: int | None = None,
    promised: float | None = None,
    effect_unit: str = "",
    start: str = "",
    end: str = "",
    source: str = "",
    milestone: tuple[str, ...] = (),
) -> None:
    """Add a project; it is proposed.

    chainwright projects add city.db P1 --kind energy_saving --owner Wang --by Li --budget 120
    --currency "10^4 CNY" --year 2026 --promised 800 --effect-unit "tCO2 a year"

    Parameters
    ----------
    store
        The store.
    project
        Its code, new to the ledger.
    kind
        Which kind: energy_saving, or a kind of repair measure, or any other.
    owner
        Who is in charge.
    by
        Who adds it.
    title_en
        What it is called in English.
    title_zh
        What it is called in Chinese.
    chain
        Chain that it is for.
    region
        Region that it is for.
    firm
        Firm that it is for.
    budget
        What it may cost.
    currency
        What its money is counted in, such as CNY or "10^4 CNY".
    year
        Year of its prices.
    promised
        Effect that it promises.
    effect_unit
        What effects are counted in, such as "tCO2 a year".
    start
        First day, YYYY-MM-DD.
    end
        Last day, YYYY-MM-DD.
    source
        Where it comes from.
    milestone
        Name=YYYY-MM-DD; give it again for each.
    """
    pairs = [text.rpartition("=") for text in milestone]
    wrong = [text for text, (name, _, _) in zip(milestone, pairs, strict=True) if not name]
    if wrong:
        raise ParameterError("--milestone", "the command", "a name and a date, name=date", wrong[0])
    with _ledger(store) as ledger:
        ledger.add(
            project,
            kind=kind,
            owner=owner,
            by=by,
            title_en=title_en,
            title_zh=title_zh,
            chain=chain,
            region=region,
            firm=firm,
            budget=budget,
            currency=currency,
            year=year,
            promised=promised,
            effect_unit=effect_unit,
            start=start,
            end=end,
            source=source,
            milestones={name: due for name, _, due in pairs},
        )
    quiet(f"added: {project}")


@projects.command
def propose(
    store: Path,
    table: Path,
    *,
    owner: str,
    by: str,
    currency: str | None = None,
    year: int | None = None,
    chain: str = "",
    region: str = "",
    firm: str = "",
    prefix: str = "",
    unpaid: bool = False,
) -> None:
    """Add the measures of a repair, or of advice to a firm, as projects: all or none.

    Measures that never pay back, or cut nothing, are named and left out.

    Parameters
    ----------
    store
        The store.
    table
        The table as chainwright wrote it: a .csv or .parquet.
    owner
        Who is in charge of them.
    by
        Who adds them.
    currency
        What costs are counted in; what the file beside the table says if not given.
    year
        Year of prices; what the file beside the table says if not given.
    chain
        Chain that they are for.
    region
        Region that they are for; the users of each measure if not given.
    firm
        Firm that they are for.
    prefix
        Put before each measure's name, to make a code that is new to the ledger.
    unpaid
        Add those that never pay back, or cut nothing, as well.
    """
    import pandas as pd  # noqa: PLC0415

    from chainwright.records.proposed_projects import unpaid_measures  # noqa: PLC0415
    from chainwright.tables import read_origin  # noqa: PLC0415

    if not table.is_file():
        raise MissingFileError(f"There is no file '{table}'.")
    if table.suffix not in {".csv", ".parquet"}:
        raise FormatError(f"'{table.name}' is neither a .csv nor a .parquet.")
    frame = pd.read_csv(table) if table.suffix == ".csv" else pd.read_parquet(table)
    if currency is None or year is None:
        units = read_origin(table)["units"]
        unit = str(units.get("cost", "")) if isinstance(units, dict) else ""
        told = PRICES.fullmatch(unit)
        if told is None:
            expected = f"given, with --year: the table is in {unit or 'no money that it says'}"
            raise ParameterError("--currency", "the command", expected, currency)
        currency, year = currency or told[1], year or int(told[2])
    with _ledger(store) as ledger:
        codes = ledger.from_repair(
            frame,
            owner=owner,
            by=by,
            currency=currency,
            year=year,
            chain=chain,
            region=region,
            firm=firm,
            prefix=prefix,
            unpaid=unpaid,
        )
    quiet(f"added: {', '.join(codes)}")
    if not unpaid and (left := unpaid_measures(frame)):
        tell(f"left out, for they never pay back or cut nothing (--unpaid): {', '.join(left)}")


@projects.command
def move(
    store: Path,
    project: str,
    status: Literal["approved", "running", "done", "stopped"],
    *,
    by: str,
    reason: str = "",
) -> None:
    """Move a project on: proposed, approved, running, done; until it is done it can be stopped.

    Parameters
    ----------
    store
        The store.
    project
        Its code.
    status
        What it becomes.
    by
        Who says so.
    reason
        Why; needed where it is stopped.
    """
    with _ledger(store) as ledger:
        ledger.move(project, status, by=by, reason=reason)
    quiet(f"{project} is {status}")


@projects.command
def milestone(
    store: Path,
    project: str,
    name: str,
    *,
    by: str,
    due: str | None = None,
    done: str | None = None,
) -> None:
    """Add a milestone, move it, or say when it was reached.

    Parameters
    ----------
    store
        The store.
    project
        Its code.
    name
        What is reached.
    by
        Who says so.
    due
        When it is due, YYYY-MM-DD.
    done
        When it was reached, YYYY-MM-DD.
    """
    with _ledger(store) as ledger:
        ledger.milestone(project, name, by=by, due=due, done=done)
    quiet(f"noted: {project} {name}")


@projects.command
def spend(
    store: Path,
    project: str,
    amount: Annotated[float, Parameter(allow_leading_hyphen=True)],
    *,
    date: str,
    by: str,
    note: str = "",
) -> None:
    """Book what a project paid, in the money of its budget; what came back is negative.

    Parameters
    ----------
    store
        The store.
    project
        Its code.
    amount
        How much.
    date
        When, YYYY-MM-DD.
    by
        Who books it.
    note
        What for.
    """
    with _ledger(store) as ledger:
        ledger.spend(project, amount, date=date, by=by, note=note)
    quiet(f"booked: {project}")


@projects.command
def effect(
    store: Path,
    project: str,
    amount: Annotated[float, Parameter(allow_leading_hyphen=True)],
    *,
    date: str,
    by: str,
    verified_by: str = "",
    evidence: str = "",
) -> None:
    """Say what a project promises; with --verified-by and --evidence, what was verified.

    Parameters
    ----------
    store
        The store.
    project
        Its code.
    amount
        How much, in its unit of effect.
    date
        As of when, YYYY-MM-DD.
    by
        Who writes it down.
    verified_by
        Who verified it.
    evidence
        By what.
    """
    stage: Literal["promised", "verified"] = "verified" if verified_by or evidence else "promised"
    with _ledger(store) as ledger:
        ledger.effect(
            project,
            amount,
            by=by,
            date=date,
            stage=stage,
            verified_by=verified_by,
            evidence=evidence,
        )
    quiet(f"noted: {project}, {stage}")


@contextmanager
def _ledger(path: Path, *, read_only: bool = False) -> "Iterator[ProjectLedger]":
    from chainwright.records import ProjectLedger, Store  # noqa: PLC0415

    with Store.open(path, read_only=read_only) as store:
        yield ProjectLedger(store)
