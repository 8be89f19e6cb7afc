"""The part `links`: who sells how much to whom among firms."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.demo_firms import FIRMS, LINKS, demo_firms
from chainwright.sources.firm_tables import no_sites
from chainwright.sources.link_tables import LinkTables, link_tables
from chainwright.sources.reading import Origin
from chainwright.system.axis import Axis, Remade, read_only
from chainwright.system.firms import Firms, firm_axis

__all__ = ["Links", "demo_of_firms", "read_links"]

Places = npt.NDArray[np.int32]
Amounts = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Links(Remade):
    """Yearly sales between firms; the firms are those of the part `firms`, in its order.

    A link is a row of the three arrays `supplier`, `buyer`, `value`, ordered by supplier, then
    buyer; each pair stands once and no firm sells to itself. Firms without a link are firms.

    Parameters
    ----------
    axis : Axis
        The n firms.
    supplier, buyer : ndarray of int32, shape (links,)
        Places of the two firms on `axis`.
    value : ndarray, shape (links,)
        Yearly sales [money], above 0.
    sector : ndarray of int32, shape (n,)
        Place of each firm's sector on `sectors`.
    sectors : Axis
        Codes of sectors, sorted.
    market : ndarray of int32, shape (n,)
        Place of each firm's market on `markets`: firms of a market can replace each other.
    markets : Axis
        Codes of markets, sorted; those of sectors where the table of firms names none.
    region : ndarray of int32, shape (n,)
        Place of each firm's region on `regions`.
    regions : Axis
        Codes of regions, sorted; ``""`` where a firm's region is not known.
    output : ndarray, shape (n,)
        Yearly output [money]; NaN where it is not known.
    origin : Origin
        Where the links come from.
    """

    axis: Axis
    supplier: Places
    buyer: Places
    value: Amounts
    sector: Places
    sectors: Axis
    market: Places
    markets: Axis
    region: Places
    regions: Axis
    output: Amounts
    origin: Origin

    def __post_init__(self) -> None:
        for name in ("supplier", "buyer", "value", "sector", "market", "region", "output"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @classmethod
    def of_table(cls, table: object, firms: "Firms | object") -> "Links":
        """Return the links of a table in memory, after every check.

        Parameters
        ----------
        table : Arrow stream
            A table of pandas, polars or pyarrow, or a DuckDB relation, with the columns of
            ``chainwright schema links``.
        firms : Firms or Arrow stream
            The firms; of a table with the columns of ``chainwright schema firms`` the two columns
            ``firm`` and ``sector`` are enough.

        Raises
        ------
        TableError
            If the tables are not in order; it lists every breach in both.

        Examples
        --------
        >>> firms = pd.DataFrame({"firm": ["a", "b", "c"], "sector": ["1", "1", "2"]})
        >>> rows = pd.DataFrame({"supplier": ["a"], "buyer": ["c"], "value": [2.0]})
        >>> Links.of_table(rows, firms)
        <Links: 1 link between 3 firms of 2 sectors>
        """
        if isinstance(firms, Firms):
            made = link_tables(table, None, known=firms.table, origin=firms.origin)
            return cls._of(made, firms.axis)
        made = link_tables(table, firms)
        return cls._of(made, firm_axis(made.firms))

    @classmethod
    def _of(cls, made: LinkTables, axis: Axis) -> "Links":
        frame = made.firms
        market = frame["market"].where(frame["market"] != "", frame["sector"])
        return cls(
            axis,
            made.supplier,
            made.buyer,
            made.value,
            *_coded(frame["sector"], "sector of the firms"),
            *_coded(market, "market of the firms"),
            *_coded(frame["region"], "region of the firms"),
            frame["output"].to_numpy(dtype=np.float64, copy=True),
            made.origin,
        )

    @property
    def n(self) -> int:
        """Number of firms."""
        return len(self.axis)

    def __len__(self) -> int:
        return len(self.value)

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Place of each supplier's first link, and the number of links at the end: CSR, (n+1,)."""
        counts = np.bincount(self.supplier, minlength=self.n)
        return read_only(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))

    @cached_property
    def sales(self) -> Amounts:
        """Yearly sales of each firm to other firms [money], (n,)."""
        return _summed(self.supplier, self.value, self.n)

    @cached_property
    def purchases(self) -> Amounts:
        """Yearly purchases of each firm from other firms [money], (n,)."""
        return _summed(self.buyer, self.value, self.n)

    def table(self) -> pd.DataFrame:
        """Return the links as a table with the columns of ``chainwright schema links``."""
        codes = pd.Series(self.axis.codes, dtype="str")
        ends = {
            "supplier": codes.take(self.supplier).reset_index(drop=True),
            "buyer": codes.take(self.buyer).reset_index(drop=True),
        }
        return pd.DataFrame({**ends, "value": self.value})

    def __repr__(self) -> str:
        links = f"{len(self):,} link{'' if len(self) == 1 else 's'}"
        sectors = f"{len(self.sectors):,} sector{'' if len(self.sectors) == 1 else 's'}"
        return f"<Links: {links} between {self.n:,} firm{'' if self.n == 1 else 's'} of {sectors}>"


def _summed(ends: Places, value: Amounts, n: int) -> Amounts:
    sums: Amounts = np.bincount(ends, value, n).astype(np.float64, copy=False)
    return read_only(sums)


def _coded(column: "pd.Series[str]", kind: str) -> tuple[Places, Axis]:
    codes, words = pd.factorize(column, sort=True)
    return codes.astype(np.int32), Axis(kind, tuple(words.tolist()))


def read_links(links: Path | str, firms: Firms | Path | str) -> Links:
    """Return the links in a file; `System(firms=..., links=...)` takes them.

    Codes of firms and sectors are text: leading zeros and spaces inside them stay.

    Parameters
    ----------
    links : path
        A CSV file in UTF-8 (plain or gzip) or a Parquet file with the columns of
        ``chainwright schema links``.
    firms : Firms or path
        The firms, or a file of them with the columns of ``chainwright schema firms``, of which
        ``firm`` and ``sector`` are enough.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in both.
    FormatError, MissingFileError
        If a file is no such file, or is not there.
    """
    return Links.of_table(Path(links), firms if isinstance(firms, Firms) else Path(firms))


def demo_of_firms(*, firms: int = FIRMS, links: int = LINKS, seed: int = 7) -> tuple[Firms, Links]:
    """Return a made-up network of firms; none of its numbers is a fact about any firm.

    Parameters
    ----------
    firms, links, seed
        As for `chainwright.sources.demo_firms.demo_firms`, which says what is made up, and how.
    """
    made = demo_firms(firms=firms, links=links, seed=seed)
    held = Firms(made.firms, no_sites(), made.firms_origin)
    return held, Links._of(made, held.axis)
