"""Find weak links and strengths: stuck necks, dropped chains, long plates, the assessment."""

from chainwright.diagnose.appraisal import Assessment
from chainwright.diagnose.chain_diagnosis import ChainDiagnosis, chain
from chainwright.diagnose.chain_localisation import Localisation, localisation
from chainwright.diagnose.chain_status import ChainThresholds
from chainwright.diagnose.chains import Cut, DroppedChains, dropped_chains
from chainwright.diagnose.complexity_conventions import COMPLEXITY_CONVENTIONS
from chainwright.diagnose.complexity_panel import ComplexityYears, complexity_years
from chainwright.diagnose.complexity_result import Complexity
from chainwright.diagnose.criticality import (
    CriticalityThresholds,
    Material,
    SupplyRisk,
    supply_risk,
)
from chainwright.diagnose.dependence_findings import DEPENDENCE_FINDINGS
from chainwright.diagnose.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.economic_complexity import complexity
from chainwright.diagnose.entry_opportunities import (
    Opportunities,
    opportunities,
    opportunity_presets,
)
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
from chainwright.diagnose.presence_filter import PresenceFilter
from chainwright.diagnose.reasons import FINDINGS
from chainwright.diagnose.sector_classes import SECTOR_CLASSES
from chainwright.diagnose.survey import assessment
from chainwright.diagnose.trade_lasting import LastingDependence, lasting_dependence
from chainwright.diagnose.trade_scan import TradeDependence, trade_dependence
from chainwright.diagnose.unit_values import QualityGap, QualityThresholds, quality_gap

__all__ = [
    "COMPLEXITY_CONVENTIONS",
    "DEPENDENCE_FINDINGS",
    "FINDINGS",
    "INDICATORS",
    "SECTOR_CLASSES",
    "Assessment",
    "AssessmentThresholds",
    "ChainDiagnosis",
    "ChainThresholds",
    "Complexity",
    "ComplexityYears",
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
    "Localisation",
    "LongPlates",
    "Material",
    "MutualDependence",
    "MutualThresholds",
    "NeckThresholds",
    "Opportunities",
    "PlateThresholds",
    "PresenceFilter",
    "QualityGap",
    "QualityThresholds",
    "StuckNecks",
    "SupplyRisk",
    "SurgeThresholds",
    "TradeDependence",
    "assessment",
    "chain",
    "complexity",
    "complexity_years",
    "dependence",
    "dropped_chains",
    "essential_inputs",
    "exposure",
    "import_surge",
    "lasting_dependence",
    "localisation",
    "long_plates",
    "mutual_dependence",
    "opportunities",
    "opportunity_presets",
    "quality_gap",
    "stuck_necks",
    "supply_risk",
    "trade_dependence",
]
