"""Linear algebra on flows: multipliers, footprints, reliance, position, extraction."""

from chainwright.accounts.leontief import Leontief, leontief

__all__ = [
    "Leontief",
    "leontief",
]
