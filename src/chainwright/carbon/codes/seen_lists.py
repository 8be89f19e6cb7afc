"""Lists that a reader has seen: an older one is refused, so that nothing withdrawn comes back."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chainwright.carbon.codes.claims import LATEST, moment, seconds_of
from chainwright.carbon.codes.signed_json import check_order, write_lasting
from chainwright.carbon.codes.status_lists import KIND as STATUS
from chainwright.carbon.codes.trust_lists import KIND as TRUST
from chainwright.carbon.codes.verifying import SKEW_S
from chainwright.errors import CodeError, FormatError, ParameterError
from chainwright.records.appending import one_writer

if TYPE_CHECKING:
    from chainwright.carbon.codes.status_lists import StatusList
    from chainwright.carbon.codes.trust_lists import TrustList

__all__ = ["remember_lists"]

FORM = "carbon-seen-lists/1"


def remember_lists(
    path: Path | str,
    trust: "TrustList",
    status: "StatusList | None" = None,
    *,
    at: datetime | None = None,
) -> None:
    """Note in a file when the lists in use were made; refuse any that is older than one noted.

    Without such a note, whoever hands out the status list from before a code was withdrawn, or the
    trust list from before a key was taken off, brings it back. The file is made if it is not there
    and changed whole or not at all; readers that share it wait for each other.

    Parameters
    ----------
    path : path
        The file, which the reader alone should be able to change.
    trust : TrustList
        The trust list, read with its `root`: of a signer whom nobody vouches for nothing is noted.
    status : StatusList, optional
        The status list, read with that trust list.
    at : datetime, optional
        For when it is checked, with its zone; now if not given.

    Raises
    ------
    CodeError
        If a list is older than one that was seen (rolled_back), or was made later than now
        (not_yet): noted, it would shut out those to come.
    ParameterError
        If the trust list was read without its root.
    FormatError
        If the file is no such note.
    MissingFileError
        If its folder is not there.
    """
    if trust.signer is None or not trust.pinned:
        expected = "a trust list that was read with its root: else anybody can make one"
        raise ParameterError("trust", "remember_lists", expected, "one without")
    root = trust.signer
    made = {f"{root.kid.hex()} {TRUST}": (TRUST, root.issuer, trust.issued)}
    if status is not None:
        name = f"{root.kid.hex()} {STATUS} of {status.issuer}"
        made[name] = STATUS, status.issuer, status.issued
    latest = max(seconds_of(at), seconds_of(None)) + SKEW_S
    note = Path(path)
    with one_writer(note):
        seen = _noted(note)
        for name, (kind, issuer, issued) in made.items():
            check_order(kind, issuer, issued, seen.get(name, 0))
            if issued > latest:
                msg = f"The {kind} of {issuer} was made at {moment(issued)}, which is to come."
                raise CodeError("not_yet", msg)
        now = seen | {name: issued for name, (_, _, issued) in made.items()}
        if now != seen:
            write_lasting(note, {"form": FORM, "seen": dict(sorted(now.items()))})


def _noted(path: Path) -> dict[str, int]:
    """Return when the lists in a note were made [s since 1970]; nothing if there is no note yet."""
    if not path.exists():
        return {}
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        whole = None
    known = isinstance(whole, dict) and whole.get("form") == FORM
    seen = whole.get("seen") if known else None
    if not isinstance(seen, dict) or any(
        type(when) is not int or not 0 <= when <= LATEST for when in seen.values()
    ):
        raise FormatError(
            f"'{path}' is no note of lists that were seen. Put it back from a copy; or take it away"
            " and begin anew, with lists that come from their issuer himself."
        )
    return seen
