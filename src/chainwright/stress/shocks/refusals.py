"""What an engine cannot represent, it refuses by name."""

from collections.abc import Iterable
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING

from chainwright.errors import ParameterError
from chainwright.stress.shocks.blow import Blow

if TYPE_CHECKING:
    from chainwright.stress.shocks.shock import Shock
    from chainwright.system import System

__all__ = ["refuse", "refuse_safeguards"]

_DEFAULTS = {field.name: field.default for field in fields_of(Blow)}


def refuse(
    engine: str,
    shock: "Shock",
    *,
    kinds: Iterable[str] = (),
    recoveries: Iterable[str] = (),
    fields: Iterable[str] = (),
) -> None:
    """Refuse a shock that an engine cannot represent; return nothing if it can.

    Parameters
    ----------
    engine : str
        Name of the engine, as messages call it: ``"inoperability"``.
    shock : Shock
        What happens.
    kinds : iterable of str
        Kinds of blows that the engine cannot represent.
    recoveries : iterable of str
        Recoveries that it cannot represent.
    fields : iterable of str
        Fields of `Blow` that it cannot represent, where they are not at their default.

    Raises
    ------
    ParameterError
        If a blow has any of them; it names all, by blow.

    Examples
    --------
    >>> from chainwright.stress import Shock
    >>> cut = Shock((Blow("supply_cut", regions="JPN", share=1.0),))
    >>> refuse("cascade", cut, kinds=["supply_cut"])
    Traceback (most recent call last):
    chainwright.errors.ParameterError: The 'shock' parameter of the cascade engine must be one \
that it can represent: without blows of kind supply_cut. Got "blow 1: kind 'supply_cut'".
    """
    words = {"kind": tuple(kinds), "recovery": tuple(recoveries)}
    barred = tuple(fields)
    found: list[str] = []
    lacking: dict[str, None] = {}
    for i, blow in enumerate(shock.blows):
        for field, refused in words.items():
            if (word := getattr(blow, field)) in refused:
                found.append(f"blow {i + 1}: {field} {word!r}")
                lacking[f"blows of {field} {word}"] = None
        for field in barred:
            if getattr(blow, field) != _DEFAULTS[field]:
                found.append(f"blow {i + 1}: {field!r}")
                lacking[f"the field {field}"] = None
    if found:
        expected = "one that it can represent: without " + ", ".join(lacking)
        raise ParameterError("shock", f"the {engine} engine", expected, "; ".join(found))


def refuse_safeguards(engine: str, system: "System", *, but: Iterable[str] = ()) -> None:
    """Refuse what a system holds ready that an engine cannot represent; return nothing if it can.

    Parameters
    ----------
    engine : str
        Name of the engine, as messages call it.
    system : System
        With or without safeguards.
    but : iterable of str
        Kinds that it can represent.

    Raises
    ------
    ParameterError
        If the system holds any other; it names all of them.

    Examples
    --------
    >>> from chainwright import System
    >>> from chainwright.system import Safeguard
    >>> idle = Safeguard("spare line", "backup_capacity", ("11",), 0.2)
    >>> refuse_safeguards("cascade", System.demo("country").with_safeguards(idle))
    Traceback (most recent call last):
    chainwright.errors.ParameterError: The 'safeguards' parameter of the cascade engine must be \
those that it can represent: none; ask with System.with_parts(safeguards=Safeguards()) instead. \
Got "'spare line' (backup_capacity)".
    """
    if "safeguards" not in system.has:
        return
    can = tuple(but)
    found = [one for one in system.safeguards if one.kind not in can and one.size > 0.0]
    if found:
        told = ", ".join(f"{one.name!r} ({one.kind})" for one in found)
        expected = (
            f"those that it can represent: {', '.join(can) or 'none'}; ask with "
            "System.with_parts(safeguards=Safeguards()) instead"
        )
        raise ParameterError("safeguards", f"the {engine} engine", expected, told)
