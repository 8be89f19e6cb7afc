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
from chainwright.accounts.leontief import Leontief, leontief
from chainwright.accounts.stages import Position, position

__all__ = [
    "DEMAND_SIDE",
    "Embargo",
    "EmbargoScan",
    "Extraction",
    "Leontief",
    "Position",
    "RegionExtraction",
    "embargo",
    "embargo_scan",
    "extraction",
    "leontief",
    "position",
    "region_extraction",
]
