"""Colours that colour-blind readers tell apart and that still differ in grey print."""

__all__ = ["CLASS_COLOURS", "FOREIGN", "GRID", "HOME", "INK", "MUTED", "PALE", "UNKNOWN", "shade"]

INK = "#1c2b39"
MUTED = "#5d6d7c"
GRID = "#d9dfe5"
PALE = "#eef2f5"

HOME = "#0072B2"
"""Okabe and Ito's blue: what is made at home."""

FOREIGN = "#D55E00"
"""Okabe and Ito's vermilion: what comes from abroad, and what is at risk."""

UNKNOWN = "#9aa7b3"
"""What nobody can say: composite regions, missing values."""

NATION = "#56B4E9"
"""Okabe and Ito's sky blue: the rest of the nation."""

CLASS_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8a6d3b")
"""Okabe and Ito's set without yellow, which is lost on white, for lines that carry their names."""

RAMP = ("#f4f7fa", "#d3e2ee", "#9fc3de", "#5f9cc7", "#2a73a8", "#0b4a7d", "#062a4a")
"""From nothing to all: darker is more, also in grey."""


def shade(share: float) -> str:
    """Return the colour of a value from 0 to 1, darker for more.

    Parameters
    ----------
    share : float
        Where the value lies; cut off at 0 and 1.

    Examples
    --------
    >>> shade(0.0), shade(1.0)
    ('#f4f7fa', '#062a4a')
    """
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    below = min(int(place), len(RAMP) - 2)
    part = place - below
    low, high = (
        tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (RAMP[below], RAMP[below + 1])
    )
    mixed = (round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{m:02x}" for m in mixed)
