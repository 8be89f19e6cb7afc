"""The corpus: a sentence, a function that writes the file, and what must be said about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from chainwright.errors import TableError

CORPUS = []


@dataclass(frozen=True)
class Bad:
    """One bad file.

    Parameters
    ----------
    sentence : str
        What is wrong, as the name of the test.
    write : callable
        Writes it to a folder and returns the path to read.
    says : tuple of str
        Patterns that the message must hold: place, what was found, what was expected, the remedy.
    error : type
        The error that must be raised.
    asked : mapping
        Year or currency that is asked for.
    memory : int, optional
        Bytes of memory that the machine pretends to have.
    """

    sentence: str
    write: Callable[[Path], Path]
    says: tuple[str, ...]
    error: type[Exception] = TableError
    asked: dict[str, object] = field(default_factory=dict)
    memory: int | None = None


def bad(sentence, *says, error=TableError, memory=None, **asked):
    """Put the file that the decorated function writes into the corpus."""

    def put(write):
        CORPUS.append(Bad(sentence, write, says, error, asked, memory))
        return write

    return put
