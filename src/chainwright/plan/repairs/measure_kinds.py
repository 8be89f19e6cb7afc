"""Kinds of measure: cost model, lead time, limits and where they apply, in a table users edit."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd

from chainwright.errors import Breach, TableError, near
from chainwright.params import table
from chainwright.sources.typed_rows import Rows, checked_rows

__all__ = ["KINDS", "SHARED", "MeasureKinds", "read_measure_kinds"]

SHARED = ("lead_years", "life_years", "most_size")
"""Items that each kind has."""

KINDS: dict[str, tuple[str, ...]] = {
    "reserve": ("holding", "spoilage", "release_days", *SHARED),
    "second_source": ("qualifying", "trial_share", "premium", *SHARED),
    "backup_capacity": ("capital", "upkeep", "switch_days", *SHARED),
    "supplement": ("capital", "ramp", "premium", *SHARED),
    "strengthen": ("capital", "upkeep", *SHARED),
    "stabilise": ("premium", "setting_up", *SHARED),
}
"""Items that each kind of measure must have."""

OPTIONAL = {"reserve": ("rent", "area")}
"""Items that a kind may have besides."""

SECTIONS = "ABCDEFGHIJKLMNOPQRSTU"


@dataclass(frozen=True, eq=False, repr=False)
class MeasureKinds:
    """Ranges by kind and item; of a product by the section of ISIC Rev.4 that it belongs to.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``chainwright schema repair_kinds``.

    Examples
    --------
    >>> kinds = read_measure_kinds()
    >>> kinds.range("reserve", "holding", "C"), kinds.middle("supplement", "lead_years", "C")
    ((0.2, 0.4), 5.5)
    >>> kinds.applies("reserve", "C"), kinds.applies("reserve", "J")
    (True, False)
    """

    frame: pd.DataFrame

    def __repr__(self) -> str:
        return f"<MeasureKinds: {', '.join(self.names)}>"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Kinds that it has, in the order of `KINDS`."""
        held = set(self.frame["kind"])
        return tuple(kind for kind in KINDS if kind in held)

    def applies(self, kind: str, section: str) -> bool:
        """Return whether a kind is for products of a section.

        Parameters
        ----------
        kind : str
            One of `KINDS`.
        section : str
            Letter of ISIC Rev.4; of a product that is in no section nobody knows, so it applies.
        """
        if kind not in self.names:
            return False
        return not section or self._row(kind, "most_size", section) is not None

    def most_size(self, kind: str, section: str) -> float:
        """Return the largest size of a kind: weeks of a reserve, else a share.

        Parameters
        ----------
        kind, section : str
            As for `applies`; of a product of no section the largest of any.
        """
        row = self._row(kind, "most_size", section)
        rows = self._rows.get((kind, "most_size"), [])
        return float(row["high"] if row else max(held["high"] for _, held in rows))

    def has(self, kind: str, item: str, section: str) -> bool:
        """Return whether there is such a range.

        Parameters
        ----------
        kind, item, section : str
            As for `range`.
        """
        return self._row(kind, item, section) is not None

    def range(self, kind: str, item: str, section: str) -> tuple[float, float]:
        """Return both ends of a range: of the rows that name the section, else of the rest.

        Parameters
        ----------
        kind, item : str
            One of `KINDS`, and one of its items.
        section : str
            Letter of ISIC Rev.4, or empty.

        Raises
        ------
        TableError
            If the table has none for that section.
        """
        row = self._row(kind, item, section)
        if row is None:
            of = f"for products of section {section}" if section else "for products of any section"
            remedy = f"Add a row {kind}, {item} whose sections are empty."
            raise TableError(
                "The table of kinds", [Breach(f"kind {kind!r}", "nothing", of, remedy)]
            )
        return float(row["low"]), float(row["high"])

    def middle(self, kind: str, item: str, section: str) -> float:
        """Return the middle of a range.

        Parameters
        ----------
        kind, item, section : str
            As for `range`.
        """
        low, high = self.range(kind, item, section)
        return 0.5 * (low + high)

    def told(self, kind: str, items: tuple[str, ...], section: str) -> str:
        """Return where ranges come from, in words.

        Parameters
        ----------
        kind : str
            One of `KINDS`.
        items : tuple of str
            Its items; those that it lacks are left out.
        section : str
            As for `range`.
        """
        rows = [row for item in items if (row := self._row(kind, item, section)) is not None]
        return "; ".join(
            f"{r['item']} {r['low']:g}-{r['high']:g}{'' if r['unit'] == '1' else ' ' + r['unit']} "
            f"({r['mark']}: {r['source']}, {r['date']})"
            for r in rows
        )

    @cached_property
    def _rows(self) -> dict[tuple[str, str], list[tuple[list[str], Mapping[Hashable, Any]]]]:
        """Rows by kind and item, each with its sections."""
        found: dict[tuple[str, str], list[tuple[list[str], Mapping[Hashable, Any]]]] = {}
        for row in self.frame.to_dict("records"):
            held = found.setdefault((str(row["kind"]), str(row["item"])), [])
            held.append((_letters(str(row["sections"])), row))
        return found

    def _row(self, kind: str, item: str, section: str) -> Mapping[Hashable, Any] | None:
        """Return the row that names a section, else the one for all others, else nothing."""
        rows = self._rows.get((kind, item), [])
        named = (row for sections, row in rows if section and section in sections)
        rest = (row for sections, row in rows if not sections)
        return next(named, None) or next(rest, None)


@cache
def _sourced() -> MeasureKinds:
    frame = pd.DataFrame([dict(row) for row in table("repair_costs")])
    for end in ("low", "high"):
        frame[end] = frame[end].astype("float64")
    return MeasureKinds(frame)


def read_measure_kinds(data: object = None) -> MeasureKinds:
    """Return the kinds of measure: our own ranges, or those of a table that somebody edited.

    Parameters
    ----------
    data : path or Arrow stream, optional
        A table with the columns of ``chainwright schema repair_kinds``, of which
        ``chainwright schema repair_kinds --example`` prints ours. A kind that it leaves out is
        not proposed.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.

    Examples
    --------
    >>> read_measure_kinds()
    <MeasureKinds: reserve, second_source, backup_capacity, supplement, strengthen, stabilise>
    """
    if data is None:
        return _sourced()
    required = ("kind", "item", "low", "high", "unit", "mark", "source")
    keys = ("kind", "item", "sections")
    rows = checked_rows(data, "repair_kinds", required=required, keys=keys)
    breaches = [*rows.breaches, *_row_breaches(rows), *_rented(rows), *_missing(rows)]
    if breaches:
        raise TableError(rows.name if rows.origin.file else "The table of kinds", breaches)
    frame = rows.frame.copy()
    frame["sections"] = [";".join(_letters(cell)) for cell in frame["sections"]]
    return MeasureKinds(frame)


def _letters(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]


def _row_breaches(rows: Rows) -> Iterator[Breach]:
    for number, row in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        where = f"row {number}, column "
        kind, item, mark = str(row["kind"]), str(row["item"]), str(row["mark"])
        if kind and kind not in KINDS:
            expected = f"one of {', '.join(KINDS)}"
            yield Breach(f"{where}'kind'", repr(kind), expected, f"Correct it.{near(kind, KINDS)}")
        items = (*KINDS.get(kind, ()), *OPTIONAL.get(kind, ()))
        if kind in KINDS and item and item not in items:
            expected = f"one of {', '.join(items)}"
            yield Breach(f"{where}'item'", repr(item), expected, f"Correct it.{near(item, items)}")
        for letter in _letters(str(row["sections"])):
            if letter not in SECTIONS or len(letter) != 1:
                remedy = "Write letters, separated by semicolons."
                expected = "sections of ISIC Rev.4, A to U"
                yield Breach(f"{where}'sections'", repr(letter), expected, remedy)
        low, high = float(row["low"]), float(row["high"])
        if low > high:
            found = f"{low:g}, above the high end {high:g}"
            yield Breach(f"{where}'low'", found, "the low end", "Exchange the two.")
        for column, value in (("low", low), ("high", high)):
            if value < 0.0:
                yield Breach(f"{where}{column!r}", f"{value:g}", "0 or more", "Correct it.")
        if mark and mark not in {"published", "assumption"}:
            yield Breach(
                f"{where}'mark'", repr(mark), "published or assumption", "Write one of the two."
            )


def _rented(rows: Rows) -> Iterator[Breach]:
    """Yield rents and areas that do not make money of the system, where an area is given."""
    frame = rows.frame[rows.frame["kind"] == "reserve"]
    if not (frame["item"] == "area").any():
        return
    units = {"area": "m2/money", "rent": "money/(m2 year)"}
    for place, row in frame[frame["item"].isin(list(units))].iterrows():
        if row["unit"] != units[str(row["item"])]:
            where = f"row {rows.numbers[int(str(place))]}, column 'unit'"
            remedy = "Restate it in the money that the system counts in, and its unit so."
            yield Breach(where, repr(row["unit"]), units[str(row["item"])], remedy)
    if not (frame["item"] == "rent").any():
        yield Breach("kind 'reserve'", "an area and no item 'rent'", "both", "Add the rent.")


def _missing(rows: Rows) -> Iterator[Breach]:
    held = set(zip(rows.frame["kind"], rows.frame["item"], strict=True))
    for kind, items in KINDS.items():
        if any(of == kind for of, _ in held):
            for item in items:
                if (kind, item) not in held:
                    remedy = f"Add it, or leave out the kind {kind} altogether."
                    yield Breach(f"kind {kind!r}", f"no item {item!r}", "all of its items", remedy)
