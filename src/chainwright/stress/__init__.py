"""Shake the system: shocks through sectors and firms, over time, once or in thousands of draws."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.stress.engine_choice import run
    from chainwright.stress.ensembles.ensemble import Ensemble
    from chainwright.stress.ensembles.ensemble_runs import ensemble
    from chainwright.stress.ensembles.sensitivity import Sensitivity, sensitivity
    from chainwright.stress.ensembles.uncertain_input import UncertainInput
    from chainwright.stress.ensembles.uncertainty import Uncertainty
    from chainwright.stress.firms.cascade import Cascade, cascade
    from chainwright.stress.firms.cascade_question import CascadeQuestion
    from chainwright.stress.firms.firm_run import FirmRun, run_firms
    from chainwright.stress.firms.lifting import Lifted, lifted
    from chainwright.stress.firms.pushing_down import pushed_down
    from chainwright.stress.firms.systemic_risk import SystemicRisk, systemic_risk
    from chainwright.stress.scans.scan import Scan, scan
    from chainwright.stress.sectors.by_origin import simulate_by_origin
    from chainwright.stress.sectors.comparison import StressComparison, compare
    from chainwright.stress.sectors.coupling import Coupling
    from chainwright.stress.sectors.economy import Economy
    from chainwright.stress.sectors.inoperability import Inoperability, inoperability
    from chainwright.stress.sectors.interdependency import Interdependency, interdependency
    from chainwright.stress.sectors.inventory_model import InventoryModel
    from chainwright.stress.sectors.partially_binding import PartiallyBinding, partially_binding
    from chainwright.stress.sectors.partially_binding_model import BindingModel
    from chainwright.stress.sectors.pooled import simulate_pooled
    from chainwright.stress.sectors.run import StressRun
    from chainwright.stress.sectors.run_records import Records
    from chainwright.stress.sectors.stock_days import StockDays, stock_days
    from chainwright.stress.sectors.whatif import WhatIf, whatif
    from chainwright.stress.shocks.blow import Blow
    from chainwright.stress.shocks.shock import Shock
    from chainwright.stress.shocks.templates import (
        closure,
        default,
        disaster,
        embargo,
        epidemic,
        port,
        rationing,
        route,
        strike,
    )

__all__ = [
    "BindingModel",
    "Blow",
    "Cascade",
    "CascadeQuestion",
    "Coupling",
    "Economy",
    "Ensemble",
    "FirmRun",
    "Inoperability",
    "Interdependency",
    "InventoryModel",
    "Lifted",
    "PartiallyBinding",
    "Records",
    "Scan",
    "Sensitivity",
    "Shock",
    "StockDays",
    "StressComparison",
    "StressRun",
    "SystemicRisk",
    "UncertainInput",
    "Uncertainty",
    "WhatIf",
    "cascade",
    "closure",
    "compare",
    "default",
    "disaster",
    "embargo",
    "ensemble",
    "epidemic",
    "inoperability",
    "interdependency",
    "lifted",
    "partially_binding",
    "port",
    "pushed_down",
    "rationing",
    "route",
    "run",
    "run_firms",
    "scan",
    "sensitivity",
    "simulate_by_origin",
    "simulate_pooled",
    "stock_days",
    "strike",
    "systemic_risk",
    "whatif",
]

_HOME: dict[str, tuple[str, ...]] = {
    "engine_choice": ("run",),
    "firms.firm_run": ("FirmRun", "run_firms"),
    "firms.lifting": ("Lifted", "lifted"),
    "firms.pushing_down": ("pushed_down",),
    "ensembles.ensemble": ("Ensemble",),
    "ensembles.ensemble_runs": ("ensemble",),
    "ensembles.sensitivity": ("Sensitivity", "sensitivity"),
    "ensembles.uncertain_input": ("UncertainInput",),
    "ensembles.uncertainty": ("Uncertainty",),
    "firms.cascade": ("Cascade", "cascade"),
    "firms.cascade_question": ("CascadeQuestion",),
    "firms.systemic_risk": ("SystemicRisk", "systemic_risk"),
    "scans.scan": ("Scan", "scan"),
    "sectors.by_origin": ("simulate_by_origin",),
    "sectors.comparison": ("StressComparison", "compare"),
    "sectors.coupling": ("Coupling",),
    "sectors.economy": ("Economy",),
    "sectors.inoperability": ("Inoperability", "inoperability"),
    "sectors.interdependency": ("Interdependency", "interdependency"),
    "sectors.inventory_model": ("InventoryModel",),
    "sectors.partially_binding": ("PartiallyBinding", "partially_binding"),
    "sectors.partially_binding_model": ("BindingModel",),
    "sectors.pooled": ("simulate_pooled",),
    "sectors.run": ("StressRun",),
    "sectors.run_records": ("Records",),
    "sectors.stock_days": ("StockDays", "stock_days"),
    "sectors.whatif": ("WhatIf", "whatif"),
    "shocks.blow": ("Blow",),
    "shocks.shock": ("Shock",),
    "shocks.templates": (
        "closure",
        "default",
        "disaster",
        "embargo",
        "epidemic",
        "port",
        "rationing",
        "route",
        "strike",
    ),
}
"""Public names by the module that defines them; a module is imported when one is first used."""

_PLACE = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562): a question loads what it needs."""
    if name not in _PLACE:
        msg = f"module 'chainwright.stress' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"chainwright.stress.{_PLACE[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
