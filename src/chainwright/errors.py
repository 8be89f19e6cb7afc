"""What can go wrong, as a tree.

ChainwrightError
├── TableError         a file or table breaks its layout                  ValueError
├── FormatError        a file is of no format that is known               ValueError
├── LabelError         the labels of two arrays do not line up            ValueError
├── ParameterError     a parameter is outside its declared range          ValueError
├── MoneyError         amounts of different money meet                    ValueError
├── BoundaryError      factors of two boundaries meet                     TypeError
├── ChangedInputError  a file is no longer the one that was read          ValueError
├── UnknownCodeError   a code is in no list that is known here            KeyError
├── MissingPartError   the question needs a part that the system lacks    LookupError
├── MissingFileError   there is no such file or folder                    FileNotFoundError
├── CodeError          a signed code or what signs it is refused          ValueError
├── StoreError         a store is busy, damaged or cannot be written      RuntimeError
├── InfeasibleError    the question has no answer                         RuntimeError
└── CapacityError      the data do not fit in the memory of this machine  MemoryError

A message says what is wrong, where, what was expected and what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath

__all__ = [
    "BoundaryError",
    "Breach",
    "CapacityError",
    "ChainwrightError",
    "ChangedInputError",
    "CodeError",
    "FormatError",
    "InfeasibleError",
    "LabelError",
    "MissingFileError",
    "MissingPartError",
    "MoneyError",
    "ParameterError",
    "StoreError",
    "TableError",
    "UnknownCodeError",
    "near",
]

SHOWN = 20
"""How many breaches a message spells out; `TableError.breaches` holds them all."""


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint at the words of `known` that are close to `word`, or nothing.

    Examples
    --------
    >>> near("sektor", ["sector", "region"])
    ' Did you mean sector?'
    """
    by_folded = {k.casefold(): k for k in known}
    close = get_close_matches(word.casefold(), list(by_folded), n=3)
    return f" Did you mean {', '.join(by_folded[c] for c in close)}?" if close else ""


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a file or table is not as it must be.

    Parameters
    ----------
    where : str
        Row and column, as a person finds them: ``"row 12, column 'value'"`` (row 1 is the header).
    found : str
        What stands there.
    expected : str
        What should stand there.
    remedy : str
        What to do.

    Examples
    --------
    >>> print(Breach("row 3, column 'value'", "'abc'", "a number", "Write it as 1234.5."))
    row 3, column 'value': found 'abc', expected a number. Write it as 1234.5.
    """

    where: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, expected {self.expected}. {self.remedy}"


class ChainwrightError(Exception):
    """Base of every error that chainwright raises on purpose."""

    status = 422
    """HTTP status that a server answers with."""

    exit_code = 2
    """Exit code of the command line: 2 for the data or the question, 3 for no answer."""

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to make it again in another process, whatever its words were made of."""
        return _again, (type(self), self.args, dict(self.__dict__))


def _again(
    kind: type[ChainwrightError], words: tuple[object, ...], kept: dict[str, object]
) -> ChainwrightError:
    """Return an error with the words and parts that it had."""
    error = kind.__new__(kind, *words)
    error.__dict__.update(kept)
    return error


class TableError(ChainwrightError, ValueError):
    """A file or table breaks its layout; all breaches are listed at once, `shown` spelt out."""

    def __init__(self, table: str, breaches: Sequence[Breach], *, shown: int = SHOWN) -> None:
        self.table, self.breaches = table, tuple(breaches)
        lines = [f"  - {breach}" for breach in self.breaches[:shown]]
        if len(self.breaches) > shown:
            lines.append(f"  ... and {len(self.breaches) - shown} more of the same kind")
        places = f"{len(self.breaches)} place" + ("s" if len(self.breaches) > 1 else "")
        super().__init__(f"{table} cannot be used as it is, in {places}:\n" + "\n".join(lines))


class FormatError(ChainwrightError, ValueError):
    """A file is of no format that is known."""


class LabelError(ChainwrightError, ValueError):
    """The labels of two arrays do not line up; they are aligned or refused, never joined."""


class ParameterError(ChainwrightError, ValueError):
    """A parameter is outside the range that is declared for it."""

    def __init__(self, parameter: str, owner: str, expected: str, got: object) -> None:
        self.parameter, self.owner = parameter, owner
        super().__init__(
            f"The {parameter!r} parameter of {owner} must be {expected}. Got {_got(got)}."
        )


def _got(value: object) -> str:
    """Return a value as a person would write it."""
    if value is None or (isinstance(value, (tuple, list)) and not value):
        return "nothing"
    return repr(str(value)) if isinstance(value, PurePath) else repr(value)


class MoneyError(ChainwrightError, ValueError):
    """Amounts of different money meet; they are converted at a stated rate or refused."""


class BoundaryError(ChainwrightError, TypeError):
    """Factors of two boundaries meet, such as the grid's and a product footprint's."""


class ChangedInputError(ChainwrightError, ValueError):
    """A file is no longer the one that was read: its hash is another, or it is gone."""


class UnknownCodeError(ChainwrightError, KeyError):
    """A code is in no list that is known here."""

    status = 404

    def __init__(self, code: str, kind: str, known: Iterable[str]) -> None:
        self.code, self.kind = code, kind
        listed = list(known)
        hint = near(code, listed)
        if not hint and listed:
            more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
            hint = f" Known are {', '.join(listed[:8])}{more}."
        self.message = f"{code!r} is no known {kind}.{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class MissingPartError(ChainwrightError, LookupError):
    """The question needs a part that the system was built without."""

    def __init__(self, part: str, remedy: str = "") -> None:
        self.part = part
        super().__init__(f"This question needs {part}, which the system lacks. {remedy}".rstrip())


class MissingFileError(ChainwrightError, FileNotFoundError):
    """There is no such file or folder."""

    status = 404

    def __str__(self) -> str:
        return str(self.args[0])


class CodeError(ChainwrightError, ValueError):
    """A signed code, list or disclosure is refused; `reason` says why in one word."""

    REASONS = (
        "tampered",
        "expired",
        "not_yet",
        "unknown_key",
        "wrong_algorithm",
        "oversize",
        "malformed",
        "withdrawn",
        "rolled_back",
    )
    """What `reason` may be."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class StoreError(ChainwrightError, RuntimeError):
    """A store is busy, damaged or cannot be written; nothing of the change was kept."""

    status = 503


class InfeasibleError(ChainwrightError, RuntimeError):
    """The question is well put and has no answer."""

    exit_code = 3


class CapacityError(ChainwrightError, MemoryError):
    """The data do not fit in the memory of this machine."""

    status = 413
    exit_code = 3
