"""Entries of an incident log, and the bytes that each is written as."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from chainwright.errors import ParameterError

__all__ = ["FIRST", "Entry", "line_of", "moment", "sha256_of", "without_check"]

FIRST = "0" * 64
"""What stands as the hash of the line before in the first line."""

HEAD = ("seq", "prev", "kind", "at", "written", "by", "text")
"""Members that every line has; the others say what the entry is about."""


@dataclass(frozen=True)
class Entry:
    """One entry of an incident log, as it was said; entries are never changed.

    Parameters
    ----------
    seq : int
        Number of the entry, from 1.
    kind : str
        ``opened``, ``potential``, ``confirmed``, ``no_impact``, ``restored``, ``note``,
        ``correction`` or ``torn``.
    at, written : datetime
        When it was said, and when it was written down; both with their zone.
    by : str
        Who said it.
    text : str
        What was said beside.
    content : mapping
        Members of this kind of line, as the published schema names them.
    sha256 : str
        Hash of the line.
    """

    seq: int
    kind: str
    at: datetime
    written: datetime
    by: str
    text: str
    content: Mapping[str, Any]
    sha256: str

    @classmethod
    def of_line(cls, line: bytes) -> "Entry":
        """Return the entry that a line holds; the line must follow the schema.

        Parameters
        ----------
        line : bytes
            The line without its line feed.
        """
        held: dict[str, Any] = json.loads(line)
        about = {k: v for k, v in held.items() if k not in {*HEAD, "check"}}
        return cls(
            seq=held["seq"],
            kind=held["kind"],
            at=moment(held["at"], "at"),
            written=moment(held["written"], "written"),
            by=held["by"],
            text=held["text"],
            content=MappingProxyType(about),
            sha256=sha256_of(line),
        )

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites whose status the entry sets."""
        if self.kind == "potential":
            return tuple(self.content["sites"])
        return (self.content["site"],) if "site" in self.content else ()


def sha256_of(line: bytes) -> str:
    """Return the hash of a `line` as 64 hexadecimal digits.

    Examples
    --------
    >>> sha256_of(b"")[:8]
    'e3b0c442'
    """
    return sha256(line).hexdigest()


def line_of(members: Mapping[str, object]) -> bytes:
    """Return the line of an entry, with its own check as the last member.

    Parameters
    ----------
    members : mapping
        All members but ``check``.

    Examples
    --------
    >>> line_of({"seq": 1})[:18]
    b'{"seq":1,"check":"'
    """
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return body[:-1] + b',"check":"' + sha256_of(body).encode() + b'"}'


def without_check(line: bytes) -> bytes:
    """Return a `line` as it was before its check was put in: what the check is the hash of.

    Examples
    --------
    >>> without_check(line_of({"seq": 1}))
    b'{"seq":1}'
    """
    body, _, _ = line.rpartition(b',"check":"')
    return body + b"}"


def moment(given: datetime | str, name: str) -> datetime:
    """Return the time that an ISO 8601 text says.

    Parameters
    ----------
    given : datetime or str
        A time with its zone, as ``2026-03-02T08:00:00+08:00`` or ``2026-03-02T00:00Z``.
    name : str
        What messages call it.

    Raises
    ------
    ParameterError
        If it is no time, or has no zone.

    Examples
    --------
    >>> moment("2026-03-02T08:00+08:00", "at").isoformat()
    '2026-03-02T08:00:00+08:00'
    """
    expected = "a time in ISO 8601 with its zone, such as 2026-03-02T08:00:00+08:00"
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise ParameterError(name, "the incident log", expected, given) from error
    if found.tzinfo is None or found.utcoffset() is None:
        raise ParameterError(name, "the incident log", expected, str(given))
    return found
