r"""What of a blow is kept off where contracts, routes, power and work are secured (`stabilise`).

Each that stabilises multiplies what hits its users by :math:`1 - size`. One that names a product
or origins is about deliveries: of cuts, those from its origins of its product to its users and, if
these are a region, to the final users there. One that names neither is about the nodes themselves:
what they lose of capacity and of capital.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.stress.shocks.safeguard_words import safeguard_places
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss, SupplyCut
from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Safeguard, Safeguards

__all__ = ["KeptOff"]

Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


class _Cover(NamedTuple):
    """Deliveries of which a part stays whatever is cut: sellers, nodes, final users, the rest."""

    sellers: Marks
    nodes: Marks
    users: Marks
    left: float


class KeptOff:
    """What is kept off the nodes and the deliveries of a table.

    Parameters
    ----------
    words : SectorWords
        The codes of the table.
    safeguards : iterable of Safeguard
        As a system holds them; those that stabilise count.

    Raises
    ------
    TableError
        If a word is not known; it lists every breach.
    """

    def __init__(self, words: SectorWords, safeguards: Iterable[Safeguard]) -> None:
        self._left = np.ones(words.n)
        self._covers: list[_Cover] = []
        wrong: list[Breach] = []
        for one in Safeguards(tuple(safeguards)).of("stabilise"):
            rows, users = safeguard_places(words, one, wrong)
            nodes = np.zeros(words.n, dtype=np.bool_)
            final = np.zeros(len(words.flows.users), dtype=np.bool_)
            for mine, theirs in users:
                nodes |= mine
                final |= theirs
            left = 1.0 - float(one.size)
            if one.product or one.origins:
                sellers = np.zeros(len(words.region), dtype=np.bool_)
                sellers[rows] = True
                self._covers.append(_Cover(sellers, nodes, final, left))
            else:
                self._left[nodes] *= left
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

    def cut(self, cut: SupplyCut) -> Sequence[SupplyCut]:
        """Return what is left of a cut, split where what is left differs; nothing where it is 0.

        No delivery is in two of the parts.

        Parameters
        ----------
        cut : SupplyCut
            As the shock states it.
        """
        mine = [
            one
            for one in self._covers
            if one.sellers[cut.sellers].any()
            and (one.nodes[cut.buyers].any() or one.users[cut.users].any())
        ]
        if not mine:
            return (cut,)
        of_seller = np.stack([one.sellers[cut.sellers] for one in mine], axis=1)
        found = []
        for pattern in np.unique(of_seller, axis=0):
            sellers = cut.sellers[(of_seller == pattern).all(axis=1)]
            nodes, users = np.ones(len(cut.buyers)), np.ones(len(cut.users))
            for one in (one for one, covers in zip(mine, pattern, strict=True) if covers):
                nodes[one.nodes[cut.buyers]] *= one.left
                users[one.users[cut.users]] *= one.left
            for left in np.unique(np.concatenate([nodes, users])):
                part = replace(
                    cut,
                    sellers=sellers,
                    buyers=cut.buyers[nodes == left],
                    users=cut.users[users == left],
                    share=cut.share * float(left),
                )
                if part.share > 0.0:
                    found.append(part)
        return found
