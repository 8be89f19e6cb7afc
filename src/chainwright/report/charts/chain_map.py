"""The picture of a diagnosed chain: a layered graph from left to right, as SVG.

It is written as text, not drawn by matplotlib: 2,000 boxes with their words take matplotlib half a
minute and this less than a second, and text stays text in any reader's fonts.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.drawing import (
    STATUS_COLOURS,
    Arrangement,
    arrangement,
    stages,
)
from chainwright.diagnose.chain_maps.layout import Sizes
from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.errors import ParameterError
from chainwright.report.charts import svg
from chainwright.report.charts.chain_legend import (
    LINK,
    MARKS,
    THICK,
    WATCH,
    heading,
    legend,
    title_of,
)
from chainwright.report.charts.palette import FOREIGN, HOME, MUTED, PALE
from chainwright.report.lettering import text_width, wrapped
from chainwright.system import Language
from chainwright.tables import write_bytes

if TYPE_CHECKING:
    from chainwright.diagnose import ChainDiagnosis

__all__ = ["ChainPicture", "Only", "draw_chain"]

Flags = npt.NDArray[np.bool_]
Only = Literal["all", "weak"]

SIZES = Sizes(box=88.0, between=18.0, gap=6.0, lane=3.0, shape=1.7)
STRIP, SIZE, SMALL, STEP = 12.0, 9.4, 7.6, 10.8
"""Width of the strip with the mark, sizes of names and of shares, and the step of lines [pt]."""

LINES = 4
"""Lines that a name may take; what is longer is cut with a sign that it was."""

SMALLEST = 7.4
"""Least size of a name whose longest word would not fit otherwise [pt]."""

AROUND = 170.0
"""Height of the words above and below [pt]."""

EDGE = 12.0
TENTHS = 10.0
"""Units of the places of links that a point has."""

PAGE, LEAST = 1000.0, 640.0
"""Width at which the words around the picture have their own size, and least width [pt]."""

SHEETS = (("A4", 1.4 * PAGE), ("A3", 2.2 * PAGE))
"""Widest picture for a sheet, landscape [pt]: names are then hardly smaller than 5 pt."""

PAPERS = {"A4": 'width="297mm" height="210mm"', "A3": 'width="420mm" height="297mm"'}

RATIO, STRETCH = 297.0 / 210.0, 1.6
"""Width over height of a sheet, and by how much rows are drawn apart at most to fill it."""


@dataclass(frozen=True, eq=False)
class ChainPicture:
    """A picture of a chain.

    Parameters
    ----------
    text : str
        The SVG.
    width, height : float
        Its size [pt].
    nodes : tuple of str
        The nodes that are drawn.
    boxes : ndarray, shape (nodes, 4)
        Where: x, y, width, height [pt].
    """

    text: str
    width: float
    height: float
    nodes: tuple[str, ...]
    boxes: npt.NDArray[np.float64]

    @property
    def sheet(self) -> str:
        """The sheet that it is made for: ``"A4"``, ``"A3"``, or empty if it fits none."""
        return _sheet(self.width)

    def svg(self) -> str:
        """Return the picture as SVG text."""
        return self.text

    def save(self, path: Path | str) -> None:
        """Write the picture to a file.

        Parameters
        ----------
        path : path
            The file, of suffix ``.svg``.

        Raises
        ------
        ParameterError
            If it has another suffix: a picture in a file of another name opens nowhere.
        """
        if Path(path).suffix.lower() != ".svg":
            raise ParameterError("path", "ChainPicture.save", "a file that ends in .svg", path)
        write_bytes(Path(path), self.text.encode())

    def _repr_svg_(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Name:
    """A node's name in lines, the size it is set in, and whether in bold."""

    lines: tuple[str, ...]
    size: float
    bold: bool


def draw_chain(
    of: "ChainDiagnosis", *, language: Language = "en", only: Only = "all"
) -> ChainPicture:
    """Return the picture of a diagnosed chain, made for a sheet of A4, landscape.

    A box is a node: its mark and colour say its status, the line below its name the largest
    supplier abroad and home's share. Dashed outlines are nodes of which too little is known;
    dashed links are our own judgement. Below stands what to act on and what to find out first.
    A chain whose names would be too small on A4 is made for A3, a huge one for no sheet; for A4,
    show the weak links only.

    Parameters
    ----------
    of : ChainDiagnosis
        What `diagnose.chain` found.
    language : str
        ``"en"`` or ``"zh"``.
    only : str
        ``"all"``, or ``"weak"``: nodes that are stuck, broken, blocked, or unknown with
        concentrated suppliers abroad, and the finished goods. What lies between them is not
        drawn: a link then stands for the ways through it.

    Raises
    ------
    ParameterError
        If the language or the choice is none of these.
    """
    if language not in get_args(Language):
        raise ParameterError("language", "the picture of a chain", "en or zh", language)
    if only not in get_args(Only):
        raise ParameterError("only", "the picture of a chain", "all or weak", only)
    shown = np.flatnonzero(_weak(of) if only == "weak" else np.ones(len(of.status), dtype=bool))
    names = [_name(of, int(i), language) for i in shown]
    height = np.array([STEP * len(name.lines) for name in names]) + SMALL + 6.0
    mask = np.zeros(len(of.status), dtype=np.bool_)
    mask[shown] = True
    drawn = arrangement(of.chain, height, SIZES, mask)
    width = max(drawn.layout.width + 2.0 * EDGE, LEAST)
    scale = width / PAGE  # as large on paper, whatever the width
    aim = width / RATIO - AROUND * scale
    drawn = replace(drawn, layout=drawn.layout.stretched(height, aim, STRETCH))
    place = drawn.layout
    left = (width - place.width) / 2.0
    head, below = heading(of, language, scale=scale, shown=len(shown), left=EDGE)
    top = below + 20.0 * scale
    foot, tall = legend(
        of,
        language,
        scale=scale,
        width=width - 2.0 * EDGE,
        top=top + place.height + 12.0,
        left=EDGE,
        codes=_codes(of, shown, language),
    )
    total = top + place.height + 12.0 + tall
    boxes = np.stack(
        [place.x + left, place.y + top, np.full(len(shown), SIZES.box), height], axis=1
    )
    told = _suppliers(of, shown, language)
    marks = [MARKS[word][language == "zh"] for word in of.status[shown].astype(str)]
    parts = [
        *head,
        *_bands(drawn, left, below, (place.height + 28.0 * scale, scale), language),
        f'<g transform="translate({left:.2f} {top:.2f}) scale({1.0 / TENTHS:g})">',
        *_links(of, drawn, shown),
        "</g>",
        *(
            _box(of, int(i), corner, name, suppliers=pair, mark=mark)
            for i, corner, name, pair, mark in zip(shown, boxes, names, told, marks, strict=True)
        ),
        *foot,
    ]
    title = title_of(of, language)
    sheet = _sheet(width)
    paper = PAPERS[sheet] if sheet else f'width="{width:.0f}pt" height="{total:.0f}pt"'
    text = svg.document(
        parts,
        (width, total),
        title=title,
        description=", ".join(f"{word}: {count}" for word, count in of.counts.items()),
        paper=paper,
    )
    codes = of.chain.axis.codes
    return ChainPicture(text, width, total, tuple(codes[i] for i in shown), boxes)


def _weak(of: "ChainDiagnosis") -> Flags:
    """Return which nodes are weak links, to be looked into first, or finished goods."""
    weak = np.isin(of.status.astype(str), ["stuck", "broken", "blocked"]) | of.watch
    weak[of.losses.finals] = True
    return weak


def _sheet(width: float) -> str:
    """Return the least sheet for a picture of a width [pt]; empty if it is too wide for any."""
    return next((sheet for sheet, most in SHEETS if width <= most), "")


def _name(of: "ChainDiagnosis", i: int, language: Language) -> _Name:
    """Return the lines of a node's name and their size: smaller if a word is too long."""
    room = SIZES.box - STRIP - 7.0
    text = of.chain.axis.name(i, language)
    bold = i in of.losses.finals
    longest = max((w for w in re.split(r"[\s/-]", text) if w.isascii()), key=len, default="")
    wide = text_width(longest, SIZE, bold=bold)
    size = max(SMALLEST, min(SIZE, SIZE * room / max(wide, 1.0)))
    lines = list(wrapped(text, room, size, bold=bold))
    for k in range(len(lines) - 1):  # an opening bracket belongs to what follows
        if lines[k].endswith(("（", "(")):
            lines[k + 1] = lines[k][-1] + lines[k + 1]
            lines[k] = lines[k][:-1].rstrip()
    if len(lines) > LINES:
        last = lines[LINES - 1]
        while last and text_width(last + "…", size, bold=bold) > room:
            last = last[:-1]
        lines = [*lines[: LINES - 1], last + "…"]
    return _Name(tuple(lines), size, bold)


def _bands(
    drawn: Arrangement, left: float, top: float, size: tuple[float, float], language: Language
) -> list[str]:
    """Return a band behind the columns of every other stage, and the names of the stages."""
    parts = []
    high, scale = size
    found = drawn.layout
    for turn, stage in enumerate(np.unique(drawn.stage)):
        x = found.x[drawn.stage == stage] + left
        start, end = float(x.min()) - SIZES.between / 2.0, float(x.max()) + SIZES.box
        end += SIZES.between / 2.0
        if turn % 2 == 0:
            parts.append(svg.box((start, top), end - start, high, fill=PALE))
        name = stages()[stage][2 if language == "zh" else 1]
        middle = (start + end) / 2.0
        y = top + 13.0 * scale
        room = (end - start) / text_width(name, 1.0, bold=True)
        size_ = min(9.5 * scale, room)
        parts.append(
            svg.words(middle, y, name, size=size_, bold=True, colour=MUTED, anchor="middle")
        )
    return parts


def _links(of: "ChainDiagnosis", drawn: Arrangement, shown: npt.NDArray[np.intp]) -> list[str]:
    """Return the links, one path a style, and their heads; weak sources give their colour."""
    place = drawn.layout
    status = of.status[shown][drawn.links.source].astype(str)
    weak = np.where(np.isin(status, ["stuck", "broken", "blocked"]), status, "")
    kind = np.select([drawn.essential, drawn.replaceable], ["essential", "replaceable"], "unknown")
    # in tenths of a point, as whole numbers: they are written fast and short
    x0, y0, x1, y1 = np.rint(place.pieces.T * TENTHS).astype(np.int64)
    bend = np.where(x0 == x1, int(SIZES.between * TENTHS) // 2, (x1 - x0) // 2)
    back = np.where(x0 == x1, bend, x1 - x0 - bend)
    columns = (c.tolist() for c in (x0, y0, bend, back, x1 - x0, y1 - y0))
    texts = np.array(
        [
            f"M{a} {b}c{h} 0 {k} {dy} {dx} {dy}" if dy or not dx else f"M{a} {b}h{dx}"
            for a, b, h, k, dx, dy in zip(*columns, strict=True)
        ],
        dtype=object,
    )
    ends = np.flatnonzero(place.last)
    size = np.where(x1 > x0, 4, -4) * int(TENTHS)
    heads = np.full(len(texts), "", dtype=object)
    heads[ends] = [
        f"M{a} {b}l{-s} -22v44z"
        for a, b, s in zip(*(c[ends].tolist() for c in (x1, y1, size)), strict=True)
    ]
    parts: list[str] = []
    styles = sorted(set(zip(weak.tolist(), kind.tolist(), drawn.ours.tolist(), strict=True)))
    for source, need, ours in styles:  # plain links first, so that weak ones lie over them
        which = ((weak == source) & (kind == need) & (drawn.ours == ours))[place.owner]
        colour = STATUS_COLOURS[source] if source else LINK[need]
        drawn_text = "".join(texts[which])
        parts.append(
            svg.path(drawn_text, thick=THICK[need], dashed=ours, colour=colour, unit=TENTHS)
        )
        parts.append(svg.path("".join(heads[which]), thick=0.0, colour=colour))
    return parts


def _box(
    of: "ChainDiagnosis",
    i: int,
    corner: npt.NDArray[np.float64],
    name: _Name,
    *,
    suppliers: tuple[str, str],
    mark: str,
) -> str:
    """Return a node: a strip with its mark, its name, and who supplies it."""
    x, y, width, height = (float(v) for v in corner)
    word = str(of.status[i])
    colour, unknown = STATUS_COLOURS[word], word == "unknown"
    watch = bool(of.watch[i])
    critical = bool(of.losses.critical[i])
    face = WATCH if watch else "#ffffff"
    parts = [
        svg.box((x, y), width, height, fill=face),
        svg.box((x, y), STRIP, height, fill=face if unknown else colour),
        svg.box(
            (x, y),
            width,
            height,
            fill="none",
            edge=colour,
            thick=2.4 if critical else 1.0,
            dashed=unknown,
        ),
        svg.words(
            x + STRIP / 2.0,
            y + height / 2.0 + 3.0,
            mark,
            size=7.0 if len(mark) > 1 else 9.0,
            bold=True,
            colour=colour if unknown else "#ffffff",
            anchor="middle",
        ),
    ]
    left, size = x + STRIP + 4.0, name.size
    parts += [
        svg.words(left, y + 10.6 + STEP * k, text, size=size, bold=name.bold)
        for k, text in enumerate(name.lines)
    ]
    abroad, own = suppliers
    base = y + height - 4.0
    parts.append(svg.words(left, base, abroad, size=SMALL, colour=FOREIGN))
    right = x + width - 4.0
    parts.append(svg.words(right, base, own, size=SMALL, colour=HOME, anchor="end"))
    return "".join(parts)


def _suppliers(
    of: "ChainDiagnosis", shown: npt.NDArray[np.intp], language: Language
) -> list[tuple[str, str]]:
    """Return the largest supplier abroad, and home, with their shares, of each node shown.

    Names of places are of one kind in the whole picture: Chinese names or codes. Home's name
    stands in each box, or in none if one has no room for it.
    """
    found = of.measured.found
    zh = language == "zh"
    blank = "？" if zh else "?"
    home = place_name(of.home.name)[1] if zh else of.home.name
    short: list[tuple[str, str]] = []
    for i in shown.tolist():
        trade = "*" if found.basis[i] == "trade" else ""
        share = _own(of, i, blank) + (trade if not np.isnan(found.home.value[i]) else "")
        code = str(found.top_foreign[i])
        name = place_name(code)[1] if zh else code
        part = f"{name} {found.top_foreign_share[i]:.0%}{trade}"
        short.append((part if code else blank, share))
    full = [(abroad, f"{home} {share}") for abroad, share in short]
    room = SIZES.box - STRIP - 10.0
    return full if all(text_width(" ".join(pair), SMALL) <= room for pair in full) else short


def _codes(
    of: "ChainDiagnosis", shown: npt.NDArray[np.intp], language: Language
) -> tuple[str, ...]:
    """Return the codes that stand in boxes; a Chinese picture has names."""
    codes = {str(code) for code in of.measured.found.top_foreign[shown]} - {""}
    return () if language == "zh" else tuple(sorted(codes))


def _own(of: "ChainDiagnosis", i: int, blank: str) -> str:
    """Return home's share, or what is known of it."""
    held, made = of.measured.found.home, of.said.made
    if not np.isnan(held.value[i]):
        share = float(held.value[i])
        if share > 0.0 and round(100.0 * share) == 0:
            return "<1%"  # a share that is rounded away is not nothing
        return ">0" if share == 0.0 and made.yes[i] else f"{share:.0%}"
    if held.low[i] > 0.0:
        return f"≥{held.low[i]:.0%}"
    return ">0" if made.yes[i] else "0%" if made.no[i] else blank
