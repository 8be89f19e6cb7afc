"""The industrial system: who makes what where, and who feeds whom."""

from chainwright.system.axis import Axis, Language
from chainwright.system.flows import Flows, Imports, Stressors
from chainwright.system.home import Home, Regions, groups
from chainwright.system.nodes import Nodes, sector_class
from chainwright.system.result import Result
from chainwright.system.system import System

__all__ = [
    "Axis",
    "Flows",
    "Home",
    "Imports",
    "Language",
    "Nodes",
    "Regions",
    "Result",
    "Stressors",
    "System",
    "groups",
    "sector_class",
]
