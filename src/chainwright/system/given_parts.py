"""Parts of a system that a folder or the name of a demo stands for, besides tables of flows."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chainwright.errors import LabelError, ParameterError
from chainwright.sources.chain_folders import is_chain_folder
from chainwright.sources.demo_city import DEMO_CITY, demo_city
from chainwright.sources.demo_firms import DEMO_FIRMS
from chainwright.sources.demo_maker import DEMO_MAKER
from chainwright.sources.firm_tables import no_sites
from chainwright.sources.maker_tables import is_maker_folder
from chainwright.system.chains import Chains, chain_map
from chainwright.system.firms import Firms, read_firms
from chainwright.system.links import demo_of_firms
from chainwright.system.maker import demo_of_maker, read_maker
from chainwright.system.readings import Readings, read_readings

__all__ = ["FORMS", "demo_parts", "joined_parts", "parts_at", "table_in"]

FORMS = (".parquet", ".csv", ".csv.gz")
"""Forms of tables of firms and readings in a folder; the first that is there is taken."""

SIZES = {"firms": {"firms", "links"}, "city": {"firms", "months"}}
"""What can be asked of the size of a demo."""


def parts_at(path: Path | str, *, currency: str | None = None) -> dict[str, Any]:
    """Return the parts by name that a folder holds or a demo is made of; none for other paths.

    Parameters
    ----------
    path : path
        A folder of a chain map, of a maker's chain, or with tables of firms and their readings;
        ``demo:maker``, ``demo:firms`` or ``demo:city``.
    currency : str, optional
        ISO 4217 code of a maker's prices.
    """
    if is_chain_folder(path):
        return {"chains": Chains(chain_map(path))}
    if str(path) == DEMO_MAKER or is_maker_folder(path):
        return {"maker": read_maker(path, currency=currency)}
    tables = [table_in(Path(path), name) for name in ("firms", "readings")]
    if tables[0] and tables[1]:
        return {"firms": read_firms(tables[0]), "readings": read_readings(tables[1])}
    made_up = {DEMO_FIRMS: "firms", DEMO_CITY: "city"}
    return demo_parts(made_up[str(path)], seed=7) if str(path) in made_up else {}


def table_in(folder: Path, name: str) -> Path | None:
    """Return the file of a table `name` in a `folder`, Parquet first; none if there is none."""
    found = (folder / f"{name}{form}" for form in FORMS)
    return next((file for file in found if file.is_file()), None)


def demo_parts(name: str, *, seed: int, **size: int) -> dict[str, Any]:
    """Return the parts by name of a demo that is no table of flows; none for other names.

    Parameters
    ----------
    name : str
        ``"maker"``, ``"firms"`` or ``"city"``.
    seed : int
        The same seed gives the same parts.
    **size : int
        How many ``firms`` and ``links`` the network of firms has; how many ``firms`` and
        ``months`` the city has.

    Raises
    ------
    ParameterError
        If a size is given that the demo has not.
    """
    if set(size) - SIZES.get(name, set()):
        expected = "'firms' and 'links' of the network of firms, 'firms' and 'months' of the city"
        raise ParameterError("size", f"the demo '{name}'", expected, sorted(size))
    if name == "maker":
        return {"maker": demo_of_maker(seed=seed)}
    if name == "firms":
        firms, links = demo_of_firms(seed=seed, **size)
        return {"firms": firms, "links": links}
    if name == "city":
        made = demo_city(seed=seed, **size)
        held = Firms(made.firms, no_sites(), made.origin)
        return {"firms": held, "readings": Readings(**made.columns, origin=made.origin)}
    return {}


def joined_parts(given: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the parts of several systems by name; chains of several are put together.

    Parameters
    ----------
    given : iterable of mapping of str to object
        Parts of each system by name.

    Raises
    ------
    LabelError
        If two have the same part, or chains of the same name.
    """
    parts: dict[str, Any] = {}
    for name, part in (pair for held in given for pair in held.items()):
        if name == "chains" and name in parts:
            part = Chains(*parts[name].values(), *part.values())  # noqa: PLW2901
        elif name in parts:
            msg = f"Two of the systems have {name}, and one is all that a system holds."
            raise LabelError(msg)
        parts[name] = part
    return parts
