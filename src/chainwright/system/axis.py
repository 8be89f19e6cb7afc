"""Labels of an array's axis, and arrays that nobody can change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, UnknownCodeError

__all__ = ["Axis", "Language", "Remade", "read_only"]

Number = TypeVar("Number", bound=np.generic)
Language = Literal["en", "zh"]


class Remade:
    """Base of frozen parts that are made anew from their fields in another process.

    So what was derived and kept is left behind, and arrays are read-only there too.
    """

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        values = (getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]
        return type(self), tuple(values)


@dataclass(frozen=True)
class Axis(Remade):
    """The labels of an axis, in the order of the file.

    Parameters
    ----------
    kind : str
        What one label stands for, as messages call it: ``"region"``, ``"sector"``.
    codes : tuple of str
        The labels, each once.
    names_en, names_zh : tuple of str
        A name a code; empty text, or an empty tuple, where none is known.
    parents : tuple of str
        The wider class of each code; of a sector its section in ISIC Rev.4.

    Examples
    --------
    >>> Axis("sector", ("c1", "c2")).index(["c2"])
    array([1], dtype=int32)
    """

    kind: str
    codes: tuple[str, ...]
    names_en: tuple[str, ...] = ()
    names_zh: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.codes)) < len(self.codes):
            first = next(c for i, c in enumerate(self.codes) if c in self.codes[:i])
            msg = f"The {self.kind} {first!r} is listed twice. Give each {self.kind} once."
            raise LabelError(msg)
        for field in ("names_en", "names_zh", "parents"):
            given = getattr(self, field)
            if given and len(given) != len(self.codes):
                msg = (
                    f"The axis '{self.kind}' has {len(self.codes)} codes and {len(given)} {field}."
                )
                raise LabelError(msg)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Position of each code."""
        return MappingProxyType({code: i for i, code in enumerate(self.codes)})

    def index(self, codes: Iterable[str]) -> npt.NDArray[np.int32]:
        """Return the positions of `codes`.

        Parameters
        ----------
        codes : iterable of str
            Labels of this axis, in any order.

        Raises
        ------
        UnknownCodeError
            If the axis lacks one of them.
        """
        wanted = list(codes)
        for code in wanted:
            if code not in self.place:
                raise UnknownCodeError(code, self.kind, self.codes)
        return np.array([self.place[code] for code in wanted], dtype=np.int32)

    def name(self, place: int, language: Language = "en") -> str:
        """Return the name of the label at `place`, in another language or its code if it has none.

        Parameters
        ----------
        place : int
            Position on the axis.
        language : str
            ``"en"`` or ``"zh"``.
        """
        order = (self.names_zh, self.names_en) if language == "zh" else (self.names_en,)
        return next((names[place] for names in order if names and names[place]), self.codes[place])

    def take(self, places: Iterable[int]) -> "Axis":
        """Return the axis of the labels at `places`, in their order.

        Parameters
        ----------
        places : iterable of int
            Positions on this axis.
        """
        kept = [int(p) for p in places]

        def pick(texts: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(texts[p] for p in kept) if texts else ()

        return Axis(
            self.kind,
            pick(self.codes),
            pick(self.names_en),
            pick(self.names_zh),
            pick(self.parents),
        )


def read_only(array: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return a view of `array` that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
