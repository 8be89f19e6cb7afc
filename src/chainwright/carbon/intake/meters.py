"""Files of readings as people send them, previewed; nothing is kept until it is confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from chainwright.carbon.intake.findings import Findings
from chainwright.carbon.intake.meter_cells import Given
from chainwright.carbon.intake.meter_files import opened
from chainwright.carbon.intake.meter_rows import FirmsKnown, checked_sheet
from chainwright.carbon.intake.meter_shares import read_meter_shares, shared
from chainwright.carbon.intake.month_sums import SERIES, in_months
from chainwright.carbon.intake.outliers import outliers
from chainwright.errors import Breach, ParameterError, TableError
from chainwright.params import table
from chainwright.sources.carbon_kinds import QUALITIES, carbon_kinds, unit_in
from chainwright.sources.intake.grids import Told
from chainwright.system.firms import Firms
from chainwright.system.readings import Readings
from chainwright.tables import Format, schema, write_folder

__all__ = ["ReadingsPreview", "ReadingsStore", "read_meters"]


class ReadingsStore(Protocol):
    """What takes readings in one transaction, such as `chainwright.records.Store`."""

    def add_readings(
        self, table: pd.DataFrame, *, by: str, file: str = "", sha256: str = "", note: str = ""
    ) -> int:
        """Return the number of the intake.

        Parameters
        ----------
        table : DataFrame
            Readings with the columns of the schema ``readings``.
        by : str
            Who confirmed them.
        file, sha256 : str
            Names of the files, and the hashes of their bytes.
        note : str
            What was left out.
        """


@dataclass(frozen=True, eq=False, repr=False)
class ReadingsPreview:
    """What files of readings hold, before any of it is kept.

    Parameters
    ----------
    accepted : DataFrame
        Values of months that can be kept: schema ``meter_readings``.
    rejected : DataFrame
        Cells that cannot, with what is expected and what to do: schema ``meter_rejected``.
    outliers : DataFrame
        Accepted values that are far from the usual: schema ``meter_outliers``.
    units : DataFrame
        What each column was taken for, and its unit: schema ``meter_units``.
    warnings : DataFrame
        What was done on the way: schema ``meter_warnings``.
    sha256 : mapping of str to str
        Hash of each file's bytes, by its name.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    outliers: pd.DataFrame
    units: pd.DataFrame
    warnings: pd.DataFrame
    sha256: Mapping[str, str] = field(default_factory=dict)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the preview by the name of its schema."""
        return {
            "meter_readings": self.accepted,
            "meter_rejected": self.rejected,
            "meter_outliers": self.outliers,
            "meter_units": self.units,
            "meter_warnings": self.warnings,
        }

    def save(self, folder: Path | str, *, format: Format = "csv") -> None:
        """Write the tables of the preview to a folder, which is made.

        Parameters
        ----------
        folder : path
            Folder to write.
        format : str
            ``"csv"``, ``"json"`` or ``"parquet"``.

        Raises
        ------
        MissingFileError
            If `folder` is a file.
        """
        origin = {"answer": type(self).__name__, "files": dict(self.sha256)}
        write_folder(self.tables(), folder, format=format, origin=origin)

    def confirm(
        self, store: ReadingsStore | None = None, *, by: str = "", leave_out: bool = False
    ) -> Readings:
        """Return the readings, and keep them where a store is given: all of them, or nothing.

        Parameters
        ----------
        store : Store, optional
            `chainwright.records.Store`; takes all in one transaction.
        by : str
            Who confirms, for the record; needed with a store.
        leave_out : bool
            Whether what is rejected is left out; else nothing is kept if anything is.

        Raises
        ------
        TableError
            If something is rejected and not to be left out, or nothing is accepted.
        ParameterError
            If there is a store and nobody confirms.
        """
        if store is not None and not by:
            raise ParameterError("by", "confirm", "the name of who confirms", by)
        wrong = [
            Breach(
                f"{row['file']}, {row['address']}",
                repr(row["found"]),
                row["expected_en"],
                row["remedy_en"],
            )
            for row in self.rejected.to_dict("records")
        ]
        if wrong and not (leave_out and len(self.accepted)):
            raise TableError("The readings", wrong)
        if not len(self.accepted):
            empty = Breach("the files", "no reading", "readings of a firm", "Give other files.")
            raise TableError("The readings", [empty])
        columns = [c.column for c in schema("readings")]
        held = Readings.of_table(self.accepted[columns])
        if store is not None:
            store.add_readings(
                held.table(),
                by=by,
                file="; ".join(self.sha256),
                sha256="; ".join(self.sha256.values()),
                note=f"left out: {len(wrong)} rejections" if wrong else "",
            )
        return held

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{len(frame):,} {name.removeprefix('meter_')}" for name, frame in self.tables().items()
        )
        return f"<ReadingsPreview: {counts}; nothing is kept>"


def read_meters(
    files: Path | str | Sequence[Path | str],
    *,
    firms: object = None,
    firm: str = "",
    kind: str = "",
    item: str = "",
    units: str | Mapping[str, str] = "",
    shares: object = None,
    year: int | None = None,
    quality: str = "measured",
    stamps: Literal["start", "end"] = "start",
    least_coverage: float = 0.9,
    formulas: Literal["refuse", "cached"] = "refuse",
    known: Readings | None = None,
    today: date | None = None,
    progress: Callable[[str], None] | None = None,
) -> ReadingsPreview:
    """Return a preview of files of readings as people send them; nothing is kept.

    Each cell that is not used is rejected with its address, what is expected and what to do.
    Values without a unit are rejected, not guessed. Amounts of finer grain than months are summed,
    those of years divided: see `chainwright.carbon.intake.month_sums.in_months`.

    Parameters
    ----------
    files : path or sequence of path
        CSV (UTF-8, GB 18030, UTF-16; plain or gzip), XLSX, XLS, ODS or flat Parquet, or folders:
        one row a reading, a column a kind, or a column a month; headings in Chinese or English.
    firms : path, table or Firms, optional
        The table of firms; a firm that is not in it is rejected. Names and codes both serve.
    firm : str
        The one firm that all readings are of.
    kind, item : str
        What is measured, where the files do not say.
    units : str or mapping of str to str
        Unit of numbers that have none, for all or by kind.
    shares : path or table, optional
        Shares of firms in meters, schema ``meter_shares``; meters that it has go by it.
    year : int, optional
        Year of months that are told without one.
    quality : str
        Quality of readings that do not tell it.
    stamps : str
        Whether a time is the ``"start"`` of its interval or the ``"end"``.
    least_coverage : float
        Part of a month that finer readings must cover: the rest is estimated from them.
    formulas : str
        Whether cells with formulas are refused, or the values ``"cached"`` with them are used.
    known : Readings, optional
        What is held already, to tell outliers by.
    today : date, optional
        Later months are rejected; the day of the computer if not given.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    MissingFileError
        If a file is not there.
    TableError
        If the table of firms or of shares is not in order.
    ParameterError
        If a parameter is none of those named above.
    """
    _check(kind, quality, stamps, formulas, least_coverage)
    by_kind = {"": units} if isinstance(units, str) else dict(units)
    given = Given(firm, kind, item, by_kind, year, quality)
    frame = _firms_of(firms)
    registry = FirmsKnown.of_table(frame, firm)
    share_table = None if shares is None else read_meter_shares(shares)
    day = today or datetime.now(UTC).astimezone().date()
    findings = Findings()
    parts: list[pd.DataFrame] = []
    columns: list[pd.DataFrame] = []
    hashes: dict[str, str] = {}
    for file in opened(files):
        if progress:
            progress(f"reading {file.name}")
        hashes[file.name] = file.sha256
        if file.fault:
            findings.reject(file.name, "", file.name, file.fault)
            continue
        before = len(findings.rejected)
        read = [
            checked_sheet(
                file,
                grid,
                findings,
                given=given,
                firms=registry,
                today=day,
                cached=formulas == "cached",
            )
            for grid in file.grids
        ]
        if not any(read) and len(findings.rejected) == before:
            findings.reject(file.name, "", file.name, ("no_header", {}))
        for grid, one in zip(file.grids, read, strict=True):
            if one is not None:
                parts.append(one[0])
                columns.append(one[1])
            elif any(r is not None for r in read) and grid.readable:
                findings.remark(file.name, grid.sheet.sheet, "other_sheet")
    cells = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    accepted = (
        _accepted(cells, share_table, findings, least_coverage, at_end=stamps == "end")
        if len(cells)
        else _empty("meter_readings")
    )
    return ReadingsPreview(
        accepted,
        findings.rejected,
        outliers(accepted, known) if len(accepted) else _empty("meter_outliers"),
        _units(columns),
        findings.warnings,
        hashes,
    )


def _check(kind: str, quality: str, stamps: str, formulas: str, least: float) -> None:
    chosen = {
        "kind": (kind, ("", *carbon_kinds())),
        "quality": (quality, QUALITIES[:-1]),
        "stamps": (stamps, ("start", "end")),
        "formulas": (formulas, ("refuse", "cached")),
    }
    for name, (value, known) in chosen.items():
        if value not in known:
            expected = f"one of {', '.join(filter(None, known))}"
            raise ParameterError(name, "read_meters", expected, value)
    if not 0 < least <= 1:
        raise ParameterError("least_coverage", "read_meters", "above 0 and at most 1", least)


def _firms_of(firms: object) -> pd.DataFrame | None:
    if firms is None:
        return None
    return (firms if isinstance(firms, Firms) else Firms.of_table(firms)).table


def _accepted(
    cells: pd.DataFrame,
    shares: pd.DataFrame | None,
    findings: Findings,
    least: float,
    *,
    at_end: bool,
) -> pd.DataFrame:
    """Return values of months by firm, in the order of the schema ``meter_readings``."""

    def tell(places: "np.ndarray[tuple[int], np.dtype[np.integer]]", told: Told) -> None:
        at = int(places[0])
        file, where = str(cells["file"][at]), str(cells["address"][at])
        findings.reject(file, where, cells["raw"][at], told, cells=len(places))

    single = _once(cells, findings)
    months = in_months(single, least_coverage=least, at_end=at_end, tell=tell)
    for code, rows in (
        ("spread", months["place"].isin(cells.index[cells["months"] > 1])),
        ("scaled", months["coverage"] < 1),
        ("billing", months["billing"]),
    ):
        said = cells.loc[months.loc[rows, "place"].unique()]
        for file, group in said.groupby("file", sort=False):
            findings.remark(str(file), group["address"].iloc[0], code, cells=len(group))
    if shares is not None:
        months = shared(months, shares, tell)
    else:
        lost = (months["firm"] == "") & (months["meter"] != "")
        if lost.any():
            tell(months.loc[lost, "place"].unique(), ("no_firm", {}))
        months = months[~lost]
    return _by_firm(months, cells)


def _once(cells: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Return cells whose key stands once: equal ones are taken once, others are rejected all."""
    key = [*SERIES, "first", "months", "minute"]
    again = cells.duplicated(key, keep=False)
    if not again.any():
        return cells
    lost: list[int] = []
    for _, group in cells[again].groupby(key, sort=False):
        values, units = group[["value", "text"]].drop_duplicates(), group["written"].unique()
        held = group.to_dict("records")
        for at, (place, row) in enumerate(zip(group.index.tolist(), held, strict=True)):
            other = held[0 if at else 1]
            if len(values) == 1 and len(units) == 1:
                if at:
                    findings.remark(row["file"], row["address"], "repeated")
                    lost.append(place)
                continue
            told: Told = (
                ("two_units", {"one": row["written"], "other": other["written"]})
                if len(units) > 1
                else ("duplicate", {"where": other["address"], "other": other["raw"]})
            )
            findings.reject(row["file"], row["address"], row["raw"], told)
            lost.append(place)
    return cells.drop(index=lost)


def _by_firm(months: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of the meters and parts of each firm, kind, item and month."""
    keys = ["firm", "kind", "item", "month"]
    if not len(months):
        return _empty("meter_readings")
    missing = QUALITIES.index("missing")
    ways = {kind: row["months"] for kind, row in carbon_kinds().items()}
    months = months.assign(
        where=months["source"].where(months["source"] != "", months["meter"]),
        given=months["quality"] != missing,
    )
    groups = months.groupby(keys, sort=True)
    found = groups.agg(
        total=("value", "sum"),
        mean=("value", "mean"),
        quality=("quality", "max"),
        coverage=("coverage", "min"),
        place=("place", "first"),
        given=("given", "any"),
        source=("where", lambda words: "; ".join(dict.fromkeys(filter(None, words)))),
    ).reset_index()
    total = np.array([ways[kind] == "sum" for kind in found["kind"]])
    value = np.where(total, found["total"], found["mean"])
    partly = found["given"] & (found["quality"] == missing)
    found["quality"] = found["quality"].mask(partly, QUALITIES.index("estimated"))
    words = months[months["text"] != ""].groupby(keys)["text"]
    texts = words.agg(lambda said: "; ".join(dict.fromkeys(said)))
    at = cells.loc[found["place"]]
    source = found["source"].where(found["source"] != "", at["file"].to_numpy())
    return pd.DataFrame(
        {
            "firm": found["firm"],
            "kind": found["kind"],
            "item": found["item"],
            "period": np.datetime_as_string(found["month"].to_numpy().astype("datetime64[M]")),
            "value": np.where(found["given"], value, np.nan),
            "text": texts.reindex(pd.MultiIndex.from_frame(found[keys])).fillna("").to_numpy(),
            "unit": [unit_in(k, i) for k, i in zip(found["kind"], found["item"], strict=True)],
            "quality": np.array(QUALITIES, dtype=object)[found["quality"].to_numpy(dtype=int)],
            "source": source,
            "coverage": found["coverage"].astype(float),
            "file": at["file"].to_numpy(),
            "address": at["address"].to_numpy(),
        }
    )


def _empty(name: str) -> pd.DataFrame:
    kinds = {"float": "float64", "integer": "int64", "string": "object", "boolean": "bool"}
    return pd.DataFrame({c.column: pd.Series(dtype=kinds[c.type]) for c in schema(name)})


def _units(columns: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if not columns:
        return _empty("meter_units")
    frame = pd.concat(columns, ignore_index=True)
    said = {row["code"]: (row["english"], row["chinese"]) for row in table("meter_remarks")}
    words = frame["assumed"] if "assumed" in frame else pd.Series("", index=frame.index)
    notes = [said.get(str(word), ("", "")) for word in words]
    frame["note_en"], frame["note_zh"] = [en for en, _ in notes], [zh for _, zh in notes]
    return frame[[c.column for c in schema("meter_units")]].astype({"cells": "int64"})
