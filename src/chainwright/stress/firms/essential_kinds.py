"""Which inputs a firm cannot do without: our rule by division, a table of the user's, or none."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chainwright.classes import classification, translated
from chainwright.errors import Breach, MissingFileError, ParameterError, TableError, near
from chainwright.params import table
from chainwright.sources.large_rows import numbered_rows
from chainwright.sources.rows import some
from chainwright.sources.typed_rows import where
from chainwright.system import Axis

__all__ = ["EssentialKinds", "essential_kinds"]

Places = npt.NDArray[np.int32]
Kinds = npt.NDArray[np.int8]

WORDS = {"essential": 2, "important": 1, "none": 0, "2": 2, "1": 1, "0": 0} | {
    "2.0": 2,
    "1.0": 1,
    "0.0": 0,
}
"""What the column ``kind`` may say: stress 5.1, E."""

LISTS = ("ISIC4", "NACE2", "GBT4754")
"""Lists that sector codes are looked up in; the first that has them all holds for all."""


@dataclass(frozen=True, eq=False)
class EssentialKinds:
    """What each pair of sectors is to each other: 2 essential, 1 important (linear), 0 ignored.

    Parameters
    ----------
    rule : str
        Where it comes from, in words.
    sectors : int
        Number of sectors.
    goods : ndarray of bool, shape (sectors,), optional
        Our rule: an input is essential if both sectors make goods, else important.
    pairs : ndarray of int64, shape (k,), optional
        A table: input sector x sectors + user sector, sorted; all others are ignored.
    kind : ndarray of int8, shape (k,), optional
        What each pair is.
    """

    rule: str
    sectors: int
    goods: npt.NDArray[np.bool_] | None = None
    pairs: npt.NDArray[np.int64] | None = None
    kind: Kinds | None = None

    def of(self, inputs: Places, users: Places) -> Kinds:
        """Return what each of `inputs` is to each of `users`.

        Parameters
        ----------
        inputs, users : ndarray of int32, shape (L,)
            Places of sectors.
        """
        if self.goods is not None:
            return np.where(self.goods[inputs] & self.goods[users], 2, 1).astype(np.int8)
        if self.pairs is None or self.kind is None:
            return np.ones(len(inputs), dtype=np.int8)
        if len(self.pairs) == 0:
            return np.zeros(len(inputs), dtype=np.int8)
        asked = inputs.astype(np.int64) * self.sectors + users
        at = np.minimum(np.searchsorted(self.pairs, asked), len(self.pairs) - 1)
        return np.where(self.pairs[at] == asked, self.kind[at], 0).astype(np.int8)


def essential_kinds(sectors: Axis, essential: object = None) -> EssentialKinds:
    """Return which inputs are essential to which sectors.

    Our rule, if none is given: inputs of goods (NACE 01 to 45) are essential to makers of goods,
    services are important; to services (46 to 99) every input is important. It is the rule that the
    publication calls GL, unverified in detail, in the fact table ``essential_rule``.

    Parameters
    ----------
    sectors : Axis
        The sectors of the firms.
    essential : path, Arrow stream or "linear", optional
        A table with the columns of ``chainwright schema essential_inputs``, where an unlisted pair
        is none; or ``"linear"``: every input is important.

    Raises
    ------
    ParameterError
        If our rule is asked for and a sector is in none of the lists of industries that it knows.
    TableError
        If the table is not in order, or none of its pairs is of sectors of the firms.
    FormatError, MissingFileError
        If it is a file and no such file, or is not there.

    Examples
    --------
    >>> kinds = essential_kinds(Axis("sector", ("10", "2811", "K")))
    >>> kinds.of(np.array([0, 2, 0], np.int32), np.array([1, 1, 2], np.int32))
    array([2, 1, 1], dtype=int8)
    """
    if isinstance(essential, str) and essential == "linear":
        return EssentialKinds("linear: every input is important, none is essential", len(sectors))
    if essential is None:
        return _ours(sectors)
    if isinstance(essential, str) and not Path(essential).exists():
        raise MissingFileError(
            f"There is no file {essential}. Give a table of essential inputs or the word linear."
            f"{near(essential, ['linear'])}"
        )
    return _given(sectors, Path(essential) if isinstance(essential, str) else essential)


def _ours(sectors: Axis) -> EssentialKinds:
    """Return our rule, by the division that each sector is of."""
    made = {row["code"]: row["goods"] == "1" for row in table("essential_rule")}
    lost: dict[str, list[str]] = {}
    for key in LISTS:
        known = _divisions(key)
        lost[key] = [code for code in sectors.codes if code not in known]
        if not lost[key]:
            goods = np.array([made[known[code]] for code in sectors.codes], dtype=np.bool_)
            words = (
                f"rule by division (sectors read as {key}): goods, NACE 01 to 45, are essential to "
                "makers of goods; all other inputs are important. Unverified in detail"
            )
            return EssentialKinds(words, len(sectors), goods=goods)
    key = min(LISTS, key=lambda k: len(lost[k]))
    shown = ", ".join(map(repr, lost[key][:5])) + (", ..." if len(lost[key]) > 5 else "")
    expected = (
        "a table of essential inputs (--essential FILE) or linear (--essential linear), for the "
        f"sectors are of no list that our rule knows ({', '.join(LISTS)}): {key} lacks "
        f"{len(lost[key])} of {len(sectors)}: {shown}"
    )
    raise ParameterError("essential", "the cascade", expected, None)


@cache
def _divisions(key: str) -> dict[str, str]:
    """Return the division of ISIC Rev. 4 (a section for a section) of each code of a list.

    Codes may have their section's letter in front and may lack their points: C10.1, 10.1, 101.
    """
    listed, found = classification(key), {}
    main: dict[str, str] = {}
    for code in listed.codes:
        *_, section = line = listed.line(code)
        division = line[-2] if len(line) > 1 else listed.children(code)[0]
        if key == "GBT4754":
            if division not in main:
                main[division] = str(translated(division, key, "ISIC4")["to_code"].iloc[0])[:2]
            division = main[division]
        elif code == section:
            division = section
        for written in (code, code.replace(".", "")):
            found[written] = division
            if code != section:
                found[section + written] = division
    return found


def _given(sectors: Axis, essential: object) -> EssentialKinds:
    """Return the rule of a table, after every check."""
    columns = ("input_sector", "user_sector", "kind")
    rows = numbered_rows(essential, "essential_inputs", required=columns, keys=columns[:2])
    frame, breaches = rows.frame, list(rows.breaches)
    kind = frame["kind"].str.casefold().map(WORDS)
    breaches += some(
        np.flatnonzero((kind.isna() & (frame["kind"] != "")).to_numpy()),
        lambda i: Breach(
            where(rows.numbers[i], "kind"),
            repr(frame["kind"][i]),
            "essential (2), important (1) or none (0)",
            "Write one of these words or digits.",
        ),
        "kinds of input that are none",
    )
    place = {code: i for i, code in enumerate(sectors.codes)}
    ends = [frame[end].map(place) for end in columns[:2]]
    known = (ends[0].notna() & ends[1].notna()).to_numpy()
    if not breaches and not known.any():
        breaches.append(
            Breach(
                "columns 'input_sector', 'user_sector'",
                f"no pair of sectors of the firms (they are {', '.join(sectors.codes[:5])}, ...)",
                "codes as in the column 'sector' of the table of firms",
                "Write the codes of both tables alike, as text.",
            )
        )
    if breaches:
        raise TableError(rows.name, breaches)
    pairs = ends[0][known].to_numpy(np.int64) * len(sectors) + ends[1][known].to_numpy(np.int64)
    order = np.argsort(pairs, kind="stable")
    words = f"table of the user's ({rows.name}): a pair that it does not list is ignored"
    return EssentialKinds(
        words,
        len(sectors),
        pairs=pairs[order],
        kind=np.asarray(kind[known], dtype=np.int8)[order],
    )
