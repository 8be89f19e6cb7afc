"""Why a node made less, in a sentence: labour, inputs or demand."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["binding_reasons"]

Numbers = npt.NDArray[np.float64]

FELT = 1e-6
"""Share of its output up to which a node's loss is not worth a reason."""

WHY = {
    "labour": (
        "Mostly too little labour: shut out, or not yet hired back",
        "主要因劳动力不足：无法上岗或尚未重新雇用",
    ),
    "inputs": ("Mostly stocks of inputs that ran out", "主要因投入品库存耗尽"),
    "demand": ("Mostly less demand from users and households", "主要因用户与居民需求减少"),
}
UNFELT = ("No loss worth naming", "几乎没有损失")
GAIN = ("Makes more than usual", "产出高于平时")
SHORT = ("; short of {input} first, on day {day}", "；第 {day} 天起首先缺 {input}")
SHORT_ALL = ("; inputs as a whole bound first on day {day}", "；第 {day} 天起投入整体不足")


def binding_reasons(
    lost_share: Numbers,
    lost_to: Mapping[str, Numbers],
    short_input: Sequence[str],
    short_day: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return a sentence a node in English and in Chinese.

    Parameters
    ----------
    lost_share : ndarray, shape (n,) [share]
        Output lost.
    lost_to : mapping of str to ndarray, shape (n,) [money]
        Of it, on days when labour, inputs or demand was the least.
    short_input : sequence of str, n
        Input that was scarcest first; empty if none alone.
    short_day : ndarray of int, shape (n,)
        First day on which inputs bound; -1 if never.
    """
    kinds = list(lost_to)
    most = np.argmax(np.stack([lost_to[k] for k in kinds]), axis=0)
    told = []
    for language in (0, 1):
        words = np.array([WHY[k][language] for k in kinds], dtype=object)[most]
        words[lost_share <= FELT] = UNFELT[language]
        words[lost_share < -FELT] = GAIN[language]
        for i in np.flatnonzero(short_day >= 0).tolist():
            text = (SHORT if short_input[i] else SHORT_ALL)[language]
            words[i] += text.format(input=short_input[i], day=short_day[i])
        told.append(words)
    return told[0], told[1]
