"""Quantities in the unit of their item: converted within a dimension, refused across."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.params import table as facts_of
from chainwright.sources.intake.unit_words import measure, unit_of
from chainwright.sources.maker_tables import REQUIRED
from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["match_units"]

AMOUNTS = (
    ("bill", "component", "quantity"),
    ("stocks", "item", "quantity"),
    ("sourcing", "item", "capacity_per_week"),
    ("alternates", "item", "capacity_per_week"),
    ("products", "item", "demand_per_week"),
)
"""Tables with amounts, the item that each is of, and the column of the amount."""

COUNTED = {"pieces", "roll", "pair"}
"""Dimensions of things that are counted: what an item without a unit is taken to be."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What becomes of amounts of one item in one unit."""

    factor: Fraction = Fraction(1)
    code: str = ""
    own: str = ""


@cache
def _measures() -> Mapping[str, tuple[str, Fraction, str]]:
    return {
        row["unit"]: (row["dimension"], Fraction(row["size"]), row["symbol"])
        for row in facts_of("intake_measures")
    }


def match_units(work: Work) -> None:
    """Write every amount in the unit of its item, as the parts give it.

    Amounts in another unit of the same dimension are converted (exactly) and told; those of
    another dimension are rejected. An item without a unit has that of its amounts, if they are
    all in one; else amounts in units of mass, length, area or volume are rejected.

    Parameters
    ----------
    work : Work
        Changed in place; items have their codes.
    """
    amounts = pd.concat([_empty(), *_amounts(work)], ignore_index=True)
    if not (amounts["unit"] != "").any():
        return
    units = amounts.groupby("item", sort=False)["unit"].agg(["first", "nunique"])
    alone = dict(units.loc[units["nunique"] == 1, "first"])
    own = _own_units(work)
    asked = amounts[amounts["unit"] != ""]
    pairs = asked[["item", "unit"]].drop_duplicates().itertuples(index=False, name=None)
    verdicts = {(i, u): _verdict(u, own.get(i, ""), alone.get(i, "")) for i, u in pairs}
    said = [verdicts[pair] for pair in zip(asked["item"], asked["unit"], strict=True)]
    marked = asked.assign(said=pd.Series(said, index=asked.index, dtype=object))
    marked = marked[[one.code != "" for one in said]]
    for (name, column), rows in marked.groupby(["table", "column"], sort=False):
        _apply(work, str(name), str(column), rows)
    taken = {i: _measures()[u][2] for (i, u), v in verdicts.items() if v.code == "unit_taken"}
    if taken and work.has("parts"):
        parts = work.frames["parts"]
        filled = parts["unit"].where(parts["unit"] != "", parts["item"].map(taken).fillna(""))
        work.frames["parts"] = parts.assign(unit=filled.astype("str"))


def _empty() -> pd.DataFrame:
    names = ("item", "unit", "table", "column")
    return pd.DataFrame({c: pd.Series(dtype="str") for c in names}).assign(
        position=pd.Series(dtype="int64")
    )


def _amounts(work: Work) -> Iterator[pd.DataFrame]:
    for name, item, column in AMOUNTS:
        if work.has(name):
            frame = work.frames[name]
            given = (frame[column].notna() & (frame[item] != "")).to_numpy()
            at = np.flatnonzero(given & work.standing(name))
            yield pd.DataFrame(
                {
                    "item": frame[item].iloc[at].to_numpy(),
                    "unit": pd.Series(work.cells[name].units(column)[at], dtype="str"),
                    "table": name,
                    "column": column,
                    "position": at,
                }
            )


def _own_units(work: Work) -> dict[str, str]:
    if not work.has("parts"):
        return {}
    frame = work.frames["parts"]
    frame = frame[(frame["unit"] != "").to_numpy() & ~work.gone["parts"]]
    return dict(frame.drop_duplicates("item")[["item", "unit"]].itertuples(index=False, name=None))


@cache
def _verdict(unit: str, own: str, alone: str) -> _Verdict:
    """Return what becomes of amounts in a unit where the item's own is `own`."""
    dimension, size, _ = _measures()[unit]
    if not own:
        if dimension in COUNTED:
            return _Verdict()
        return _Verdict(code="unit_taken" if alone == unit else "unit_not_given")
    known = unit_of(own, "count")
    name = measure(known) or ("pieces" if known and known.name == "units" else "")
    if known is None or not name:
        return _Verdict() if dimension in COUNTED else _Verdict(code="other_unit", own=own)
    its, one, _ = _measures()[name]
    if its != dimension:
        return _Verdict(code="other_unit", own=own)
    factor = size / (one * Fraction(known.factor))
    return _Verdict(factor, "" if factor == 1 else "unit_converted", own)


def _apply(work: Work, table: str, column: str, rows: pd.DataFrame) -> None:
    """Convert or reject amounts of one column, and say so."""
    values: npt.NDArray[np.float64] = work.frames[table][column].to_numpy(dtype=np.float64).copy()
    keys = [rows["unit"], rows["said"].map(hash)]
    for (unit, _), group in rows.groupby(keys, sort=False):
        at = group["position"].to_numpy(dtype=np.int64)
        verdict: _Verdict = group["said"].iloc[0]
        symbol = _measures()[str(unit)][2]
        facts = {"unit": symbol, "own": verdict.own, "factor": f"{float(verdict.factor):g}"}
        if verdict.code in {"other_unit", "unit_not_given"}:
            whole = column in REQUIRED[table]
            for i in map(int, at):
                found, code = f"{values[i]:g} {symbol}", verdict.code
                work.say(Finding(REJECTED, table, i, column, found, code, facts, whole=whole))
            continue
        found = f"{values[at[0]]:g} {symbol}"
        values[at] = values[at] * verdict.factor.numerator / verdict.factor.denominator
        work.tell(Field(table, column), at, found, verdict.code, facts)
    work.frames[table] = work.frames[table].assign(**{column: values})
    work.empty_wrong_cells(table)
