"""Trade in files or in memory: recognised, read and checked, at most one year at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chainwright.errors import Breach, CapacityError, MissingFileError, ParameterError, TableError
from chainwright.sources.files import sha256
from chainwright.sources.reading import Origin
from chainwright.sources.rowchecks import split_unit
from chainwright.sources.trade_batches import Batches, held
from chainwright.sources.trade_chained import Head, chained
from chainwright.sources.trade_files import Found, Lists, Part, files_at, lists_at, nearly_trade
from chainwright.sources.trade_layouts import Layout, layout_of, layouts, near_layout
from chainwright.sources.trade_products import GIVEN, revision_of
from chainwright.sources.trade_reading import TradeReading, TradeRequest, YearRows
from chainwright.sources.trade_rows import Gathered, gather
from chainwright.sources.trade_years import Checked, checked

__all__ = ["looks", "read_trade", "read_trade_table"]

HELD = 2**26
"""Bytes of text up to which a file is read at once and held; larger ones are read year by year."""


def looks() -> tuple[tuple[str, str], ...]:
    """Return name and looks of each layout of trade that is read."""
    return tuple((layout.name, layout.looks) for layout in layouts())


def read_trade_table(data: object, ask: TradeRequest) -> TradeReading:
    """Return the trade in a table held in memory.

    Parameters
    ----------
    data : Arrow stream
        A pandas, polars or pyarrow table, or a DuckDB relation, in any layout that is known.
    ask : TradeRequest
        Year, currency, classification of a table that does not tell.

    Raises
    ------
    TableError
        If it is in no layout that is known, or breaks it; every breach is listed.
    """
    batches = held(data)
    layout = _known(batches)
    role = layout.role("product")
    told = ask.classification or (role.classification if role else "")
    source = _Source(batches, layout, ask, Lists({}, {}), told)
    return source.at_once(Origin(format=layout.name, licence=layout.licence))


def read_trade(
    path: Path, ask: TradeRequest, progress: Callable[[str], None]
) -> TradeReading | None:
    """Return the trade at a path, or None if there is none.

    Small files are read and checked at once; of large ones the years are found, and each year is
    read and checked when it is asked for.

    Parameters
    ----------
    path : path
        A file, a zip or a folder.
    ask : TradeRequest
        What is asked for.
    progress : callable
        Is told in words what is being done.

    Raises
    ------
    MissingFileError
        If the files there do not belong together.
    TableError
        If a file breaks its layout.
    ParameterError
        If the year that is asked for is not there.
    """
    found = files_at(path)
    if not found.parts:
        nearly = nearly_trade(path)
        if nearly is not None:
            _known(nearly)
        return None
    first = found.parts[0]
    layout = first.layout
    count = len(found.parts)
    told = f"{count} files" if count > 1 else first.peek.name
    progress(f"reading {told} as {layout.name}")
    single = path if path.is_file() else None
    origin = Origin(
        file=path.resolve().name,
        format=layout.name,
        version=first.version,
        licence=layout.licence,
        sha256=sha256(single) if single else "",
        notes=() if count == 1 else (f"{count} files of one layout",),
    )
    source = _Source(
        chained(found.parts),
        layout,
        ask,
        lists_at(found),
        ask.classification or first.classification,
    )
    dated = layout.role("year") is not None and first.named_year is None
    if sum(part.weight for part in found.parts) > HELD:
        return _by_year(source, found, origin, dated=dated)
    if dated:
        return source.at_once(origin)
    groups = _groups(found, ask, path.name)
    read = {
        year: replace(source, batches=chained(parts), ask=replace(ask, year=year), named=True)
        for year, parts in groups.items()
    }
    return _together([each.at_once(origin) for each in read.values()], origin)


@dataclass(frozen=True)
class _Source:
    """Rows with what is needed to read and check them."""

    batches: Batches
    layout: Layout
    ask: TradeRequest
    lists: Lists
    classification: str
    named: bool = False
    """Whether the year is that of the file's name."""

    def checked(self, *, names: bool = False) -> Checked:
        """Return the rows, checked."""
        dated = self.layout.role("year") is not None
        wanted = self.ask.year if dated and not self.named else None
        rows = gather(self.batches, self.layout, year=wanted, names=names)
        if self.named and dated:
            rows.breaches += _other_years(rows, self.ask.year)
        if wanted is not None and not len(rows.value) and not rows.breaches:
            listed = "those that the file holds"
            raise ParameterError("year", f"reading '{self.batches.name}'", listed, wanted)
        return checked(rows, self.ask, own=self.lists.places, classification=self.classification)

    def at_once(self, origin: Origin) -> TradeReading:
        """Return all years, read and held."""
        found = self.checked(names=True)
        notes = (*origin.notes, *found.notes, *_unused(self.layout))
        return TradeReading(
            years=tuple(found.years),
            bilateral=self.layout.bilateral,
            read=Held(found.years),
            classification=found.classification,
            currency=found.currency,
            unit=found.unit,
            quantity_unit=found.quantity_unit,
            origin=replace(origin, notes=notes),
            names={**found.names, **self.lists.products},
        )


def _unused(layout: Layout) -> tuple[str, ...]:
    return tuple(f"column '{column}' left out" for column in layout.left_out)


def _other_years(rows: Gathered, year: int | None) -> list[Breach]:
    """Return a breach if rows are of another year than the file's name tells."""
    text = rows.words["year"]
    if all(word == str(year) for word in text.place) or not len(text.codes):
        return []
    own = np.array([word not in {str(year), ""} for word in text.place])[text.codes]
    if not own.any():
        return []
    row = int(own.argmax())
    return [
        Breach(
            f"{rows.where(row)}, column '{rows.column('year')}'",
            f"'{text.words[text.codes[row]]}' (in {int(own.sum()):,} rows)",
            f"{year}, the year that the file's name tells",
            "Name the file after its year, or take other years out.",
        )
    ]


def _together(read: Sequence[TradeReading], origin: Origin) -> TradeReading:
    """Return readings of one year each as one."""
    if len(read) == 1:
        return read[0]
    years = {year: each.read(year) for each in read for year in each.years}
    notes = dict.fromkeys(
        note if note in origin.notes else f"{each.years[0]}: {note}"
        for each in read
        for note in each.origin.notes
    )
    return replace(
        read[0],
        years=tuple(sorted(years, key=lambda year: year or 0)),
        read=Held(years),
        origin=replace(origin, notes=tuple(notes)),
    )


def _groups(found: Found, ask: TradeRequest, name: str) -> dict[int | None, tuple[Part, ...]]:
    """Return the files of each year that their names tell."""
    years = {part.named_year for part in found.parts}
    told = sorted(year for year in years if year is not None)
    if None in years:
        undated = tuple(part for part in found.parts if part.named_year is None)
        if told:
            listed = ", ".join(part.peek.own_name for part in undated[:6])
            msg = (
                f"In '{name}' some files tell no year by their name: {listed}. Put a year into it."
            )
            raise MissingFileError(msg)
        return {ask.year: undated}
    if ask.year is not None and ask.year not in told:
        expected = f"one of {', '.join(map(str, told))}"
        raise ParameterError("year", f"reading '{name}'", expected, ask.year)
    wanted = told if ask.year is None else [ask.year]
    return {year: tuple(part for part in found.parts if part.named_year == year) for year in wanted}


def _by_year(source: _Source, found: Found, origin: Origin, *, dated: bool) -> TradeReading:
    """Return trade of which each year is read when it is asked for."""
    ask = source.ask
    groups: dict[int | None, tuple[Part, ...]] = {}
    if dated:
        for part in found.parts:
            for year in part.years or ():
                groups[year] = (*groups.get(year, ()), part)
        if ask.year is not None:
            if ask.year not in groups:
                expected = f"one of {', '.join(str(y) for y in sorted(y for y in groups if y))}"
                raise ParameterError("year", f"reading '{origin.file}'", expected, ask.year)
            groups = {ask.year: groups[ask.year]}
        if not groups:  # no cell is a year: reading says where
            source.checked()
    else:
        groups = _groups(found, ask, origin.file)
    head = _head(source, found.parts[0], dated=dated)
    years = [year for year in groups if year is not None]
    told, note = source.classification, ""
    if not told and not (head and head.classification != GIVEN and source.layout.role("revision")):
        ends = (found.parts[0], found.parts[-1])
        told, note = revision_of(
            frozenset().union(*(p.products for p in ends)), min(years, default=None)
        )
    read = {
        year: replace(
            source,
            batches=chained(parts),
            ask=replace(ask, year=year),
            named=not dated,
            classification="" if told == GIVEN else told,
        )
        for year, parts in groups.items()
    }
    role, taken = source.layout.role("value"), source.layout.role("quantity")
    unit, currency = split_unit(role.unit if role else "")
    rules = tuple(
        f"rows of {r.column} other than {r.keep.split('|')[0]} left out"
        for r in source.layout.roles
        if r.keep and r.keep[0] not in "!>" and r.keep != "level"
    )
    return TradeReading(
        years=tuple(sorted(read, key=lambda year: year or 0)),
        bilateral=source.layout.bilateral,
        read=_Reader(read),
        classification=told or (head.classification if head else GIVEN),
        currency=head.currency if head else currency or ask.currency,
        unit=head.unit if head else unit,
        quantity_unit=head.quantity_unit if head else (taken.unit if taken else ""),
        origin=replace(
            origin,
            notes=tuple(
                filter(
                    None,
                    (
                        *origin.notes,
                        "each year is read when it is asked for",
                        note,
                        *rules,
                        *_unused(source.layout),
                    ),
                )
            ),
        ),
        names={**(head.names if head else {}), **source.lists.products},
    )  # fmt: skip


def _head(source: _Source, part: Part, *, dated: bool) -> Checked | None:
    """Return what the first rows of a file tell of units and codes, or None if they tell nothing.

    What is wrong with them is said when their year is read, with the rest of it.
    """
    year = source.ask.year if dated else part.named_year or source.ask.year
    ask = replace(source.ask, year=None if dated else year)
    try:
        return replace(source, batches=Head(part.batches), ask=ask, named=not dated).checked(
            names=True
        )
    except TableError:
        return None


class Held:
    """Years that are held in memory.

    Parameters
    ----------
    years : mapping of int or None to YearRows
        The years.
    """

    def __init__(self, years: Mapping[int | None, YearRows]) -> None:
        self.years = dict(years)

    def __call__(self, year: int | None) -> YearRows:
        """Return the rows of a year."""
        return self.years[year]


class _Reader:
    """Reads and checks a year each time it is asked for."""

    def __init__(self, sources: Mapping[int | None, _Source]) -> None:
        self.sources = dict(sources)

    def __call__(self, year: int | None) -> YearRows:
        """Return the rows of a year."""
        source = self.sources[year]
        try:
            return source.checked().years[year]
        except MemoryError as error:
            msg = f"Reading {year} of '{source.batches.name}' took more memory than there is."
            raise CapacityError(f"{msg} End other programs.") from error


def _known(batches: Batches) -> Layout:
    """Return the layout of a table, or say which columns it lacks."""
    header = batches.header
    layout = layout_of(header)
    if layout is not None:
        return layout
    close = near_layout(header)
    lacks = close[1] if close else ("exporter", "importer", "product", "value")
    expected = f"{close[0].name}: {close[0].looks}" if close else "a layout of trade"
    raise TableError(
        batches.name,
        [
            Breach(
                "row 1",
                f"no column '{column}' among {', '.join(map(repr, header)) or 'no columns'}",
                expected,
                "`chainwright schema trade` describes the plain long table.",
            )
            for column in lacks
        ],
    )
