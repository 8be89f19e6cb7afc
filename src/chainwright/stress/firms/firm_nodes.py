"""Which node of a table each firm is of."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError, near
from chainwright.system import Axis, System

__all__ = ["nodes_of_firms"]

Places = npt.NDArray[np.int64]


def nodes_of_firms(
    system: System,
    *,
    regions: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
) -> Places:
    """Return the node of the table that each firm is of, shape (n,).

    Parameters
    ----------
    system : System
        With flows and links.
    regions, sectors : mapping of str to str, optional
        Code in the table by code of the firms, for codes that differ. Firms without a region are
        of the only region of a table of one.

    Raises
    ------
    MissingPartError
        If the system lacks flows or links.
    TableError
        If a firm is of a region or sector that the table lacks; it lists all of their codes.
    """
    links, nodes = system.links, system.flows.nodes
    breaches: list[Breach] = []
    only = nodes.regions.codes[0] if len(nodes.regions) == 1 else ""
    region = _places(links.regions, nodes.regions, {"": only, **(regions or {})}, breaches)
    sector = _places(links.sectors, nodes.sectors, sectors or {}, breaches)
    if breaches:
        raise TableError("The firms beside the table", breaches)
    grid = np.full((len(nodes.regions), len(nodes.sectors)), -1, dtype=np.int64)
    grid[nodes.region, nodes.sector] = np.arange(len(nodes))
    found = grid[region[links.region], sector[links.sector]]
    lost = np.unique(
        np.stack([region[links.region][found < 0], sector[links.sector][found < 0]], axis=1), axis=0
    )
    if len(lost):
        shown = [f"{nodes.regions.codes[r]}:{nodes.sectors.codes[s]}" for r, s in lost]
        raise TableError(
            "The firms beside the table",
            [
                Breach(f"firms of {code}", "no such node", "a node of the table", "Map its sector.")
                for code in shown
            ],
        )
    return found


def _places(
    own: Axis, table: Axis, given: Mapping[str, str], breaches: list[Breach]
) -> npt.NDArray[np.int64]:
    places = np.zeros(len(own), dtype=np.int64)
    word = table.kind
    for i, code in enumerate(own.codes):
        wanted = given.get(code, code)
        if wanted in table.place:
            places[i] = table.place[wanted]
            continue
        breaches.append(
            Breach(
                f"{word} {code!r} of the firms",
                repr(wanted),
                f"a {word} of the table",
                f"Map it: {word}s={{{code!r}: ...}}.{near(wanted, table.codes)}",
            )
        )
    return places
