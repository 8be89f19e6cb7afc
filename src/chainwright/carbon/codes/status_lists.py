"""Status lists: which codes their issuer has withdrawn."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chainwright.carbon.codes.claims import LATEST, Claims, moment, printable, seconds_of
from chainwright.carbon.codes.signed_json import check_order, read_signed, write_signed
from chainwright.errors import CodeError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainwright.carbon.codes.keys import SigningKey
    from chainwright.carbon.codes.trust_lists import TrustList

__all__ = ["StatusList", "code_id"]

KIND = "status list"
DAYS = 31
"""Days for which a list is taken as up to date; then the next one is due."""

LONGEST = 1_000
"""Bytes of a reason at most."""

CODE = re.compile("[0-9a-f]{32}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def code_id(claims: Claims) -> str:
    """Return the name of a code on status lists: 16 bytes of the SHA-256 of its claims.

    Parameters
    ----------
    claims : Claims
        What it says; a code made anew is another code, for it says when it was issued.
    """
    return hashlib.sha256(claims.encoded()).digest()[:16].hex()


@dataclass(frozen=True)
class StatusList:
    """Codes that their issuer has withdrawn; the list names no firm.

    Parameters
    ----------
    issuer : str
        Whose codes.
    issued : int
        When the list was made [s since 1970, UTC].
    withdrawn : mapping of str to tuple
        Names of codes (`code_id`), each with the time (ISO 8601) and the reason.
    """

    issuer: str
    issued: int
    withdrawn: "Mapping[str, tuple[str, str]]" = field(default_factory=dict)

    @property
    def due(self) -> int:
        """When the next list is due [s since 1970, UTC]."""
        return self.issued + DAYS * 86_400

    def with_code(self, claims: Claims, reason: str, *, at: datetime | None = None) -> "StatusList":
        """Return a newer list with one more code; one that stands on it already stays as it is.

        Parameters
        ----------
        claims : Claims
            What the code says.
        reason : str
            Why it is withdrawn.
        at : datetime, optional
            When; now if not given.

        Raises
        ------
        ParameterError
            If the code is another issuer's, or the reason is empty, longer than 1,000 bytes, or
            has signs that cannot be printed on a line.
        """
        if claims.issuer != self.issuer:
            expected = f"a code of {self.issuer!r}"
            raise ParameterError("claims", "a status list", expected, claims.issuer)
        if not printable(reason.strip(), LONGEST):
            expected = f"a reason in words, on one line, of up to {LONGEST:,} bytes"
            raise ParameterError("reason", "a withdrawal", expected, reason)
        now = seconds_of(at)
        entry = {code_id(claims): (moment(now), reason.strip())}
        # where a clock was set back, the list must still be newer than the one before it
        issued = max(now, self.issued + 1)
        return replace(self, issued=issued, withdrawn={**entry, **self.withdrawn})

    def save(self, path: Path | str, key: "SigningKey") -> None:
        """Write the list, signed.

        Parameters
        ----------
        path : path
            File to write.
        key : SigningKey
            A key of the issuer.

        Raises
        ------
        ParameterError
            If the key is another issuer's.
        """
        if key.public.issuer != self.issuer:
            expected = f"a key of {self.issuer!r}"
            raise ParameterError("key", "a status list", expected, key.public.issuer)
        rows = [
            {"code": code, "withdrawn": when, "reason": why}
            for code, (when, why) in sorted(self.withdrawn.items())
        ]
        write_signed(path, KIND, {"issued": self.issued, "withdrawn": rows}, key)

    @classmethod
    def read(
        cls, path: Path | str, trust: "TrustList", *, seen: "StatusList | None" = None
    ) -> "StatusList":
        """Return the list of a file that `save` wrote.

        Parameters
        ----------
        path : path
            The file.
        trust : TrustList
            Keys that are taken.
        seen : StatusList, optional
            The list of that issuer that was read last: an older one is refused, so that nobody can
            bring back a code by handing out the list from before it was withdrawn. `remember_lists`
            notes it in a file.

        Raises
        ------
        MissingFileError
            If there is no such file.
        CodeError
            If it is no status list (malformed), was changed (tampered), its key is not on the
            trust list or was not valid then (unknown_key), or it is older than `seen`
            (rolled_back).
        ParameterError
            If `seen` is another issuer's.
        """
        document, signer = read_signed(path, KIND)
        issued, rows = document.get("issued"), document.get("withdrawn")
        if type(issued) is not int or not 0 <= issued <= LATEST or not isinstance(rows, list):
            raise CodeError("malformed", f"'{path}' is no whole status list.")
        trusted = trust.key(signer.kid)
        if trusted.public != signer or not trusted.valid(issued):
            msg = f"The key {signer.kid.hex()} of '{path}' was not valid when it signed."
            raise CodeError("unknown_key", msg)
        withdrawn = dict(map(_entry, rows))
        if len(withdrawn) < len(rows) or "" in withdrawn:
            raise CodeError("malformed", f"'{path}' is no whole status list.")
        found = cls(signer.issuer, issued, withdrawn)
        if seen is not None:
            if seen.issuer != found.issuer:
                expected = f"a status list of {found.issuer!r}"
                raise ParameterError("seen", "a status list", expected, seen.issuer)
            check_order(KIND, found.issuer, issued, seen.issued)
        return found


def _entry(row: object) -> tuple[str, tuple[str, str]]:
    """Return the name of a code with when and why it was withdrawn; no name if it is no such row.

    The reason is shown to whoever is handed the code: it has no line ends to make more of.
    """
    given = row if isinstance(row, dict) else {}
    texts = [given.get(name) for name in ("code", "withdrawn", "reason")]
    code, when, why = (text if isinstance(text, str) else "" for text in texts)
    whole = CODE.fullmatch(code) and TIME.fullmatch(when) and printable(why, LONGEST)
    return (code if whole else ""), (when, why)
