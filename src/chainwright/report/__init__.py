"""Briefs: a page to read and print, a workbook, every table, and what makes them again."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.report import charts
    from chainwright.report.maker.making import MakerBrief, is_maker, maker_brief
    from chainwright.report.maker.question import PARTS, UNASKED
    from chainwright.report.making import Brief, brief
    from chainwright.report.replaying import Replay, replay

__all__ = [
    "PARTS",
    "UNASKED",
    "Brief",
    "MakerBrief",
    "Replay",
    "brief",
    "charts",
    "is_maker",
    "maker_brief",
    "replay",
]

_HOME = {
    "Brief": "making",
    "brief": "making",
    "MakerBrief": "maker.making",
    "PARTS": "maker.question",
    "UNASKED": "maker.question",
    "is_maker": "maker.making",
    "maker_brief": "maker.making",
    "Replay": "replaying",
    "replay": "replaying",
}
"""Where each public name is defined; `charts` is a package."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: charts take long to import."""
    if name == "charts":
        return import_module("chainwright.report.charts")
    if name in _HOME:
        return getattr(import_module(f"chainwright.report.{_HOME[name]}"), name)
    msg = f"module 'chainwright.report' has no attribute {name!r}"
    raise AttributeError(msg)
