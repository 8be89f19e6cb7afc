"""Green: carbon accounts of enterprises, their efficiency codes, footprints of products."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.carbon.advice.advice_result import Advice
    from chainwright.carbon.advice.advising import advise
    from chainwright.carbon.advice.energy_measures import EnergyMeasures, read_energy_measures
    from chainwright.carbon.advice.next_grade_result import NextGrade
    from chainwright.carbon.advice.next_grades import next_grade
    from chainwright.carbon.border.cbam_tables import CbamTables
    from chainwright.carbon.border.certificates import Cbam, cbam
    from chainwright.carbon.cities.city_view import City, city
    from chainwright.carbon.codes.claims import Claims
    from chainwright.carbon.codes.disclosing import DisclosedInput, check_disclosure, disclose
    from chainwright.carbon.codes.issuing import IssuedCodes, issue
    from chainwright.carbon.codes.keys import PublicKey, SigningKey
    from chainwright.carbon.codes.qr_codes import qr_svg
    from chainwright.carbon.codes.salts import SaltKey
    from chainwright.carbon.codes.seen_lists import remember_lists
    from chainwright.carbon.codes.signing import signed
    from chainwright.carbon.codes.status_lists import StatusList, code_id
    from chainwright.carbon.codes.trust_lists import TrustedKey, TrustList
    from chainwright.carbon.codes.verifying import VerifiedCode, verify
    from chainwright.carbon.documents.firm_documents import (
        code_document,
        code_documents,
        document_text,
    )
    from chainwright.carbon.exchange.pact_checks import check_pact
    from chainwright.carbon.exchange.pact_documents import PactFootprint, read_pact, write_pact
    from chainwright.carbon.exchange.pact_products import pact_footprints
    from chainwright.carbon.exchange.supplier_footprints import declared_footprints
    from chainwright.carbon.factors.boundaries import (
        FootprintElectricity,
        GridFactor,
        footprint_electricity,
    )
    from chainwright.carbon.factors.factor_records import Factor
    from chainwright.carbon.factors.factor_sets import FactorSet
    from chainwright.carbon.factors.fuels import fuel_factor
    from chainwright.carbon.factors.line_factors import LineFactors
    from chainwright.carbon.factors.potentials import gwp
    from chainwright.carbon.factors.published import EmissionFactors, emission_factors
    from chainwright.carbon.intake.coverage_lines import Coverage, coverage
    from chainwright.carbon.intake.meter_shares import read_meter_shares
    from chainwright.carbon.intake.meter_templates import readings_template
    from chainwright.carbon.intake.meters import ReadingsPreview, read_meters
    from chainwright.carbon.inventory.account_lines import AccountLines
    from chainwright.carbon.inventory.account_result import Account
    from chainwright.carbon.inventory.accounting import account
    from chainwright.carbon.inventory.change_result import Decomposition
    from chainwright.carbon.inventory.comparisons import AccountComparison, compare_accounts
    from chainwright.carbon.inventory.decompositions import decompose
    from chainwright.carbon.inventory.log_mean_index import lmdi
    from chainwright.carbon.inventory.one_firm import alone
    from chainwright.carbon.lifecycle.catalogue import Footprints, footprints
    from chainwright.carbon.lifecycle.catalogue_draws import FootprintDraws, footprint_draws
    from chainwright.carbon.lifecycle.one_product import ProductFootprint
    from chainwright.carbon.lifecycle.process_tables import read_processes
    from chainwright.carbon.lifecycle.product_systems import ProductSystem, ProductSystemPart
    from chainwright.carbon.lifecycle.supplier_changes import FootprintChange
    from chainwright.carbon.lifecycle.supply_sources import product_system
    from chainwright.carbon.methods.method_files import Method
    from chainwright.carbon.ratings.rating import rate
    from chainwright.carbon.ratings.rating_result import Rating
    from chainwright.carbon.ratings.sector_means import SectorMeans
    from chainwright.carbon.steel.route_footprints import SteelRoutes, steel_routes

__all__ = [
    "Account",
    "AccountComparison",
    "AccountLines",
    "Advice",
    "Cbam",
    "CbamTables",
    "City",
    "Claims",
    "Coverage",
    "Decomposition",
    "DisclosedInput",
    "EmissionFactors",
    "EnergyMeasures",
    "Factor",
    "FactorSet",
    "FootprintChange",
    "FootprintDraws",
    "FootprintElectricity",
    "Footprints",
    "GridFactor",
    "IssuedCodes",
    "LineFactors",
    "Method",
    "NextGrade",
    "PactFootprint",
    "ProductFootprint",
    "ProductSystem",
    "ProductSystemPart",
    "PublicKey",
    "Rating",
    "ReadingsPreview",
    "SaltKey",
    "SectorMeans",
    "SigningKey",
    "StatusList",
    "SteelRoutes",
    "TrustList",
    "TrustedKey",
    "VerifiedCode",
    "account",
    "advise",
    "alone",
    "cbam",
    "check_disclosure",
    "check_pact",
    "city",
    "code_document",
    "code_documents",
    "code_id",
    "compare_accounts",
    "coverage",
    "declared_footprints",
    "decompose",
    "disclose",
    "document_text",
    "emission_factors",
    "footprint_draws",
    "footprint_electricity",
    "footprints",
    "fuel_factor",
    "gwp",
    "issue",
    "lmdi",
    "next_grade",
    "pact_footprints",
    "product_system",
    "qr_svg",
    "rate",
    "read_energy_measures",
    "read_meter_shares",
    "read_meters",
    "read_pact",
    "read_processes",
    "readings_template",
    "remember_lists",
    "signed",
    "steel_routes",
    "verify",
    "write_pact",
]

_HOME = {
    "Coverage": "intake.coverage_lines",
    "ReadingsPreview": "intake.meters",
    "coverage": "intake.coverage_lines",
    "read_meter_shares": "intake.meter_shares",
    "read_meters": "intake.meters",
    "readings_template": "intake.meter_templates",
    "Account": "inventory.account_result",
    "AccountComparison": "inventory.comparisons",
    "AccountLines": "inventory.account_lines",
    "Advice": "advice.advice_result",
    "Cbam": "border.certificates",
    "CbamTables": "border.cbam_tables",
    "City": "cities.city_view",
    "Claims": "codes.claims",
    "Decomposition": "inventory.change_result",
    "DisclosedInput": "codes.disclosing",
    "EmissionFactors": "factors.published",
    "EnergyMeasures": "advice.energy_measures",
    "Factor": "factors.factor_records",
    "FactorSet": "factors.factor_sets",
    "FootprintChange": "lifecycle.supplier_changes",
    "FootprintDraws": "lifecycle.catalogue_draws",
    "FootprintElectricity": "factors.boundaries",
    "Footprints": "lifecycle.catalogue",
    "GridFactor": "factors.boundaries",
    "IssuedCodes": "codes.issuing",
    "LineFactors": "factors.line_factors",
    "Method": "methods.method_files",
    "NextGrade": "advice.next_grade_result",
    "PactFootprint": "exchange.pact_documents",
    "ProductFootprint": "lifecycle.one_product",
    "ProductSystem": "lifecycle.product_systems",
    "ProductSystemPart": "lifecycle.product_systems",
    "PublicKey": "codes.keys",
    "Rating": "ratings.rating_result",
    "SaltKey": "codes.salts",
    "SectorMeans": "ratings.sector_means",
    "SigningKey": "codes.keys",
    "StatusList": "codes.status_lists",
    "SteelRoutes": "steel.route_footprints",
    "TrustList": "codes.trust_lists",
    "TrustedKey": "codes.trust_lists",
    "VerifiedCode": "codes.verifying",
    "account": "inventory.accounting",
    "advise": "advice.advising",
    "alone": "inventory.one_firm",
    "cbam": "border.certificates",
    "check_disclosure": "codes.disclosing",
    "check_pact": "exchange.pact_checks",
    "city": "cities.city_view",
    "code_document": "documents.firm_documents",
    "code_documents": "documents.firm_documents",
    "code_id": "codes.status_lists",
    "compare_accounts": "inventory.comparisons",
    "declared_footprints": "exchange.supplier_footprints",
    "decompose": "inventory.decompositions",
    "disclose": "codes.disclosing",
    "document_text": "documents.firm_documents",
    "emission_factors": "factors.published",
    "footprint_draws": "lifecycle.catalogue_draws",
    "footprint_electricity": "factors.boundaries",
    "footprints": "lifecycle.catalogue",
    "fuel_factor": "factors.fuels",
    "gwp": "factors.potentials",
    "issue": "codes.issuing",
    "lmdi": "inventory.log_mean_index",
    "next_grade": "advice.next_grades",
    "pact_footprints": "exchange.pact_products",
    "product_system": "lifecycle.supply_sources",
    "qr_svg": "codes.qr_codes",
    "rate": "ratings.rating",
    "read_energy_measures": "advice.energy_measures",
    "read_pact": "exchange.pact_documents",
    "read_processes": "lifecycle.process_tables",
    "remember_lists": "codes.seen_lists",
    "signed": "codes.signing",
    "steel_routes": "steel.route_footprints",
    "verify": "codes.verifying",
    "write_pact": "exchange.pact_documents",
}
"""Public names and the modules that define them; a module is imported when one is first used."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        msg = f"module 'chainwright.carbon' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"chainwright.carbon.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
