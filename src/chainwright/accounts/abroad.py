"""Which region a node, a supplier or a final user belongs to, as marks that matrices can use."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from chainwright.errors import MissingPartError
from chainwright.params import table
from chainwright.system import Flows, Nodes

__all__ = [
    "UNNAMED",
    "final_by_region",
    "marks",
    "need_home_deliveries",
    "only_using",
    "origins",
    "own_users",
    "summed_by_origin",
    "users_in",
]

Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

UNNAMED = "abroad"
"""What deliveries of no named origin are shown as."""


def marks(nodes: Nodes) -> Numbers:
    """Return a column a region that is 1 for its nodes, of `nodes`, shape (n, R)."""
    found: Marks = nodes.region[:, None] == np.arange(len(nodes.regions))
    return found.astype(np.float64)


def origins(flows: Flows) -> tuple[str, ...]:
    """Return where deliveries from outside the table `flows` come from, none if it has none."""
    if flows.imports is None:
        return ()
    return tuple(code or UNNAMED for code in flows.imports.rows.regions.codes)


def only_using(flows: Flows) -> tuple[str, ...]:
    """Return the regions that use and make nothing, such as CHN where CN1 and CN2 produce.

    Parameters
    ----------
    flows : Flows
        The table; it may list such a region as a producer whose output is zero.
    """
    makes = np.bincount(flows.nodes.region, flows.output, len(flows.nodes.regions)) > 0.0
    making = {code for code, some in zip(flows.nodes.regions.codes, makes, strict=True) if some}
    return tuple(code for code in flows.users.regions.codes if code not in making)


def own_users(flows: Flows) -> Marks:
    """Return which final users' regions are home to a producing region, shape (R, RU).

    Parameters
    ----------
    flows : Flows
        The table. A region that only uses (CHN where CN1 and CN2 produce) is home to the parts of
        its country.
    """
    producers, consumers = flows.nodes.regions.codes, flows.users.regions.codes
    country = {row["code"]: row["iso3"] or row["code"] for row in table("regions")}
    own = np.array(producers)[:, None] == np.array(consumers)[None, :]
    idle = only_using(flows)
    only_uses = np.array([code in idle for code in consumers], dtype=np.bool_)
    of_producer = np.array([country.get(code, code) for code in producers])
    of_user = np.array([country.get(code, code) for code in consumers])
    return np.asarray(own | (only_uses[None, :] & (of_producer[:, None] == of_user[None, :])))


def users_in(flows: Flows, regions: Iterable[str]) -> Marks:
    """Return which final users are in these producing regions, exports left out, shape (m,).

    Parameters
    ----------
    flows : Flows
        The table.
    regions : iterable of str
        Codes of producing regions.
    """
    rows: Marks = own_users(flows)[flows.nodes.regions.index(regions)]
    there = np.asarray(np.any(rows, axis=0))
    return np.asarray(there[flows.users.region] & ~flows.final_of("exports"))


def final_by_region(flows: Flows) -> Numbers:
    """Return final deliveries by the user's region, exports out of the table last.

    Parameters
    ----------
    flows : Flows
        The table.

    Returns
    -------
    ndarray, shape (n, RU + 1) [money]
        A column a region of final users, and one for the categories with the role exports.
    """
    size = len(flows.users.regions)
    to = np.where(flows.final_of("exports"), size, flows.users.region)
    into = (to[:, None] == np.arange(size + 1)).astype(flows.final.dtype)
    return np.asarray(flows.final @ into, dtype=np.float64)


def need_home_deliveries(flows: Flows, what: str) -> None:
    """Refuse a table whose imports are mixed with home deliveries, for `what`.

    Parameters
    ----------
    flows : Flows
        The table.
    what : str
        What is asked, as the message names it.

    Raises
    ------
    MissingPartError
        If the table is competitive.
    """
    if flows.is_competitive:
        raise MissingPartError(
            part=f"home deliveries apart from imports for {what}",
            remedy=(
                "The table mixes them and subtracts imports in one column. To split them in "
                "proportion to use (an assumption that can be far off for a single cell): "
                "System(system.flows.split_imports())."
            ),
        )


def summed_by_origin(flows: Flows, chosen: Marks | None = None) -> Numbers:
    """Return deliveries from outside by origin and user, shape (O, n) [money].

    Parameters
    ----------
    flows : Flows
        The table.
    chosen : ndarray of bool, optional
        Which rows of imports to count; all if not given.
    """
    if flows.imports is None:
        return np.zeros((0, len(flows.nodes)))
    into = marks(flows.imports.rows).T
    if chosen is not None:
        into = into * chosen
    return np.asarray(into @ flows.imports.matrix, dtype=np.float64)
