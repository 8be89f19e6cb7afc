"""Parts of a system that a folder or the name of a demo stands for, besides tables of flows."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chainwright.errors import LabelError, ParameterError
from chainwright.sources.chain_folders import is_chain_folder
from chainwright.sources.demo_firms import DEMO_FIRMS
from chainwright.sources.demo_maker import DEMO_MAKER
from chainwright.sources.maker_tables import is_maker_folder
from chainwright.system.chains import Chains, chain_map
from chainwright.system.links import demo_of_firms
from chainwright.system.maker import demo_of_maker, read_maker

__all__ = ["demo_parts", "joined_parts", "parts_at"]


def parts_at(path: Path | str, *, currency: str | None = None) -> dict[str, Any]:
    """Return the parts by name that a folder holds or a demo is made of; none for other paths.

    Parameters
    ----------
    path : path
        A folder of a chain map or of a maker's chain, ``demo:maker`` or ``demo:firms``.
    currency : str, optional
        ISO 4217 code of a maker's prices.
    """
    if is_chain_folder(path):
        return {"chains": Chains(chain_map(path))}
    if str(path) == DEMO_MAKER or is_maker_folder(path):
        return {"maker": read_maker(path, currency=currency)}
    return demo_parts("firms", seed=7) if str(path) == DEMO_FIRMS else {}


def demo_parts(name: str, *, seed: int, **size: int) -> dict[str, Any]:
    """Return the parts by name of a demo that is no table of flows; none for other names.

    Parameters
    ----------
    name : str
        ``"maker"`` or ``"firms"``.
    seed : int
        The same seed gives the same parts.
    **size : int
        Of the network of firms alone: how many ``firms``, how many ``links``.

    Raises
    ------
    ParameterError
        If a size is given that the demo has not.
    """
    if size and (name != "firms" or set(size) - {"firms", "links"}):
        expected = "'firms' and 'links', of the network of firms alone"
        raise ParameterError("size", f"the demo '{name}'", expected, sorted(size))
    if name == "maker":
        return {"maker": demo_of_maker(seed=seed)}
    if name == "firms":
        firms, links = demo_of_firms(seed=seed, **size)
        return {"firms": firms, "links": links}
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
