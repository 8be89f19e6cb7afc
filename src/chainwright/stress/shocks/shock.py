"""A shock: all that happens, as one frozen description for every engine."""

from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from chainwright.errors import ParameterError, TableError
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.own_breaches import own_breaches
from chainwright.stress.shocks.shock_files import parts_of_toml, text_of_file, toml_of

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = ["Shock"]


@dataclass(frozen=True)
class Shock:
    """All that happens: one or more blows, of any kinds, at any times.

    Parameters
    ----------
    blows : tuple of Blow
        What happens.
    name_en, name_zh : str
        Name, as results and pages call it.
    source : str
        Where its numbers come from; templates say here which are assumptions.

    Examples
    --------
    >>> shut = Blow("capacity", regions="CHN", products="c14", share=0.5, days=28)
    >>> shock = Shock((shut,), name_en="Half a sector shut for four weeks")
    >>> len((shock + shock.shifted(90)).blows)
    2
    """

    blows: tuple[Blow, ...]
    name_en: str = ""
    name_zh: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        blows = (self.blows,) if isinstance(self.blows, Blow) else tuple(self.blows)
        object.__setattr__(self, "blows", blows)
        for blow in blows:
            if not isinstance(blow, Blow):
                raise ParameterError("blows", "Shock", "Blow objects", blow)

    @classmethod
    def named(cls, kind: str, *args: object, **values: object) -> "Shock":
        """Return the shock of a template: embargo, epidemic, disaster, closure and others.

        Parameters
        ----------
        kind : str
            One of `chainwright.stress.shocks.templates.TEMPLATES`.
        *args, **values
            As the function of that name in `chainwright.stress` takes them.

        Raises
        ------
        ParameterError
            If there is no such template, or it takes no such value.

        Examples
        --------
        >>> Shock.named("closure", "CHN", share=0.5, days=28).name_en
        'Closure in CHN'
        """
        templates = import_module("chainwright.stress.shocks.templates")  # which makes Shocks
        made: Shock = templates.named(kind, *args, **values)
        return made

    @classmethod
    def of_toml(cls, text: str, *, name: str = "The shock") -> "Shock":
        r"""Return the shock that a TOML text describes.

        Parameters
        ----------
        text : str
            Keys `name_en`, `name_zh`, `source`, and a table ``[[blow]]`` for each blow, whose
            keys are the fields of `Blow`.
        name : str
            What errors call the text, such as its file.

        Raises
        ------
        TableError
            If the text is no TOML, or a key or a type is not known; it lists all.

        Examples
        --------
        >>> text = '[[blow]]\nkind = "capacity"\nregions = "CHN"\nshare = 0.5\ndays = 28'
        >>> Shock.of_toml(text).blows[0].regions
        ('CHN',)
        """
        texts, blows = parts_of_toml(text, name)
        return cls(blows, **texts)

    @classmethod
    def read(cls, path: Path | str) -> "Shock":
        """Return the shock in a TOML file.

        Parameters
        ----------
        path : Path or str
            A file as `write` makes it, or written by hand.

        Raises
        ------
        MissingFileError
            If there is no such file.
        TableError
            If the file is not in order; it lists all, with line, blow or key.
        """
        return cls.of_toml(text_of_file(path), name=str(path))

    def to_toml(self) -> str:
        """Return the shock as TOML; `of_toml` makes the same shock of it.

        Raises
        ------
        TableError
            If anything is wrong with the shock in itself; it lists all.

        Examples
        --------
        >>> print(Shock((Blow("capacity", nodes="CHN:c14", share=0.5),)).to_toml())
        [[blow]]
        kind = "capacity"
        nodes = ["CHN:c14"]
        share = 0.5
        """
        return toml_of(self.checked())

    def write(self, path: Path | str) -> Path:
        """Write the shock to a TOML file and return its path.

        Parameters
        ----------
        path : Path or str
            The file; one that is there is replaced.
        """
        file = Path(path)
        file.write_text(self.to_toml(), encoding="utf-8", newline="\n")
        return file

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"The shock {self.name_en!r}" if self.name_en else "The shock"

    @property
    def of_firms(self) -> bool:
        """Whether a blow names firms or deliveries between firms."""
        return any(blow.of_firms for blow in self.blows)

    def __add__(self, other: "Shock") -> "Shock":
        """Return both at once."""
        if not isinstance(other, Shock):
            return NotImplemented
        return Shock(
            self.blows + other.blows,
            _joined(self.name_en, other.name_en, " + "),
            _joined(self.name_zh, other.name_zh, " + "),
            _joined(self.source, other.source, "; "),
        )

    def scaled(self, factor: float) -> "Shock":
        """Return the same shock of another size.

        Shares are multiplied and are at most 1, since no more than all can be lost; money is
        multiplied as it is.

        Parameters
        ----------
        factor : float
            Zero or more.

        Raises
        ------
        ParameterError
            If the factor is below zero or no number.
        """
        if not 0.0 <= factor < np.inf:
            raise ParameterError("factor", "Shock.scaled", "a number, zero or more", factor)
        return replace(
            self,
            blows=tuple(
                replace(
                    blow,
                    share=None if blow.share is None else min(1.0, blow.share * factor),
                    shares=tuple((code, min(1.0, size * factor)) for code, size in blow.shares),
                    money=None if blow.money is None else blow.money * factor,
                )
                for blow in self.blows
            ),
        )

    def shifted(self, days: float) -> "Shock":
        """Return the same shock some days later, or earlier.

        Parameters
        ----------
        days : float [day]
            Added to each start, which `checked` refuses before day 0.
        """
        moved = (replace(blow, start_day=blow.start_day + days) for blow in self.blows)
        return replace(self, blows=tuple(moved))

    def checked(self, system: "System | None" = None) -> Self:
        """Return the shock itself if nothing is wrong with it.

        Parameters
        ----------
        system : System, optional
            Where it is to happen: every code is looked up, among firms if the shock names some or
            the system has no flows. Not given, only the shock itself is looked at.

        Raises
        ------
        TableError
            If anything is wrong; it lists all of it, with near codes.
        MissingPartError
            If the system has neither flows nor links.
        """
        if system is None:
            if wrong := own_breaches(self.blows):
                raise TableError(self.title, wrong)
            return self
        # here, not above: they import the numbers of a table, which a shock alone needs not
        if self.of_firms or ("links" in system.has and "flows" not in system.has):
            import_module("chainwright.stress.shocks.firm_hits").firms_hit(system, self)
        else:
            import_module("chainwright.stress.shocks.sector_hits").hits_in(system, self)
        return self


def _joined(first: str, second: str, between: str) -> str:
    """Return both texts, or the one that there is."""
    return between.join(dict.fromkeys(text for text in (first, second) if text))
