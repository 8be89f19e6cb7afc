"""Systems that pymrio holds in memory."""

from chainwright.errors import FormatError
from chainwright.sources.reading import Reading

__all__ = ["from_pymrio"]


def from_pymrio(io: object, *, currency: str | None = None, year: int | None = None) -> Reading:
    """Return the reading of a pymrio system."""
    raise FormatError(str(io))
