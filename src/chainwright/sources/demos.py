"""Made-up industrial systems: no fact about any place, but consistent to the cent."""

from chainwright.errors import UnknownCodeError
from chainwright.sources.reading import Reading

__all__ = ["DEMOS", "demo"]

DEMOS = ("country",)


def demo(name: str, *, seed: int = 7) -> Reading:
    """Return the reading of a made-up system."""
    raise UnknownCodeError(name, "demo", ())
