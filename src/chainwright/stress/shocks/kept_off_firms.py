r"""What of a blow is kept off firms and links that are secured (`stabilise`).

As in tables of sectors (`chainwright.stress.shocks.kept_off`): each that stabilises multiplies what
hits its users by :math:`1 - size`. One that names a product or origins is about the links from
these to its users; one that names neither is about what its firms lose of capacity and capital.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.stress.shocks.firm_blows import LinkCut
from chainwright.stress.shocks.firm_safeguard_words import firm_safeguard_places
from chainwright.stress.shocks.firm_words import FirmWords
from chainwright.stress.shocks.hit_rows import any_of
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss
from chainwright.system import Safeguard, Safeguards

__all__ = ["KeptOffFirms"]

Marks = npt.NDArray[np.bool_]


class KeptOffFirms:
    """What is kept off firms and links.

    Parameters
    ----------
    words : FirmWords
        The codes of the network.
    safeguards : iterable of Safeguard
        As a system holds them; those that stabilise count.

    Raises
    ------
    TableError
        If a word is not known; it lists every breach.
    """

    def __init__(self, words: FirmWords, safeguards: Iterable[Safeguard]) -> None:
        self._links = words.links
        self._left = np.ones(words.links.n)
        self._covers: list[tuple[Marks, Marks, float]] = []
        wrong: list[Breach] = []
        for one in Safeguards(tuple(safeguards)).of("stabilise"):
            sellers, users = firm_safeguard_places(words, one, wrong)
            firms, left = any_of(users, words.links.n), 1.0 - float(one.size)
            if one.product or one.origins:
                self._covers.append((sellers, firms, left))
            else:
                self._left[firms] *= left
        if wrong:
            raise TableError("The part `safeguards`", wrong)

    def capacity(self, loss: CapacityLoss) -> CapacityLoss:
        """Return what is left of a loss of capacity.

        Parameters
        ----------
        loss : CapacityLoss
            As the shock states it.
        """
        return replace(loss, share=loss.share * self._left[loss.nodes])

    def capital(self, loss: CapitalLoss) -> CapitalLoss:
        """Return what is left of a loss of capital.

        Parameters
        ----------
        loss : CapitalLoss
            As the shock states it.
        """
        return replace(loss, damage=loss.damage * self._left[loss.nodes])

    def cut(self, cut: LinkCut) -> LinkCut:
        """Return what is left of a cut of links.

        Parameters
        ----------
        cut : LinkCut
            As the shock states it.
        """
        share = cut.share.copy()
        for sellers, firms, left in self._covers:
            held = sellers[self._links.supplier[cut.links]] & firms[self._links.buyer[cut.links]]
            share[held] *= left
        return replace(cut, share=share)
