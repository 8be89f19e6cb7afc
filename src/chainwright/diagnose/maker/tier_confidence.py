"""How far an inferred supplier is to be trusted: numbers by rule, and the words for them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import Spec, param

__all__ = ["CONFIDENCE_WORDS", "TierConfidence"]

CONFIDENCE_WORDS = ("given", "high", "medium", "low", "none")
"""What a confidence is called: what is given is no inference, and of a gap nothing is known."""

ASSUMED = "assumption: own judgement"


@dataclass(frozen=True)
class TierConfidence(Spec):
    """Confidence of each step of an inference; a row's is the product along its path.

    All are assumptions that rank rows; none is a probability that was measured. A match with k
    nodes of the maps counts 1/k of its confidence for each.

    Parameters
    ----------
    chain_node, hs, gbt4754 : float
        That the part is the node of the map, where the part names the node itself, has one of its
        HS codes, or only its class of GB/T 4754.
    link_documented, link_survey, link_ours : float
        That a node needs the next one upstream, by what the link of the map rests on.
    place_documented, place_survey, place_trade, place_ours : float
        That the maker's supplies come from these places in these shares.
    high, medium : float
        From where on a confidence is called high and medium.
    least : float
        What is trusted less is left out: a class that many nodes share says nothing.

    Examples
    --------
    >>> TierConfidence().words(np.array([0.7, 0.4, 0.1])).tolist()
    ['high', 'medium', 'low']
    """

    chain_node: float = param(0.9, unit="1", low=0.0, high=1.0, source=ASSUMED)
    hs: float = param(0.6, unit="1", low=0.0, high=1.0, source=ASSUMED)
    gbt4754: float = param(0.2, unit="1", low=0.0, high=1.0, source=ASSUMED)
    link_documented: float = param(0.95, unit="1", low=0.0, high=1.0, source=ASSUMED)
    link_survey: float = param(0.9, unit="1", low=0.0, high=1.0, source=ASSUMED)
    link_ours: float = param(0.8, unit="1", low=0.0, high=1.0, source=ASSUMED)
    place_documented: float = param(0.9, unit="1", low=0.0, high=1.0, source=ASSUMED)
    place_survey: float = param(0.8, unit="1", low=0.0, high=1.0, source=ASSUMED)
    place_trade: float = param(0.7, unit="1", low=0.0, high=1.0, source=ASSUMED)
    place_ours: float = param(0.5, unit="1", low=0.0, high=1.0, source=ASSUMED)
    high: float = param(0.6, unit="1", low=0.0, high=1.0, source=ASSUMED)
    medium: float = param(0.3, unit="1", low=0.0, high=1.0, source=ASSUMED)
    least: float = param(0.1, unit="1", low=0.0, high=1.0, source=ASSUMED)

    def words(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.str_]:
        """Return what confidences of inferences are called, one of `CONFIDENCE_WORDS` each.

        Parameters
        ----------
        values : ndarray
            The confidences.
        """
        cases = [values >= self.high, values >= self.medium, np.isfinite(values)]
        return np.select(cases, CONFIDENCE_WORDS[1:4], default=CONFIDENCE_WORDS[4])
