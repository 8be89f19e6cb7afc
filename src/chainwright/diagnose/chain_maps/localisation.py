"""Localisation (国产化率): how much of what goes into each product is made at home."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import splu

from chainwright.diagnose.chain_maps.home import chain_home
from chainwright.diagnose.chain_maps.supply import home_use, makers
from chainwright.errors import InfeasibleError
from chainwright.system import Bloc, Chain, Language, Regions, Result, System
from chainwright.tables import schema

__all__ = ["Localisation", "Shares", "localisation"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shares:
    """Home's share in the inputs of n products, and what is not known, shape (n,) each.

    Parameters
    ----------
    known : ndarray
        The share over known inputs (look-through: the share, NaN unless all is known).
    low, high : ndarray
        Bounds, what is not known counted as foreign and as home's; NaN without inputs.
    """

    known: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, eq=False, repr=False)
class Localisation(Result):
    """What `localisation` found, for the n nodes of a chain.

    Parameters
    ----------
    system : System
        The system that was asked about.
    chain : Chain
        The chain.
    home : Bloc
        Whose inputs count as domestic.
    year : int or None
        Last year of supply that was let in.
    inputs, inputs_known : ndarray, shape (n,)
        How many inputs each node has, and of how many home's share is known.
    covered : ndarray, shape (n,)
        Sum of the cost shares that are known.
    first_value, first_count, through_value, through_count : Shares
        The rates.
    """

    name: ClassVar[str] = "localisation"

    chain: Chain
    home: Bloc
    year: int | None
    inputs: npt.NDArray[np.int64] = field(repr=False)
    inputs_known: npt.NDArray[np.int64] = field(repr=False)
    covered: Numbers = field(repr=False)
    first_value: Shares = field(repr=False)
    first_count: Shares = field(repr=False)
    through_value: Shares = field(repr=False)
    through_count: Shares = field(repr=False)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and how the answer is to be read."""
        return {
            "chain": self.chain.name,
            "home": self.home.name,
            "members": list(self.home.members),
            "year": self.year,
            "home_content_of_imports": "counted as foreign",
        }

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what the nodes are called.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "node":
            return {}
        axis = self.chain.axis
        return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}

    def table(self) -> pd.DataFrame:
        """Return a row a node with inputs: finished goods first, then the best known ones."""
        return self._table

    @cached_property
    def _table(self) -> pd.DataFrame:
        frame = self.chain.nodes
        columns: dict[str, object] = {
            name: frame[name].to_numpy(dtype=object)
            for name in ("node", "name_en", "name_zh", "stage")
        }
        columns |= {
            "inputs": self.inputs,
            "inputs_known": self.inputs_known,
            "cost_covered": self.covered,
        }
        for name in ("first_value", "first_count", "through_value", "through_count"):
            held: Shares = getattr(self, name)
            columns |= {
                name: held.known,
                f"{name}_low": held.low,
                f"{name}_high": held.high,
                f"{name}_unknown": held.high - held.low,
            }
        final = frame["final"].astype("float64").fillna(0.0).to_numpy() > 0.0
        unknown = self.first_count.high - self.first_count.low
        order = np.lexsort((np.nan_to_num(unknown, nan=2.0), ~final))
        kept = order[self.inputs[order] > 0]
        order_of_columns = [column.column for column in schema(self.name)]
        return pd.DataFrame(columns)[order_of_columns].iloc[kept].reset_index(drop=True)


def localisation(
    system: System, chain: str, *, home: Regions, year: int | None = None
) -> Localisation:
    r"""Return the share of home in what goes into each product: 国产化率.

    With d_i the share of home's own use of input i that home makes (rows of basis
    ``domestic_use``; 0 where home is documented to make none), and weights w_ij of the inputs of
    product j: by value their cost shares c_ij, by count one each.

    First tier, the face of the bill of materials:

    .. math:: F_j = \frac{\sum_i w_{ij} d_i}{\sum_i w_{ij}}

    Look-through, with the home content C of a unit used at home. A unit that is imported has
    none (what home sold abroad and bought back inside it counts as foreign); of a unit made at
    home, the maker's own part :math:`a_i = 1 - \sum_k c_{ki}` is home's and each input has its
    content. By count a node with inputs has no own part:

    .. math:: C_i = d_i (a_i + \sum_k c_{ki} C_k), \qquad
              L_j = \frac{\sum_i w_{ij} C_i}{\sum_i w_{ij}}

    which is one sparse system, ``(I - diag(d) W') C = d a``. Where every input is a leaf,
    ``C_i = d_i`` and L = F.

    What is not known is counted as all foreign (low) and all home's (high): an input without d;
    and, by value, the cost ``1 - sum c`` of a product of which some input has no cost share, which
    may be that input's or the maker's own.

    Parameters
    ----------
    system : System
        With chain maps.
    chain : str
        Name of the chain.
    home : str or sequence of str
        A country, several, or a named group.
    year : int, optional
        Rows of supply of later years are left out.

    Returns
    -------
    Localisation
        A row a node that has inputs.

    Raises
    ------
    MissingPartError
        If the system has no chain maps.
    UnknownCodeError
        If it has no chain of that name, or home is not known.
    InfeasibleError
        If the chain has a loop that makes all of itself of itself.
    """
    held = system.chains[chain]
    whose = chain_home(held, None, home)
    use, made = home_use(held, whose, year), makers(held, whose, year)
    none = ~use.said & made.no
    low, high = np.where(none, 0.0, use.low), np.where(none, 0.0, use.high)
    known = use.said | none
    n = len(held.axis)
    source = held.axis.index(held.links["from_node"])
    target = held.axis.index(held.links["to_node"])
    cost = held.links["cost_share"].to_numpy(dtype=np.float64)
    count = np.bincount(target, minlength=n)
    covered = np.bincount(target, weights=np.nan_to_num(cost), minlength=n).astype(np.float64)
    unsaid = np.bincount(target[np.isnan(cost)], minlength=n) > 0
    by_value = _weights(n, source, target, np.nan_to_num(cost) / np.maximum(covered, 1.0)[target])
    by_count = _weights(n, source, target, 1.0 / count[target])
    rest = np.clip(1.0 - covered, 0.0, 1.0)
    own, open_ = np.where(unsaid, 0.0, rest), np.where(unsaid, rest, 0.0)
    leaf = (count == 0).astype(np.float64)
    nothing = np.zeros(n)

    def rates(weights: csr_array, blank: Numbers, content: tuple[Numbers, Numbers]) -> Shares:
        """Return the weighted means of a content of the inputs, with `blank` not known."""
        total = weights.sum(axis=0) + blank
        least = _over(weights.T @ content[0], total)
        most = _over(weights.T @ content[1] + blank, total)
        return Shares(np.where(most - least < 1e-9, least, np.nan), least, most)

    def first(weights: csr_array, blank: Numbers) -> Shares:
        found = rates(weights, blank, (low, high))
        mine = _over(weights.T @ np.where(known, (low + high) / 2.0, 0.0), weights.T @ known)
        return Shares(np.clip(mine, found.low, found.high), found.low, found.high)

    def through(weights: csr_array, blank: Numbers, own: Numbers) -> Shares:
        content = (_content(weights, low, own), _content(weights, high, own + blank))
        return rates(weights, blank, content)

    return Localisation(
        system,
        held,
        whose,
        year,
        count,
        np.bincount(target[known[source]], minlength=n),
        covered,
        first(by_value, open_),
        first(by_count, nothing),
        through(by_value, open_, own),
        through(by_count, nothing, leaf),
    )


def _weights(
    n: int, source: npt.NDArray[np.int32], target: npt.NDArray[np.int32], weight: Numbers
) -> csr_array:
    return csr_array((weight, (source, target)), shape=(n, n))


def _over(part: Numbers, whole: Numbers) -> Numbers:
    """Return part / whole from 0 to 1, NaN where there is no whole."""
    whole = np.asarray(whole, dtype=np.float64)
    found = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0.0)
    return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float64)


def _content(weights: csr_array, made: Numbers, own: Numbers) -> Numbers:
    """Return C of ``C = d (a + W' C)``, shape (n,)."""
    n = len(made)
    system = eye_array(n, format="csc") - (weights.multiply(made[None, :])).T.tocsc()
    try:
        found = splu(system.tocsc()).solve(made * own)
    except RuntimeError as error:  # "Factor is exactly singular"
        msg = (
            "The chain has a loop whose nodes are made of nothing but each other, so that no home "
            "content is defined. Give one of them an input from outside or a cost share below 1."
        )
        raise InfeasibleError(msg) from error
    return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float64)
