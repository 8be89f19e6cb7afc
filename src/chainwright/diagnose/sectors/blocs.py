"""Home set against every other region: who counts as one, who is named, what can be compared."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.params import table
from chainwright.system import Flows, Home

__all__ = ["Blocs", "blocs_of"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Blocs:
    """The regions of a table as partners of home: home as one first, then each other country.

    Parameters
    ----------
    home : Home
        Home and its nation.
    codes : tuple of str, g
        Home as it was asked for, then the others; parts of a country, as CN1 and CN2, are one.
    of_region : ndarray of int, shape (R,)
        Bloc of each region of the table.
    of_node : ndarray of int, shape (n,)
        Bloc of each node.
    composite : ndarray of bool, shape (g,)
        Which stand for many countries, so are no country to compare with.
    national : ndarray of bool, shape (g,)
        Home and the rest of its nation.
    world : bool
        Whether the table has all that its producers trade with: nothing comes from outside it.
    """

    home: Home
    codes: tuple[str, ...]
    of_region: npt.NDArray[np.intp]
    of_node: npt.NDArray[np.intp]
    composite: npt.NDArray[np.bool_]
    national: npt.NDArray[np.bool_]
    world: bool

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def named_abroad(self) -> npt.NDArray[np.bool_]:
        """Which are countries abroad: neither of the nation nor composite, shape (g,)."""
        return ~self.national & ~self.composite

    def sums(self, amounts: Numbers) -> Numbers:
        """Return sums over the nodes of each bloc, shape (g, ...).

        Parameters
        ----------
        amounts : ndarray, shape (n, ...)
            Numbers by node.
        """
        total = np.zeros((len(self), *amounts.shape[1:]))
        np.add.at(total, self.of_node, amounts)
        return total


def blocs_of(flows: Flows, home: Home) -> Blocs:
    """Return the partners of `home` in `flows`.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Home and its nation.
    """
    regions = flows.nodes.regions.codes
    whole = {r["code"]: r["part_of"] for r in table("regions") if r["kind"] == "part"}
    label = ["" if c in home.regions else whole.get(c, c) for c in regions]
    others = tuple(dict.fromkeys(name for name in label if name))
    place = {"": 0} | {name: i + 1 for i, name in enumerate(others)}
    of_region = np.array([place[name] for name in label], dtype=np.intp)
    composite, national = np.zeros(len(place), np.bool_), np.zeros(len(place), np.bool_)
    for i, code in zip(of_region, regions, strict=True):
        composite[i] |= code in flows.composite
        national[i] |= code in home.nation
    is_open = flows.imports is not None or bool(flows.final_of("exports", "imports").any())
    return Blocs(
        home=home,
        codes=(home.name, *others),
        of_region=of_region,
        of_node=of_region[flows.nodes.region],
        composite=composite,
        national=national,
        world=len(place) > 1 and not is_open,
    )
