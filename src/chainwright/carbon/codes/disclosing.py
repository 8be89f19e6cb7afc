"""Single inputs of a code shown to a bank, and proved by the code, without the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chainwright.carbon.codes.claims import Claims
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.codes.input_leaves import absent, contents
from chainwright.carbon.codes.merkle import SALT, leaf_hashes, path_of, root_of, root_over
from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.carbon.codes.window_values import KINDS, kind_numbers, window_values
from chainwright.errors import (
    ChangedInputError,
    CodeError,
    MissingPartError,
    ParameterError,
    UnknownCodeError,
)

if TYPE_CHECKING:
    from chainwright.carbon.codes.salts import SaltKey
    from chainwright.carbon.codes.verifying import VerifiedCode
    from chainwright.system.readings import Readings

__all__ = ["DisclosedInput", "check_disclosure", "disclose"]

FORM = "carbon-disclosure/1"
DIGEST = 32


@dataclass(frozen=True)
class DisclosedInput:
    """An input of a code that was shown and proved.

    Parameters
    ----------
    kind : str
        Code of its kind.
    name_en, name_zh : str
        What the kind is called.
    value : float, str or dict, optional
        What it came to over the period of the code; by item where the kind has items; None where it
        is missing.
    unit : str or dict
        Unit of the value, by item where units differ.
    source : str or dict
        How it was obtained, by item where that differs.
    """

    kind: str
    name_en: str
    name_zh: str
    value: float | str | dict[str, float | str | None] | None
    unit: str | dict[str, str]
    source: str | dict[str, str]


def disclose(
    readings: "Readings",
    code: "str | Claims",
    salt: "SaltKey",
    *,
    kinds: Sequence[str],
    firm: str | None = None,
) -> dict[str, object]:
    """Return some inputs of a code with what proves them, as JSON values; nothing of the others.

    Parameters
    ----------
    readings : Readings
        The readings that the code was made of, as they were then.
    code : str or Claims
        The code.
    salt : SaltKey
        The key of salts that it was issued with.
    kinds : sequence of str
        Codes of the kinds that are shown, such as ``"grid_electricity"``.
    firm : str, optional
        The firm in the readings, where they do not use the code's credit code.

    Raises
    ------
    UnknownCodeError
        If a kind is none of the 39.
    ParameterError
        If no kind is given.
    MissingPartError
        If the readings have none of the firm.
    ChangedInputError
        If the readings, or the key of salts, are not those that the code was issued with.
    """
    claims = Claims.decoded(Envelope.of(code).payload) if isinstance(code, str) else code
    numbers = {row["kind"]: number for number, row in kind_numbers().items()}
    for kind in kinds:
        if kind not in numbers:
            raise UnknownCodeError(kind, "kind of data", numbers)
    if not kinds:
        raise ParameterError("kinds", "disclose", "one kind at least", kinds)
    said = _contents(readings, claims, firm or claims.firm)
    salts = salt.salts(claims.firm, claims.period[1], claims.issued, KINDS)
    hashes = leaf_hashes(salts, said)
    if root_of(hashes) != claims.root:
        raise ChangedInputError(
            "The readings, or the key of salts, are not those that this code was issued with. Read "
            "them as they were then; or issue the code anew."
        )
    leaves = []
    for place in sorted({numbers[kind] - 1 for kind in kinds}):
        _, value, unit, source = _leaf(said[place])
        leaves.append(
            {
                "number": place + 1,
                "kind": kind_numbers()[place + 1]["kind"],
                "value": value,
                "unit": unit,
                "source": source,
                "salt": salts[place].hex(),
                "path": [node.hex() for node in path_of(hashes, place)],
            }
        )
    whole = {"firm": claims.firm, "period": list(claims.period), "root": claims.root.hex()}
    return {"form": FORM, **whole, "inputs": leaves}


def _leaf(content: bytes) -> tuple[object, object, object, object]:
    """Return the four parts of what a leaf says."""
    parts = from_cbor(content)
    assert isinstance(parts, list)  # noqa: S101 - we wrote it
    kind, value, unit, source = parts
    return kind, value, unit, source


def _contents(readings: "Readings", claims: Claims, firm: str) -> list[bytes]:
    """Return what the 39 leaves of a code say."""
    if firm not in readings.firms:
        raise MissingPartError(
            f"readings of {firm!r}", "Give the firm's name in the readings as `firm`."
        )
    first, last = (day // 10000 * 12 + day // 100 % 100 - 1 - 1970 * 12 for day in claims.period)
    values = window_values(readings.of_firm(firm), np.array([last]), last - first + 1)
    for _, leaves in contents(values, readings.texts):
        return leaves[0]
    return [absent(kind) for kind in range(1, KINDS + 1)]


def check_disclosure(
    code: "Claims | VerifiedCode", disclosure: Mapping[str, object]
) -> tuple[DisclosedInput, ...]:
    """Return the inputs that a disclosure shows, each proved by the code's root.

    Parameters
    ----------
    code : Claims or VerifiedCode
        The code, after `verify`.
    disclosure : mapping
        What `disclose` returned, or the same read from JSON.

    Raises
    ------
    CodeError
        If it is no disclosure (malformed), or an input is not one of this code (tampered).
    """
    claims = code if isinstance(code, Claims) else code.claims
    rows = disclosure.get("inputs") if isinstance(disclosure, Mapping) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= KINDS or disclosure.get("form") != FORM:
        raise CodeError("malformed", f"This is no disclosure of the form {FORM}.")
    return tuple(_proved(claims, row) for row in rows)


def _proved(claims: Claims, row: object) -> DisclosedInput:
    """Return an input if the root of the code proves it."""
    if not isinstance(row, dict):
        raise CodeError("malformed", "An input of the disclosure is no object.")
    number = row.get("number")
    if type(number) is not int or number not in kind_numbers():
        raise CodeError("malformed", f"{number!r} is none of the {KINDS} kinds of data.")
    facts = kind_numbers()[number]
    value, unit, source = _number(row.get("value")), row.get("unit"), row.get("source")
    salt, path = _bytes(row.get("salt"), SALT), row.get("path")
    if not isinstance(path, list):
        raise CodeError("malformed", "An input of the disclosure has no path.")
    hashes = [_bytes(node, DIGEST) for node in path]
    if not _told(value, (float, str)) or not (_told(unit, (str,)) and _told(source, (str,))):
        raise CodeError("malformed", "An input of the disclosure is not whole.")
    try:
        content = as_cbor([number, value, unit, source])
    except UnicodeEncodeError as error:  # halves of a character, which JSON can write
        raise CodeError("malformed", "An input of the disclosure is no text in UTF-8.") from error
    (leaf,) = leaf_hashes([salt], [content])
    if (
        root_over(leaf, number - 1, KINDS, hashes) != claims.root
        or row.get("kind") != facts["kind"]
    ):
        raise CodeError("tampered", f"This is not what the code holds of {facts['kind']}.")
    return DisclosedInput(
        facts["kind"],
        facts["name_en"],
        facts["name_zh"],
        value,  # type: ignore[arg-type] # looked at by `_told`
        unit,  # type: ignore[arg-type]
        source,  # type: ignore[arg-type]
    )


def _number(value: object) -> object:
    """Return a value of JSON with its whole numbers as floating-point ones, which leaves have."""
    if isinstance(value, dict):
        return {str(item): _number(one) for item, one in value.items()}
    if type(value) is int and abs(value) < 2**53:
        return float(value)
    return value


def _told(value: object, kinds: tuple[type, ...]) -> bool:
    """Return whether a value is null (where numbers are taken), of some kinds, or a map of such."""
    if isinstance(value, dict):
        return all(not isinstance(v, dict) and _told(v, kinds) for v in value.values())
    return isinstance(value, kinds) or (value is None and float in kinds)


def _bytes(text: object, size: int) -> bytes:
    """Return the bytes of a hexadecimal text."""
    try:
        found = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        found = b""
    if len(found) != size:
        raise CodeError("malformed", f"{size} bytes in hexadecimal are lacking.")
    return found
