"""A chart: a matplotlib figure that knows its name, and turns into the same SVG bytes each time."""

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

__all__ = ["Chart", "Label", "cjk_font"]

CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "SimHei",
    "SimSun",
)
"""Fonts with Chinese characters, best first; the reader of an SVG has one of them."""


def cjk_font() -> str | None:
    """Return the best font with Chinese characters on this machine, or None."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CJK_FONTS if name in here), None)


@contextmanager
def quiet() -> Iterator[None]:
    """Draw without matplotlib's remarks on characters that its own font lacks.

    In SVG the reader's fonts set the text, so what matplotlib's font lacks does not matter.
    """
    logger = logging.getLogger("matplotlib.font_manager")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with (
            mpl.rc_context(
                {"svg.fonttype": "none", "svg.hashsalt": "chainwright", "path.simplify": False}
            ),
            warnings.catch_warnings(),
        ):
            warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
            yield
    finally:
        logger.setLevel(before)


@dataclass(frozen=True, slots=True)
class Label:
    """A text on a chart and the corners of the box that it fills, turned texts included.

    Parameters
    ----------
    text : str
        What it says.
    corners : tuple of (float, float)
        The four corners in order [pt].
    """

    text: str
    corners: tuple[tuple[float, float], ...]

    def overlaps(self, other: "Label") -> bool:
        """Return whether the boxes of this label and of `other` share more than an edge."""
        for box in (self, other):
            follow = box.corners[1:] + box.corners[:1]
            for (x0, y0), (x1, y1) in zip(box.corners, follow, strict=True):
                across, along = y1 - y0, x0 - x1
                mine = [across * x + along * y for x, y in self.corners]
                theirs = [across * x + along * y for x, y in other.corners]
                slack = 1e-6 * (abs(across) + abs(along) + 1.0)
                if max(mine) <= min(theirs) + slack or max(theirs) <= min(mine) + slack:
                    return False
        return True


class Chart(Figure):
    """A matplotlib figure with a name, a description and the places of its labels.

    Parameters
    ----------
    width, height : float
        Size [pt].
    title : str
        Its name, for readers who do not see it.
    description : str
        What it shows, in a sentence or two.
    """

    def __init__(self, width: float, height: float, title: str, description: str) -> None:
        super().__init__(figsize=(width / 72.0, height / 72.0), facecolor="none")
        self.size = (width, height)
        self.title, self.description = title, description
        self.labels: tuple[Label, ...] = ()

    def svg(self, *, alone: bool = True) -> str:
        """Return the chart as SVG text that says what it shows.

        Parameters
        ----------
        alone : bool
            Whether it is a file of its own; otherwise it stands in an HTML page and takes that
            page's fonts.
        """
        buffer = io.StringIO()
        with quiet():
            self.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
        body = buffer.getvalue()
        body = re.sub(r"<metadata>.*?</metadata>", "", body[body.index("<svg") :], flags=re.DOTALL)
        body = re.sub(r'<g id="\w+?_\d+">', "<g>", body)  # each chart would have the same names
        stack = ", ".join(f"'{font}'" for font in CJK_FONTS) + ", sans-serif"
        family = f"font-family: {stack}; " if alone else ""
        body = re.sub(r"font-family: [^;\"]*; ?", family, body)
        body = re.sub(r'(?<= )(d|x|y|transform)="[^"]*"', _rounded, body)
        body = re.sub(r"\s*\n\s*", "\n", body)
        opening = (
            f'<svg role="img" aria-label={quoteattr(self.title)} '
            f'viewBox="0 0 {self.size[0]:g} {self.size[1]:g}"'
        )
        if alone:
            opening += ' xmlns="http://www.w3.org/2000/svg" version="1.1"'
        named = (
            f"{opening}>\n<title>{escape(self.title)}</title>\n"
            f"<desc>{escape(self.description)}</desc>"
        )
        return re.sub(r"<svg[^>]*>", lambda _: named, body, count=1)

    def png(self, *, dots: float = 200.0) -> bytes:
        """Return the chart as a picture on white.

        Parameters
        ----------
        dots : float
            Dots an inch.
        """
        buffer = io.BytesIO()
        with quiet():
            self.savefig(
                buffer, format="png", dpi=dots, facecolor="white", metadata={"Software": None}
            )
        return buffer.getvalue()

    def _repr_svg_(self) -> str:
        return self.svg()


def _rounded(attribute: re.Match[str]) -> str:
    """Return an attribute with its coordinates to a hundredth of a point."""
    return re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", attribute[0])
