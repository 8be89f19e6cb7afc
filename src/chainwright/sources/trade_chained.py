"""Several files of trade read as one table, and the first rows of a table alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from chainwright.sources.trade_batches import Batches, Numbered
from chainwright.sources.trade_files import Part

__all__ = ["Chained", "Head", "chained"]


@dataclass(frozen=True)
class Head:
    """The first batch of a table.

    Parameters
    ----------
    batches : Batches
        The table.
    """

    batches: Batches

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.batches.name

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return self.batches.header

    def read(
        self,
        text: Sequence[str],
        numbers: Sequence[str],
        *,
        year: tuple[str, int] | None = None,
        exact: bool = False,
    ) -> Numbered:
        """Yield batches of these columns; see `Batches`.

        Parameters
        ----------
        text, numbers : sequence of str
            Columns of text and of numbers.
        year : (str, int), optional
            Column of years and the one that is wanted.
        exact : bool
            Whether numbers come as they are written.
        """
        yield from islice(self.batches.read(text, numbers, year=year, exact=exact), 1)

    def where(self, row: int) -> str:
        """Return how messages name a row.

        Parameters
        ----------
        row : int
            Counted from 0 below the header.
        """
        return self.batches.where(row)


STRIDE = 2**40
"""Rows between the first rows of two files: more than any file has."""


@dataclass(frozen=True)
class Chained:
    """Several files as one; rows are named by file and number.

    Parameters
    ----------
    parts : tuple of Part
        The files, all of one layout.
    name : str
        What messages call them.
    """

    parts: tuple[Part, ...]
    name: str

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return self.parts[0].batches.header

    def read(
        self,
        text: Sequence[str],
        numbers: Sequence[str],
        *,
        year: tuple[str, int] | None = None,
        exact: bool = False,
    ) -> Numbered:
        """Yield batches of these columns; see `Batches`.

        Parameters
        ----------
        text, numbers : sequence of str
            Columns of text and of numbers.
        year : (str, int), optional
            Column of years and the one that is wanted.
        exact : bool
            Whether numbers come as they are written.
        """
        for place, part in enumerate(self.parts):
            for first, batch in part.batches.read(text, numbers, year=year, exact=exact):
                yield place * STRIDE + first, batch

    def where(self, row: int) -> str:
        """Return how messages name a row.

        Parameters
        ----------
        row : int
            Counted from 0 below the header.
        """
        place, within = divmod(row, STRIDE)
        part = self.parts[place]
        return f"{part.peek.own_name} {part.batches.where(within)}"


def chained(parts: tuple[Part, ...]) -> Batches:
    """Return the rows of one file, or of several as one.

    Parameters
    ----------
    parts : tuple of Part
        The files, at least one.
    """
    if len(parts) == 1:
        return parts[0].batches
    return Chained(parts, f"{parts[0].peek.own_name} and {len(parts) - 1} more")
