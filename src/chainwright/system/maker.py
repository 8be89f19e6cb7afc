"""The part `maker`: one maker's own chain, from its products down to the sites of suppliers."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from chainwright.errors import FormatError, MissingFileError
from chainwright.sources.demo_maker import DEMO_MAKER, demo_maker
from chainwright.sources.maker_tables import (
    MAKER_TABLES,
    MakerTables,
    checked_maker,
    read_maker_folder,
)
from chainwright.sources.reading import Origin
from chainwright.system.supply_network import SupplyNetwork
from chainwright.tables import as_text
from chainwright.units import Money

__all__ = ["Maker", "demo_of_maker", "read_maker", "write_maker"]

HEAD = "maker.json"
"""The file of a maker's folder that says what money is counted in."""


@dataclass(frozen=True, eq=False)
class Maker:
    """A maker's products, bill of materials, suppliers, sites, stocks and alternates.

    Time is counted in weeks, and quantities of an item in that item's own unit.

    Parameters
    ----------
    name : str
        What the maker is called.
    tables : mapping of str to DataFrame
        ``products``, ``parts``, ``bill``, ``suppliers``, ``sites``, ``sourcing``, ``stocks`` and
        ``alternates``, with the columns of ``chainwright schema maker_products`` and so on.
    money : Money
        What prices are counted in.
    origin : Origin
        Where the tables come from.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    money: Money
    origin: Origin

    @classmethod
    def of_tables(
        cls, name: str, *, currency: str | None = None, year: int | None = None, **tables: object
    ) -> "Maker":
        """Return the maker that tables in memory hold, after every check.

        Parameters
        ----------
        name : str
            What the maker is called.
        currency : str, optional
            ISO 4217 code of its prices.
        year : int, optional
            Year of the prices.
        **tables : Arrow stream
            ``products``, ``bill`` and ``sourcing``, and as many of the others as are known.

        Raises
        ------
        TableError
            If the tables are not in order; it lists every breach in all of them.
        """
        return cls._of(name, checked_maker(tables, name=name), Money(currency, year))

    @classmethod
    def _of(cls, name: str, held: MakerTables, money: Money) -> "Maker":
        return cls(name, MappingProxyType(dict(held.tables)), money, held.origin)

    @cached_property
    def network(self) -> SupplyNetwork:
        """The tables as arrays."""
        return SupplyNetwork.of_tables(dict(self.tables))

    def __repr__(self) -> str:
        size = self.network
        return (
            f"<Maker {self.name}: {len(self.tables['products']):,} products, "
            f"{len(size.items.codes) - len(self.tables['products']):,} parts, "
            f"{len(size.suppliers.codes):,} suppliers, {len(self.tables['sites']):,} sites; "
            f"{self.money}>"
        )


def demo_of_maker(*, seed: int = 7) -> Maker:
    """Return the made-up maker of `System.demo`: none of its numbers is a fact.

    Parameters
    ----------
    seed : int
        The same seed gives the same maker.
    """
    return Maker._of(DEMO_MAKER, demo_maker(seed=seed), Money("CNY", 2026))


def read_maker(folder: Path | str, *, currency: str | None = None) -> Maker:
    """Return the maker whose tables are in a folder; `System(maker=...)` takes it.

    Parameters
    ----------
    folder : path
        Folder with ``products.csv``, ``bill.csv``, ``sourcing.csv`` and as many of the other
        tables as are known. ``maker.json`` beside them says name, currency and year. Or
        ``demo:maker``.
    currency : str, optional
        ISO 4217 code of prices, where the folder does not say it.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in all of them.
    FormatError, MissingFileError
        If a file is no such file, or is not there.
    """
    if str(folder) == DEMO_MAKER:
        return demo_of_maker()
    place = Path(folder)
    held = read_maker_folder(place)
    head = _head(place / HEAD)
    money = Money(head.get("currency") or currency, head.get("year"))
    notes = (*held.origin.notes, *head.get("notes", ()))
    noted = replace(held, origin=replace(held.origin, notes=notes))
    return Maker._of(head.get("name") or place.resolve().name, noted, money)


def _head(path: Path) -> dict[str, Any]:
    """Return what ``maker.json`` says, each entry of the kind that it must be."""
    if not path.is_file():
        return {}
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"'{path.name}' is no JSON: {error}. Write it again, or take it away."
        raise FormatError(msg) from error
    kinds = {"name": str, "currency": str, "year": int, "notes": list}
    wrong = [
        entry
        for entry, kind in kinds.items()
        if isinstance(head, dict) and not isinstance(head.get(entry), kind | None)
    ]
    if wrong or not isinstance(head, dict):
        found = f"its {', '.join(wrong)} of another kind" if wrong else "no entries"
        msg = (
            f"'{path.name}' has {found}: name and currency are texts, year is a whole number, "
            "notes are a list of texts. Correct it, or take it away."
        )
        raise FormatError(msg)
    return {entry: value for entry, value in head.items() if value is not None}


def write_maker(maker: Maker, folder: Path | str) -> None:
    """Write the tables of a maker to a folder, all or none; `read_maker` reads them back.

    Parameters
    ----------
    maker : Maker
        What to write.
    folder : path
        Folder that is made if it is not there; tables in it are replaced.

    Raises
    ------
    MissingFileError
        If the folder that is to hold it is not there, or `folder` is a file.

    Notes
    -----
    A new folder takes its name when all is written. In a folder that is there the files are
    replaced one after another, and the old ones put back if one cannot be.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        msg = f"'{place}' is a file. Give the name of a folder."
        raise MissingFileError(msg)
    if not place.parent.is_dir():
        msg = f"There is no folder '{place.parent}' to make '{place.name}' in. Make it first."
        raise MissingFileError(msg)
    head = {
        "name": maker.name,
        "currency": maker.money.currency,
        "year": maker.money.year,
        "notes": list(maker.origin.notes),
    }
    texts = {f"{table}.csv": as_text(maker.tables[table], "csv") for table in MAKER_TABLES}
    texts[HEAD] = json.dumps(head, ensure_ascii=False, indent=1) + "\n"
    there = place.is_dir()
    made = tempfile.mkdtemp(dir=place if there else place.parent, prefix=f".{place.name}.")
    staged = Path(made)
    try:
        for name, text in texts.items():
            (staged / name).write_bytes(text.encode())
        if there:
            _put(staged, place, tuple(texts))
        else:
            mask = os.umask(0)
            os.umask(mask)
            staged.chmod(0o777 & ~mask)  # mkdtemp's own mode would hide the folder from others
            staged.rename(place)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _put(staged: Path, place: Path, names: tuple[str, ...]) -> None:
    """Move files into a folder that is there; if one cannot be, the old ones are put back."""
    old = staged / "old"
    old.mkdir()
    done: list[str] = []
    try:
        # Products go first and come last: without them nobody reads a folder half old, half new.
        for name in names:
            done.append(name)
            if (place / name).exists():
                (place / name).replace(old / name)
        for name in reversed(names):
            (staged / name).replace(place / name)
    except BaseException:
        for name in done:
            if (old / name).exists():
                (old / name).replace(place / name)
            elif not (staged / name).exists():
                (place / name).unlink(missing_ok=True)
        raise
