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
    from chainwright.carbon.codes.trust_lists import TrustList, TrustedKey
    from chainwright.carbon.codes.verifying import VerifiedCode, verify

__all__ = [
    "Cbam",
    "CbamTables",
    "Claims",
    "PublicKey",
    "SigningKey",
    "StatusList",
    "TrustList",
    "TrustedKey",
    "VerifiedCode",
    "cbam",
    "code_id",
    "qr_svg",
    "signed",
    "verify",
]

_HOME = {
    "Cbam": "border.certificates",
    "CbamTables": "border.cbam_tables",
    "Claims": "codes.claims",
    "PublicKey": "codes.keys",
    "SigningKey": "codes.keys",
    "StatusList": "codes.status_lists",
    "TrustList": "codes.trust_lists",
    "TrustedKey": "codes.trust_lists",
    "VerifiedCode": "codes.verifying",
    "cbam": "border.certificates",
    "code_id": "codes.status_lists",
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
