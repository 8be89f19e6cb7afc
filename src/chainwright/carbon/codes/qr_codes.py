"""The text of a code as a QR picture that phones and scanners read."""

import io

from chainwright.carbon.codes.cose import LONGEST, PREFIX
from chainwright.carbon.codes.extras import extra
from chainwright.errors import CodeError, ParameterError

__all__ = ["qr_svg"]

QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def qr_svg(text: str, *, error: str = "m", title: str = "") -> str:
    """Return the QR code of a text as SVG: dark modules on white, with its quiet zone.

    A code has only characters of the alphanumeric mode, 5.5 bits each: 481 of them take 69 x 69
    modules at level M and 85 x 85 at level Q.

    Parameters
    ----------
    text : str
        A code, ``CC1:`` and what follows.
    error : str
        Level of error correction: ``"l"``, ``"m"``, ``"q"`` or ``"h"`` (7, 15, 25, 30 % of the
        picture may be lost).
    title : str
        What the picture is, for readers who do not see it.

    Raises
    ------
    ParameterError
        If the level of error correction is another.
    CodeError
        If the text is no code (malformed), or longer than any reader takes or the picture holds
        (oversize).
    """
    if error not in set("lmqh"):
        raise ParameterError("error", "a QR code", "l, m, q or h", error)
    if not text.startswith(PREFIX):
        raise CodeError("malformed", f"A code begins with {PREFIX!r}. Got {text[:4]!r}.")
    if len(text) > LONGEST:
        raise CodeError("oversize", f"{len(text):,} characters are more than {LONGEST:,}.")
    segno = extra("segno")
    try:
        drawn = segno.make_qr(text, error=error, mode="alphanumeric", boost_error=False)
    except segno.DataOverflowError as reason:
        msg = f"{len(text):,} characters do not fit at level {error.upper()}."
        raise CodeError("oversize", msg) from reason
    except ValueError as reason:
        raise CodeError("malformed", "The code has characters that no code has.") from reason
    file = io.BytesIO()
    drawn.save(
        file,
        kind="svg",
        xmldecl=False,
        border=QUIET_ZONE,
        omitsize=True,
        light="#fff",
        title=title or None,
        nl=False,
    )
    return file.getvalue().decode()
