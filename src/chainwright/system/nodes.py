"""Pairs of a region and something in it: the producers, the final users, the imported products."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system.axis import Axis, Remade, read_only

__all__ = ["CLASSES", "Nodes", "sector_class"]

CLASSES = {
    **dict.fromkeys("ABCDE", "goods"),
    "F": "construction",
    "G": "trade",
    "H": "transport",
    **dict.fromkeys("IJKLMNOPQRSTU", "services"),
}
"""Class of each section of ISIC Rev.4; electricity, gas and water count as goods."""


def sector_class(section: str) -> str:
    """Return the class of an ISIC Rev.4 section.

    Parameters
    ----------
    section : str
        A letter A to U; empty if not known.

    Returns
    -------
    str
        goods, construction, trade, transport, services or unclassified.

    Examples
    --------
    >>> sector_class("C"), sector_class("G"), sector_class("")
    ('goods', 'trade', 'unclassified')
    """
    return CLASSES.get(section, "unclassified")


@dataclass(frozen=True, eq=False)
class Nodes(Remade):
    """``n`` pairs of a region and a sector, in the order of the file.

    The same class holds final users (a region and a category of final demand) and deliveries from
    abroad (an origin and a product). Regions need not have the same sectors.

    Parameters
    ----------
    regions, sectors : Axis
        The labels.
    region, sector : ndarray of int32, shape (n,)
        Position of each pair on the two axes.

    Examples
    --------
    >>> nodes = Nodes.of([("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")])
    >>> nodes.codes, nodes.is_grid, nodes.find("B:m")
    (('A:m', 'A:k', 'B:m', 'B:k'), True, 2)
    """

    regions: Axis
    sectors: Axis
    region: npt.NDArray[np.int32]
    sector: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.region.shape != self.sector.shape or self.region.ndim != 1:
            msg = f"Regions {self.region.shape} and sectors {self.sector.shape} of nodes differ."
            raise LabelError(msg)
        for field in ("region", "sector"):
            array = getattr(self, field).astype(np.int32, copy=False)
            object.__setattr__(self, field, read_only(array))
        key = self.region.astype(np.int64) * max(len(self.sectors), 1) + self.sector
        unique, counts = np.unique(key, return_counts=True)
        if len(unique) < len(key):
            twice = int(unique[counts > 1][0])
            r, s = divmod(twice, len(self.sectors))
            msg = f"The node '{self.regions.codes[r]}:{self.sectors.codes[s]}' is listed twice."
            raise LabelError(msg)

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]], *, second: str = "sector") -> "Nodes":
        """Return the nodes of these pairs; axes are in order of first appearance.

        Parameters
        ----------
        pairs : sequence of (str, str)
            Region and sector of each node.
        second : str
            What the second label stands for, as messages call it.
        """
        regions = tuple(dict.fromkeys(r for r, _ in pairs))
        sectors = tuple(dict.fromkeys(s for _, s in pairs))
        return cls.on(Axis("region", regions), Axis(second, sectors), pairs)

    @classmethod
    def on(cls, regions: Axis, sectors: Axis, pairs: Sequence[tuple[str, str]]) -> "Nodes":
        """Return the nodes of these pairs on given axes.

        Parameters
        ----------
        regions, sectors : Axis
            The labels.
        pairs : sequence of (str, str)
            Region and sector of each node.
        """
        region = np.array([regions.place[r] for r, _ in pairs], dtype=np.int32)
        sector = np.array([sectors.place[s] for _, s in pairs], dtype=np.int32)
        return cls(regions, sectors, region, sector)

    def __len__(self) -> int:
        return len(self.region)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Code of each node, ``region:sector``."""
        r, s = self.regions.codes, self.sectors.codes
        return tuple(f"{r[i]}:{s[j]}" for i, j in zip(self.region, self.sector, strict=True))

    @cached_property
    def is_grid(self) -> bool:
        """Whether all regions have all sectors in one order, region by region."""
        size = len(self.sectors)
        order = np.arange(len(self.regions) * size)
        return len(self) == len(order) and bool(
            np.array_equal(self.region, order // max(size, 1))
            and np.array_equal(self.sector, order % max(size, 1))
        )

    @cached_property
    def section(self) -> npt.NDArray[np.str_]:
        """ISIC Rev.4 section of each node, empty if not known, shape (n,)."""
        parents = np.array(self.sectors.parents or [""] * len(self.sectors), dtype=np.str_)
        return parents[self.sector]

    @cached_property
    def sector_class(self) -> npt.NDArray[np.str_]:
        """Class of each node's sector: goods, construction, trade, transport, services."""
        return np.array([sector_class(s) for s in self.section], dtype=np.str_)

    def find(self, code: str) -> int:
        """Return the position of the node ``region:sector``.

        Parameters
        ----------
        code : str
            Such as ``"CHN:c14"``.

        Raises
        ------
        UnknownCodeError
            If there is no such node.
        """
        if code not in self._position:
            raise UnknownCodeError(code, "node", self.codes)
        return self._position[code]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes)}

    def mask(
        self, *, regions: Iterable[str] | None = None, sectors: Iterable[str] | None = None
    ) -> npt.NDArray[np.bool_]:
        """Return which nodes are of these regions and sectors, shape (n,).

        Parameters
        ----------
        regions, sectors : iterable of str, optional
            Codes; all if not given.

        Raises
        ------
        UnknownCodeError
            If a code is not known.
        """
        chosen = np.ones(len(self), dtype=np.bool_)
        if regions is not None:
            chosen &= np.isin(self.region, self.regions.index(regions))
        if sectors is not None:
            chosen &= np.isin(self.sector, self.sectors.index(sectors))
        return chosen

    def take(self, places: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Nodes":
        """Return the nodes at `places`; labels that no node has are left out.

        Parameters
        ----------
        places : ndarray of int or bool
            Positions, or which nodes to keep.
        """
        region, sector = self.region[places], self.sector[places]
        kept_r, kept_s = np.unique(region), np.unique(sector)
        return Nodes(
            self.regions.take(kept_r),
            self.sectors.take(kept_s),
            np.searchsorted(kept_r, region).astype(np.int32),
            np.searchsorted(kept_s, sector).astype(np.int32),
        )

    def frame(self) -> pd.DataFrame:
        """Return the columns region and sector, a row a node, with the file's own codes."""
        return pd.DataFrame(
            {
                "region": np.array(self.regions.codes, dtype=object)[self.region],
                "sector": np.array(self.sectors.codes, dtype=object)[self.sector],
            }
        )
