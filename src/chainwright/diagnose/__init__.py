"""Find weak links and strengths: stuck necks, dropped chains, long plates, the assessment."""

from chainwright.diagnose.chain_maps.diagnosis import ChainDiagnosis, chain
from chainwright.diagnose.chain_maps.localisation import Localisation, localisation
from chainwright.diagnose.chain_maps.status import ChainThresholds
from chainwright.diagnose.product_space.complexity_conventions import COMPLEXITY_CONVENTIONS
from chainwright.diagnose.product_space.complexity_panel import ComplexityYears, complexity_years
from chainwright.diagnose.product_space.complexity_result import Complexity
from chainwright.diagnose.product_space.economic_complexity import complexity
from chainwright.diagnose.product_space.entry_opportunities import (
    Opportunities,
    opportunities,
    opportunity_presets,
)
from chainwright.diagnose.product_space.presence_filter import PresenceFilter
from chainwright.diagnose.products.criticality import (
    CriticalityThresholds,
    Material,
    SupplyRisk,
    supply_risk,
)
from chainwright.diagnose.products.dependence_findings import DEPENDENCE_FINDINGS
from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.products.exposures import Exposure, ExposureThresholds, exposure
from chainwright.diagnose.products.home_dependence import Dependence, dependence
from chainwright.diagnose.products.import_surges import ImportSurge, SurgeThresholds, import_surge
from chainwright.diagnose.products.mutual_product_dependence import (
    MutualDependence,
    MutualThresholds,
    mutual_dependence,
)
from chainwright.diagnose.products.trade_lasting import LastingDependence, lasting_dependence
from chainwright.diagnose.products.trade_scan import TradeDependence, trade_dependence
from chainwright.diagnose.products.unit_values import QualityGap, QualityThresholds, quality_gap
from chainwright.diagnose.sectors.appraisal import Assessment
from chainwright.diagnose.sectors.dropped_chains import Cut, DroppedChains, dropped_chains
from chainwright.diagnose.sectors.essentials import Essential, essential_inputs
from chainwright.diagnose.sectors.indicators import INDICATORS, AssessmentThresholds
from chainwright.diagnose.sectors.necks import NeckThresholds, StuckNecks, stuck_necks
from chainwright.diagnose.sectors.plates import LongPlates, PlateThresholds, long_plates
from chainwright.diagnose.sectors.reasons import FINDINGS
from chainwright.diagnose.sectors.sector_classes import SECTOR_CLASSES
from chainwright.diagnose.sectors.survey import assessment

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
