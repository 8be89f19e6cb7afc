"""The part `chains`: maps of product chains, from ore to finished good."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from chainwright.errors import LabelError, UnknownCodeError
from chainwright.sources.reading import Origin
from chainwright.system.axis import Axis

__all__ = ["Chain", "Chains"]


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
