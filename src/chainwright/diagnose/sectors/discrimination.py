"""Whether a measure tells its subjects apart, or gives most of them one and the same number."""

import numpy as np
import numpy.typing as npt

__all__ = ["ALIKE", "alike", "alike_notes", "tells_apart"]

Numbers = npt.NDArray[np.float64]

ALIKE = 0.05
"""Results within this share of each other count as the same."""

MOST = 0.5
"""Share of the subjects beyond which one result for all of them says too little."""


def alike(values: Numbers) -> tuple[float, float]:
    """Return the largest share of `values` that are the same within `ALIKE`, and which value."""
    if len(values) < 2:
        return 0.0, np.nan
    ordered = np.sort(values)
    ends = np.searchsorted(ordered, ordered * (1.0 + ALIKE), side="right")
    counts = ends - np.arange(len(ordered))
    best = int(counts.argmax())
    return float(counts[best] / len(ordered)), float(ordered[best])


def tells_apart(shares: Numbers) -> bool:
    """Return whether at most half of those of `shares` that are above 0 are the same number.

    More than half of all being one number above 0 comes to the same.
    """
    return alike(shares[shares > 0.0])[0] <= MOST


def alike_notes(shares: Numbers, goods: npt.NDArray[np.bool_]) -> list[tuple[str, str]]:
    """Return a note, English and Chinese, for each group of suppliers that is not told apart.

    Parameters
    ----------
    shares : ndarray, shape (s,)
        ``shortage_all`` as a share of the users' output.
    goods : ndarray of bool, shape (s,)
        Which suppliers deliver goods.
    """
    told = []
    for en, zh, chosen in (
        ("all suppliers", "全部供应节点", np.ones(len(shares), dtype=np.bool_)),
        ("the suppliers that stop anyone", "造成停产的供应节点", shares > 0.0),
        ("the goods that stop anyone", "造成停产的货物类节点", goods & (shares > 0.0)),
    ):
        share, value = alike(shares[chosen])
        if share > MOST and value > 0.0:
            told.append(
                (
                    f"shortage_all does not discriminate among {en}: {share:.0%} of them reach "
                    f"the same result, {value:.2%} of the users' output (within {ALIKE:.0%}). "
                    "Rank by shortage_first.",
                    f"shortage_all 对{zh}缺乏区分度：其中{share:.0%}结果相同"
                    f"（用户产出的{value:.2%}，容差{ALIKE:.0%}）。请以 shortage_first 排序。",
                )
            )
        elif share > MOST:
            told.append(
                (
                    f"{share:.0%} of {en} reach the same result, nothing: with the rule of "
                    "essential inputs and the least share they stop no one, and shortage_all "
                    "does not discriminate among those.",
                    f"{zh}中{share:.0%}结果同为零：按必需投入规则和最低份额，它们不致任何用户停产，"
                    "shortage_all 对其不具区分度。",
                )
            )
    return told
