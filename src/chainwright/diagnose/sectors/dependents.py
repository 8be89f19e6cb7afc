"""Who depends on whom: what each country's industries need, and from whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.diagnose.sectors.blocs import Blocs
from chainwright.diagnose.sectors.shares import ratio
from chainwright.system import Flows

__all__ = ["Needs", "importers_of", "needs_of", "weights_abroad"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Needs:
    """What the industries of each country need, by supplier country and product.

    Parameters
    ----------
    direct : ndarray, shape (g, p, g) [money]
        Deliveries of product p of the first country to the industries of the last.
    through : ndarray, shape (g, p, g) [money]
        The same through all tiers of suppliers.
    stages : ndarray, shape (n,) [money]
        Output of each node counted at each stage up to final use, ``L x``.
    """

    direct: Numbers
    through: Numbers
    stages: Numbers

    def reliance(self, *, direct: bool = False) -> Numbers:
        """Return each country's share in what each country's industries need, shape (g, g).

        Rows supply, columns rely; each column with needs sums to one.

        Parameters
        ----------
        direct : bool
            Whether to count the first tier only.
        """
        amounts = (self.direct if direct else self.through).sum(axis=1)
        return ratio(amounts, amounts.sum(axis=0))

    def of_product(self) -> Numbers:
        """Return home's share in what each country needs of each product, shape (p, g)."""
        return ratio(self.through[0], self.through.sum(axis=0))


def needs_of(flows: Flows, blocs: Blocs, *, users: npt.NDArray[np.bool_] | None = None) -> Needs:
    r"""Return what each country's industries need, directly and through all tiers.

    With :math:`x_c` the output of the industries of country c (0 elsewhere),

    .. math:: \text{direct: } A x_c, \quad \text{through: } (L - I) x_c .

    One solve a country; no inverse.

    Parameters
    ----------
    flows : Flows
        The table.
    blocs : Blocs
        Home and its partners.
    users : ndarray of bool, shape (n,), optional
        Which industries count as users, such as manufacturing; all if not given.

    References
    ----------
    .. [1] Baldwin, R., Freeman, R., Theodorakopoulos, A. (2022), Horses for courses: measuring
       foreign supply chain exposure, NBER working paper 30525.
    """
    n = len(flows.nodes)
    output = np.zeros((n, len(blocs)))
    made = flows.output if users is None else np.where(users, flows.output, 0.0)
    output[np.arange(n), blocs.of_node] = made
    direct = np.asarray(flows.matrix @ (output * flows.per_output[:, None]), dtype=np.float64)
    stages = leontief(flows).solve(output).astype(np.float64)
    shape = (len(blocs), len(flows.nodes.sectors), len(blocs))
    sums = []
    for amounts in (direct, stages - output):
        sums.append(np.zeros(shape))
        np.add.at(sums[-1], (blocs.of_node, flows.nodes.sector), amounts)
    return Needs(sums[0], sums[1], stages.sum(axis=1))


def weights_abroad(flows: Flows, blocs: Blocs) -> Numbers:
    """Return each country's share of the value added of all named countries abroad, shape (g,).

    Home, its nation and composite regions weigh nothing: a composite is no country that depends.

    Parameters
    ----------
    flows : Flows
        The table.
    blocs : Blocs
        Home and its partners.
    """
    added = np.where(blocs.named_abroad, np.maximum(blocs.sums(flows.added), 0.0), 0.0)
    return np.nan_to_num(ratio(added, added.sum()))


def importers_of(needs: Needs, blocs: Blocs) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    r"""Return how concentrated each country's imports of each product are, and where home is first.

    :math:`HHI_{pc} = \sum_i s_{ipc}^2` over the named foreign suppliers i of product p to the
    industries of country c; a composite region is no supplier.

    Parameters
    ----------
    needs : Needs
        What each country's industries need.
    blocs : Blocs
        Home and its partners.

    Returns
    -------
    hhi : ndarray, shape (p, g)
        NaN where the country is composite, of the nation, or imports nothing from a named country.
    first : ndarray of bool, shape (p, g)
        Whether home delivers more than any other named supplier.
    """
    amounts = np.maximum(needs.direct, 0.0)
    amounts[blocs.composite] = 0.0
    own = np.arange(len(blocs))
    amounts[own, :, own] = 0.0
    total = amounts.sum(axis=0)
    importer = blocs.named_abroad[None, :] & (total > 0.0)
    hhi = np.where(importer, (ratio(amounts, total) ** 2).sum(axis=0), np.nan)
    others = amounts[1:].max(axis=0, initial=0.0)  # a tie, usual among rounded cells, is no first
    return hhi, importer & (amounts[0] > others)
