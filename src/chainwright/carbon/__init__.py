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

__all__ = [
    "Cbam",
    "CbamTables",
    "Claims",
    "EmissionFactors",
    "Factor",
    "FactorSet",
    "FootprintElectricity",
    "GridFactor",
    "LineFactors",
    "PublicKey",
    "SigningKey",
    "StatusList",
    "TrustList",
    "TrustedKey",
    "VerifiedCode",
    "cbam",
    "code_id",
    "emission_factors",
    "footprint_electricity",
    "fuel_factor",
    "gwp",
    "qr_svg",
    "signed",
    "verify",
]

_HOME = {
    "Cbam": "border.certificates",
    "CbamTables": "border.cbam_tables",
    "Claims": "codes.claims",
    "EmissionFactors": "factors.published",
    "Factor": "factors.factor_records",
    "FactorSet": "factors.factor_sets",
    "FootprintElectricity": "factors.boundaries",
    "GridFactor": "factors.boundaries",
    "LineFactors": "factors.line_factors",
    "PublicKey": "codes.keys",
    "SigningKey": "codes.keys",
    "StatusList": "codes.status_lists",
    "TrustList": "codes.trust_lists",
    "TrustedKey": "codes.trust_lists",
    "VerifiedCode": "codes.verifying",
    "cbam": "border.certificates",
    "code_id": "codes.status_lists",
    "emission_factors": "factors.published",
    "footprint_electricity": "factors.boundaries",
    "fuel_factor": "factors.fuels",
    "gwp": "factors.potentials",
    "qr_svg": "codes.qr_codes",
    "signed": "codes.signing",
    "verify": "codes.verifying",
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
