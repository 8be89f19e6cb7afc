"""Find weak links and strengths: stuck necks, dropped chains, long plates, the assessment."""

from chainwright.diagnose.appraisal import Assessment
from chainwright.diagnose.chains import Cut, DroppedChains, dropped_chains
from chainwright.diagnose.criticality import (
    CriticalityThresholds,
    Material,
    SupplyRisk,
    supply_risk,
)
from chainwright.diagnose.dependence_findings import DEPENDENCE_FINDINGS
from chainwright.diagnose.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.essentials import Essential, essential_inputs
from chainwright.diagnose.exposures import Exposure, ExposureThresholds, exposure
from chainwright.diagnose.home_dependence import Dependence, dependence
from chainwright.diagnose.import_surges import ImportSurge, SurgeThresholds, import_surge
from chainwright.diagnose.indicators import INDICATORS, AssessmentThresholds
from chainwright.diagnose.mutual_product_dependence import (
    MutualDependence,
    MutualThresholds,
    mutual_dependence,
)
from chainwright.diagnose.necks import NeckThresholds, StuckNecks, stuck_necks
from chainwright.diagnose.plates import LongPlates, PlateThresholds, long_plates
from chainwright.diagnose.reasons import FINDINGS
from chainwright.diagnose.sector_classes import SECTOR_CLASSES
from chainwright.diagnose.survey import assessment
from chainwright.diagnose.trade_lasting import LastingDependence, lasting_dependence
from chainwright.diagnose.trade_scan import TradeDependence, trade_dependence
from chainwright.diagnose.unit_values import QualityGap, QualityThresholds, quality_gap

__all__ = [
    "DEPENDENCE_FINDINGS",
    "FINDINGS",
    "INDICATORS",
    "SECTOR_CLASSES",
    "Assessment",
    "AssessmentThresholds",
    "CriticalityThresholds",
    "Cut",
    "Dependence",
    "DependenceThresholds",
    "DroppedChains",
    "Essential",
    "Exposure",
    "ExposureThresholds",
    "ImportSurge",
    "LastingDependence",
    "LongPlates",
    "Material",
    "MutualDependence",
    "MutualThresholds",
    "NeckThresholds",
    "PlateThresholds",
    "QualityGap",
    "QualityThresholds",
    "StuckNecks",
    "SupplyRisk",
    "SurgeThresholds",
    "TradeDependence",
    "assessment",
    "dependence",
    "dropped_chains",
    "essential_inputs",
    "exposure",
    "import_surge",
    "lasting_dependence",
    "long_plates",
    "mutual_dependence",
    "quality_gap",
    "stuck_necks",
    "supply_risk",
    "trade_dependence",
]
