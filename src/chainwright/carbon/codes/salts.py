"""Salts: what keeps a value that was not shown from being guessed from its hash."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import shake_256
from pathlib import Path

from chainwright.carbon.codes.merkle import SALT
from chainwright.carbon.codes.secret_files import read_secret, write_secret
from chainwright.errors import FormatError, ParameterError

__all__ = ["SaltKey"]

SIZE = 32
"""Bytes of a key."""


@dataclass(frozen=True)
class SaltKey:
    """A secret from which the salts of every code are derived, so that none is kept.

    Who has it and the readings can show single readings of a code, and no more: it signs nothing.

    Parameters
    ----------
    secret : bytes
        32 random bytes.

    Raises
    ------
    ParameterError
        If it has another length.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SIZE:
            raise ParameterError("secret", "a key of salts", f"{SIZE} bytes", len(self.secret))

    @classmethod
    def made(cls) -> "SaltKey":
        """Return a new key that is kept nowhere."""
        return cls(secrets.token_bytes(SIZE))

    @classmethod
    def create(cls, path: Path | str, *, in_repository: bool = False) -> "SaltKey":
        """Return a new key, kept in a file that its owner alone can read.

        Parameters
        ----------
        path : path
            File that is not there yet, outside any repository.
        in_repository : bool
            Whether it may lie in a work tree of git.

        Raises
        ------
        ParameterError
            If the file is there already or lies in a work tree of git.
        """
        key = cls.made()
        write_secret(path, {"salt_secret": key.secret.hex()}, in_repository=in_repository)
        return key

    @classmethod
    def read(cls, path: Path | str) -> "SaltKey":
        """Return the key of a file that `create` wrote.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        MissingFileError
            If there is no such file.
        ParameterError
            If others than its owner may read or change it.
        FormatError
            If it holds no such key.
        """
        found = read_secret(path, "key of salts", ("salt_secret",))
        try:
            return cls(bytes.fromhex(found["salt_secret"]))
        except ValueError:  # no hexadecimal, or another length
            raise FormatError(f"'{path}' holds no key of salts.") from None

    def salts(self, firm: str, period_end: int, issued: int, count: int) -> list[bytes]:
        """Return the salts of one code, 16 bytes each.

        With the seed HMAC-SHA256(secret, what names the code), they are the first bytes of
        SHAKE-256(seed): one that was shown tells nothing of the others, nor of another code's.

        Parameters
        ----------
        firm : str
            The firm, as the code names it.
        period_end : int
            Last day of the period, YYYYMMDD.
        issued : int
            When the code was issued [s since 1970].
        count : int
            How many.
        """
        named = f"CC1 salts\x00{firm}\x00{period_end}\x00{issued}".encode()
        seed = hmac.digest(self.secret, named, "sha256")
        drawn = shake_256(seed).digest(SALT * count)
        return [drawn[at : at + SALT] for at in range(0, SALT * count, SALT)]
