"""A chain's diagnosis as a figure for notebooks: the layered graph, coloured by status."""

from typing import TYPE_CHECKING

import numpy as np

from chainwright.diagnose.chain_maps.drawing import STATUS_COLOURS, arrangement
from chainwright.diagnose.chain_maps.layout import Sizes
from chainwright.diagnose.chain_maps.status import STATUSES
from chainwright.system import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chainwright.diagnose.chain_maps.diagnosis import ChainDiagnosis

__all__ = ["chain_figure"]

SIZES = Sizes(box=104.0, between=34.0, gap=7.0, lane=3.0, shape=1.45)
HEIGHT = 24.0
LETTERS = 21
"""Latin letters that a box is wide; a Han character takes two."""


def chain_figure(of: "ChainDiagnosis", language: Language) -> "Figure":
    """Return the layered graph of a chain as a figure.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    language : str
        ``"en"`` or ``"zh"``.
    """
    from matplotlib.collections import LineCollection, PatchCollection  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    n = len(of.chain.axis)
    drawn = arrangement(of.chain, np.full(n, HEIGHT), SIZES)
    place = drawn.layout
    figure = Figure(figsize=((place.width + 20.0) / 72.0, (place.height + 40.0) / 72.0))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(-10.0, place.width + 10.0)
    axes.set_ylim(place.height + 10.0, -30.0)
    ends = place.pieces.reshape(-1, 2, 2)
    for ours in (False, True):
        which = drawn.ours[place.owner] == ours
        axes.add_collection(
            LineCollection(
                list(ends[which]),
                colors="#8795a3",
                linewidths=np.where(drawn.essential[place.owner[which]], 1.4, 0.6),
                linestyles="dashed" if ours else "solid",
            )
        )
    status = of.status.astype(str)
    corners = zip(place.x, place.y, strict=True)
    axes.add_collection(
        PatchCollection(
            [Rectangle(corner, SIZES.box, HEIGHT) for corner in corners],
            facecolors="white",
            edgecolors=[STATUS_COLOURS[word] for word in status],
            linestyles=["dashed" if word == "unknown" else "solid" for word in status],
            linewidths=1.6,
            zorder=2,
        )
    )
    names = [of.chain.axis.name(i, language) for i in range(n)]
    for x, y, name in zip(place.x, place.y, names, strict=True):
        text = _cut(name).replace("$", r"\$")
        axes.text(x + 4.0, y + HEIGHT / 2.0, text, fontsize=7.0, va="center", zorder=3)
    counts = ", ".join(
        f"{STATUSES[word] if language == 'zh' else word} {count}"
        for word, count in of.counts.items()
    )
    title = of.chain.title_zh if language == "zh" else of.chain.title_en
    heading = f"{title} · {of.home.name} · {counts}".replace("$", r"\$")
    axes.text(0.0, -16.0, heading, fontsize=9.0, fontweight="bold")
    return figure


def _cut(text: str) -> str:
    """Return a text cut to the width of a box, with a sign that it was."""
    wide = np.cumsum([1 if ord(letter) < 0x2E80 else 2 for letter in text])
    fits = int(np.searchsorted(wide, LETTERS, side="right"))
    return text if fits >= len(text) else text[: fits - 1] + "…"
