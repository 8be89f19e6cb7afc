"""The commands that make keys and trust lists."""

import sys
import warnings
from datetime import UTC, date, datetime, timedelta
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from chainwright.cli.carbon import carbon
from chainwright.cli.options import tell
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainwright.carbon import SigningKey, TrustList

__all__ = ["day_of", "key", "signing_key", "trust", "trust_at"]

key = App(name="key", help="Keys that sign codes; each is a file for its owner alone.")
trust = App(name="trust", help="Trust lists: whose codes are taken, and which are official.")
carbon.command(key)
carbon.command(trust)

VALID_DAYS = 730
"""Days for which a key is on a trust list if nothing is said."""


def day_of(text: str | None, name: str, default: date) -> date:
    """Return the day that a text names.

    Parameters
    ----------
    text : str, optional
        YYYY-MM-DD.
    name : str
        What the command calls it.
    default : date
        The day if nothing is said.

    Raises
    ------
    ParameterError
        If it is no day.
    """
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(name, "the command", "a day, YYYY-MM-DD", text) from error


def trust_at(path: Path, root: Path | None) -> "TrustList":
    """Return the trust list of a file.

    Parameters
    ----------
    path : path
        The list.
    root : path, optional
        The public key that must have signed it.
    """
    from chainwright.carbon import PublicKey, TrustList  # noqa: PLC0415 - of an extra

    known: PublicKey | None = None if root is None else PublicKey.read(root)
    return TrustList.read(path, known)


def signing_key(path: Path, passphrase_file: Path | None) -> "SigningKey":
    """Return the signing key of a file; a passphrase is asked for where it has one.

    Parameters
    ----------
    path : path
        The key.
    passphrase_file : path, optional
        A file with the passphrase; it is asked for at the terminal if not given.
    """
    from chainwright.carbon import SigningKey  # noqa: PLC0415 - of an extra

    return SigningKey.read(path, passphrase=_passphrase(passphrase_file, f"Passphrase of {path}"))


def _passphrase(file: Path | None, *prompts: str) -> "Callable[[], str]":
    """Return what gives a passphrase: a file, or the terminal, asked by each prompt."""

    def asked() -> str:
        if file is not None:
            from chainwright.carbon.codes.secret_files import read_passphrase  # noqa: PLC0415

            return read_passphrase(file)
        words = {_asked(f"{prompt}: ") for prompt in prompts}
        if len(words) > 1:
            raise ParameterError("passphrase", "a signing key", "the same each time", "others")
        return words.pop()

    return asked


def _asked(prompt: str) -> str:
    """Return what is typed at the terminal, which does not show it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)  # it would show what is typed
        try:
            return getpass(prompt)
        except (GetPassWarning, EOFError):
            pass
    expected = "given: the key has a passphrase, and there is no terminal to ask for it"
    raise ParameterError("--passphrase-file", "the command", expected, None)


@key.command
def create(
    path: Path,
    *,
    issuer: str,
    algorithm: Literal["EdDSA", "ES256"] = "EdDSA",
    encrypt: bool = False,
    passphrase_file: Path | None = None,
    in_repository: bool = False,
) -> None:
    """Make a signing key, a key of salts and the public part of the former: three files.

    PATH and PATH.salt are secrets, for their owner alone. PATH.public.json is for everybody.

    Parameters
    ----------
    path
        File of the signing key; it must not be there, nor lie in a work tree of git.
    issuer
        Whose it is: the name that codes bear.
    algorithm
        EdDSA (Ed25519) or ES256 (ECDSA on P-256).
    encrypt
        Encrypt the signing key with a passphrase of 15 characters or more, asked for twice.
    passphrase_file
        Encrypt it with the passphrase in this file of one line, which its owner alone can read.
    in_repository
        Write the secrets even into a work tree of git.
    """
    from chainwright.carbon import SaltKey, SigningKey  # noqa: PLC0415 - of an extra

    salt, public = Path(f"{path}.salt"), Path(f"{path}.public.json")
    for other in (salt, public):
        if other.exists():
            expected = "a file that is not there yet"
            raise ParameterError("path", "carbon key create", expected, str(other))
    asked = _passphrase(passphrase_file, f"New passphrase of {path}", "Once more")
    made = SigningKey.create(
        path,
        issuer=issuer,
        algorithm=algorithm,
        passphrase=asked if encrypt or passphrase_file is not None else None,
        in_repository=in_repository,
    )
    SaltKey.create(salt, in_repository=in_repository)
    made.public.save(public)
    tell(f"Secret: {path} and {salt}. Keep them, and show them to nobody. Public: {public}.")
    sys.stdout.write(f"{made.kid.hex()}\n")


@trust.command
def add(
    path: Path,
    *,
    public: Path,
    key: Path,
    official: bool = False,
    valid_from: str | None = None,
    valid_to: str | None = None,
    name_en: str = "",
    name_zh: str = "",
    passphrase_file: Path | None = None,
) -> None:
    """Put a key on a trust list, and sign the list anew.

    Parameters
    ----------
    path
        The list; it is made if it is not there.
    public
        File of the public key.
    key
        Signing key of who vouches for the list: the same each time.
    official
        Whether codes of this key are official ones.
    valid_from
        First day (UTC) on which it may sign, YYYY-MM-DD; today if not given.
    valid_to
        Last day; two years later if not given.
    name_en
        What its issuer is called.
    name_zh
        What its issuer is called in Chinese.
    passphrase_file
        File with the passphrase of KEY, if it has one; it is asked for if not given.
    """
    from chainwright.carbon import (  # noqa: PLC0415 - of an extra
        PublicKey,
        TrustedKey,
        TrustList,
    )
    from chainwright.records.appending import one_writer  # noqa: PLC0415

    root = signing_key(key, passphrase_file)
    first = day_of(valid_from, "--valid-from", datetime.now(UTC).date())
    last = day_of(valid_to, "--valid-to", first + timedelta(days=VALID_DAYS))
    if last < first:
        raise ParameterError("--valid-to", "carbon trust add", f"from {first} on", valid_to)
    trusted = TrustedKey(PublicKey.read(public), first, last, official, name_en, name_zh)
    with one_writer(path):
        before = TrustList.read(path, root.public) if path.exists() else TrustList((), last)
        now = before.with_key(trusted)
        now.save(path, root)
    tell(f"{path} has {len(now.keys)}, signed by {root.public.issuer} ({root.kid.hex()}).")


@trust.command(name="show")
def list_keys(path: Path, *, root: Path | None = None, lang: Literal["en", "zh"] = "en") -> None:
    """Show whose keys are on a trust list.

    Parameters
    ----------
    path
        The list.
    root
        Public key of who must have signed it; without it none of its keys counts as official.
    lang
        Language of what is shown: en or zh.
    """
    found = trust_at(path, root)
    for one in found.keys:
        counts = one.official and found.pinned
        if lang == "zh":
            standing = "官方" if counts else "非官方"
        else:
            standing = "official" if counts else "not official"
        words = (one.public.kid.hex(), one.public.algorithm, f"{one.valid_from} / {one.valid_to}")
        sys.stdout.write("  ".join((*words, standing, one.name(lang))) + "\n")
    signer = found.signer
    if signer is not None and not found.pinned:
        tell(
            f"由 {signer.issuer}（{signer.kid.hex()}）签名，但未指定 --root：任何密钥均不视为官方。"
            if lang == "zh"
            else f"Signed by {signer.issuer} ({signer.kid.hex()}), whom no --root vouches for: no "
            "key counts as official."
        )
