"""A country or a bloc of countries among the places of trade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system.axis import Axis
from chainwright.system.home import Regions, groups

__all__ = ["Bloc", "bloc", "joined"]


@dataclass(frozen=True)
class Bloc:
    """One country, or several that count as one.

    Parameters
    ----------
    name : str
        How it was asked for: ``"CHN"``, ``"EU27"``, ``"JPN+KOR"``.
    members : tuple of str
        Codes of its members among the places at hand.
    missing : tuple of str
        Members that do not occur there.
    """

    name: str
    members: tuple[str, ...]
    missing: tuple[str, ...] = ()

    def mask(self, places: Axis) -> npt.NDArray[np.bool_]:
        """Return which of `places` are members, shape (places,)."""
        inside = set(self.members)
        return np.array([code in inside for code in places.codes], dtype=np.bool_)


def bloc(places: Axis, wanted: Regions, *, own: Mapping[str, Sequence[str]] | None = None) -> Bloc:
    """Return the bloc that is meant.

    Parameters
    ----------
    places : Axis
        The places at hand.
    wanted : str or sequence of str
        A place, several, codes joined by ``+``, or the name of a group.
    own : mapping of str to sequence of str, optional
        Groups of the user's, which come before those of `groups`.

    Raises
    ------
    UnknownCodeError
        If a word is neither a place nor a group; near ones are offered.
    LabelError
        If no member of a group is a place at hand.

    Examples
    --------
    >>> bloc(Axis("place", ("CHN", "DEU", "FRA")), "EU27").members
    ('DEU', 'FRA')
    """
    named = {**groups(), **{name: tuple(codes) for name, codes in (own or {}).items()}}
    words = wanted.split("+") if isinstance(wanted, str) else list(wanted)
    members: list[str] = []
    missing: list[str] = []
    for word in words:
        if word in places.place:
            members.append(word)
        elif word in named:
            inside = [code for code in named[word] if code in places.place]
            if not inside:
                msg = f"None of the {len(named[word])} members of {word} is a place of this trade."
                raise LabelError(msg)
            members += inside
            missing += [code for code in named[word] if code not in places.place]
        else:
            raise UnknownCodeError(word, "place of this trade", [*places.codes, *named])
    return Bloc("+".join(dict.fromkeys(words)), tuple(dict.fromkeys(members)), tuple(missing))


def joined(places: Axis, blocs: Sequence[Bloc]) -> tuple[Axis, npt.NDArray[np.int32]]:
    """Return the places with each bloc as one of them, and the new place of each old one.

    Parameters
    ----------
    places : Axis
        The places at hand.
    blocs : sequence of Bloc
        Those that count as one; a bloc of one member keeps the member's place.

    Returns
    -------
    Axis, ndarray of int32, shape (places,)
        Blocs come last, in their order.

    Raises
    ------
    LabelError
        If two blocs share a member.

    Examples
    --------
    >>> old = Axis("place", ("CHN", "DEU", "FRA"))
    >>> joined(old, [bloc(old, "EU27")])[0].codes
    ('CHN', 'EU27')
    """
    of: dict[str, str] = {}
    for each in blocs:
        for code in each.members:
            if code in of:
                msg = f"{code} is in both {of[code]} and {each.name}. Put it in one bloc."
                raise LabelError(msg)
            of[code] = each.name if len(each.members) > 1 else code
    order = dict.fromkeys(code for code in places.codes if of.get(code, code) == code)
    order |= dict.fromkeys(each.name for each in blocs if len(each.members) > 1)
    place = {code: i for i, code in enumerate(order)}
    names = {
        language: tuple(
            places.name(places.place[c], language) if c in places.place else c for c in order
        )
        for language in ("en", "zh")
    }
    axis = Axis("place", tuple(order), names["en"], names["zh"])
    return axis, np.array([place[of.get(code, code)] for code in places.codes], dtype=np.int32)
