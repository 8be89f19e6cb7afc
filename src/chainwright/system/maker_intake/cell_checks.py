"""Cells on their own: filled where they must be, inside their range, countries known."""

import numpy as np
import pandas as pd

from chainwright.classes.credit_codes import credit_code_fault
from chainwright.sources.coded_cells import class_fault, date_fault
from chainwright.sources.maker_tables import POSITIVE, REQUIRED, SIGNED
from chainwright.system.maker_intake.countries import near_places, region_key, written_place
from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.picks import LEAVE
from chainwright.system.maker_intake.work import Field, Work
from chainwright.tables import schema

__all__ = ["check_cells", "name_the_nameless", "read_places"]

CODED = {"gbt4754": class_fault, "date": date_fault, "credit_code": credit_code_fault}
CALLED = {
    "gbt4754": "GB/T 4754-2017 的二至四位代码",
    "date": "日期（如 2026-11-01）",
    "credit_code": "18 位统一社会信用代码",
}
NAMED = {"products": "item", "parts": "item", "suppliers": "supplier", "sites": "site"}


def name_the_nameless(work: Work) -> None:
    """Let what has a name and no code be known by its name.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    for table, key in NAMED.items():
        if work.has(table):
            frame = work.frames[table]
            bare = (frame[key] == "") & (frame["name"] != "")
            work.frames[table] = frame.assign(**{key: frame[key].where(~bare, frame["name"])})


def check_cells(work: Work) -> None:
    """Reject cells that are empty and must not be, or that are outside their range.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    for table, frame in work.frames.items():
        refused = {
            (f.position, f.column) for f in work.findings if f.table == table and f.grade > 0
        }
        for column in schema(f"maker_{table}"):
            name, values = column.column, frame[column.column]
            needed = name in REQUIRED[table]
            if needed:
                empty = (values == "") if column.type == "string" else values.isna()
                at = [i for i in map(int, np.flatnonzero(empty)) if (i, name) not in refused]
                work.reject(table, at, name, "no_value")
            if name in CODED:
                _coded(work, table, name)
            if column.type != "float":
                continue
            numbers = values.to_numpy(dtype=np.float64)
            if table in POSITIVE.get(name, ()):
                work.reject(table, np.flatnonzero(numbers <= 0), name, "not_above_zero")
            elif name not in SIGNED:
                below = np.flatnonzero(numbers < 0)
                work.reject(table, below, name, "below_zero", whole=needed)
                if column.unit == "share":
                    work.reject(table, np.flatnonzero(numbers > 1), name, "above_one", whole=False)
            elif name != "margin":
                top = 90.0 if name == "latitude_deg" else 180.0
                off = np.flatnonzero(np.abs(numbers) > top)
                work.reject(table, off, name, "off_earth", whole=False)


def _coded(work: Work, table: str, column: str) -> None:
    """Reject codes and dates that are none; the row stands without them."""
    values = work.frames[table][column]
    faults = {word: CODED[column](word) for word in values.unique() if word}
    for word, fault in faults.items():
        if fault is None:
            continue
        facts = {
            "value": repr(word),
            "expected_en": fault[0],
            "remedy_en": fault[1].rstrip("."),
            "expected_zh": CALLED[column],
        }
        for i in np.flatnonzero((values == word).to_numpy()):
            work.say(Finding(REJECTED, table, int(i), column, word, "bad_code", facts, whole=False))


def read_places(work: Work) -> None:
    """Put codes of countries in place of what is written, and one spelling for each region.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    spelt: dict[str, str] = {}
    for table in ("suppliers", "sites"):
        if work.has(table):
            _countries(work, table)
    if work.has("sites"):
        _regions(work, spelt)


def _countries(work: Work, table: str) -> None:
    frame = work.frames[table]
    written = frame["place"]
    places = written.copy()
    regions: dict[int, str] = {}
    for word in (w for w in written.unique() if w):
        at = np.flatnonzero((written == word).to_numpy())
        pick = work.picks.of("place", word)
        meant = written_place("" if pick == LEAVE else pick or word)
        if meant.place:
            places.iloc[at] = meant.place
            regions |= dict.fromkeys(map(int, at), meant.region)
            if word != meant.place:
                code = "place_and_region" if meant.region and table == "sites" else "place_read"
                facts = {"place": meant.place, "region": meant.region}
                work.tell(Field(table, "place"), at, word, code, facts)
            continue
        places.iloc[at] = ""
        if pick == LEAVE:
            work.tell(Field(table, "place"), at, word, "left_by_pick")
            continue
        near = tuple(near_places(word))
        for i in map(int, at):
            if near:
                work.ask(
                    Field(table, "place"),
                    i,
                    word,
                    "place_near",
                    kind="place",
                    candidates=near,
                    whole=False,
                )
            else:
                work.reject(table, [i], "place", "unknown_place", whole=False)
    work.frames[table] = frame.assign(place=places)
    if table == "sites":
        here = work.frames[table]["region"]
        filled = [r or regions.get(i, "") for i, r in enumerate(here)]
        work.frames[table] = work.frames[table].assign(region=pd.Series(filled, dtype="str"))


def _regions(work: Work, spelt: dict[str, str]) -> None:
    """Write each region in one way, the first; a province of China names its country."""
    frame = work.frames["sites"]
    places, regions = list(frame["place"]), list(frame["region"])
    rejected = {f.position for f in work.findings if f.table == "sites" and f.column == "place"}
    told: dict[tuple[str, str, str], list[int]] = {}
    for i, (place, region) in enumerate(zip(places, regions, strict=True)):
        if not region:
            continue
        if not place and i not in rejected and (found := written_place(region)).region:
            places[i] = found.place
            told.setdefault(("place_of_region", region, found.place), []).append(i)
        first = spelt.setdefault(region_key(region, places[i]), region)
        if first != region:
            regions[i] = first
            told.setdefault(("region_spelling", region, places[i]), []).append(i)
    for (code, region, place), rows in told.items():
        facts = {"place": place, "region": regions[rows[0]]}
        work.tell(Field("sites", "region"), np.array(rows), region, code, facts)
    kept = {"place": pd.Series(places, dtype="str"), "region": pd.Series(regions, dtype="str")}
    work.frames["sites"] = frame.assign(**kept)
