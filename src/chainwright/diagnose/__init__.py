"""Find weak links and strengths: of sectors, of products, of chains, and what lies within reach."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.diagnose.chain_maps.diagnosis import ChainDiagnosis, chain
    from chainwright.diagnose.chain_maps.localisation import Localisation, localisation
    from chainwright.diagnose.chain_maps.status import ChainThresholds
    from chainwright.diagnose.maker.assumptions import MakerAssumptions
    from chainwright.diagnose.maker.common_suppliers import CommonSuppliers, common_suppliers
    from chainwright.diagnose.maker.concentration import MakerConcentration, concentration
    from chainwright.diagnose.maker.exposure import EXPOSURE_FINDINGS, MakerExposure, exposure
    from chainwright.diagnose.maker.missing_data import MISSING_KINDS, MissingData, missing_data
    from chainwright.diagnose.maker.missing_ranges import MissingRanges
    from chainwright.diagnose.maker.outage_programme import OutageImpact, OutageProgramme
    from chainwright.diagnose.maker.single_sources import (
        SOURCE_FINDINGS,
        SingleSources,
        single_sources,
    )
    from chainwright.diagnose.maker.supplier_tiers import SupplierTiers, supplier_tiers
    from chainwright.diagnose.maker.survival import Survival, survival
    from chainwright.diagnose.maker.tier_confidence import TierConfidence
    from chainwright.diagnose.product_space.complexity_conventions import COMPLEXITY_CONVENTIONS
    from chainwright.diagnose.product_space.complexity_panel import (
        ComplexityYears,
        complexity_years,
    )
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
    from chainwright.diagnose.products.home_dependence import Dependence, dependence
    from chainwright.diagnose.products.import_exposures import (
        ImportExposure,
        ImportExposureThresholds,
        import_exposure,
    )
    from chainwright.diagnose.products.import_surges import (
        ImportSurge,
        SurgeThresholds,
        import_surge,
    )
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
    from chainwright.diagnose.sectors.indicators import INDICATORS, AssessmentThresholds
    from chainwright.diagnose.sectors.necks import NeckThresholds, StuckNecks, stuck_necks
    from chainwright.diagnose.sectors.plates import LongPlates, PlateThresholds, long_plates
    from chainwright.diagnose.sectors.reasons import FINDINGS
    from chainwright.diagnose.sectors.sector_classes import SECTOR_CLASSES
    from chainwright.diagnose.sectors.survey import assessment
    from chainwright.system.essentials import Essential, essential_inputs

__all__ = [
    "COMPLEXITY_CONVENTIONS",
    "DEPENDENCE_FINDINGS",
    "EXPOSURE_FINDINGS",
    "FINDINGS",
    "INDICATORS",
    "MISSING_KINDS",
    "SECTOR_CLASSES",
    "SOURCE_FINDINGS",
    "Assessment",
    "AssessmentThresholds",
    "ChainDiagnosis",
    "ChainThresholds",
    "CommonSuppliers",
    "Complexity",
    "ComplexityYears",
    "CriticalityThresholds",
    "Cut",
    "Dependence",
    "DependenceThresholds",
    "DroppedChains",
    "Essential",
    "ImportExposure",
    "ImportExposureThresholds",
    "ImportSurge",
    "LastingDependence",
    "Localisation",
    "LongPlates",
    "MakerAssumptions",
    "MakerConcentration",
    "MakerExposure",
    "Material",
    "MissingData",
    "MissingRanges",
    "MutualDependence",
    "MutualThresholds",
    "NeckThresholds",
    "Opportunities",
    "OutageImpact",
    "OutageProgramme",
    "PlateThresholds",
    "PresenceFilter",
    "QualityGap",
    "QualityThresholds",
    "SingleSources",
    "StuckNecks",
    "SupplierTiers",
    "SupplyRisk",
    "SurgeThresholds",
    "Survival",
    "TierConfidence",
    "TradeDependence",
    "assessment",
    "chain",
    "common_suppliers",
    "complexity",
    "complexity_years",
    "concentration",
    "dependence",
    "dropped_chains",
    "essential_inputs",
    "exposure",
    "import_exposure",
    "import_surge",
    "lasting_dependence",
    "localisation",
    "long_plates",
    "missing_data",
    "mutual_dependence",
    "opportunities",
    "opportunity_presets",
    "quality_gap",
    "single_sources",
    "stuck_necks",
    "supplier_tiers",
    "supply_risk",
    "survival",
    "trade_dependence",
]

_HOME = {
    "chain_maps.diagnosis": (
        "ChainDiagnosis",
        "chain",
    ),
    "chain_maps.localisation": (
        "Localisation",
        "localisation",
    ),
    "chain_maps.status": ("ChainThresholds",),
    "maker.assumptions": ("MakerAssumptions",),
    "maker.common_suppliers": ("CommonSuppliers", "common_suppliers"),
    "maker.concentration": ("MakerConcentration", "concentration"),
    "maker.exposure": ("EXPOSURE_FINDINGS", "MakerExposure", "exposure"),
    "maker.missing_data": ("MISSING_KINDS", "MissingData", "missing_data"),
    "maker.missing_ranges": ("MissingRanges",),
    "maker.outage_programme": ("OutageImpact", "OutageProgramme"),
    "maker.single_sources": ("SOURCE_FINDINGS", "SingleSources", "single_sources"),
    "maker.supplier_tiers": ("SupplierTiers", "supplier_tiers"),
    "maker.survival": ("Survival", "survival"),
    "maker.tier_confidence": ("TierConfidence",),
    "product_space.complexity_conventions": ("COMPLEXITY_CONVENTIONS",),
    "product_space.complexity_panel": (
        "ComplexityYears",
        "complexity_years",
    ),
    "product_space.complexity_result": ("Complexity",),
    "product_space.economic_complexity": ("complexity",),
    "product_space.entry_opportunities": (
        "Opportunities",
        "opportunities",
        "opportunity_presets",
    ),
    "product_space.presence_filter": ("PresenceFilter",),
    "products.criticality": (
        "CriticalityThresholds",
        "Material",
        "SupplyRisk",
        "supply_risk",
    ),
    "products.dependence_findings": ("DEPENDENCE_FINDINGS",),
    "products.dependence_thresholds": ("DependenceThresholds",),
    "products.import_exposures": (
        "ImportExposure",
        "ImportExposureThresholds",
        "import_exposure",
    ),
    "products.home_dependence": (
        "Dependence",
        "dependence",
    ),
    "products.import_surges": (
        "ImportSurge",
        "SurgeThresholds",
        "import_surge",
    ),
    "products.mutual_product_dependence": (
        "MutualDependence",
        "MutualThresholds",
        "mutual_dependence",
    ),
    "products.trade_lasting": (
        "LastingDependence",
        "lasting_dependence",
    ),
    "products.trade_scan": (
        "TradeDependence",
        "trade_dependence",
    ),
    "products.unit_values": (
        "QualityGap",
        "QualityThresholds",
        "quality_gap",
    ),
    "sectors.appraisal": ("Assessment",),
    "sectors.dropped_chains": (
        "Cut",
        "DroppedChains",
        "dropped_chains",
    ),
    "sectors.indicators": (
        "INDICATORS",
        "AssessmentThresholds",
    ),
    "sectors.necks": (
        "Essential",
        "NeckThresholds",
        "StuckNecks",
        "essential_inputs",
        "stuck_necks",
    ),
    "sectors.plates": (
        "LongPlates",
        "PlateThresholds",
        "long_plates",
    ),
    "sectors.reasons": ("FINDINGS",),
    "sectors.sector_classes": ("SECTOR_CLASSES",),
    "sectors.survey": ("assessment",),
}
"""Public names by the module that defines them; a module is imported when one is first used."""

_PLACE = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562): a question loads what it needs."""
    if name not in _PLACE:
        msg = f"module 'chainwright.diagnose' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"chainwright.diagnose.{_PLACE[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
