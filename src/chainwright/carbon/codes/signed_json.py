"""Lists that anybody can read and nobody can change: a JSON document, its signer, its signature."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from chainwright.carbon.codes.claims import moment
from chainwright.carbon.codes.keys import PublicKey, SigningKey
from chainwright.errors import CodeError, MissingFileError
from chainwright.tables import replaced

__all__ = ["check_order", "read_signed", "write_lasting", "write_signed"]

LARGEST = 16 * 2**20
"""Bytes of a list at most."""

CHINESE = {"trust list": "信任清单", "status list": "状态清单"}
"""What kinds of lists are called in Chinese."""


def write_signed(path: Path | str, kind: str, document: dict[str, object], key: SigningKey) -> None:
    """Write a `document` with its signature, whole or not at all.

    Parameters
    ----------
    path : path
        File to write.
    kind : str
        What it is, in a word: a signature of one kind is none of another.
    document : dict
        JSON values.
    key : SigningKey
        Who signs.
    """
    signature = key.signature(_to_be_signed(kind, document))
    whole = {
        "kind": kind,
        "document": document,
        "signer": key.public.record(),
        "signature": base64.b64encode(signature).decode(),
    }
    write_lasting(path, whole)


def write_lasting(path: Path | str, whole: Mapping[str, object]) -> None:
    """Write JSON, whole or not at all, and have it on the disk.

    Parameters
    ----------
    path : path
        File to write.
    whole : mapping
        JSON values.
    """
    with replaced(path) as file:
        file.write((json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())


def read_signed(path: Path | str, kind: str) -> tuple[dict[str, object], PublicKey]:
    """Return a document and the key that signed it; whether that key is trusted is another matter.

    Parameters
    ----------
    path : path
        A file that `write_signed` wrote.
    kind : str
        What it is to be.

    Raises
    ------
    MissingFileError
        If there is no such file.
    CodeError
        If it is no such document (malformed, oversize), or was changed since it was signed
        (tampered).
    """
    source = Path(path)
    if not source.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    if source.stat().st_size > LARGEST:
        raise CodeError("oversize", f"'{path}' has more than {LARGEST:,} bytes.")
    try:
        whole = json.loads(
            source.read_text(encoding="utf-8"),
            object_pairs_hook=_without_twins,
            parse_constant=_no_number,
        )
        document, given, word = whole["document"], whole["kind"], whole["signature"]
        signature = base64.b64decode(word, validate=True)
        signer = PublicKey.of_record(whole["signer"])
        written = _to_be_signed(kind, document)  # text that is no UTF-8 cannot be written
    except CodeError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CodeError("malformed", f"'{path}' is no signed {kind}.") from error
    if given != kind or not isinstance(document, dict):
        raise CodeError("malformed", f"'{path}' is no signed {kind}.")
    if not signer.signed(signature, written):
        raise CodeError("tampered", f"'{path}' is not what {signer.issuer} signed.")
    return document, signer


def check_order(kind: str, issuer: str, issued: int, seen: int) -> None:
    """Refuse a list that was made before one that was seen.

    Parameters
    ----------
    kind, issuer : str
        What it is, and whose.
    issued, seen : int
        When it was made, and when the one that was seen [s since 1970].

    Raises
    ------
    CodeError
        If it is the older one: rolled_back, in English and Chinese.
    """
    if issued >= seen:
        return
    raise CodeError(
        "rolled_back",
        f"The {kind} of {issuer} was rolled back: it was made at {moment(issued)}, and one of "
        f"{moment(seen)} was seen before. Ask the issuer for the latest. {issuer} 的{CHINESE[kind]}"
        f"已被回退：生成于 {moment(issued)}，而此前已见过 {moment(seen)} 的清单。"
        "请向签发方索取最新清单。",
    )


def _to_be_signed(kind: str, document: dict[str, object]) -> bytes:
    """Return the bytes that are signed: the kind, and JSON with sorted keys and no blanks."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"chainwright {kind} 1\n{text}".encode()


def _no_number(word: str) -> float:
    """Refuse NaN and infinity, which are no JSON."""
    raise ValueError(word)


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of JSON none of whose keys comes twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(len(pairs))
    return found
