"""The industrial system: who makes what where, and who feeds whom."""

from chainwright.system.axis import Axis, Language
from chainwright.system.bloc_lists import own_blocs
from chainwright.system.chains import Chain, Chains, chain_map, write_chain
from chainwright.system.firm_names import UnknownFirms, unknown_firms
from chainwright.system.firms import Firms, read_firms
from chainwright.system.flows import Flows, Imports, Stressors
from chainwright.system.home import Home, Regions, groups
from chainwright.system.maker import Maker, read_maker, write_maker
from chainwright.system.nodes import Nodes, sector_class
from chainwright.system.places import Bloc, bloc
from chainwright.system.result import Result
from chainwright.system.supply_network import SupplyNetwork
from chainwright.system.survey import SurveyAnswers, make_survey, read_survey
from chainwright.system.system import System
from chainwright.system.trade import Exports, Trade, TradeYear

__all__ = [
    "Axis",
    "Bloc",
    "Chain",
    "Chains",
    "Exports",
    "Firms",
    "Flows",
    "Home",
    "Imports",
    "Language",
    "Maker",
    "Nodes",
    "Regions",
    "Result",
    "Stressors",
    "SupplyNetwork",
    "SurveyAnswers",
    "System",
    "Trade",
    "TradeYear",
    "UnknownFirms",
    "bloc",
    "chain_map",
    "groups",
    "make_survey",
    "own_blocs",
    "read_firms",
    "read_maker",
    "read_survey",
    "sector_class",
    "unknown_firms",
    "write_chain",
    "write_maker",
]
