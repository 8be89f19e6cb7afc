"""Find weak links and strengths: stuck necks, dropped chains, long plates, the assessment."""

from chainwright.diagnose.necks import NeckThresholds, StuckNecks, stuck_necks
from chainwright.diagnose.plates import LongPlates, PlateThresholds, long_plates

__all__ = [
    "LongPlates",
    "NeckThresholds",
    "PlateThresholds",
    "StuckNecks",
    "long_plates",
    "stuck_necks",
]
