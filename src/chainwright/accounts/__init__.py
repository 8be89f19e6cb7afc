"""Linear algebra on flows: multipliers, footprints, reliance, position, extraction."""

from chainwright.accounts.embargo_scans import EmbargoScan, embargo_scan
from chainwright.accounts.embargoes import Embargo, embargo
from chainwright.accounts.extractions import (
    DEMAND_SIDE,
    Extraction,
    RegionExtraction,
    extraction,
    region_extraction,
)
from chainwright.accounts.footprints import Footprint, footprint
from chainwright.accounts.leontief import Leontief, leontief
from chainwright.accounts.multipliers import NodeAccounts, node_accounts
from chainwright.accounts.stages import Position, position
from chainwright.accounts.stressors import StressorAccounts, stressor_accounts

__all__ = [
    "DEMAND_SIDE",
    "Embargo",
    "EmbargoScan",
    "Extraction",
    "Footprint",
    "Leontief",
    "NodeAccounts",
    "Position",
    "RegionExtraction",
    "StressorAccounts",
    "embargo",
    "embargo_scan",
    "extraction",
    "footprint",
    "leontief",
    "node_accounts",
    "position",
    "region_extraction",
    "stressor_accounts",
]
