"""Find weak links and strengths: stuck necks, dropped chains, long plates, the assessment."""

from chainwright.diagnose.appraisal import Assessment
from chainwright.diagnose.chains import Cut, DroppedChains, dropped_chains
from chainwright.diagnose.essentials import Essential, essential_inputs
from chainwright.diagnose.indicators import INDICATORS, AssessmentThresholds
from chainwright.diagnose.necks import NeckThresholds, StuckNecks, stuck_necks
from chainwright.diagnose.plates import LongPlates, PlateThresholds, long_plates
from chainwright.diagnose.reasons import FINDINGS
from chainwright.diagnose.sector_classes import SECTOR_CLASSES
from chainwright.diagnose.survey import assessment

__all__ = [
    "FINDINGS",
    "INDICATORS",
    "SECTOR_CLASSES",
    "Assessment",
    "AssessmentThresholds",
    "Cut",
    "DroppedChains",
    "Essential",
    "LongPlates",
    "NeckThresholds",
    "PlateThresholds",
    "StuckNecks",
    "assessment",
    "dropped_chains",
    "essential_inputs",
    "long_plates",
    "stuck_necks",
]
