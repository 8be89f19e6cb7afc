"""Charts that look the same in a notebook and in a brief, and print well."""

from chainwright.report.charts.bands import Band, Curve, Span, band_chart
from chainwright.report.charts.bars import Bar, bar_chart
from chainwright.report.charts.chain_map import ChainPicture, draw_chain
from chainwright.report.charts.chart import Chart, Label
from chainwright.report.charts.heat import heat_map
from chainwright.report.charts.lines import line_chart
from chainwright.report.charts.sankey import Flow, Stage, flow_chart
from chainwright.report.charts.tree import Branch, tree_chart

__all__ = [
    "Band",
    "Bar",
    "Branch",
    "ChainPicture",
    "Chart",
    "Curve",
    "Flow",
    "Label",
    "Span",
    "Stage",
    "band_chart",
    "bar_chart",
    "draw_chain",
    "flow_chart",
    "heat_map",
    "line_chart",
    "tree_chart",
]
