"""Equations as SVG drawn by matplotlib: the manual shows them without network and without LaTeX."""

import base64
import html
import io
import re
from functools import cache

import matplotlib as mpl
from docutils import nodes
from matplotlib import mathtext
from matplotlib.font_manager import FontProperties
from sphinx.util import logging

LOG = logging.getLogger(__name__)
SIZES = {"equation-inline": 12.5, "equation-block": 16.0}
"""Points; matplotlib sets fractions and limits small, so equations that stand apart are larger."""

SYNONYMS = (
    (r"\\(?:text|operatorname)\b", r"\\mathrm"),
    (r"\\[td]frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}"),
    (r"\\[td]frac\b", r"\\frac"),
    (r"\\(le|ge|ne)\b", r"\\\1q"),
)
"""Words of LaTeX that matplotlib knows by another name."""


@cache
def drawn(tex, size):
    """Return an SVG of one line of mathematics, as a data address, and how deep it hangs (pt)."""
    buffer = io.BytesIO()
    with mpl.rc_context(
        {"mathtext.fontset": "cm", "svg.hashsalt": "manual", "svg.fonttype": "path"}
    ):
        depth = mathtext.math_to_image(
            f"${tex}$", buffer, prop=FontProperties(size=size), format="svg", dpi=72
        )
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode(), depth


def image(translator, node, tex, style):
    """Return the HTML of one equation, or its text with a warning if it cannot be drawn."""
    plain = " ".join(tex.split())
    for ours, theirs in SYNONYMS:
        plain = re.sub(ours, theirs, plain)
    shown = html.escape(plain, quote=True)
    try:
        address, depth = drawn(plain, SIZES[style])
    except ValueError as error:
        LOG.warning("this equation cannot be drawn: %s (%s)", plain, error, location=node)
        return f"<code>{shown}</code>"
    drop = f' style="vertical-align: {-depth:.1f}pt"' if style == "equation-inline" else ""
    return f'<img class="equation {style}" alt="{shown}" src="{address}"{drop}/>'


def inline(translator, node):
    """Draw an equation inside a line."""
    translator.body.append(image(translator, node, node.astext(), "equation-inline"))
    raise nodes.SkipNode


def block(translator, node):
    """Draw equations that stand apart, one a line."""
    lines = [line for line in re.split(r"\\\\|\n\s*\n", node.astext()) if line.strip()]
    drawings = "<br/>".join(image(translator, node, line, "equation-block") for line in lines)
    translator.body.append(f'<div class="equation">{drawings}</div>')
    raise nodes.SkipNode


def setup(app):
    """Make `mathtext` a way to show mathematics in HTML."""
    app.add_html_math_renderer("mathtext", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
