"""The words of a shock, as places in a table: rows that sell, nodes and final users that buy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.accounts.abroad import UNNAMED, users_in
from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system import Flows
from chainwright.system.home import groups, resolved

__all__ = ["SectorWords"]

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SectorWords:
    """Codes of a table and where they stand.

    Rows are the home nodes 0 to n - 1, then the rows of imports n to n + r - 1, whose codes are
    origin and product; the origin is "abroad" where the table names none.

    Parameters
    ----------
    flows : Flows
        The table.
    """

    flows: Flows

    @property
    def n(self) -> int:
        """Number of home nodes."""
        return len(self.flows.nodes)

    @cached_property
    def region(self) -> npt.NDArray[np.str_]:
        """Region of each row, shape (n + r,)."""
        home = self.flows.nodes
        codes = [np.array(home.regions.codes, dtype=np.str_)[home.region]]
        if self.flows.imports is not None:
            rows = self.flows.imports.rows
            named = [code or UNNAMED for code in rows.regions.codes]
            codes.append(np.array(named, dtype=np.str_)[rows.region])
        return np.concatenate(codes)

    @cached_property
    def product(self) -> npt.NDArray[np.str_]:
        """Product of each row, shape (n + r,)."""
        home = self.flows.nodes
        codes = [np.array(home.sectors.codes, dtype=np.str_)[home.sector]]
        if self.flows.imports is not None:
            rows = self.flows.imports.rows
            codes.append(np.array(rows.sectors.codes, dtype=np.str_)[rows.sector])
        return np.concatenate(codes)

    @cached_property
    def home(self) -> Marks:
        """Which rows are home nodes, shape (n + r,)."""
        return np.arange(len(self.region)) < self.n

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row of each code, ``region:product``; home goes before abroad."""
        pairs = zip(self.region.tolist(), self.product.tolist(), strict=True)
        found: dict[str, int] = {}
        for row, (region, product) in enumerate(pairs):
            found.setdefault(f"{region}:{product}", row)
        return found

    @cached_property
    def products(self) -> frozenset[str]:
        """All products."""
        return frozenset(self.product.tolist())

    @cached_property
    def regions(self) -> frozenset[str]:
        """All regions that sell."""
        return frozenset(self.region.tolist())

    def of_nodes(self, codes: Iterable[str]) -> Marks:
        """Return which rows these codes are, shape (n + r,).

        Parameters
        ----------
        codes : iterable of str
            Such as ``"JPN:c14"``.

        Raises
        ------
        UnknownCodeError
            If there is no such row.
        """
        marks = np.zeros(len(self.region), dtype=np.bool_)
        for code in codes:
            if code not in self.rows:
                raise UnknownCodeError(code, "node of this table", self.rows)
            marks[self.rows[code]] = True
        return marks

    def of_region(self, word: str) -> Marks:
        """Return which rows are of a region or a named group, shape (n + r,).

        Parameters
        ----------
        word : str
            A region of the table, one that it imports from, "abroad", or a group such as EU27.

        Raises
        ------
        UnknownCodeError
            If there is no such region or group, or the table has no member of the group.
        """
        marks: Marks = self.region == word
        if word not in self.regions:
            marks |= np.isin(self.region, groups().get(word, ())) & ~self.home
        marks |= np.isin(self.region, self._home_regions(word)) & self.home
        if not marks.any():
            raise UnknownCodeError(word, "region of this table", [*sorted(self.regions), *groups()])
        return marks

    def of_product(self, word: str) -> Marks:
        """Return which rows are of a product, shape (n + r,).

        Parameters
        ----------
        word : str
            A sector of the table.

        Raises
        ------
        UnknownCodeError
            If there is no such product.
        """
        if word not in self.products:
            raise UnknownCodeError(word, "product of this table", sorted(self.products))
        return np.asarray(self.product == word)

    def buying(self, word: str) -> tuple[Marks, Marks]:
        """Return which nodes and which final users a buyer is, shapes (n,) and (m,).

        Parameters
        ----------
        word : str
            A node, whose final users are none; a region or group, with its final users; or
            "abroad", the final users that are exports.

        Raises
        ------
        UnknownCodeError
            If there is no such buyer in the table.
        """
        nobody: Marks = np.zeros(len(self.flows.users), dtype=np.bool_)
        if self.rows.get(word, self.n) < self.n:
            return self.of_nodes([word])[: self.n], nobody
        if word == UNNAMED:
            return np.zeros(self.n, dtype=np.bool_), self.flows.final_of("exports")
        regions = self._home_regions(word)
        if not regions:
            known = [*self.flows.nodes.regions.codes, UNNAMED, *groups()]
            known = known if ":" not in word else list(self.flows.nodes.codes)
            raise UnknownCodeError(word, "buyer in this table", known)
        return self.flows.nodes.mask(regions=regions), users_in(self.flows, regions)

    def others(self, region: str) -> tuple[Marks, Marks]:
        """Return all buyers outside a seller's region: nodes (n,) and final users (m,).

        Parameters
        ----------
        region : str
            Of the seller. Columns of imports and of errors are no buyers.
        """
        columns = ~self.flows.final_of("imports", "error")
        if region not in self.flows.nodes.regions.place:
            return np.ones(self.n, dtype=np.bool_), columns
        nodes = ~self.flows.nodes.mask(regions=[region])
        return nodes, columns & ~users_in(self.flows, [region])

    def _home_regions(self, word: str) -> tuple[str, ...]:
        try:
            return resolved(self.flows, [word])[0]
        except (UnknownCodeError, LabelError):
            return ()
