"""The registry of firms: put, changed and handed out; every change is in the audit."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from sqlalchemy import Connection, bindparam, insert, select, update

from chainwright.classes.credit_codes import credit_code_fault, is_like_a_credit_code
from chainwright.errors import Breach, TableError, UnknownCodeError
from chainwright.records.audit_chain import Said, add_audit
from chainwright.records.tables import FIRM_COLUMNS, firm
from chainwright.tables import schema

__all__ = ["firm_codes", "firm_id", "firm_ids", "put_firms", "registered_firms"]


def firm_ids(connection: Connection) -> dict[str, int]:
    """Return the number of each firm of the registry by its code, in the order of numbers.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    found = connection.execute(select(firm.c.firm, firm.c.id).order_by(firm.c.id))
    return {str(code): int(number) for code, number in found}


def firm_id(connection: Connection, code: str) -> int:
    """Return the number of a firm.

    Parameters
    ----------
    connection : Connection
        To the store.
    code : str
        Identity of the firm.

    Raises
    ------
    UnknownCodeError
        If the registry has no such firm; it names near ones.
    """
    found = connection.execute(select(firm.c.id).where(firm.c.firm == code)).scalar()
    if found is None:
        raise UnknownCodeError(code, "firm of the registry", firm_ids(connection))
    return int(found)


def firm_codes(connection: Connection) -> dict[int, str]:
    """Return the code of each firm by its number.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    return {number: code for code, number in firm_ids(connection).items()}


def registered_firms(connection: Connection) -> pd.DataFrame:
    """Return the registry with the columns of ``chainwright schema firms``, sorted by firm.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    names = [column.column for column in schema("firms")]
    wanted = [firm.c[name] for name in names]
    found = connection.execute(select(*wanted).order_by(firm.c.firm)).all()
    frame = pd.DataFrame([tuple(row) for row in found], columns=names)
    return frame.astype({"output": "float64"})


def put_firms(connection: Connection, frame: pd.DataFrame, *, at: str, by: str) -> int:
    """Return how many firms were added or changed.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    frame : DataFrame
        With columns of ``chainwright schema firms``; columns that are not there stay as they were.
    at, by : str
        When, and who.

    Raises
    ------
    TableError
        If columns are unknown, a firm is named twice or not at all, a unified social credit code
        is none (its form and check digit are held against GB 32100-2015) or that of two firms.
    """
    ids = firm_ids(connection)
    held = {str(row["firm"]): dict(row) for row in connection.execute(select(firm)).mappings()}
    rows = _rows(frame, {code: str(row["credit_code"]) for code, row in held.items()})
    fresh, changed = [], []
    changes: list[tuple[str, Said, Said]] = []
    last = max(ids.values(), default=0)
    empty: dict[str, object] = {**dict.fromkeys(FIRM_COLUMNS, ""), "output": None}
    for code, row in rows.items():
        before = held.get(code)
        if before is None:
            last += 1
            fresh.append({"id": last, "firm": code, **empty, **row})
            changes.append((code, None, dict(row)))
            continue
        other = {name: value for name, value in row.items() if before[name] != value}
        if other:
            after = {**{name: before[name] for name in empty}, **row}
            changed.append({"key": before["id"], **after})
            changes.append((code, {name: before[name] for name in other}, other))
    if fresh:
        connection.execute(insert(firm), fresh)
    if changed:
        connection.execute(update(firm).where(firm.c.id == bindparam("key")), changed)
    add_audit(connection, at, by, "firm", *changes)
    return len(changes)


def _rows(frame: pd.DataFrame, before: Mapping[str, str]) -> Mapping[str, Mapping[str, object]]:
    """Return the rows of a table of firms by firm, held against its form.

    ``before`` has the credit code of each firm of the registry.
    """
    known = ("firm", *FIRM_COLUMNS, "output")
    faults = [
        Breach("the header", repr(name), "a column of firms", "Take it out.")
        for name in frame.columns
        if name not in known
    ]
    if "firm" not in frame.columns:
        faults.append(Breach("the header", "no column 'firm'", "it", "Add it."))
    if faults:
        raise TableError("firms", faults)
    rows: dict[str, Mapping[str, object]] = {}
    texts = [name for name in FIRM_COLUMNS if name in frame.columns]
    codes = _texts(frame["firm"])
    columns: dict[str, list[object]] = {name: list(_texts(frame[name])) for name in texts}
    if "output" in frame.columns:
        numbers = pd.to_numeric(frame["output"], errors="coerce").astype("float64")
        columns["output"] = [None if pd.isna(value) else float(value) for value in numbers]
        bad = (
            (numbers.isna() & frame["output"].notna()) | (numbers < 0) | np.isinf(numbers)
        ).tolist()
        faults += [
            Breach(
                f"row {i + 2}, column 'output'", repr(said), "an amount of 0 or more", "Correct it."
            )
            for i, said in enumerate(frame["output"])
            if bad[i]
        ]
    told = columns.get("credit_code")
    kept = before if told is None else {c: n for c, n in before.items() if c not in set(codes)}
    owners = {_own_code(code, number)[0]: code for code, number in kept.items()}
    for i, code in enumerate(codes):
        where = f"row {i + 2}, column 'firm'"
        if code not in kept:
            number, column = _own_code(code, "" if told is None else str(told[i]))
            other = owners.setdefault(number, code)
            place, fault = f"row {i + 2}, column {column!r}", credit_code_fault(number)
            if number and fault:
                faults.append(Breach(place, repr(number), *fault))
            elif number and other != code:
                remedy = "Correct it, or leave one of the two out."
                faults.append(Breach(place, repr(number), f"not that of {other}", remedy))
        if not code:
            faults.append(Breach(where, "nothing", "a firm", "Give its code."))
        elif code in rows:
            faults.append(Breach(where, f"{code!r} again", "each firm once", "Take one row out."))
        else:
            rows[code] = {name: values[i] for name, values in columns.items()}
    if faults:
        raise TableError("firms", faults)
    return rows


def _own_code(one: str, given: str) -> tuple[str, str]:
    """Return the credit code of a firm, and the column that has it: its identity may be one."""
    own = is_like_a_credit_code(one) and not given
    return (one, "firm") if own else (given, "credit_code")


def _texts(values: "Iterable[object]") -> list[str]:
    return ["" if value is None or pd.isna(value) else str(value) for value in values]  # type: ignore[call-overload]
