"""Keys: what signs a code, and what is published to check it."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from chainwright.carbon.codes.extras import extra
from chainwright.carbon.codes.secret_files import read_secret, write_secret
from chainwright.errors import CodeError, FormatError, MissingFileError, ParameterError
from chainwright.tables import write_bytes

__all__ = ["ALGORITHMS", "Algorithm", "PublicKey", "SigningKey"]

Algorithm = Literal["EdDSA", "ES256"]
"""Ed25519 (EdDSA), or ECDSA on P-256 with SHA-256 (ES256)."""

ALGORITHMS = {"EdDSA": -8, "ES256": -7}
"""Numbers of the algorithms in COSE; no other is ever accepted (RFC 9053)."""

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256 (FIPS 186-5)."""

PARTS = ("kid", "issuer", "algorithm", "public")
"""Texts of a public key, as it is published."""

ENCRYPTED = "BEGIN ENCRYPTED PRIVATE KEY"
"""What PEM says of a secret that asks for a passphrase (RFC 7468)."""

LONGEST_ISSUER = 60
SIGNATURE = 64
KID = 8

PASSPHRASE = 15, 1023
"""Characters of a passphrase at least (NIST SP 800-63B-4, of a secret that stands alone), and bytes
at most (OpenSSL)."""


def checked_issuer(issuer: str) -> str:
    """Return the name of an `issuer`, which a code has room for."""
    if not 0 < len(issuer.encode()) <= LONGEST_ISSUER or not issuer.isprintable():
        expected = f"a name of 1 to {LONGEST_ISSUER} bytes in UTF-8"
        raise ParameterError("issuer", "a key", expected, issuer)
    return issuer


@dataclass(frozen=True)
class PublicKey:
    """A key that checks signatures.

    Parameters
    ----------
    issuer : str
        Whose it is.
    algorithm : str
        ``"EdDSA"`` or ``"ES256"``.
    data : bytes
        The key: 32 bytes of Ed25519, or the uncompressed point of P-256 (65 bytes).

    Raises
    ------
    CodeError
        If the algorithm is another (wrong_algorithm) or the bytes are no key of it (malformed).
    """

    issuer: str
    algorithm: Algorithm
    data: bytes

    def __post_init__(self) -> None:
        if self.algorithm not in get_args(Algorithm):
            raise CodeError("wrong_algorithm", f"{self.algorithm!r} is neither EdDSA nor ES256.")
        checked_issuer(self.issuer)
        _ = self._key

    @property
    def kid(self) -> bytes:
        """Its name in a code: the first 8 bytes of its SHA-256."""
        return hashlib.sha256(self.data).digest()[:KID]

    @cached_property
    def _key(self) -> Any:  # noqa: ANN401 - of the library, one of two kinds
        sizes = {"EdDSA": 32, "ES256": 65}
        msg = f"{len(self.data)} bytes are no public key of {self.algorithm}."
        if len(self.data) != sizes[self.algorithm]:
            raise CodeError("malformed", msg)
        try:
            if self.algorithm == "EdDSA":
                ed25519 = extra("cryptography.hazmat.primitives.asymmetric.ed25519")
                return ed25519.Ed25519PublicKey.from_public_bytes(self.data)
            ec = extra("cryptography.hazmat.primitives.asymmetric.ec")
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.data)
        except ValueError as error:
            raise CodeError("malformed", msg) from error

    def signed(self, signature: bytes, data: bytes) -> bool:
        """Return whether a signature of some bytes is by this key.

        A signature of ES256 with the larger of its two values s is refused: of the two that
        check, one is enough.

        Parameters
        ----------
        signature : bytes
            64 bytes.
        data : bytes
            What is said to be signed.
        """
        if len(signature) != SIGNATURE:
            return False
        invalid: type[Exception] = extra("cryptography.exceptions").InvalidSignature
        try:
            if self.algorithm == "EdDSA":
                self._key.verify(signature, data)
                return True
            r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
            if not (0 < r < ORDER and 0 < s <= ORDER // 2):
                return False
            asymmetric = extra("cryptography.hazmat.primitives.asymmetric.utils")
            self._key.verify(asymmetric.encode_dss_signature(r, s), data, _ecdsa())
        except invalid:
            return False
        return True

    def record(self) -> dict[str, str]:
        """Return the key as texts, as it is published."""
        return {
            "kid": self.kid.hex(),
            "issuer": self.issuer,
            "algorithm": self.algorithm,
            "public": base64.b64encode(self.data).decode(),
        }

    @classmethod
    def of_record(cls, record: object) -> "PublicKey":
        """Return the key of what `record` returned.

        Parameters
        ----------
        record : dict
            Its texts.

        Raises
        ------
        CodeError
            If it is no such record, or its name is not that of its key.
        """
        if not isinstance(record, dict) or any(
            not isinstance(record.get(name), str) for name in PARTS
        ):
            raise CodeError("malformed", f"A public key has the texts {', '.join(PARTS)}.")
        try:
            data = base64.b64decode(record["public"], validate=True)
        except ValueError as error:
            raise CodeError("malformed", "The public key is no base64.") from error
        key = cls(record["issuer"], record["algorithm"], data)
        if key.kid.hex() != record["kid"]:
            raise CodeError("tampered", f"The key {record['kid']} is not what its name says.")
        return key

    def save(self, path: Path | str) -> None:
        """Write the key to a file for everybody.

        Parameters
        ----------
        path : path
            File to write.
        """
        write_bytes(path, (json.dumps(self.record(), ensure_ascii=False, indent=1) + "\n").encode())

    @classmethod
    def read(cls, path: Path | str) -> "PublicKey":
        """Return the key of a file that `save` wrote.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        MissingFileError
            If there is no such file.
        CodeError
            If it holds no public key.
        """
        if not Path(path).is_file():
            msg = f"There is no file '{path}'."
            raise MissingFileError(msg)
        try:
            return cls.of_record(json.loads(Path(path).read_text(encoding="utf-8")))
        except (ValueError, RecursionError) as error:
            if isinstance(error, CodeError):
                raise
            raise CodeError("malformed", f"'{path}' holds no public key.") from error


def _new_passphrase(word: str) -> bytes:
    """Return a passphrase that is long enough, in bytes; it is in no message."""
    least, most = PASSPHRASE
    written = word.encode(errors="replace")
    if len(word) < least or len(written) > most or not word.isprintable():
        expected = f"{least} characters or more that can be printed, and up to {most} bytes"
        raise ParameterError("passphrase", "a signing key", expected, "others")
    return written


def _ecdsa() -> Any:  # noqa: ANN401 - of the library
    ec = extra("cryptography.hazmat.primitives.asymmetric.ec")
    hashes = extra("cryptography.hazmat.primitives.hashes")
    return ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


@dataclass(frozen=True)
class SigningKey:
    """A key that signs; its secret part is never shown.

    Parameters
    ----------
    public : PublicKey
        Its public part.
    secret : object
        The private key of the library `cryptography`.
    """

    public: PublicKey
    secret: Any = field(repr=False)

    @property
    def kid(self) -> bytes:
        """Its name in a code: the first 8 bytes of the SHA-256 of its public part."""
        return self.public.kid

    @classmethod
    def made(cls, issuer: str, algorithm: Algorithm = "EdDSA") -> "SigningKey":
        """Return a new key that is kept nowhere.

        Parameters
        ----------
        issuer : str
            Whose it is.
        algorithm : str
            ``"EdDSA"`` or ``"ES256"``.

        Raises
        ------
        ParameterError
            If the algorithm is another, or the name is empty or too long.
        """
        if algorithm not in get_args(Algorithm):
            raise ParameterError("algorithm", "a key", "EdDSA or ES256", algorithm)
        checked_issuer(issuer)
        if algorithm == "EdDSA":
            asymmetric = extra("cryptography.hazmat.primitives.asymmetric.ed25519")
            return cls._of(issuer, asymmetric.Ed25519PrivateKey.generate())
        ec = extra("cryptography.hazmat.primitives.asymmetric.ec")
        return cls._of(issuer, ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        issuer: str,
        algorithm: Algorithm = "EdDSA",
        passphrase: Callable[[], str] | None = None,
        in_repository: bool = False,
    ) -> "SigningKey":
        """Return a new key, kept in a file that its owner alone can read.

        With a passphrase the secret part is PEM that is encrypted as the library `cryptography`
        does (PKCS #8, PBES2: AES-256 in CBC mode under PBKDF2 with SHA-256).

        Parameters
        ----------
        path : path
            File that is not there yet, outside any repository.
        issuer : str
            Whose it is: the name that codes bear.
        algorithm : str
            ``"EdDSA"`` or ``"ES256"``.
        passphrase : callable, optional
            Gives the passphrase that the file is to ask for, such as `getpass.getpass`; without
            it whoever reads the file has the key.
        in_repository : bool
            Whether it may lie in a work tree of git.

        Raises
        ------
        ParameterError
            If the file is there already or lies in a work tree of git, the algorithm is another,
            the name is empty or too long, or the passphrase has less than 15 characters.
        """
        key = cls.made(issuer, algorithm)
        serialization = extra("cryptography.hazmat.primitives.serialization")
        locked = serialization.NoEncryption()
        if passphrase is not None:
            locked = serialization.BestAvailableEncryption(_new_passphrase(passphrase()))
        secret: bytes = key.secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked
        )
        content = {**key.public.record(), "secret": secret.decode()}
        write_secret(path, content, in_repository=in_repository)
        return key

    @classmethod
    def read(cls, path: Path | str, *, passphrase: Callable[[], str] | None = None) -> "SigningKey":
        """Return the key of a file that `create` wrote.

        Parameters
        ----------
        path : path
            The file.
        passphrase : callable, optional
            Gives the passphrase, such as `getpass.getpass`; it is called if the key has one.

        Raises
        ------
        MissingFileError
            If there is no such file.
        ParameterError
            If others than its owner may read or change it, or it asks for a passphrase and that is
            lacking or another.
        FormatError
            If it holds no such key.
        """
        record = read_secret(path, "signing key", (*PARTS, "secret"))
        pem = record.pop("secret")
        word = None
        if ENCRYPTED in pem:
            if passphrase is None:
                raise ParameterError("passphrase", f"the key '{path}'", "given: it has one", None)
            word = passphrase()
        serialization = extra("cryptography.hazmat.primitives.serialization")
        unknown: type[Exception] = extra("cryptography.exceptions").UnsupportedAlgorithm
        try:
            secret = serialization.load_pem_private_key(
                pem.encode(), None if word is None else word.encode()
            )
            key = cls._of(record["issuer"], secret)
        except (ValueError, TypeError, AttributeError, unknown):
            key = None
        if key is None and word is not None:
            raise ParameterError(
                "passphrase", f"the key '{path}'", "the one that it was made with", "another"
            )
        if key is None or key.public.record() != record:
            msg = f"'{path}' holds no signing key that fits its public part."
            raise FormatError(msg)
        return key

    @classmethod
    def _of(cls, issuer: str, secret: Any) -> "SigningKey":  # noqa: ANN401 - of the library
        serialization = extra("cryptography.hazmat.primitives.serialization")
        public = secret.public_key()
        if hasattr(secret, "curve"):
            data = public.public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
            return cls(PublicKey(issuer, "ES256", data), secret)
        return cls(PublicKey(issuer, "EdDSA", public.public_bytes_raw()), secret)

    def signature(self, data: bytes) -> bytes:
        """Return the signature of some bytes, 64 bytes; the same each time.

        Parameters
        ----------
        data : bytes
            What is signed.
        """
        if self.public.algorithm == "EdDSA":
            signed: bytes = self.secret.sign(data)
            return signed
        asymmetric = extra("cryptography.hazmat.primitives.asymmetric.utils")
        r, s = asymmetric.decode_dss_signature(self.secret.sign(data, _ecdsa()))
        return bytes(r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big"))
