"""What to do: measures that cover gaps, what they cost, and the order to restart in."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.plan.events.dispatching import DispatchList, dispatch
    from chainwright.plan.events.event_areas import EventArea, event_area
    from chainwright.plan.events.event_estimate import EventEstimate, event
    from chainwright.plan.events.polygons import polygon_of, read_polygons
    from chainwright.plan.events.timelines import EventTimeline, event_timeline
    from chainwright.plan.maker.measure_costs import MeasureCosts
    from chainwright.plan.maker.measures import Measures, read_measures
    from chainwright.plan.maker.mitigation_points import MitigationFrontier, mitigation_frontier
    from chainwright.plan.maker.mitigation_question import measures_for
    from chainwright.plan.maker.mitigations import Mitigation, mitigate
    from chainwright.plan.restarting.restarts import RestartOrder, restart_loss, restart_order

__all__ = [
    "DispatchList",
    "EventArea",
    "EventEstimate",
    "EventTimeline",
    "MeasureCosts",
    "Measures",
    "Mitigation",
    "MitigationFrontier",
    "RestartOrder",
    "dispatch",
    "event",
    "event_area",
    "event_timeline",
    "measures_for",
    "mitigate",
    "mitigation_frontier",
    "polygon_of",
    "read_measures",
    "read_polygons",
    "restart_loss",
    "restart_order",
]

_HOME = {
    "events.dispatching": ("DispatchList", "dispatch"),
    "events.event_areas": ("EventArea", "event_area"),
    "events.event_estimate": ("EventEstimate", "event"),
    "maker.measure_costs": ("MeasureCosts",),
    "maker.measures": ("Measures", "read_measures"),
    "maker.mitigation_points": ("MitigationFrontier", "mitigation_frontier"),
    "maker.mitigation_question": ("measures_for",),
    "maker.mitigations": ("Mitigation", "mitigate"),
    "events.polygons": ("polygon_of", "read_polygons"),
    "restarting.restarts": ("RestartOrder", "restart_loss", "restart_order"),
    "events.timelines": ("EventTimeline", "event_timeline"),
}
"""Public names by the module that defines them; a module is imported when one is first used."""

_PLACE = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562): a question loads what it needs."""
    if name not in _PLACE:
        msg = f"module 'chainwright.plan' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"chainwright.plan.{_PLACE[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
