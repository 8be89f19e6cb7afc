"""The project ledger: who does what until when, what it cost, and what it brought."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Literal

import pandas as pd
from sqlalchemy import Column, Connection, func, insert, select, update

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.records.audit_chain import add_audit
from chainwright.records.ledger_rows import STATUSES, By, ledger_parts, ledger_table, summed
from chainwright.records.proposed_projects import proposed
from chainwright.records.store import Store
from chainwright.records.tables import effect, milestone, project, spending

__all__ = ["ProjectLedger"]

NEXT: Mapping[str, tuple[str, ...]] = {
    "proposed": ("approved", "stopped"),
    "approved": ("running", "stopped"),
    "running": ("done", "stopped"),
    "done": (),
    "stopped": (),
}
"""Which status follows which."""

Row = dict[str, object]


class ProjectLedger:
    """Projects of every kind in a store: retrofits of firms, measures of repair, and others.

    A project is proposed, then approved, running and done; until it is done it can be stopped. It
    pays, and has effects verified, once it is approved. Every change is in the audit of the store.

    Parameters
    ----------
    store : Store
        Where the ledger is.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Store.create(folder.name + "/city.db") as store:
    ...     ledger = ProjectLedger(store)
    ...     ledger.add("P1", title_en="Waste heat", kind="energy_saving", owner="Wang", by="Li",
    ...                region="330502", budget=120.0, currency="10^4 CNY", year=2026,
    ...                effect_unit="tCO2 a year", promised=800.0)
    ...     ledger.move("P1", "approved", by="Li")
    ...     ledger.spend("P1", 30.0, date="2026-11-02", by="Wang")
    ...     row = ledger.summary(by="region").iloc[0]
    >>> row["group"], float(row["spent"]), float(row["promised"])
    ('330502', 30.0, 800.0)
    >>> folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(
        self,
        code: str,
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
        effect_unit: str = "",
        promised: float | None = None,
        start: str = "",
        end: str = "",
        source: str = "",
        milestones: Mapping[str, str] | None = None,
    ) -> None:
        """Add a project; it is proposed.

        Parameters
        ----------
        code : str
            Identity of the project, new to the ledger.
        kind, owner, by : str
            Which kind, who is in charge of it, and who adds it.
        title_en, title_zh : str
            What it is called.
        chain, region, firm : str
            What it is for, each by its code.
        budget : float, optional
            What it may cost, in `currency` at prices of `year`.
        currency : str
            ISO 4217 code, with a multiple before it if amounts are counted in one.
        year : int, optional
            Year of the prices; needed with a budget.
        effect_unit : str
            What effects are counted in, such as ``"tCO2 a year"``.
        promised : float, optional
            Effect that it promises; needs a unit.
        start, end : str
            Dates of its time, YYYY-MM-DD.
        source : str
            Where it comes from.
        milestones : mapping of str to str, optional
            When each is due, YYYY-MM-DD.

        Raises
        ------
        ParameterError
            If the code is there already, or a value is not as it must be.
        """
        row: Row = {"project": code, "kind": kind, "owner": owner}
        row |= {"title_en": title_en, "title_zh": title_zh, "chain": chain, "region": region}
        row |= {"firm": firm, "budget": budget, "currency": currency, "year": year or 0}
        row |= {"effect_unit": effect_unit, "start": start, "end": end, "source": source}
        self._add([(row, promised, dict(milestones or {}))], by=by)

    def from_repair(
        self,
        table: pd.DataFrame,
        *,
        owner: str,
        by: str,
        currency: str,
        year: int,
        chain: str = "",
        region: str = "",
        firm: str = "",
        prefix: str = "",
        source: str = "",
        unpaid: bool = False,
    ) -> list[str]:
        """Return the codes of the projects that the measures of a plan became, all or none.

        Measures of advice that never pay back, or cut nothing, are left out unless asked for;
        `chainwright.records.proposed_projects.unpaid_measures` lists them.

        Parameters
        ----------
        table : DataFrame
            The table of a repair (schema `repair`: those that are taken), or one with the columns
            measure, cost and loss_avoided or saving_tco2_per_year, or that of advice to a firm
            (measure, invest, cut: those that are for the firm).
        owner, by : str
            Who is in charge of them, and who adds them.
        currency : str
            What costs are counted in, as the answer says, such as ``"million CNY"``.
        year : int
            Year of its prices.
        chain, region, firm : str
            What they are for; a repair's users are the region where none is given.
        prefix : str
            Put before each measure's name, to make a code that is new to the ledger.
        source : str
            Where they come from; the source of each cost if not given.
        unpaid : bool
            Whether measures that never pay back, or cut nothing, become projects too.

        Raises
        ------
        ParameterError
            If columns are missing, no measure is taken, or a code is there already.
        """
        given = {"owner": owner, "currency": currency, "year": year, "chain": chain}
        given |= {"region": region, "firm": firm, "source": source}
        found = proposed(table, prefix, given, unpaid=unpaid)
        rows = [(row, promise, dict[str, str]()) for row, promise in found]
        self._add(rows, by=by)
        return [str(row["project"]) for row, *_ in rows]

    def milestone(
        self, code: str, name: str, *, by: str, due: str | None = None, done: str | None = None
    ) -> None:
        """Add a milestone, move it, or say when it was reached.

        Parameters
        ----------
        code, name : str
            The project and the milestone.
        by : str
            Who says so.
        due, done : str, optional
            Dates, YYYY-MM-DD; what is not given stays.

        Raises
        ------
        UnknownCodeError
            If there is no such project.
        ParameterError
            If neither date is given, one is none, or a project that is closed gets a new one.
        """
        if due is None and done is None:
            raise ParameterError("due", "a milestone", "when it is due, or done", due)
        if not name.strip():
            raise ParameterError("name", "a milestone", "what is reached", name)
        dates = {"due": due, "done": done}
        for date_name, text in dates.items():
            _date(date_name, text or "", "a milestone")
        with self.store.writing() as (connection, at):
            held = _project(connection, code)
            there = (milestone.c.project_id == held["id"], milestone.c.milestone == name)
            before = connection.execute(select(milestone).where(*there)).mappings().first()
            said = {k: v for k, v in dates.items() if v is not None}
            if before is None:
                _open(held, "a new milestone")
                key = {"project_id": held["id"], "milestone": name}
                connection.execute(insert(milestone), {**key, "due": "", "done": "", **said})
            else:
                connection.execute(update(milestone).where(*there).values(said))
            was = None if before is None else {k: before[k] for k in said}
            add_audit(connection, at, by, "milestone", (f"{code} {name}", was, said))

    def spend(self, code: str, amount: float, *, date: str, by: str, note: str = "") -> None:
        """Book what a project paid, in the money of its budget; what came back is negative.

        Parameters
        ----------
        code : str
            The project, approved, running or done.
        amount : float
            How much.
        date : str
            When, YYYY-MM-DD.
        by, note : str
            Who books it, and for what.

        Raises
        ------
        UnknownCodeError
            If there is no such project.
        ParameterError
            If it is not approved, has no currency, or a value is not as it must be.
        """
        _date("date", date, "a payment", needed=True)
        _number("amount", amount, "a payment")
        with self.store.writing() as (connection, at):
            held = _project(connection, code)
            if held["status"] == "proposed":
                raise ParameterError("code", "a payment", "a project that was approved", code)
            if not held["currency"]:
                raise ParameterError("code", "a payment", "a project with a currency", code)
            said: Row = {"date": date, "amount": float(amount), "note": note}
            row = {"id": _following(connection, spending.c.id), "project_id": held["id"], **said}
            connection.execute(insert(spending), row)
            add_audit(connection, at, by, "spending", (code, None, said))

    def effect(
        self,
        code: str,
        amount: float,
        *,
        by: str,
        date: str,
        stage: Literal["promised", "verified"] = "promised",
        verified_by: str = "",
        evidence: str = "",
    ) -> None:
        """Say what a project promises, or what was verified; that of the last date holds.

        Parameters
        ----------
        code : str
            The project; running or done for what was verified.
        amount : float
            How much, in its unit of effect.
        by : str
            Who writes it down.
        date : str
            As of when, YYYY-MM-DD.
        stage : str
            ``"promised"`` or ``"verified"``.
        verified_by, evidence : str
            Who verified it and by what; needed for what was verified.

        Raises
        ------
        UnknownCodeError
            If there is no such project.
        ParameterError
            If a value is not as it must be.
        """
        _date("date", date, "an effect", needed=True)
        _number("amount", amount, "an effect")
        if stage not in {"promised", "verified"}:
            raise ParameterError("stage", "an effect", "promised or verified", stage)
        verified = stage == "verified"
        if verified and not (verified_by.strip() and evidence.strip()):
            expected = "who verified it and the evidence, both"
            raise ParameterError("verified_by", "a verified effect", expected, verified_by)
        with self.store.writing() as (connection, at):
            held = _project(connection, code)
            if not held["effect_unit"]:
                raise ParameterError("code", "an effect", "a project with a unit of effect", code)
            if verified and held["status"] not in {"running", "done"}:
                expected = "a project that is running or done"
                raise ParameterError("code", "a verified effect", expected, code)
            said: Row = {"stage": stage, "amount": float(amount), "date": date}
            said |= {"verified_by": verified_by, "evidence": evidence}
            row = {"id": _following(connection, effect.c.id), "project_id": held["id"], **said}
            connection.execute(insert(effect), row)
            add_audit(connection, at, by, "effect", (code, None, said))

    def move(self, code: str, status: str, *, by: str, reason: str = "") -> None:
        """Move a project on: approved, running, done or stopped.

        Parameters
        ----------
        code, status : str
            The project, and its next status.
        by, reason : str
            Who says so, and why; one that is stopped needs a reason.

        Raises
        ------
        UnknownCodeError
            If there is no such project.
        ParameterError
            If the status does not follow its own, or a reason is missing.
        """
        if status not in STATUSES:
            raise ParameterError("status", "a project", ", ".join(STATUSES[1:]), status)
        if status == "stopped" and not reason.strip():
            raise ParameterError("reason", "a project that is stopped", "why", reason)
        with self.store.writing() as (connection, at):
            held = _project(connection, code)
            before = {"status": str(held["status"]), "reason": str(held["reason"])}
            after = NEXT[before["status"]]
            if status not in after:
                expected = f"what follows {before['status']} ({' or '.join(after) or 'nothing'})"
                raise ParameterError("status", f"project {code}", expected, status)
            said = {"status": status, "reason": reason}
            connection.execute(update(project).where(project.c.id == held["id"]).values(said))
            add_audit(connection, at, by, "project", (code, before, said))

    def close(self, code: str, *, by: str, stopped: bool = False, reason: str = "") -> None:
        """Close a project: done, or stopped with a reason.

        Parameters
        ----------
        code, by : str
            The project, and who closes it.
        stopped : bool
            Whether it was stopped before it was done.
        reason : str
            Why.

        Raises
        ------
        UnknownCodeError
            If there is no such project.
        ParameterError
            If it is closed or not running, or a reason is missing.
        """
        self.move(code, "stopped" if stopped else "done", by=by, reason=reason)

    def table(self, *, firm: str | None = None, today: str | None = None) -> pd.DataFrame:
        """Return one row a project (schema `projects`): running ones and those overdue first.

        Parameters
        ----------
        firm : str, optional
            Whose projects; all if not given.
        today : str, optional
            Date from which milestones are overdue, YYYY-MM-DD; the store's clock if not given.

        Raises
        ------
        ParameterError
            If the date is none.
        """
        _date("today", today or "", "a ledger")
        with self.store.reading() as connection:
            found = ledger_table(connection, today or self.store.today())
        return found if firm is None else found[found["firm"] == firm].reset_index(drop=True)

    def tables(self, *, today: str | None = None) -> dict[str, pd.DataFrame]:
        """Return the ledger in full: projects, milestones, spending, effects, by schema.

        Parameters
        ----------
        today : str, optional
            Date from which milestones are overdue, YYYY-MM-DD; the store's clock if not given.
        """
        with self.store.reading() as connection:
            parts = ledger_parts(connection)
        return {"projects": self.table(today=today), **parts}

    def summary(self, *, by: By = "chain", today: str | None = None) -> pd.DataFrame:
        """Return the ledger summed (schema `project_summary`), never over moneys or units.

        Parameters
        ----------
        by : str
            ``"chain"``, ``"region"`` or ``"kind"``.
        today : str, optional
            Date from which milestones are overdue, YYYY-MM-DD; the store's clock if not given.

        Raises
        ------
        ParameterError
            If projects are not summed by that, or the date is none.
        """
        return summed(self.table(today=today), by)

    def _add(self, rows: Sequence[tuple[Row, float | None, Mapping[str, str]]], *, by: str) -> None:
        for row, promised, milestones in rows:
            _check(row, promised, milestones)
        if not by.strip():
            raise ParameterError("by", "a project", "who adds it", by)
        with self.store.writing() as (connection, at):
            known = set(connection.execute(select(project.c.project)).scalars())
            for row, promised, milestones in rows:
                code = str(row["project"])
                if code in known:
                    raise ParameterError("code", "a new project", "one that is not there yet", code)
                known.add(code)
                number = _following(connection, project.c.id)
                full = {"id": number, "status": "proposed", "reason": "", **row}
                connection.execute(insert(project), full)
                for name, due in milestones.items():
                    key = {"project_id": number, "milestone": name}
                    connection.execute(insert(milestone), {**key, "due": due, "done": ""})
                if promised is not None:
                    said = {"stage": "promised", "amount": float(promised), "date": at[:10]}
                    said |= {"verified_by": "", "evidence": str(row["source"])}
                    key = {"id": _following(connection, effect.c.id), "project_id": number}
                    connection.execute(insert(effect), {**key, **said})
                told = {**row, "promised": promised, "milestones": dict(milestones)}
                add_audit(connection, at, by, "project", (code, None, told))


def _check(row: Row, promised: float | None, milestones: Mapping[str, str]) -> None:
    """Refuse a project whose values are not as they must be."""
    for name in ("project", "kind", "owner"):
        if not str(row[name]).strip():
            raise ParameterError(name, "a project", "not empty", row[name])
    for name in ("start", "end"):
        _date(name, str(row[name]), "a project")
    if row["start"] and row["end"] and str(row["end"]) < str(row["start"]):
        raise ParameterError("end", "a project", f"a date from {row['start']} on", row["end"])
    budget = row["budget"]
    if budget is not None:
        _number("budget", budget, "a project")
        if not row["currency"] or not row["year"]:
            expected = "given with a currency and the year of its prices"
            raise ParameterError("budget", "a project", expected, budget)
        if float(str(budget)) < 0:
            raise ParameterError("budget", "a project", "at least 0", budget)
    if promised is not None:
        _number("promised", promised, "a project")
        if not row["effect_unit"]:
            raise ParameterError("promised", "a project", "given with a unit of effect", promised)
    for name, due in milestones.items():
        _date(f"milestones[{name}]", due, "a project")


def _project(connection: Connection, code: str) -> Mapping[str, object]:
    found = connection.execute(select(project).where(project.c.project == code)).mappings().first()
    if found is None:
        known = connection.execute(select(project.c.project)).scalars().all()
        raise UnknownCodeError(code, "project of the ledger", list(known))
    return dict(found)


def _open(held: Mapping[str, object], what: str) -> None:
    if not NEXT[str(held["status"])]:
        expected = "a project that is not closed"
        raise ParameterError("code", what, expected, held["project"])


def _following(connection: Connection, column: Column[int]) -> int:
    last = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
    return int(last) + 1


def _date(name: str, text: str, owner: str, *, needed: bool = False) -> None:
    try:
        right = not (needed or text) or date.fromisoformat(text).isoformat() == text
    except ValueError:
        right = False
    if not right:
        raise ParameterError(name, owner, "a date, YYYY-MM-DD", text)


def _number(name: str, value: object, owner: str) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ParameterError(name, owner, "a finite number", value)
