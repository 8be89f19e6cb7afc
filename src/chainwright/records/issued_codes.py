"""Codes as they were issued: kept whole, replaced by a later issue, withdrawn with a reason."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from chainwright.errors import Breach, ParameterError, TableError, UnknownCodeError, near
from chainwright.records.audit_chain import add_audit
from chainwright.records.reading_words import month_number, month_text
from chainwright.records.registry import firm_id, firm_ids
from chainwright.records.tables import code, firm
from chainwright.tables import schema

__all__ = [
    "CODE_COLUMNS",
    "CODE_OF_MONTH",
    "LAST_CODE",
    "code_of",
    "code_rows",
    "code_texts",
    "latest_codes",
    "put_codes",
    "withdraw",
]

CODE_COLUMNS = ("method", "text", "document", "issued", "expires", "kid", "root")
"""Columns of a code besides its firm and period; each is text, and empty where not given."""

HANDED = (
    "firm",
    "period",
    *CODE_COLUMNS,
    "withdrawn",
    "reason",
)


def put_codes(connection: Connection, frame: pd.DataFrame, *, at: str, by: str) -> int:
    """Return how many codes were put; one of the same firm and month stands before the earlier.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    frame : DataFrame
        With the columns firm, period and text, and any of `CODE_COLUMNS`; columns beyond these
        (a seed of salts is one) are not kept. Times are text, seconds since 1970 or timestamps.
    at, by : str
        When, and who.

    Raises
    ------
    TableError
        If a firm is not in the registry, a period is no month, a text is empty, or a firm has two
        codes of one month.
    """
    ids = firm_ids(connection)
    rows, faults = [], []
    missing = [name for name in ("firm", "period", "text") if name not in frame.columns]
    if missing:
        faults = [Breach("the header", f"no column {n!r}", "it", "Add it.") for n in missing]
        raise TableError("codes", faults)
    last = connection.execute(
        select(code.c.firm_id, code.c.month, func.max(code.c.issue)).group_by(
            code.c.firm_id, code.c.month
        )
    )
    issues = {(int(one), int(month)): int(issue) for one, month, issue in last}
    columns = {name: frame[name].tolist() for name in frame.columns if name in HANDED}
    seen: set[tuple[int, int]] = set()
    texts = hashlib.sha256()
    for i in range(len(frame)):
        given = {name: values[i] for name, values in columns.items()}
        fault = _fault(given, ids, seen)
        if fault is not None:
            name, found, expected, remedy = fault
            faults.append(Breach(f"row {i + 2}, column {name!r}", found, expected, remedy))
            continue
        number, month = ids[str(given["firm"])], month_number(str(given["period"]))
        assert month is not None  # noqa: S101 - `_fault` looked
        seen.add((number, month))
        row = {name: _told(name, given.get(name)) for name in CODE_COLUMNS}
        texts.update(row["text"].encode())
        issue = issues.get((number, month), 0) + 1
        key = {"firm_id": number, "month": month, "issue": issue}
        state = {"withdrawn": "", "withdrawn_by": "", "reason": ""}
        rows.append({**key, **row, **state})
    if faults:
        raise TableError("codes", faults)
    if rows:
        connection.execute(insert(code), rows)
        told = {"codes": len(rows), "texts_sha256": texts.hexdigest()}
        periods = sorted({row["month"] for row in rows})  # type: ignore[type-var]
        about = " to ".join(dict.fromkeys(month_text(int(periods[i])) for i in (0, -1)))  # type: ignore[call-overload]
        add_audit(connection, at, by, "codes", (about, None, told))
    return len(rows)


def _fault(
    given: Mapping[str, object], ids: Mapping[str, int], seen: set[tuple[int, int]]
) -> tuple[str, str, str, str] | None:
    """Return what is wrong with a code: column, found, expected, remedy."""
    one, period = str(given["firm"]), str(given["period"])
    month = month_number(period)
    if one not in ids:
        remedy = f"Put it into the registry first: `chainwright store firms`.{near(one, ids)}"
        return "firm", repr(one), "a firm of the registry", remedy
    if month is None or month < 0:
        return "period", repr(period), "a month, YYYY-MM", "Correct it."
    if not given["text"]:
        return "text", "nothing", "the signed text", "Leave out firms that have no code."
    if (ids[one], month) in seen:
        return "period", f"{one} in {period} again", "one code a firm and month", "Take one out."
    return None


def _told(name: str, value: object) -> str:
    """Return a value of a code as text; times in UTC."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if name in {"issued", "expires"}:
        if isinstance(value, (int, float, np.integer)):
            return datetime.fromtimestamp(int(value), UTC).isoformat()
        if isinstance(value, datetime):
            return (
                (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
            )
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def latest_codes(month: int | None = None) -> Select[tuple[str, int, str]]:
    """Return the query of codes that hold: of each firm the last month, and its last issue.

    Parameters
    ----------
    month : int, optional
        The month; the last of each firm if not given.
    """
    wanted = select(code.c.firm_id, func.max(code.c.month).label("month"))
    if month is not None:
        wanted = wanted.where(code.c.month == month)
    last = wanted.group_by(code.c.firm_id).subquery()
    issue = (
        select(code.c.firm_id, code.c.month, func.max(code.c.issue).label("issue"))
        .join(last, and_(last.c.firm_id == code.c.firm_id, last.c.month == code.c.month))
        .group_by(code.c.firm_id, code.c.month)
        .subquery()
    )
    same = (
        issue.c.firm_id == code.c.firm_id,
        issue.c.month == code.c.month,
        issue.c.issue == code.c.issue,
    )
    return _codes().join(issue, and_(*same)).order_by(firm.c.firm)


def _codes() -> Select[tuple[str, int, str]]:
    columns = [code.c[name] for name in (*CODE_COLUMNS, "withdrawn", "reason")]
    found: Select[tuple[str, int, str]] = select(firm.c.firm, code.c.month, *columns)
    return found.join(firm, firm.c.id == code.c.firm_id)


LAST_CODE = (
    _codes()
    .where(firm.c.firm == bindparam("one"))
    .order_by(code.c.month.desc(), code.c.issue.desc())
    .limit(1)
)
"""The last code of a firm; made once, for a page asks for it each time."""

CODE_OF_MONTH = LAST_CODE.where(code.c.month == bindparam("month"))
"""The code of a firm and month."""


def _handed(row: RowMapping) -> dict[str, str]:
    found = {"firm": str(row["firm"]), "period": month_text(int(row["month"]))}
    return found | {name: str(row[name]) for name in HANDED[2:]}


def code_of(connection: Connection, one: str, period: str | None) -> dict[str, str] | None:
    """Return the code of a firm, the last if no period is given; None where it has none.

    Parameters
    ----------
    connection : Connection
        To the store.
    one : str
        Code of the firm.
    period : str, optional
        The month.

    Raises
    ------
    UnknownCodeError
        If the registry has no such firm.
    ParameterError
        If the period is no month.
    """
    month = _month(period)
    query = LAST_CODE if month is None else CODE_OF_MONTH
    asked = {"one": one} if month is None else {"one": one, "month": month}
    found = connection.execute(query, asked).mappings().first()
    if found is None:
        firm_id(connection, one)  # no such firm is another answer than no code
        return None
    return _handed(found)


def code_rows(connection: Connection, period: str | None) -> pd.DataFrame:
    """Return one code a firm with the columns of the schema `store_codes`, sorted by firm.

    Parameters
    ----------
    connection : Connection
        To the store.
    period : str, optional
        The month; the last of each firm if not given.

    Raises
    ------
    ParameterError
        If the period is no month.
    """
    found = connection.execute(latest_codes(month=_month(period))).mappings().all()
    names = [column.column for column in schema("store_codes")]
    return pd.DataFrame([_handed(row) for row in found], columns=names)


def code_texts(
    connection: Connection, one: str, period: str, *, withdrawn: bool = True
) -> list[str]:
    """Return every text that was issued for a firm and month, the first issue first.

    An earlier issue still verifies wherever it was printed, until its issuer withdraws it.

    Parameters
    ----------
    connection : Connection
        To the store.
    one, period : str
        Code of the firm, and the month.
    withdrawn : bool
        Whether those that the store knows to be withdrawn are among them.

    Raises
    ------
    UnknownCodeError
        If there is no such firm, or it has no code of that month.
    ParameterError
        If the period is no month.
    """
    query = select(code.c.text).where(*_of_month(connection, one, period)).order_by(code.c.issue)
    found = connection.execute(query if withdrawn else query.where(code.c.withdrawn == ""))
    return list(found.scalars())


def _of_month(connection: Connection, one: str, period: str) -> tuple[ColumnElement[bool], ...]:
    """Return what the rows of a firm and month have in common; an error if there are none."""
    number, month = firm_id(connection, one), _month(period)
    there = code.c.firm_id == number
    months = connection.execute(select(code.c.month).where(there).distinct()).scalars().all()
    if month not in months:
        known = [month_text(int(m)) for m in sorted(months)]
        raise UnknownCodeError(period, f"month with a code of {one}", known)
    return there, code.c.month == month


def withdraw(
    connection: Connection, one: str, period: str, *, at: str, by: str, reason: str
) -> None:
    """Mark the codes of a firm and month as withdrawn, earlier issues too; they stay.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    one, period : str
        Code of the firm, and the month.
    at, by, reason : str
        When, by whom, and why.

    Raises
    ------
    UnknownCodeError
        If there is no such firm, or it has no code of that month.
    ParameterError
        If no reason is given, or all were withdrawn before.
    """
    if not reason.strip():
        raise ParameterError("reason", "a withdrawal", "why it is withdrawn", reason)
    there = _of_month(connection, one, period)
    state = {"withdrawn": at, "withdrawn_by": by, "reason": reason}
    marked = connection.execute(update(code).where(*there, code.c.withdrawn == "").values(state))
    if not marked.rowcount:
        last = connection.execute(select(func.max(code.c.withdrawn)).where(*there)).scalar_one()
        expected = f"one that holds (it was withdrawn at {last})"
        raise ParameterError("period", "a withdrawal", expected, period)
    for _ in range(marked.rowcount):
        change = (f"{one} {period}", {"withdrawn": ""}, {**state, "by": by})
        add_audit(connection, at, by, "code", change)


def _month(period: str | None) -> int | None:
    if period is None:
        return None
    number = month_number(period)
    if number is None:
        raise ParameterError("period", "a code", "a month such as '2026-10'", period)
    return number
