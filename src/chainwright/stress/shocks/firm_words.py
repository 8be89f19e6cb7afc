"""The words of a shock, as places in a network of firms."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import UnknownCodeError
from chainwright.system import Links
from chainwright.system.axis import Axis

__all__ = ["FirmWords"]

Marks = npt.NDArray[np.bool_]

MANY = 20_000
"""How many codes near ones are sought among; of more, only those that begin or end alike."""


@dataclass(frozen=True, eq=False)
class FirmWords:
    """Codes of firms, regions and sectors, and which firms they are.

    Parameters
    ----------
    links : Links
        The network.
    """

    links: Links

    def of_firm(self, code: str) -> Marks:
        """Return which firm a code is, shape (n,).

        Parameters
        ----------
        code : str
            Of a firm.

        Raises
        ------
        UnknownCodeError
            If there is no such firm.
        """
        marks = np.zeros(self.links.n, dtype=np.bool_)
        marks[self.firm(code)] = True
        return marks

    def of_region(self, code: str) -> Marks:
        """Return which firms are of a region, shape (n,).

        Parameters
        ----------
        code : str
            A region of the firms.

        Raises
        ------
        UnknownCodeError
            If no firm is of that region.
        """
        return _marked(self.links.region, self.links.regions, code, "region of the firms")

    def of_sector(self, code: str) -> Marks:
        """Return which firms are of a sector, shape (n,).

        Parameters
        ----------
        code : str
            A sector of the firms.

        Raises
        ------
        UnknownCodeError
            If no firm is of that sector.
        """
        return _marked(self.links.sector, self.links.sectors, code, "sector of the firms")

    def of_node(self, code: str) -> Marks:
        """Return which firms are of a region and sector, shape (n,).

        Parameters
        ----------
        code : str
            Such as ``"CHN:c14"``.

        Raises
        ------
        UnknownCodeError
            If no firm is of that region, or of that sector.
        """
        region, _, sector = code.partition(":")
        return self.of_region(region) & self.of_sector(sector)

    def buying(self, word: str) -> Marks:
        """Return which firms a buyer is: a firm, a node or a region, shape (n,).

        Parameters
        ----------
        word : str
            A code; one that is a firm is taken as such first.

        Raises
        ------
        UnknownCodeError
            If it is none of them.
        """
        if word in self.links.axis.place:
            return self.of_firm(word)
        if word in self.links.regions.place:
            return self.of_region(word)
        if ":" in word:
            return self.of_node(word)
        known = [*self.links.regions.codes, *self._like(word)]
        raise UnknownCodeError(word, "firm, region or node that buys", known)

    def finder(self, codes: tuple[str, ...]) -> Callable[[str], Marks]:
        """Return how to find the codes of `shares`: all sectors, regions, nodes or firms.

        Parameters
        ----------
        codes : tuple of str
            What they name.
        """
        links = self.links
        if all(code in links.axis.place for code in codes):
            return self.of_firm
        if any(code in links.sectors.place for code in codes):
            return self.of_sector
        if any(code in links.regions.place for code in codes):
            return self.of_region
        return self.of_node if all(":" in code for code in codes) else self.of_firm

    def link(self, pair: tuple[str, str]) -> int:
        """Return the place of a link.

        Parameters
        ----------
        pair : tuple of (str, str)
            Supplier and buyer.

        Raises
        ------
        UnknownCodeError
            If one of them is no firm, or there is no such link.
        """
        supplier, buyer = (self.firm(code) for code in pair)
        first, last = self.links.starts[supplier], self.links.starts[supplier + 1]
        buyers = self.links.buyer[first:last]
        at = int(np.searchsorted(buyers, buyer))
        if at == len(buyers) or buyers[at] != buyer:
            known = [self.links.axis.codes[b] for b in buyers[:50]]
            raise UnknownCodeError(pair[1], f"buyer of the firm {pair[0]!r}", known)
        return int(first) + at

    def firm(self, code: str) -> int:
        """Return the place of a firm.

        Parameters
        ----------
        code : str
            Of the firm.

        Raises
        ------
        UnknownCodeError
            If there is no such firm.
        """
        place = self.links.axis.place.get(code)
        if place is None:
            raise UnknownCodeError(code, "firm of this system", self._like(code))
        return place

    def _like(self, code: str) -> list[str]:
        """Return the firms among which near ones are sought; few of very many."""
        codes = self.links.axis.codes
        if len(codes) <= MANY:
            return list(codes)
        start, end = code[:4], code[-4:]
        alike = (known for known in codes if known.startswith(start) or known.endswith(end))
        return [known for _, known in zip(range(MANY), alike, strict=False)]


def _marked(places: npt.NDArray[np.int32], axis: Axis, code: str, kind: str) -> Marks:
    if code not in axis.place:
        raise UnknownCodeError(code, kind, [known for known in axis.codes if known])
    return np.asarray(places == axis.place[code])
