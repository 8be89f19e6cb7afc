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
    from chainwright.plan.minerals.mineral_needs import ReserveCosts
    from chainwright.plan.minerals.mineral_reserves import MineralReserves, mineral_reserves
    from chainwright.plan.minerals.outage_models import OutageModel, Replacement
    from chainwright.plan.minerals.release_rules import Release
    from chainwright.plan.minerals.reserve_gaps import ReserveGap, reserve_gap
    from chainwright.plan.repairs.measure_kinds import MeasureKinds, read_measure_kinds
    from chainwright.plan.repairs.measures import RepairMeasures, read_repair_measures
    from chainwright.plan.repairs.proposals import repair_measures
    from chainwright.plan.repairs.repair_costs import RepairCosts
    from chainwright.plan.repairs.repair_measure import RepairMeasure
    from chainwright.plan.repairs.repair_points import RepairFrontier, repair_frontier
    from chainwright.plan.repairs.repair_result import Repair
    from chainwright.plan.repairs.repair_rules import RepairRules
    from chainwright.plan.repairs.repairing import repair
    from chainwright.plan.restarting.restart_rules import RestartRules
    from chainwright.plan.restarting.restart_work import RestartWork, read_restart_work
    from chainwright.plan.restarting.restarts import RestartOrder, restart_loss, restart_order
    from chainwright.plan.restarting.resuming import Resume, resume
    from chainwright.plan.safety_stocks.network_stock import (
        ChainStocks,
        SafetyStock,
        safety_stock,
    )
    from chainwright.plan.safety_stocks.stage_network import StageNetwork, StageSystem
    from chainwright.plan.safety_stocks.stage_tables import read_stages

__all__ = [
    "ChainStocks",
    "DispatchList",
    "EventArea",
    "EventEstimate",
    "EventTimeline",
    "MeasureCosts",
    "MeasureKinds",
    "Measures",
    "MineralReserves",
    "Mitigation",
    "MitigationFrontier",
    "OutageModel",
    "Release",
    "Repair",
    "RepairCosts",
    "RepairFrontier",
    "RepairMeasure",
    "RepairMeasures",
    "RepairRules",
    "Replacement",
    "ReserveCosts",
    "ReserveGap",
    "RestartOrder",
    "RestartRules",
    "RestartWork",
    "Resume",
    "SafetyStock",
    "StageNetwork",
    "StageSystem",
    "dispatch",
    "event",
    "event_area",
    "event_timeline",
    "measures_for",
    "mineral_reserves",
    "mitigate",
    "mitigation_frontier",
    "polygon_of",
    "read_measure_kinds",
    "read_measures",
    "read_polygons",
    "read_repair_measures",
    "read_restart_work",
    "read_stages",
    "repair",
    "repair_frontier",
    "repair_measures",
    "reserve_gap",
    "restart_loss",
    "restart_order",
    "resume",
    "safety_stock",
]

_HOME = {
    "safety_stocks.network_stock": ("ChainStocks", "SafetyStock", "safety_stock"),
    "safety_stocks.stage_network": ("StageNetwork", "StageSystem"),
    "safety_stocks.stage_tables": ("read_stages",),
    "events.dispatching": ("DispatchList", "dispatch"),
    "events.event_areas": ("EventArea", "event_area"),
    "events.event_estimate": ("EventEstimate", "event"),
    "maker.measure_costs": ("MeasureCosts",),
    "maker.measures": ("Measures", "read_measures"),
    "maker.mitigation_points": ("MitigationFrontier", "mitigation_frontier"),
    "maker.mitigation_question": ("measures_for",),
    "maker.mitigations": ("Mitigation", "mitigate"),
    "minerals.mineral_needs": ("ReserveCosts",),
    "minerals.mineral_reserves": ("MineralReserves", "mineral_reserves"),
    "minerals.outage_models": ("OutageModel", "Replacement"),
    "minerals.release_rules": ("Release",),
    "minerals.reserve_gaps": ("ReserveGap", "reserve_gap"),
    "events.polygons": ("polygon_of", "read_polygons"),
    "repairs.measure_kinds": ("MeasureKinds", "read_measure_kinds"),
    "repairs.measures": ("RepairMeasures", "read_repair_measures"),
    "repairs.proposals": ("repair_measures",),
    "repairs.repair_costs": ("RepairCosts",),
    "repairs.repair_measure": ("RepairMeasure",),
    "repairs.repair_points": ("RepairFrontier", "repair_frontier"),
    "repairs.repair_result": ("Repair",),
    "repairs.repair_rules": ("RepairRules",),
    "repairs.repairing": ("repair",),
    "restarting.restart_rules": ("RestartRules",),
    "restarting.restart_work": ("RestartWork", "read_restart_work"),
    "restarting.resuming": ("Resume", "resume"),
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
