"""How a shock is said on the command line: by files, or by a template and its values."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import Parameter

from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.stress import Shock
    from chainwright.system import System

__all__ = ["HAPPENING", "Happening", "numbers_by_code", "shock_of"]

_TEMPLATES = (
    "embargo",
    "closure",
    "epidemic",
    "disaster",
    "port",
    "route",
    "strike",
    "rationing",
    "default",
)

_ASKED = {
    "to": "to",
    "products": "only",
    "share": "share",
    "money": "money",
    "severity": "severity",
    "days": "weeks",
    "start_day": "from_day",
    "recovery_days": "recovery_days",
    "rebuilding": "rebuilding",
}
"""What the templates call their values, and what the options are called."""


@Parameter(name="*")
@dataclass(frozen=True)
class Happening:
    """What happens: files, or one template and its values.

    Parameters
    ----------
    shock
        A TOML file of a shock; given several times, all happen. --example NAME prints one.
    embargo
        Who delivers no longer: nodes (JPN:c14) or regions; to whom: --to.
    closure
        Nodes or regions whose factories close.
    epidemic
        Regions where those stay away who can neither work at home nor are essential.
    disaster
        Nodes or regions where capital is destroyed: --share or --money.
    port
        Regions cut off from all others, for what they sell and buy.
    route
        Regions at one end of a route that is closed both ways; at the other: --to.
    strike
        Nodes or regions that make nothing.
    rationing
        Nodes or regions whose power is rationed.
    default
        Firms that stop for good, in a table of links.
    to
        Of an embargo or a route: the regions or nodes that get no longer.
    only
        Only these products (sectors of the table) of the regions named.
    share
        What is lost, 0 to 1.
    money
        Of a disaster: damage in the money of the table.
    severity
        Of an epidemic: part of those who stay away, 0 to 1.
    weeks
        How long at full size, in weeks; 0.5 is half a week.
    from_day
        Day on which it strikes; day 0 is the first.
    recovery_days
        How long it then takes to recover, or to rebuild.
    rebuilding
        Of a disaster: sectors that rebuild and their shares, such as c18=0.6.
    save_shock
        Write the shock to this TOML file, too.
    """

    shock: tuple[Path, ...] = ()
    embargo: tuple[str, ...] = ()
    closure: tuple[str, ...] = ()
    epidemic: tuple[str, ...] = ()
    disaster: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    route: tuple[str, ...] = ()
    strike: tuple[str, ...] = ()
    rationing: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    share: float | None = None
    money: float | None = None
    severity: float | None = None
    weeks: float | None = None
    from_day: float | None = None
    recovery_days: float | None = None
    rebuilding: tuple[str, ...] = ()
    save_shock: Path | None = None


HAPPENING = Happening()


def numbers_by_code(words: tuple[str, ...], parameter: str) -> dict[str, float]:
    """Return the numbers of words such as ``c18=0.6``, by code.

    Parameters
    ----------
    words : tuple of str
        Each a code, ``=`` and a number.
    parameter : str
        The option, as messages call it.

    Raises
    ------
    ParameterError
        If a word has another form, or a code is given twice.
    """
    found: dict[str, float] = {}
    for word in words:
        code, _, number = word.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            code, value = "", 0.0
        if not code or code in found:
            raise ParameterError(parameter, "the command", "words such as c18=0.6, each once", word)
        found[code] = value
    return found


def shock_of(what: Happening, system: "System | None") -> "Shock":
    """Return the shock that the options say.

    Parameters
    ----------
    what : Happening
        The options.
    system : System, optional
        Where it happens; an epidemic is told by the sectors of its table.

    Raises
    ------
    ParameterError
        If nothing is said to happen, two templates are asked for at once, or a value belongs to
        another template.
    """
    from chainwright.stress import Shock  # noqa: PLC0415 - `chainwright --help` loads no numpy

    shocks = [Shock.read(path) for path in what.shock]
    asked = [name for name in _TEMPLATES if getattr(what, name)]
    if len(asked) > 1:
        expected = (
            f"left out beside --{asked[0]}, as their values would be mixed: save one with "
            "--save-shock FILE and give it with --shock FILE"
        )
        raise ParameterError(f"--{asked[1]}", "the command", expected, ", ".join(asked))
    if not asked:
        _refused(what, "left out where no template is named", frozenset())
    if not shocks and not asked:
        raise ParameterError(
            "--shock", "the command", "a file, or a template such as --embargo", ()
        )
    if asked:
        shocks.append(_templated(asked[0], what, system))
    return sum(shocks[1:], start=shocks[0])


def _templated(name: str, what: Happening, system: "System | None") -> "Shock":
    """Return the shock of a template and the values given."""
    from chainwright.stress import Shock  # noqa: PLC0415
    from chainwright.stress.shocks.templates import TEMPLATES  # noqa: PLC0415

    takes = frozenset(inspect.signature(TEMPLATES[name]).parameters)
    hit = getattr(what, name)
    positional: tuple[object, ...] = (hit,)
    if name == "route":
        if not what.to:
            raise ParameterError("--to", "a route", "the regions at its other end", ())
        positional, takes = (hit, what.to), takes | {"to"}
    elif name == "epidemic":
        if system is None:
            expected = "the table, whose sectors it hits (or use --example epidemic)"
            raise ParameterError("TABLE", "an epidemic", expected, None)
        positional = (system, hit)
    _refused(what, f"left out of the template {name!r}", takes)
    values: dict[str, object] = {
        parameter: getattr(what, option)
        for parameter, option in _ASKED.items()
        if getattr(what, option) not in (None, ()) and not (name == "route" and option == "to")
    }
    if what.weeks is not None:
        values["days"] = 7.0 * what.weeks
    if what.rebuilding:
        values["rebuilding"] = numbers_by_code(what.rebuilding, "--rebuilding")
    return Shock.named(name, *positional, **values)


def _refused(what: Happening, expected: str, takes: frozenset[str]) -> None:
    """Refuse options whose value nobody takes."""
    for parameter, option in _ASKED.items():
        value = getattr(what, option)
        if parameter not in takes and value not in (None, ()):
            word = f"--{option.replace('_', '-')}"
            raise ParameterError(word, "the command", expected, value)
