"""The part `chains`: maps of product chains, from ore to finished good."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from chainwright.errors import LabelError, MissingFileError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.chain_folders import (
    TABLES,
    ChainTables,
    chain_csv,
    checked_chain,
    read_chain_folder,
)
from chainwright.sources.reading import Origin
from chainwright.system.axis import Axis
from chainwright.tables import replaced

__all__ = ["Chain", "Chains", "chain_map", "write_chain"]


@dataclass(frozen=True, eq=False)
class Chain:
    """A map of one chain: nodes, the links between them, and who supplies each node.

    The tables have the columns of ``chainwright schema chain_nodes``, ``chain_links`` and
    ``chain_supply``, in which numbers are float64 and what is not known is NaN or empty text.

    Parameters
    ----------
    name : str
        Its identity, such as ``"lithium-ion-battery"``.
    title_en, title_zh : str
        What people call it.
    nodes, links, supply : DataFrame
        The three tables.
    origin : Origin
        Where they come from.
    """

    name: str
    title_en: str
    title_zh: str
    nodes: pd.DataFrame
    links: pd.DataFrame
    supply: pd.DataFrame
    origin: Origin

    @classmethod
    def of_tables(
        cls,
        name: str,
        nodes: object,
        links: object,
        supply: object,
        *,
        title_en: str = "",
        title_zh: str = "",
    ) -> "Chain":
        """Return the chain that three tables in memory hold, after every check.

        Parameters
        ----------
        name : str
            Its identity.
        nodes, links, supply : Arrow stream
            Tables of pandas, polars or pyarrow, or DuckDB relations, with the columns of
            ``chainwright schema chain_nodes``, ``chain_links`` and ``chain_supply``.
        title_en, title_zh : str
            What people call it; its name if not given.

        Raises
        ------
        TableError
            If the map is not in order; it lists every breach.
        """
        given = {"nodes": nodes, "links": links, "supply": supply}
        return cls._of(name, checked_chain(given, name=name), title_en, title_zh)

    @classmethod
    def _of(cls, name: str, held: ChainTables, title_en: str = "", title_zh: str = "") -> "Chain":
        titles = (title_en or name, title_zh or title_en or name)
        return cls(name, *titles, held.nodes, held.links, held.supply, held.origin)

    @cached_property
    def axis(self) -> Axis:
        """The nodes as labels, in the order of the table."""
        frame = self.nodes
        return Axis(
            "node of this chain",
            tuple(frame["node"]),
            tuple(frame["name_en"]),
            tuple(frame["name_zh"]),
            tuple(frame["stage"]),
        )

    def adjacency(self, *, essential: bool = False) -> csr_array:
        """Return which node is an input of which, shape (n, n): rows feed columns, 1 or absent.

        Links that are known to be essential never form a loop; all links together may, where one
        of them has the route ``recycling``.

        Parameters
        ----------
        essential : bool
            Whether links that are not known to be essential are left out.
        """
        links = self.links
        if essential:
            links = links[links["necessity"] == "essential"]
        n = len(self.axis.codes)
        rows, columns = self.axis.index(links["from_node"]), self.axis.index(links["to_node"])
        return csr_array((np.ones(len(links)), (rows, columns)), shape=(n, n))

    def __repr__(self) -> str:
        return (
            f"<Chain {self.name}: {len(self.nodes)} nodes, {len(self.links)} links, "
            f"{len(self.supply)} rows of supply>"
        )


class Chains(Mapping[str, Chain]):
    """Chain maps by name.

    Parameters
    ----------
    chains : Chain
        Each of another name.

    Raises
    ------
    LabelError
        If two have the same name.
    """

    def __init__(self, *chains: Chain) -> None:
        held = {chain.name: chain for chain in chains}
        if len(held) < len(chains):
            msg = "Two chains have the same name. Rename the folder of one of them."
            raise LabelError(msg)
        self._held = MappingProxyType(held)

    @classmethod
    def ours(cls) -> "Chains":
        """Return the chain maps that come with chainwright.

        Examples
        --------
        >>> list(Chains.ours())
        ['lithium-ion-battery', 'automotive-steel', 'advanced-chips', 'photovoltaics']
        """
        return cls(*(chain_map(row["name"]) for row in table("chains")))

    def __getitem__(self, name: str) -> Chain:
        if name not in self._held:
            raise UnknownCodeError(name, "chain of this system", self._held)
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __reduce__(self) -> tuple[type["Chains"], tuple[Chain, ...]]:
        return Chains, tuple(self._held.values())

    def __repr__(self) -> str:
        return f"<Chains: {', '.join(self._held)}>"


def chain_map(chain: Path | str) -> Chain:
    """Return one of our chain maps by its name, or the map in a folder.

    Parameters
    ----------
    chain : path or str
        A name such as ``"photovoltaics"``, or a folder with ``nodes.csv``, ``links.csv`` and
        ``supply.csv``, which gives the map its name. A folder of the name of one of ours is
        written with its path: ``"./photovoltaics"``.

    Raises
    ------
    UnknownCodeError
        If it is neither a name nor a folder.
    TableError
        If the map is not in order; it lists every breach.
    MissingFileError, FormatError
        If a file is missing or is no CSV in UTF-8.
    """
    ours = {row["name"]: row for row in table("chains")}
    if row := ours.get(str(chain)):
        place = files("chainwright").joinpath(f"params/chains/{row['name']}")
        with as_file(place) as folder:
            held = read_chain_folder(folder)
        return Chain._of(row["name"], held, row["title_en"], row["title_zh"])
    folder = Path(chain)
    if not folder.is_dir():
        raise UnknownCodeError(str(chain), "chain map or folder", ours)
    return Chain._of(folder.resolve().name, read_chain_folder(folder))


def write_chain(chain: Chain, folder: Path | str) -> None:
    """Write a chain map to a folder of three CSV files, whole or not at all.

    Reading it back gives the same map, and writing that gives the same bytes. Titles are not
    written: a folder has but its name.

    Parameters
    ----------
    chain : Chain
        The map; it goes through every check first.
    folder : path
        Folder to write to; it is made where it is not there, its parent must be. Other files in
        it are left alone.

    Raises
    ------
    TableError
        If the map is not in order; nothing is written.
    MissingFileError
        If the parent is not there, or `folder` is a file.
    """
    given = {"nodes": chain.nodes, "links": chain.links, "supply": chain.supply}
    held = checked_chain(given, name=chain.name)
    data = {name: chain_csv(getattr(held, name)) for name in TABLES}
    place = Path(folder)
    if place.exists() and not place.is_dir():
        msg = f"'{place}' is a file. A chain map is a folder: give another name."
        raise MissingFileError(msg)
    if not place.parent.is_dir():
        msg = f"There is no folder '{place.parent}' to make '{place.name}' in. Make it first."
        raise MissingFileError(msg)
    made = not place.exists()
    place.mkdir(exist_ok=True)
    try:
        with ExitStack() as stack:  # the files take their names when the last one is written
            for name in TABLES:
                stack.enter_context(replaced(place / f"{name}.csv")).write(data[name])
    except BaseException:
        if made:
            place.rmdir()
        raise
