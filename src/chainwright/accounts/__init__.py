"""Linear algebra on flows: multipliers, footprints, reliance, position, extraction, paths."""

from chainwright.accounts.embargo_scans import EmbargoScan, embargo_scan
from chainwright.accounts.embargoes import Embargo, embargo
from chainwright.accounts.export_terms import TERMS, ExportSplit, export_split
from chainwright.accounts.extractions import (
    DEMAND_SIDE,
    Extraction,
    RegionExtraction,
    extraction,
    region_extraction,
)
from chainwright.accounts.factors import Leontief, leontief
from chainwright.accounts.footprints import Footprint, footprint
from chainwright.accounts.look_through import Reliance, reliance
from chainwright.accounts.multipliers import NodeAccounts, node_accounts
from chainwright.accounts.price_changes import SUPPLY_PUSH, PriceChange, SupplyPush, ghosh, prices
from chainwright.accounts.stages import Position, position
from chainwright.accounts.stressors import StressorAccounts, stressor_accounts
from chainwright.accounts.structural_decomposition import (
    CURRENT_PRICES,
    Decomposition,
    decomposition,
)
from chainwright.accounts.structural_paths import Paths, paths
from chainwright.accounts.value_added_trade import (
    ProductOrigin,
    TradeInValueAdded,
    product_origin,
    trade_in_value_added,
)
from chainwright.accounts.workplan import WorkPlan, plan

__all__ = [
    "CURRENT_PRICES",
    "DEMAND_SIDE",
    "SUPPLY_PUSH",
    "TERMS",
    "Decomposition",
    "Embargo",
    "EmbargoScan",
    "ExportSplit",
    "Extraction",
    "Footprint",
    "Leontief",
    "NodeAccounts",
    "Paths",
    "Position",
    "PriceChange",
    "ProductOrigin",
    "RegionExtraction",
    "Reliance",
    "StressorAccounts",
    "SupplyPush",
    "TradeInValueAdded",
    "WorkPlan",
    "decomposition",
    "embargo",
    "embargo_scan",
    "export_split",
    "extraction",
    "footprint",
    "ghosh",
    "leontief",
    "node_accounts",
    "paths",
    "plan",
    "position",
    "prices",
    "product_origin",
    "region_extraction",
    "reliance",
    "stressor_accounts",
    "trade_in_value_added",
]
