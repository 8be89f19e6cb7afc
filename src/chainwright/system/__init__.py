"""The industrial system: who makes what where, and who feeds whom."""

from importlib import import_module
from typing import TYPE_CHECKING

from chainwright.system.axis import Axis, Language
from chainwright.system.bloc_lists import own_blocs
from chainwright.system.chains import Chain, Chains, chain_map, write_chain
from chainwright.system.firm_names import UnknownFirms, unknown_firms
from chainwright.system.firms import Firms, read_firms
from chainwright.system.flows import Flows, Imports, Stressors
from chainwright.system.home import Home, Regions, groups
from chainwright.system.links import Links, read_links
from chainwright.system.maker import Maker, read_maker, write_maker
from chainwright.system.nodes import Nodes, sector_class
from chainwright.system.places import Bloc, bloc
from chainwright.system.readings import (
    QUALITIES,
    Readings,
    carbon_items,
    carbon_kinds,
    read_readings,
)
from chainwright.system.readings_arrow import arrow_readings, write_readings
from chainwright.system.result import Result
from chainwright.system.safeguards import Safeguard, Safeguards
from chainwright.system.supply_network import SupplyNetwork
from chainwright.system.survey import SurveyAnswers, make_survey, read_survey
from chainwright.system.system import System
from chainwright.system.trade import Exports, Trade, TradeYear

if TYPE_CHECKING:
    from chainwright.system.maker_intake.preview import Intake, intake
    from chainwright.system.maker_intake.template import intake_template

__all__ = [
    "QUALITIES",
    "Axis",
    "Bloc",
    "Chain",
    "Chains",
    "Exports",
    "Firms",
    "Flows",
    "Home",
    "Imports",
    "Intake",
    "Language",
    "Links",
    "Maker",
    "Nodes",
    "Readings",
    "Regions",
    "Result",
    "Safeguard",
    "Safeguards",
    "Stressors",
    "SupplyNetwork",
    "SurveyAnswers",
    "System",
    "Trade",
    "TradeYear",
    "UnknownFirms",
    "arrow_readings",
    "bloc",
    "carbon_items",
    "carbon_kinds",
    "chain_map",
    "groups",
    "intake",
    "intake_template",
    "make_survey",
    "own_blocs",
    "read_firms",
    "read_links",
    "read_maker",
    "read_readings",
    "read_survey",
    "sector_class",
    "unknown_firms",
    "write_chain",
    "write_maker",
    "write_readings",
]

_LATER = {
    "Intake": "maker_intake.preview",
    "intake": "maker_intake.preview",
    "intake_template": "maker_intake.template",
}
"""Public names that read and write spreadsheets: imported when one is first used (PEP 562)."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _LATER:
        msg = f"module 'chainwright.system' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"chainwright.system.{_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
