"""What a page is made of: sections of paragraphs, charts, tables, notes and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from chainwright.report.charts import Chart

__all__ = ["Block", "Columns", "Drawing", "Grid", "Note", "Picture", "Section", "Text", "Tiles"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph.

    Parameters
    ----------
    text : str
        Its words.
    lead : bool
        Whether it opens a section, in larger letters.
    """

    text: str
    lead: bool = False
    kind: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class Note:
    """A boxed remark on what is not known or must not be read into the numbers.

    Parameters
    ----------
    text : str
        Its words.
    """

    text: str
    kind: ClassVar[str] = "note"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its caption.

    Parameters
    ----------
    chart : Chart
        The chart.
    caption : str
        What it shows, and where its numbers lie.
    """

    chart: Chart
    caption: str
    kind: ClassVar[str] = "picture"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with a title of its own, given as SVG text.

    Parameters
    ----------
    svg : str
        The picture.
    caption : str
        What it shows, and where its numbers lie.
    wide : bool
        Whether it takes a whole sheet, landscape.
    """

    svg: str
    caption: str
    wide: bool = True
    kind: ClassVar[str] = "drawing"


@dataclass(frozen=True, slots=True)
class Columns:
    """One column of a table on a page.

    Parameters
    ----------
    heading : str
        What stands over it.
    unit : str
        Its unit.
    numeric : bool
        Whether it stands on the right.
    tight : bool
        Whether its cells are not broken into lines.
    """

    heading: str
    unit: str = ""
    numeric: bool = False
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page.

    Parameters
    ----------
    title : str
        Its name.
    columns : sequence of Columns
        Its columns.
    rows : sequence of sequence of str
        Its cells, ready to be shown.
    where : str
        Where all its rows lie as files.
    remarks : sequence of str
        A line under each row, or nothing.
    """

    title: str
    columns: Sequence[Columns]
    rows: Sequence[Sequence[str]]
    where: str
    remarks: Sequence[str] = ()
    kind: ClassVar[str] = "grid"


@dataclass(frozen=True, slots=True)
class Tiles:
    """Key figures side by side.

    Parameters
    ----------
    figures : sequence of (str, str)
        Value and what it is.
    """

    figures: Sequence[tuple[str, str]]
    kind: ClassVar[str] = "tiles"


Block = Text | Note | Picture | Drawing | Grid | Tiles


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under one heading.

    Parameters
    ----------
    key : str
        Its anchor.
    title : str
        Its heading.
    blocks : sequence of Block
        What stands in it.
    fresh : bool
        Whether it begins on a new sheet.
    """

    key: str
    title: str
    blocks: Sequence[Block]
    fresh: bool = True
