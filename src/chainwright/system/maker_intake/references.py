"""Words in one table that name what another has: items, suppliers, sites, told with certainty."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system.maker_intake.known import Known, Meant
from chainwright.system.maker_intake.picks import LEAVE, NEW
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["put_in_place", "rows_by_word", "said_of", "tell_new", "understand"]

SAME = Meant("", "as written")
CALLED = {
    "item": ("item", "物料"),
    "supplier": ("supplier", "供应商"),
    "site": ("site", "场所"),
}


def understand(
    work: Work,
    known: Known,
    columns: Sequence[Field],
    *,
    kind: str,
    new: bool,
    codes_are_names: bool = False,
) -> tuple[dict[str, Meant], dict[str, str]]:
    """Return what each word in some columns stands for, and the words that are new ones.

    Parameters
    ----------
    work : Work
        The tables.
    known : Known
        What is known; new ones are added.
    columns : sequence of Field
        Where the words stand; of several spellings of a new one that of the first column is kept,
        and there the most frequent.
    kind : str
        ``item``, ``supplier`` or ``site``.
    new : bool
        Whether a word that is near to nothing known is a new one; else it is unknown.
    codes_are_names : bool
        As for `Known.near`.

    Returns
    -------
    dict, dict
        By word what is meant (no code and no candidate: unknown; ``how`` is ``left out`` or
        ``picked`` where a person said so), and by new word its code.
    """
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for turn, asked in enumerate(columns):
        if work.has(asked.table):
            words = work.frames[asked.table][asked.column].tolist()
            counts.update(words)
            first = dict.fromkeys(words, turn) | first
    counts.pop("", None)
    picks = {word: pick for word in counts if (pick := work.picks.of(kind, word))}
    added = {word: word for word, pick in picks.items() if pick == NEW and new}
    meant = {word: known.exact(word) for word in counts if picks.get(word, NEW) == NEW}
    meant |= {word: Meant(how="left out") for word, pick in picks.items() if pick == LEAVE}
    later = [(word, pick) for word, pick in picks.items() if pick not in {NEW, LEAVE}]
    unsure = [w for w, found in meant.items() if found == Meant() and w not in picks]
    for word in added:
        known.add(word)
        meant[word] = Meant(word, "as written")
    near_known = known.near(unsure, strict=new, codes_are_names=codes_are_names)
    for word, candidates in zip(unsure, near_known, strict=True):
        meant[word] = Meant(candidates=candidates)
    if new:
        fresh = [word for word in unsure if not meant[word].candidates]
        fresh.sort(key=lambda word: (first[word], -counts[word]))
        added |= _newcomers(known, fresh, meant, codes_are_names=codes_are_names)
    for word, pick in later:
        chosen = known.exact(pick)
        if chosen.code:
            meant[word] = Meant(chosen.code, "picked")
            continue
        meant[word] = Meant()
        expected = f"a known {kind}, '{LEAVE}'" + (f" or '{NEW}'" if new else "")
        work.refuse_pick(kind, word, expected, known.codes)
    return meant, added


def _newcomers(
    known: Known, fresh: Sequence[str], meant: dict[str, Meant], *, codes_are_names: bool
) -> dict[str, str]:
    """Make words known that are near to nothing, the most frequent spelling of each first."""
    added: dict[str, str] = {}
    among = Known(())
    firsts: dict[str, str] = {}
    for word in fresh:
        found = among.exact(word)
        if found.code:
            firsts[word] = found.code
        else:
            among.add(word)
    alone = list(among.codes)
    place = {word: i for i, word in enumerate(alone)}
    near_others = among.near(alone, strict=True, codes_are_names=codes_are_names)
    for word, candidates in zip(alone, near_others, strict=True):
        before = tuple((c, s) for c, s in candidates if place[c] < place[word] and c in added)
        if before:
            meant[word] = Meant(candidates=before)
        else:
            known.add(word)
            added[word] = word
            meant[word] = Meant(word, "as written")
    for word, first in firsts.items():
        if first in added:
            meant[word] = Meant(first, "spelling")
        else:
            meant[word] = meant[first]
    return added


def put_in_place(
    work: Work,
    asked: Field,
    meant: dict[str, Meant],
    *,
    kind: str,
    new: bool,
    unknown: str = "",
) -> None:
    """Write codes in place of words, and say what is possible, unknown, or taken otherwise.

    Parameters
    ----------
    work : Work
        Changed in place.
    asked : Field
        The column.
    meant : dict
        As `understand` gives it.
    kind : str
        ``item``, ``supplier`` or ``site``.
    new : bool
        Whether the word may be picked as a new one.
    unknown : str
        Code of the reason for words that stand for nothing known.
    """
    table, column = asked.table, asked.column
    if not work.has(table):
        return
    frame = work.frames[table]
    codes = [
        said_of(work, asked, at, word, meant.get(word, SAME), kind=kind, new=new, unknown=unknown)
        for word, at in rows_by_word(frame[column])
    ]
    places = pd.factorize(frame[column])[0]
    if codes:
        held = pd.Series(codes, dtype="str").to_numpy()[places]
        work.frames[table] = frame.assign(**{column: pd.Series(held, dtype="str")})


def rows_by_word(words: "pd.Series[str]") -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
    """Yield each word of a column once, in order, with the rows where it stands.

    Parameters
    ----------
    words : Series
        A column, without missing cells.
    """
    places, different = pd.factorize(words)
    order = np.argsort(places, kind="stable")
    starts = np.searchsorted(places[order], np.arange(len(different) + 1))
    for i, word in enumerate(different):
        yield word, order[starts[i] : starts[i + 1]]


def said_of(
    work: Work,
    asked: Field,
    at: npt.NDArray[np.intp],
    word: str,
    meant: Meant,
    *,
    kind: str,
    new: bool,
    unknown: str = "",
) -> str:
    """Return the code to write for a word, and say of its rows what there is to say.

    Parameters
    ----------
    work, asked
        As for `put_in_place`.
    at : ndarray
        Rows where the word stands.
    word : str
        As written.
    meant : Meant
        What it stands for.
    kind, new, unknown
        As for `put_in_place`.
    """
    table, column = asked.table, asked.column
    if not word or meant.how == "as written":
        return meant.code or word
    if meant.code:
        code = {"name": "called", "picked": "picked"}.get(meant.how, "spelling")
        work.tell(asked, at, word, code, {"code": meant.code})
        return meant.code
    if meant.how == "left out":
        work.gone[table][at] = True
        work.tell(asked, at, word, "left_by_pick")
        return word
    en, zh = CALLED[kind]
    ends = (", or new", "，或选新建") if new else ("", "")
    facts = {"kind_en": en, "kind_zh": zh, "or_new_en": ends[0], "or_new_zh": ends[1]}
    code = "several" if meant.how == "several" else "near"
    for position in map(int, at):
        if meant.candidates:
            work.ask(
                asked, position, word, code, kind=kind, candidates=meant.candidates, facts=facts
            )
        else:
            picked = bool(work.picks.of(kind, word))
            code = "wrong_pick" if picked or not unknown else unknown
            work.reject(table, [position], column, code)
    return word


def tell_new(work: Work, asked: Field, words: dict[str, str], code: str) -> None:
    """Say which words were taken as new ones.

    Parameters
    ----------
    work : Work
        Changed in place.
    asked : Field
        The column.
    words : dict
        New codes by word.
    code : str
        Code of the reason.
    """
    if not (work.has(asked.table) and words):
        return
    written = work.cells[asked.table].frame[asked.column]
    for word, at in rows_by_word(written):
        if word in words:
            work.tell(asked, at, word, code)
