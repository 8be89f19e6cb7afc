"""Green: carbon accounts of enterprises, their efficiency codes, footprints of products."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.carbon.border.cbam_tables import CbamTables
    from chainwright.carbon.border.certificates import Cbam, cbam
    from chainwright.carbon.codes.claims import Claims
    from chainwright.carbon.codes.keys import PublicKey, SigningKey
    from chainwright.carbon.codes.qr_codes import qr_svg
    from chainwright.carbon.codes.signing import signed
    from chainwright.carbon.codes.status_lists import StatusList, code_id
    from chainwright.carbon.codes.trust_lists import TrustedKey, TrustList
    from chainwright.carbon.codes.verifying import VerifiedCode, verify
    from chainwright.carbon.exchange.pact_checks import check_pact
    from chainwright.carbon.exchange.pact_documents import PactFootprint, read_pact, write_pact
    from chainwright.carbon.exchange.pact_products import pact_footprints
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
    from chainwright.carbon.inventory.account_lines import AccountLines
    from chainwright.carbon.inventory.account_result import Account
    from chainwright.carbon.inventory.accounting import account
    from chainwright.carbon.methods.method_files import Method
    from chainwright.carbon.ratings.rating import rate
    from chainwright.carbon.ratings.rating_result import Rating
    from chainwright.carbon.ratings.sector_means import SectorMeans

__all__ = [
    "Account",
    "AccountLines",
    "Cbam",
    "CbamTables",
    "Claims",
    "EmissionFactors",
    "Factor",
    "FactorSet",
    "FootprintElectricity",
    "GridFactor",
    "LineFactors",
    "Method",
    "PactFootprint",
    "PublicKey",
    "Rating",
    "SectorMeans",
    "SigningKey",
    "StatusList",
    "TrustList",
    "TrustedKey",
    "VerifiedCode",
    "account",
    "cbam",
    "check_pact",
    "code_id",
    "emission_factors",
    "footprint_electricity",
    "fuel_factor",
    "gwp",
    "pact_footprints",
    "qr_svg",
    "rate",
    "read_pact",
    "signed",
    "verify",
    "write_pact",
]

_HOME = {
    "Account": "inventory.account_result",
    "AccountLines": "inventory.account_lines",
    "Cbam": "border.certificates",
    "CbamTables": "border.cbam_tables",
    "Claims": "codes.claims",
    "EmissionFactors": "factors.published",
    "Factor": "factors.factor_records",
    "FactorSet": "factors.factor_sets",
    "FootprintElectricity": "factors.boundaries",
    "GridFactor": "factors.boundaries",
    "LineFactors": "factors.line_factors",
    "Method": "methods.method_files",
    "PactFootprint": "exchange.pact_documents",
    "PublicKey": "codes.keys",
    "Rating": "ratings.rating_result",
    "SectorMeans": "ratings.sector_means",
    "SigningKey": "codes.keys",
    "StatusList": "codes.status_lists",
    "TrustList": "codes.trust_lists",
    "TrustedKey": "codes.trust_lists",
    "VerifiedCode": "codes.verifying",
    "account": "inventory.accounting",
    "cbam": "border.certificates",
    "check_pact": "exchange.pact_checks",
    "code_id": "codes.status_lists",
    "emission_factors": "factors.published",
    "footprint_electricity": "factors.boundaries",
    "fuel_factor": "factors.fuels",
    "gwp": "factors.potentials",
    "pact_footprints": "exchange.pact_products",
    "qr_svg": "codes.qr_codes",
    "rate": "ratings.rating",
    "read_pact": "exchange.pact_documents",
    "signed": "codes.signing",
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
