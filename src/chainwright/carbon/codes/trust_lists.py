"""Trust lists: whose keys a reader takes, from when to when, and which of them are official."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from chainwright.carbon.codes.claims import LATEST, LIMIT, printable, seconds_of
from chainwright.carbon.codes.keys import PublicKey, SigningKey
from chainwright.carbon.codes.signed_json import read_signed, write_signed
from chainwright.errors import CodeError, ParameterError

__all__ = ["TrustList", "TrustedKey"]

KIND = "trust list"


@dataclass(frozen=True)
class TrustedKey:
    """A key on a trust list.

    Parameters
    ----------
    public : PublicKey
        The key, with the name of its issuer.
    valid_from, valid_to : date
        First and last day (UTC) on which it may sign.
    official : bool
        Whether its codes are official ones.
    name_en, name_zh : str
        What the issuer is called; the name in the key if empty.

    Raises
    ------
    ParameterError
        If a name is longer than 120 bytes, or has signs that cannot be printed: what stands on
        a screen must not be made up of line ends.
    """

    public: PublicKey
    valid_from: date
    valid_to: date
    official: bool = False
    name_en: str = ""
    name_zh: str = ""

    def __post_init__(self) -> None:
        for name in (self.name_en, self.name_zh):
            if not printable(name, LIMIT, empty=True):
                raise ParameterError("name", "a trusted key", f"one line of {LIMIT} bytes", name)

    def name(self, language: str = "en") -> str:
        """Return what the issuer is called.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return (self.name_zh if language == "zh" else self.name_en) or self.public.issuer

    def valid(self, seconds: int) -> bool:
        """Return whether it may have signed at a time.

        Parameters
        ----------
        seconds : int
            Seconds since 1970, UTC.
        """
        return self.valid_from <= datetime.fromtimestamp(seconds, UTC).date() <= self.valid_to

    def as_dict(self) -> dict[str, object]:
        """Return the key as JSON values."""
        return {
            **self.public.record(),
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "official": self.official,
            "name_en": self.name_en,
            "name_zh": self.name_zh,
        }

    @classmethod
    def of_dict(cls, row: object) -> "TrustedKey":
        """Return the key of what `as_dict` returned.

        Parameters
        ----------
        row : dict
            JSON values.

        Raises
        ------
        CodeError
            If it is no such key: malformed.
        """
        public = PublicKey.of_record(row)
        given: dict[str, object] = row if isinstance(row, dict) else {}
        official, *names = (given.get(n) for n in ("official", "name_en", "name_zh"))
        days = [str(given.get(n)) for n in ("valid_from", "valid_to")]
        name_en, name_zh = (n if isinstance(n, str) else None for n in names)
        if not isinstance(official, bool) or name_en is None or name_zh is None:
            raise CodeError("malformed", f"The key {public.kid.hex()} of the list is not whole.")
        try:
            first, last = map(date.fromisoformat, days)
        except ValueError as error:
            msg = f"The key {public.kid.hex()} of the list has no validity: {days}."
            raise CodeError("malformed", msg) from error
        return cls(public, first, last, official, name_en, name_zh)


@dataclass(frozen=True)
class TrustList:
    """Keys that a reader takes; a key that is on no list signs nothing that counts.

    Parameters
    ----------
    keys : tuple of TrustedKey
        The keys, each once.
    expires : date
        Last day (UTC) on which the list is used.
    issued : int
        When the list was made [s since 1970, UTC].
    signer : PublicKey, optional
        Who signed the file that it was read from; nothing for a list made in memory.
    pinned : bool
        Whether the reader knew that signer beforehand. Where not, no key counts as official.

    Raises
    ------
    ParameterError
        If a key is on it twice.
    """

    keys: tuple[TrustedKey, ...]
    expires: date
    issued: int = 0
    signer: PublicKey | None = None
    pinned: bool = True

    def __post_init__(self) -> None:
        kids = [key.public.kid for key in self.keys]
        if len(set(kids)) < len(kids):
            twice = next(kid for kid in kids if kids.count(kid) > 1)
            raise ParameterError("keys", "a trust list", "each key once", twice.hex())

    @classmethod
    def of(
        cls,
        keys: Sequence[PublicKey | SigningKey],
        *,
        valid_from: date,
        valid_to: date,
        official: bool = False,
        name_en: str = "",
        name_zh: str = "",
    ) -> "TrustList":
        """Return a list of some keys with the same validity.

        Parameters
        ----------
        keys : sequence of PublicKey or SigningKey
            The keys.
        valid_from, valid_to : date
            First and last day on which they may sign; the list is used until the latter.
        official : bool
            Whether their codes are official ones.
        name_en, name_zh : str
            What their issuer is called.
        """
        public = [key.public if isinstance(key, SigningKey) else key for key in keys]
        trusted = [TrustedKey(k, valid_from, valid_to, official, name_en, name_zh) for k in public]
        return cls(tuple(trusted), valid_to, seconds_of(None))

    def with_key(self, key: TrustedKey) -> "TrustList":
        """Return a newer list with one more key; it takes the place of the same key.

        Parameters
        ----------
        key : TrustedKey
            The key.
        """
        others = [k for k in self.keys if k.public.kid != key.public.kid]
        last = max(self.expires, key.valid_to)
        # where a clock was set back, the list must still be newer than the one before it
        issued = max(seconds_of(None), self.issued + 1)
        return replace(self, keys=(*others, key), expires=last, issued=issued)

    def key(self, kid: bytes) -> TrustedKey:
        """Return the key of a name.

        Parameters
        ----------
        kid : bytes
            8 bytes.

        Raises
        ------
        CodeError
            If it is not on the list: unknown_key.
        """
        for key in self.keys:
            if key.public.kid == kid:
                return key
        raise CodeError(
            "unknown_key",
            f"The key {kid.hex()} is not on the trust list, which has {len(self.keys)}. "
            "Ask the issuer for the list that has it.",
        )

    def save(self, path: Path | str, key: SigningKey) -> None:
        """Write the list, signed.

        Parameters
        ----------
        path : path
            File to write.
        key : SigningKey
            Who vouches for it.
        """
        rows = [k.as_dict() for k in sorted(self.keys, key=lambda k: k.public.kid)]
        told = {"issued": self.issued, "expires": self.expires.isoformat(), "keys": rows}
        write_signed(path, KIND, told, key)

    @classmethod
    def read(cls, path: Path | str, root: PublicKey | None = None) -> "TrustList":
        """Return the list of a file that `save` wrote.

        Parameters
        ----------
        path : path
            The file.
        root : PublicKey, optional
            Who must have signed it, known beforehand. Without it the file is checked against the
            key that it brings along, and none of its keys counts as official.

        Raises
        ------
        MissingFileError
            If there is no such file.
        CodeError
            If it is no trust list (malformed), was changed (tampered), or somebody else than `root`
            signed it (unknown_key).
        """
        document, signer = read_signed(path, KIND)
        if root is not None and signer.data != root.data:
            msg = f"'{path}' is signed by {signer.kid.hex()} and not by {root.kid.hex()}."
            raise CodeError("unknown_key", msg)
        rows, last, issued = (document.get(name) for name in ("keys", "expires", "issued"))
        if not isinstance(rows, list) or type(issued) is not int or not 0 <= issued <= LATEST:
            raise CodeError("malformed", f"'{path}' is no whole trust list.")
        try:
            keys = tuple(TrustedKey.of_dict(row) for row in rows)
            # a file may give a known signer another name
            return cls(keys, date.fromisoformat(str(last)), issued, root or signer, bool(root))
        except CodeError:
            raise
        except ValueError as error:
            raise CodeError("malformed", f"'{path}' is no whole trust list.") from error
