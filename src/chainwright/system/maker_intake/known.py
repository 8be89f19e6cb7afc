"""What is known of one kind, items, suppliers or sites, and what is meant by a written word."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from chainwright.system.maker_intake.names import code_key, marks_of, name_key, plain
from chainwright.system.maker_intake.near import MOST, near_ones

__all__ = ["SLIPPED", "Known", "Meant", "slip_key"]

SLIPS = str.maketrans("oil", "011")
"""Letters that are read or typed for digits."""

ZEROS = re.compile(r"(?<!\d)0+(?=\d)")

SLIPPED = 0.95
"""Likeness of two codes that differ by such letters, or by zeros in front, alone."""

SPLIT = 0.99
"""Likeness of each of several known ones that a word stands for alike."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a written word stands for.

    Parameters
    ----------
    code : str
        The known one; empty if it is not certain.
    how : str
        ``as written``, ``spelling``, ``name``, ``picked``, ``left out``; ``several`` where several
        could be meant alike; empty if it is not known.
    candidates : tuple of (str, float)
        Known ones that could be meant, with likeness, the nearest first.
    """

    code: str = ""
    how: str = ""
    candidates: tuple[tuple[str, float], ...] = ()


class Known:
    """Things of one kind by code and name.

    Parameters
    ----------
    codes : iterable of str
        Identities, each once.
    names : iterable of (str, str)
        Further words for a code: names, registration numbers; a code may have several.
    """

    def __init__(self, codes: Iterable[str], names: Iterable[tuple[str, str]] = ()) -> None:
        self._named: dict[str, list[str]] = {}
        self._as_names: dict[str, list[str]] = defaultdict(list)
        self._counted = 0
        self._by: tuple[dict[str, list[str]], ...] = tuple(defaultdict(list) for _ in range(4))
        for code in codes:
            self.add(code)
        for code, name in names:
            self.call(code, name)

    @property
    def codes(self) -> tuple[str, ...]:
        """The identities, in the order in which they came."""
        return tuple(self._named)

    def __contains__(self, code: object) -> bool:
        return code in self._named

    def __len__(self) -> int:
        return len(self._named)

    def add(self, code: str, *names: str) -> None:
        """Make a code known.

        Parameters
        ----------
        code : str
            The identity.
        *names : str
            What else it is called.
        """
        if code not in self._named:
            self._named[code] = []
            self._by[0][plain(code)].append(code)
            self._by[1][code_key(code)].append(code)
        for name in names:
            self.call(code, name)

    def call(self, code: str, name: str) -> None:
        """Make a name of a known code known.

        Parameters
        ----------
        code : str
            The identity.
        name : str
            What else it is called; nothing if empty.
        """
        if name and name not in self._named[code]:
            self._named[code].append(name)
            for by, key in ((2, plain), (3, name_key)):
                held = self._by[by][key(name)]
                if code not in held:
                    held.append(code)

    def exact(self, word: str) -> Meant:
        """Return what a word stands for as written or by one spelling; no near ones.

        Parameters
        ----------
        word : str
            As written.
        """
        if word in self._named:
            return Meant(word, "as written")
        keys = (plain(word), code_key(word), plain(word), name_key(word))
        for by, key in enumerate(keys):
            held = self._by[by].get(key, ())
            if len(held) == 1:
                return Meant(held[0], "spelling" if by < 2 else "name")
            if held:
                several = tuple((code, SPLIT) for code in held[:MOST])
                return Meant(how="several", candidates=several)
        held = self._coded().get(name_key(word), ())
        return Meant(held[0], "spelling") if len(held) == 1 else Meant()

    def _coded(self) -> dict[str, list[str]]:
        """Return codes by the keys of codes that are names themselves, as of firms without id."""
        for code in islice(self._named, self._counted, None):
            self._as_names[name_key(code)].append(code)
        self._counted = len(self._named)
        return self._as_names

    def near(
        self, words: Sequence[str], *, strict: bool, codes_are_names: bool
    ) -> list[tuple[tuple[str, float], ...]]:
        """Return known ones that each word is near to.

        Parameters
        ----------
        words : sequence of str
            As written, none of them known.
        strict : bool
            Whether the word may as well be a new one, so that only slips count: of codes letters
            typed for digits and zeros in front, of names those with the same `marks_of`.
        codes_are_names : bool
            Whether a code that has no name is one itself, as of a firm without an id.
        """
        found: list[dict[str, float]] = [{} for _ in words]
        if not words:
            return []
        slips = defaultdict(list)
        for code in self._named:
            slips[slip_key(code)].append(code)
        for best, word in zip(found, words, strict=True):
            best.update(dict.fromkeys(slips.get(slip_key(word), ()), SLIPPED))
        named = [(code, name) for code, names in self._named.items() for name in names]
        bare = [code for code, names in self._named.items() if not names]
        if codes_are_names:
            named += [(code, code) for code in bare]
        marks = ([marks_of(w) for w in words], [marks_of(n) for _, n in named]) if strict else None
        sought = [name_key(word) for word in words]
        alike = near_ones(sought, [name_key(name) for _, name in named], marks=marks)
        _gather(found, alike, [code for code, _ in named])
        if not strict:
            sought, codes = [code_key(word) for word in words], list(self._named)
            alike = near_ones(sought, [code_key(code) for code in codes], inside=False)
            _gather(found, alike, codes)
        order = [sorted(best.items(), key=lambda pair: (-pair[1], pair[0])) for best in found]
        return [tuple(one[:MOST]) for one in order]


def _gather(
    found: list[dict[str, float]],
    alike: list[list[tuple[int, float]]],
    owners: Sequence[str],
) -> None:
    """Add near ones to the candidates of each word, each owner with its best likeness."""
    for best, near in zip(found, alike, strict=True):
        for place, likeness in near:
            code = owners[place]
            best[code] = max(likeness, best.get(code, 0.0))


def slip_key(code: str) -> str:
    """Return what codes share that differ by zeros in front or by letters typed for digits.

    Parameters
    ----------
    code : str
        A code as written.

    Examples
    --------
    >>> slip_key("BAT-01") == slip_key("bat-O1") == slip_key("BAT-1")
    True
    """
    return ZEROS.sub("", code_key(code).translate(SLIPS))
