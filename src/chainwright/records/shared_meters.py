"""Which share of a meter is of which site and firm: put by meter, handed out with dates."""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from chainwright.errors import Breach, TableError, near
from chainwright.records.audit_chain import Said, add_audit
from chainwright.records.reading_words import month_number
from chainwright.records.registry import firm_ids
from chainwright.records.tables import firm, meter_share
from chainwright.tables import schema

__all__ = ["meter_rows", "put_meter_shares"]

CLOSE = 1e-9
"""How far from 1 the shares of a meter may sum: shares are written with few decimals."""

NEVER, ALWAYS = -(10**6), 10**6


def meter_rows(connection: Connection) -> pd.DataFrame:
    """Return the shares with the columns of ``chainwright schema meter_shares``, by meter.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    c = meter_share.c
    names = [column.column for column in schema("meter_shares")]
    wanted = [firm.c.firm if name == "firm" else c[name] for name in names]
    query = select(*wanted).join(firm, firm.c.id == c.firm_id)
    found = connection.execute(query.order_by(c.meter, c.start, c.site, firm.c.firm)).all()
    return pd.DataFrame([tuple(row) for row in found], columns=names).astype({"share": "float64"})


def put_meter_shares(connection: Connection, frame: pd.DataFrame, *, at: str, by: str) -> int:
    """Return how many meters were given shares; those of a meter replace all that it had.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    frame : DataFrame
        With columns of ``chainwright schema meter_shares``.
    at, by : str
        When, and who.

    Raises
    ------
    TableError
        If columns are missing or unknown, a firm is not in the registry, a share is not above 0
        and at most 1, a month is none, or the shares of a meter do not sum to 1.
    """
    rows = _rows(frame, firm_ids(connection))
    held = meter_rows(connection)
    changes: list[tuple[str, Said, Said]] = []
    for meter in dict.fromkeys(str(row["meter"]) for row in rows):
        before = held[held["meter"] == meter].drop(columns="meter").to_dict("records")
        after = [
            {k: v for k, v in row.items() if k != "meter"} for row in rows if row["meter"] == meter
        ]
        told = [{k: v for k, v in row.items() if k != "firm_id"} for row in after]
        changes.append((meter, {"shares": before} if before else None, {"shares": told}))
        connection.execute(delete(meter_share).where(meter_share.c.meter == meter))
    if rows:
        connection.execute(
            insert(meter_share), [{k: v for k, v in row.items() if k != "firm"} for row in rows]
        )
    add_audit(connection, at, by, "meters", *changes)
    return len(changes)


def _rows(frame: pd.DataFrame, ids: Mapping[str, int]) -> list[dict[str, object]]:
    """Return the rows of a table of shares, held against its form."""
    known = [column.column for column in schema("meter_shares")]
    needed = ("meter", "firm", "share")
    faults = [
        Breach("the header", f"no column {name!r}", "it", "Add it.")
        for name in needed
        if name not in frame.columns
    ]
    faults += [
        Breach("the header", repr(name), "a column of meter_shares", "Take it out.")
        for name in frame.columns
        if name not in known
    ]
    if faults:
        raise TableError("meter_shares", faults)
    full = frame.reindex(columns=known)
    texts = full.drop(columns="share").astype(object).where(full.notna(), "").astype(str)
    shares = pd.to_numeric(full["share"], errors="coerce")
    rows: list[dict[str, object]] = []
    columns = [texts[name].tolist() for name in texts.columns]
    for i, cells in enumerate(zip(*columns, strict=True)):
        row = dict(zip(map(str, texts.columns), cells, strict=True))
        share = float(shares.iloc[i])
        for column, found, expected in _wrong(row, share, ids):
            hint = near(row["firm"], ids) if column == "firm" else ""
            where = f"row {i + 2}, column {column!r}"
            faults.append(Breach(where, found, expected, f"Correct it.{hint}"))
        rows.append({**row, "share": share, "firm_id": ids.get(row["firm"], -1)})
    faults = faults or _sums(rows)
    if faults:
        raise TableError("meter_shares", faults)
    return rows


def _wrong(
    row: Mapping[str, str], share: float, ids: Mapping[str, int]
) -> list[tuple[str, str, str]]:
    """Return what is wrong with a row: column, found, expected."""
    found = []
    if not row["meter"]:
        found.append(("meter", "nothing", "the number of a meter or account"))
    if row["firm"] not in ids:
        found.append(("firm", repr(row["firm"]), "a firm of the registry"))
    if not 0.0 < share <= 1.0:
        found.append(("share", str(share), "a share above 0 and at most 1"))
    months = [month_number(row[name]) for name in ("start", "end")]
    for name, month in zip(("start", "end"), months, strict=True):
        if row[name] and month is None:
            found.append((name, repr(row[name]), "a month, YYYY-MM, or nothing"))
    if months[0] is not None and months[1] is not None and months[1] < months[0]:
        found.append(("end", repr(row["end"]), f"a month from {row['start']} on"))
    return found


def _sums(rows: list[dict[str, object]]) -> list[Breach]:
    """Return the meters whose shares do not sum to 1 in every month that has one."""
    faults = []
    spans: dict[str, list[tuple[int, int, float, str]]] = {}
    for row in rows:
        start, end = (month_number(str(row[name])) for name in ("start", "end"))
        first, last = NEVER if start is None else start, ALWAYS if end is None else end
        share = float(str(row["share"]))
        spans.setdefault(str(row["meter"]), []).append((first, last, share, str(row["start"])))
    for meter, shares in spans.items():
        turns = {first for first, *_ in shares} | {last + 1 for _, last, *_ in shares}
        for turn in sorted(turns):
            total = sum(share for first, last, share, _ in shares if first <= turn <= last)
            if total and abs(total - 1.0) > CLOSE:
                name = next((said for first, _, _, said in shares if first == turn), "")
                when = f" from {name}" if name else ""
                found = f"shares that sum to {total:.6g}{when}"
                remedy = "Give all firms of the meter, and when each share ends."
                faults.append(Breach(f"meter {meter!r}", found, "1", remedy))
    return faults
