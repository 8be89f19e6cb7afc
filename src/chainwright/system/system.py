"""The `System`: an industrial system, in parts that may be absent, frozen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from chainwright import sources
from chainwright.errors import LabelError, ParameterError
from chainwright.params.agreement import agreed
from chainwright.sources.trade_reading import Reporters, TradeRequest
from chainwright.system import aggregate, assemble, audit, longtable, store, trade_audit
from chainwright.system.absent_parts import held
from chainwright.system.balance import Repair, repair
from chainwright.system.chains import Chains
from chainwright.system.firms import Firms
from chainwright.system.flows import Flows
from chainwright.system.given_parts import demo_parts, joined_parts, parts_at
from chainwright.system.links import Links
from chainwright.system.maker import Maker
from chainwright.system.readings import Readings
from chainwright.system.safeguards import Safeguard, Safeguards
from chainwright.system.trade import PlaceCodes, Trade, given
from chainwright.system.trade_assemble import trade_at
from chainwright.system.trade_store import is_saved_trade, load_trade
from chainwright.units import Money

__all__ = ["System"]

COUNTED = ("flows", "trade", "maker")
"""Parts with amounts of money, the one that says what they are counted in first."""


class System:
    """An industrial system, in parts; asking for a part that is absent is a clear error.

    Nothing changes a System: a changed one is a new one.

    Parameters
    ----------
    flows : Flows, optional
        The part `flows`: who delivers what to whom.
    trade : Trade, optional
        The part `trade`: who sells which product to whom, by year.
    chains : Chains, optional
        The part `chains`: maps of product chains.
    firms : Firms, optional
        The part `firms`: enterprises and their sites.
    links : Links, optional
        The part `links`: sales between the firms.
    maker : Maker, optional
        The part `maker`: one maker's own chain, from its products to the sites of suppliers.
    safeguards : Safeguards, optional
        The part `safeguards`: what is held ready against shocks.
    readings : Readings, optional
        The part `readings`: what the firms report month by month.

    Examples
    --------
    >>> System.demo("country")
    <System: 31 regions x 42 sectors, 1,302 nodes; million CNY of 2018>
    """

    __slots__ = ("__weakref__", "_parts")
    _parts: Mapping[str, Any]

    def __init__(
        self,
        flows: Flows | None = None,
        *,
        trade: Trade | None = None,
        chains: Chains | None = None,
        firms: Firms | None = None,
        links: Links | None = None,
        maker: Maker | None = None,
        safeguards: Safeguards | None = None,
        readings: Readings | None = None,
    ) -> None:
        if firms is not None and links is not None and firms.axis.codes != links.axis.codes:
            msg = "The links are of other firms. Read them with these: read_links(path, firms)."
            raise LabelError(msg)
        named = {
            "flows": flows,
            "trade": trade,
            "chains": chains,
            "firms": firms,
            "links": links,
            "maker": maker,
            "safeguards": safeguards,
            "readings": readings,
        }
        parts = {name: part for name, part in named.items() if part is not None}
        object.__setattr__(self, "_parts", parts)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        msg = f"A System is not changed, so its {name!r} cannot be set: make a new one."
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[Callable[..., "System"], tuple[dict[str, Any]]]:
        return _remade, (dict(self._parts),)

    @property
    def flows(self) -> Flows:
        """Who delivers what to whom; a `MissingPartError` if the system was built without."""
        return held(self._parts, "flows", Flows)

    @property
    def trade(self) -> Trade:
        """Who sells which product to whom; a `MissingPartError` if the system has no trade."""
        return held(self._parts, "trade", Trade)

    @property
    def chains(self) -> Chains:
        """Maps of product chains; a `MissingPartError` if the system has none."""
        return held(self._parts, "chains", Chains)

    @property
    def firms(self) -> Firms:
        """The enterprises; a `MissingPartError` if the system has none."""
        return held(self._parts, "firms", Firms)

    @property
    def links(self) -> Links:
        """Sales between the firms; a `MissingPartError` if the system has none."""
        return held(self._parts, "links", Links)

    @property
    def maker(self) -> Maker:
        """One maker's own chain; a `MissingPartError` if the system has none."""
        return held(self._parts, "maker", Maker)

    @property
    def safeguards(self) -> Safeguards:
        """What is held ready against shocks; a `MissingPartError` if the system has nothing."""
        return held(self._parts, "safeguards", Safeguards)

    @property
    def readings(self) -> Readings:
        """What the firms report month by month; a `MissingPartError` if the system has none."""
        return held(self._parts, "readings", Readings)

    @property
    def has(self) -> frozenset[str]:
        """Names of the parts at hand."""
        return frozenset(self._parts)

    def joined(self, *others: "System") -> "System":
        """Return a system with the parts of this one and of others.

        Parameters
        ----------
        others : System
            Each brings parts that the rest lack; chains of several are put together.

        Raises
        ------
        LabelError
            If two bring the same part, or chains of the same name.
        """
        return _remade(joined_parts([s._parts for s in (self, *others)]))

    def with_safeguards(self, *more: Safeguard) -> "System":
        """Return the system with more held ready against shocks; engines take it into account.

        Parameters
        ----------
        more : Safeguard
            Each under a name that is not taken.

        Raises
        ------
        TableError
            If a name is taken.

        Examples
        --------
        >>> power = Safeguard("power", "stabilise", ("11",), 0.5)
        >>> System.demo("country").with_safeguards(power).safeguards
        <Safeguards: 1 held ready (power)>
        """
        return self.with_parts(safeguards=self._parts.get("safeguards", Safeguards()).with_(more))

    def with_parts(self, **parts: object) -> "System":
        """Return the system with parts in place of its own, or beside them.

        Parameters
        ----------
        **parts
            By name, such as ``flows=``.
        """
        return _remade({**self._parts, **parts})

    @property
    def money(self) -> Money:
        """What amounts are counted in: those of its flows, else of its trade, else its maker."""
        counted = [self._parts[name].money for name in COUNTED if name in self._parts]
        return counted[0] if counted else Money()

    @property
    def quantity_unit(self) -> str:
        """What quantities of its trade are counted in; ``"unit not stated"`` if none is stated."""
        stated = self.trade.quantity_unit if "trade" in self._parts else ""
        return stated or "unit not stated"

    @property
    def label(self) -> str:
        """What the system was made from, in a few words."""
        files = [part["file"] for part in self.origin.values() if part.get("file")]
        return ", ".join(map(str, dict.fromkeys(files))) or "given data"

    @classmethod
    def read(
        cls,
        path: Path | str,
        *,
        year: int | None = None,
        currency: str | None = None,
        fold: bool = False,
        composite: Iterable[str] = (),
        classification: str | None = None,
        reporters: Reporters = "importers",
        places: PlaceCodes = "countries",
        progress: Callable[[str], None] | None = None,
    ) -> "System":
        """Return the system in a file, whose format is recognised from the file itself.

        Parameters
        ----------
        path : path
            A file, a folder with one file a year, a folder with a chain map, a maker's chain, or
            tables of firms and their readings; or ``demo:`` and the name of a demo.
        year : int, optional
            Which year, where the path holds several; the year of a table that does not say it.
        currency : str, optional
            ISO 4217 code of a table that does not say it.
        fold : bool
            Whether parts of a split country (CN1, CN2, MX1, MX2) become one region.
        composite : iterable of str
            Regions that stand for many countries, where their codes do not tell (RoW does).
        classification, reporters, places
            Of trade: as for `Trade.from_table`.
        progress : callable, optional
            Is told in words what is being done.

        Raises
        ------
        MissingFileError, FormatError, TableError, CapacityError
            If there is no such file, its format is not known, it breaks its layout, or it does
            not fit in memory.

        Examples
        --------
        >>> System.read("demo:country").flows.origin.format
        'synthetic economy'
        """
        tell = progress or (lambda _: None)
        if parts := parts_at(path, currency=currency):
            return _remade(parts)
        if is_saved_trade(path):
            tell(f"opening the saved trade {Path(path).name}")
            return cls(trade=load_trade(path, year=year))
        ask = TradeRequest(year, currency, classification, reporters, given(places))
        trade = trade_at(path, ask, tell)
        if trade is not None:
            return cls(trade=trade)
        file = sources.locate(path, year=year)
        if isinstance(file, Path) and store.is_saved(file):
            tell(f"opening the saved system {file.name}")
            return cls._of(store.load(file), composite)
        reading = sources.read(file, year=year, currency=currency, fold=fold, progress=tell)
        return cls._of(assemble.assemble(reading), composite)

    @classmethod
    def read_years(
        cls,
        path: Path | str,
        years: Iterable[int],
        *,
        currency: str | None = None,
        fold: bool = False,
        composite: Iterable[str] = (),
        progress: Callable[[str], None] | None = None,
    ) -> dict[int, "System"]:
        """Return the systems of several years, by year.

        Parameters
        ----------
        path : path
            A folder with one file a year, or a file that holds several.
        years : iterable of int
            Which years.
        currency, fold, composite, progress
            As for `read`.

        Raises
        ------
        ParameterError
            If several years are asked of a file that holds one table.
        """
        given, years = tuple(composite), tuple(years)
        files = [str(sources.locate(path, year=year)) for year in years]
        if len(set(files)) < len(set(years)) and not files[0].endswith(".zip"):
            expected = "one year; several come from a folder with a file a year"
            owner = f"reading '{Path(files[0]).name}', which holds one table,"
            raise ParameterError("years", owner, expected, years)
        return {
            year: cls.read(
                path, year=year, currency=currency, fold=fold, composite=given, progress=progress
            )
            for year in years
        }

    @classmethod
    def _of(cls, flows: Flows, composite: Iterable[str] = ()) -> "System":
        more = frozenset(composite)
        if more:
            flows.nodes.regions.index(more)
            flows = replace(flows, composite=flows.composite | more)
        return cls(flows)

    @classmethod
    def from_table(
        cls,
        table: object,
        *,
        currency: str | None = None,
        year: int | None = None,
        composite: Iterable[str] = (),
    ) -> "System":
        """Return the system in a plain long table held in memory.

        Parameters
        ----------
        table : Arrow stream
            A pandas, polars or pyarrow table, or a DuckDB relation, with the columns of
            ``chainwright schema flows``.
        currency : str, optional
            ISO 4217 code.
        year : int, optional
            Year of the table.
        composite : iterable of str
            Regions that stand for many countries.

        Raises
        ------
        TableError
            If the table breaks its schema; it lists every breach.

        Examples
        --------
        >>> rows = [("intermediate", "A", "ore", "A", "steel", 2.0),
        ...         ("intermediate", "A", "steel", "A", "ore", 1.0),
        ...         ("final", "A", "ore", "A", "household", 1.0),
        ...         ("final", "A", "steel", "A", "household", 4.0)]
        >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
        >>> System.from_table(pd.DataFrame(rows, columns=columns)).flows.output
        array([3., 5.])
        """
        return cls._of(
            assemble.assemble(sources.read_table(table, currency=currency, year=year)), composite
        )

    @classmethod
    def from_trade_table(
        cls,
        table: object,
        *,
        year: int | None = None,
        currency: str | None = None,
        classification: str | None = None,
        reporters: Reporters = "importers",
        places: PlaceCodes = "countries",
    ) -> "System":
        """Return the system whose part `trade` is in a table held in memory.

        Parameters
        ----------
        table : Arrow stream
            A pandas, polars or pyarrow table, or a DuckDB relation.
        year, currency, classification, reporters, places
            As for `Trade.from_table`.

        Raises
        ------
        TableError
            If the table breaks its layout; it lists every breach.

        Examples
        --------
        >>> rows = [("CHN", "DEU", "magnets", 5.0), ("CHN", "JPN", "magnets", 4.0)]
        >>> table = pd.DataFrame(rows, columns=["exporter", "importer", "product", "value"])
        >>> System.from_trade_table(table, year=2024, currency="USD")
        <System: Trade: bilateral flows of 2024 in given; USD>
        """
        return cls(
            trade=Trade.from_table(
                table,
                year=year,
                currency=currency,
                classification=classification,
                reporters=reporters,
                places=places,
            )
        )

    @classmethod
    def from_pymrio(
        cls, io: object, *, currency: str | None = None, year: int | None = None
    ) -> "System":
        """Return the system held by pymrio, the package; its own tables are left as they are.

        Parameters
        ----------
        io : pymrio.IOSystem
            With ``Z`` and ``Y``; extensions become stressors.
        currency : str, optional
            ISO 4217 code, if `io` does not tell.
        year : int, optional
            Year of the table.
        """
        return cls(assemble.assemble(sources.from_pymrio(io, currency=currency, year=year)))

    @classmethod
    def demo(cls, name: str = "country", *, seed: int = 7, **size: int) -> "System":
        """Return a made-up system to try things on; none of its numbers is a fact about a place.

        Parameters
        ----------
        name : str
            ``"country"``: 31 regions x 42 sectors; national margins from cited statistics.
            ``"maker"``: a car maker with 6 models, 2,300 parts and 900 suppliers in four tiers.
            ``"firms"``: a network of 10,000 firms with 40,000 links.
            ``"city"``: 3,800 firms that report 39 kinds of data in each of 36 months.
        seed : int
            The same seed gives the same system.
        **size : int
            How many ``firms`` and ``links`` of the network, ``firms`` and ``months`` of the city.

        Raises
        ------
        UnknownCodeError, ParameterError
            If there is no such demo, or it has no such size.

        Examples
        --------
        >>> System.demo("maker").maker
        <Maker demo:maker: 6 products, 2,300 parts, 900 suppliers, 1,141 sites; CNY of 2026>
        >>> System.demo("firms", firms=200, links=600).links
        <Links: 600 links between 200 firms of 85 sectors>
        >>> System.demo("city", firms=40, months=14).readings
        <Readings: 21,840 of 40 firms, 2025-09 to 2026-10>
        """
        if parts := demo_parts(name, seed=seed, **size):
            return _remade(parts)
        return cls(assemble.assemble(sources.demo(name, seed=seed)))

    def save(self, path: Path | str) -> None:
        """Write the system to one file of raw arrays and a JSON header, whole or not at all.

        Parameters
        ----------
        path : path
            File to write, by custom ``.chainwright``.
        """
        store.save(self.flows, path)

    @classmethod
    def load(cls, path: Path | str) -> "System":
        """Return a saved system; its arrays are read from the file when they are used.

        Parameters
        ----------
        path : path
            A file that `save` wrote.

        Raises
        ------
        TableError
            If the file is cut off, or is of another version.
        """
        return cls(store.load(path))

    @property
    def origin(self) -> dict[str, dict[str, object]]:
        """Where each part comes from."""
        found: dict[str, dict[str, object]] = {}
        for name, part in self._parts.items():
            if name == "chains":
                found |= {f"chain {one.name}": one.origin.as_dict() for one in part.values()}
            elif name == "safeguards":
                found[name] = {one.name: asdict(one) for one in part}
            else:
                counted = {"money": str(part.money)} if name in {"flows", "trade"} else {}
                coded = {"classification": part.classification} if name == "trade" else {}
                found[name] = {**part.origin.as_dict(), **counted, **coded}
        return found

    def check(self) -> pd.DataFrame:
        """Return the audit of the table: one row a test, with its status and what was found.

        Statuses are PASS, WARNING, FAIL and SKIPPED; nothing is repaired. A system without flows is
        audited by its trade, year by year.
        """
        if "flows" not in self._parts and "trade" in self._parts:
            return trade_audit.check(self.trade)
        return audit.check(self.flows)

    def imbalances(self) -> pd.DataFrame:
        """Return where supply and use disagree, largest first; nothing is repaired.

        One row a node and a balance: ``row`` sets the file's stated output against what the
        deliveries add up to, ``column`` sets inputs and value added against output [money].
        """
        return audit.imbalances(self.flows)

    def balanced(self, *, tolerance: float = 1e-9, steps: int = 2000) -> "Repair[System]":
        """Return a repaired system by GRAS, and what was moved.

        Parameters
        ----------
        tolerance : float
            Largest relative gap that may remain.
        steps : int
            Most iterations.

        Raises
        ------
        InfeasibleError
            If no table of this pattern has the stated margins.
        MissingPartError
            If the table states neither output nor value added.
        """
        flows, moved, gap = repair(self.flows, tolerance=tolerance, steps=steps)
        return Repair(System(flows), moved, gap)

    def aggregated(self, map: Mapping[str, str]) -> "System":
        """Return the system with regions or sectors joined.

        Parameters
        ----------
        map : mapping of str to str
            New code of each old one, of regions or of sectors; codes that are not named stay. A
            code that is both is written ``region:CODE`` or ``sector:CODE``.

        Raises
        ------
        UnknownCodeError
            If a code is neither a region nor a sector.

        Examples
        --------
        >>> north = {"region:11": "north", "region:12": "north"}
        >>> toy = System.demo("country").aggregated(north)
        >>> len(toy.flows.nodes.regions)
        30
        """
        return System(aggregate.aggregated(self.flows, map))

    def between(self, regions: Iterable[str]) -> "System":
        """Return the system of these regions alone.

        What they buy elsewhere becomes imports by origin and product, what they sell elsewhere a
        final category of exports, so output, inputs and value added stay as they were.

        Parameters
        ----------
        regions : iterable of str
            Codes of regions, at least one.

        Raises
        ------
        UnknownCodeError
            If the table lacks one of them.
        """
        return System(aggregate.between(self.flows, regions))

    def table(self) -> pd.DataFrame:
        """Return the long table back: ``chainwright schema flows`` names its columns."""
        return longtable.long(self.flows)

    def __repr__(self) -> str:
        if "flows" not in self._parts:
            others = [repr(part).strip("<>") for part in self._parts.values()]
            return f"<System: {'; '.join(others) or 'empty'}>"
        told, nodes = "{r} {r:region|regions} x {s} sectors, {n:,} nodes", self.flows.nodes
        size = {"r": len(nodes.regions), "s": len(nodes.sectors), "n": len(nodes)}
        ready = f"; {len(self.safeguards)} held ready" if "safeguards" in self._parts else ""
        return f"<System: {agreed(told, **size)}; {self.flows.money}{ready}>"


def _remade(parts: dict[str, Any]) -> System:
    """Return a system of these parts; a function, so that it can be made again elsewhere."""
    return System(**parts)
