"""Claims made into the text of a code."""

from typing import TYPE_CHECKING

from chainwright.carbon.codes.cose import sealed
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.carbon.codes.claims import Claims
    from chainwright.carbon.codes.keys import SigningKey

__all__ = ["signed"]


def signed(claims: "Claims", key: "SigningKey") -> str:
    """Return the text of a code: ``CC1:`` and the signed claims in base45.

    Parameters
    ----------
    claims : Claims
        What it says.
    key : SigningKey
        Who signs: the issuer that the claims name.

    Raises
    ------
    ParameterError
        If the claims name another issuer than the key's.
    """
    if claims.issuer != key.public.issuer:
        raise ParameterError(
            "issuer", "a code", f"that of its key, {key.public.issuer!r}", claims.issuer
        )
    return sealed(claims.encoded(), key)
