"""The weakest evidence that the status of each node of a chain rests on."""

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.measures import Documented, Measured
from chainwright.diagnose.chain_maps.status import ChainThresholds, Verdict
from chainwright.diagnose.chain_maps.supply import EVIDENCE

__all__ = ["evidence"]


def evidence(
    said: Documented,
    seen: Measured,
    verdict: Verdict,
    shut: npt.NDArray[np.bool_],
    limits: ChainThresholds,
) -> npt.NDArray[np.object_]:
    """Return what the status of each node rests on, shape (n,): a word of `EVIDENCE`, or empty.

    Of a stuck node the weakest of shares, exposure and difficulty; of a fine one the weaker of
    its maker and of what excludes that it is stuck; closed routes are the user's word: ours.

    Parameters
    ----------
    said : Documented
        What the tables say.
    seen : Measured
        The parts.
    verdict : Verdict
        What is proven.
    shut : ndarray of bool, shape (n,)
        Which nodes a closed route blocks.
    limits : ChainThresholds
        From where on.
    """
    parts, trade, ours = seen.parts, EVIDENCE.index("trade"), EVIDENCE.index("ours")
    shares = seen.found.evidence
    used = np.where(said.use.said, said.use.evidence, said.made.evidence)
    # the table's own numbers are enough for T where they reach the threshold without density
    low = np.nan_to_num(1.0 - seen.density, nan=0.0)
    by_density = (low >= parts.hard.low - 1e-12) & ~np.isnan(seen.density)
    hard = np.where(by_density, trade, said.evidence)
    stuck = np.maximum.reduce([shares, used, hard])
    excluded = np.select(
        [
            parts.exposure.high < limits.exposure,
            seen.found.foreign.high < limits.monopoly,
            parts.monopoly.high < limits.monopoly,
        ],
        [used, shares, np.maximum(shares, used)],
        default=np.where(np.isnan(seen.density), said.evidence, np.maximum(said.evidence, trade)),
    )
    status = verdict.status.astype(str)
    place = np.select(
        [status == word for word in ("stuck", "broken", "blocked", "long plate", "fine")],
        [
            stuck,
            said.made.evidence,
            np.where(shut, ours, said.used_evidence),
            shares,
            np.maximum(excluded, said.made.evidence),
        ],
        default=-1,
    )
    words = np.array([*EVIDENCE, ""], dtype=object)
    found: npt.NDArray[np.object_] = words[place]
    return found
