"""Who depends on whom: look-through deliveries to each region's industries, and what follows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.diagnose.advantage import over
from chainwright.system import Flows
from chainwright.system.home import Home

__all__ = ["Needs", "concentration_of_importers", "needs_of", "weights_abroad"]

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Needs:
    """What the industries of each region need from every node.

    Parameters
    ----------
    direct : ndarray, shape (n, R) [money]
        Deliveries of each node to the industries of each region.
    all_tiers : ndarray, shape (n, R) [money]
        The same through all tiers of suppliers.
    """

    direct: Matrix
    all_tiers: Matrix

    def reliance(self, flows: Flows, *, direct: bool = False) -> Matrix:
        """Return the share of each region in what each region's industries need, shape (R, R).

        Rows supply, columns rely; each column sums to one.

        Parameters
        ----------
        flows : Flows
            The table.
        direct : bool
            Whether to count the first tier only.
        """
        amounts = self.direct if direct else self.all_tiers
        suppliers = np.zeros((len(flows.nodes.regions), amounts.shape[1]))
        np.add.at(suppliers, flows.nodes.region, amounts)
        return over(suppliers, suppliers.sum(axis=0))

    def of_product(self, flows: Flows, places: npt.NDArray[np.intp]) -> Matrix:
        """Return the share of nodes in all that each region needs of their product, shape (k, R).

        Parameters
        ----------
        flows : Flows
            The table.
        places : ndarray of int, shape (k,)
            The nodes.
        """
        products = np.zeros((len(flows.nodes.sectors), self.all_tiers.shape[1]))
        np.add.at(products, flows.nodes.sector, self.all_tiers)
        return over(self.all_tiers[places], products[flows.nodes.sector[places]])


def needs_of(flows: Flows, *, users: npt.NDArray[np.bool_] | None = None) -> Needs:
    r"""Return what each region's industries need from every node, directly and through all tiers.

    With :math:`x_c` the output of the industries of region c (0 elsewhere),

    .. math:: \text{direct: } A x_c, \quad \text{all tiers: } (L - I) x_c .

    One solve a region; no inverse.

    Parameters
    ----------
    flows : Flows
        The table.
    users : ndarray of bool, shape (n,), optional
        Which industries to count as users, such as manufacturing; all if not given.

    References
    ----------
    .. [1] Baldwin, R., Freeman, R., Theodorakopoulos, A. (2022), Horses for courses: measuring foreign
       supply chain exposure, NBER working paper 30525.
    """
    n, regions = len(flows.nodes), len(flows.nodes.regions)
    output = np.zeros((n, regions))
    chosen = flows.output if users is None else np.where(users, flows.output, 0.0)
    output[np.arange(n), flows.nodes.region] = chosen
    direct = flows.matrix @ (output * flows.per_output[:, None])
    return Needs(np.asarray(direct, np.float64), np.asarray(leontief(flows).solve(output)) - output)


def weights_abroad(flows: Flows, home: Home) -> Vector:
    """Return each region's share of the value added of all named regions abroad, shape (R,).

    The nation around home and composite regions such as RoW have weight 0: a composite is no country
    that could depend on anyone.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Home and its nation.
    """
    regions = flows.nodes.regions
    added = np.bincount(flows.nodes.region, flows.added, minlength=len(regions))
    apart = {*home.nation, *flows.composite}
    named = np.array([code not in apart for code in regions.codes])
    return np.nan_to_num(over(np.where(named, np.maximum(added, 0.0), 0.0), added[named].sum()))


def concentration_of_importers(
    flows: Flows, needs: Needs, home: Home, place: int
) -> tuple[Vector, npt.NDArray[np.bool_]]:
    r"""Return for the product of a node each region's import HHI, and where the node comes first.

    Over the named foreign suppliers i of the product to the industries of region j,
    :math:`HHI_j = \sum_i s_{ij}^2`; composite regions and the region itself are no suppliers.

    Parameters
    ----------
    flows : Flows
        The table.
    needs : Needs
        What each region's industries need.
    home : Home
        Home; its nation is no importer here.
    place : int
        The node, one of home.

    Returns
    -------
    hhi : ndarray, shape (R,)
        NaN where a region is composite, of the nation, or imports nothing from a named country.
    first : ndarray of bool, shape (R,)
        Whether the node is the region's largest named foreign supplier of the product.
    """
    nodes, codes = flows.nodes, flows.nodes.regions.codes
    makers = np.flatnonzero(nodes.sector == nodes.sector[place])
    origin = nodes.region[makers]
    amounts = np.maximum(needs.direct[makers], 0.0)
    amounts[np.isin(origin, [i for i, c in enumerate(codes) if c in flows.composite])] = 0.0
    amounts[np.arange(len(makers)), origin] = 0.0
    total = amounts.sum(axis=0)
    importer = np.array([c not in {*home.nation, *flows.composite} for c in codes]) & (total > 0.0)
    hhi = np.where(importer, (over(amounts, total) ** 2).sum(axis=0), np.nan)
    first = importer & (makers[amounts.argmax(axis=0)] == place)
    return hhi, first
