"""Surveys: what a chain map does not know is asked by a questionnaire, and comes back."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from chainwright import classes
from chainwright.errors import ParameterError, TableError
from chainwright.sources.chain_folders import as_text
from chainwright.sources.chain_rows import OF_A_PLACE, parts
from chainwright.system.chains import Chain, Chains
from chainwright.system.result import Result
from chainwright.system.system import System
from chainwright.tables import schema, write_bytes

if TYPE_CHECKING:  # they load openpyxl, which nothing but a questionnaire needs
    from chainwright.system.survey_cells import Answer, Who
    from chainwright.system.survey_sheets import Known

__all__ = ["SurveyAnswers", "make_survey", "read_survey"]

KEPT_APART = (
    "The chain map knows this already; its own number stays",
    "产业链图已有此数，以图中为准",
)
ELSEWHERE = (
    "The chain map has the gap or stock of {en} for this node, and a node holds those of one "
    "place; they stay, and this answer is not in the map",
    "该环节在图中的差距或库存属{zh}，每个环节只记一地的数；以图中为准，此答案不写入",
)


@dataclass(frozen=True, eq=False, repr=False)
class SurveyAnswers(Result):
    """The answers of one questionnaire; the system holds the chain map with them in it.

    Parameters
    ----------
    rows : DataFrame
        A row an answer.
    name_of_chain, home : str
        What the questionnaire is about.
    """

    name: ClassVar[str] = "survey_answers"

    rows: pd.DataFrame
    name_of_chain: str
    home: str

    @property
    def chain(self) -> Chain:
        """The chain map with the answers in it."""
        return self.system.chains[self.name_of_chain]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"chain": self.name_of_chain, "home": self.home}

    def table(self) -> pd.DataFrame:
        """Return a row an answer, those that were kept apart first."""
        return self.rows.copy()


def make_survey(chain: Chain, path: Path | str, *, home: str) -> None:
    """Write the questionnaire on what a chain map does not know of home, as XLSX.

    A row a node; cells to fill are open, what is known is shown with its source. Asked are the
    share of home's use that is made at home, the gap to the best, weeks of stock, the number of
    substitutes and the time to qualify another supplier.

    Parameters
    ----------
    chain : Chain
        The map.
    path : path
        File to write.
    home : str
        Country whose use is asked about: ISO 3166-1 alpha-3.

    Raises
    ------
    UnknownCodeError, ParameterError
        If home is no country or territory.
    MissingFileError
        If the folder of the file is not there.
    """
    from chainwright.system.survey_sheets import questionnaire  # noqa: PLC0415 - loads openpyxl

    place = classes.place(home)
    if place.kind not in {"country", "user"}:
        expected = "a country or territory; each member of a group is asked on its own"
        raise ParameterError("home", "make_survey", expected, home)
    write_bytes(path, questionnaire(chain, place.code))


def read_survey(path: Path | str, chain: Chain) -> SurveyAnswers:
    """Return the answers in a questionnaire, and the chain map with them: all of them or none.

    An answer fills a cell of ``nodes``, or a new row of ``supply`` on the basis ``domestic_use``.
    Its row says so: a part of its source reads ``survey: name, organisation``, with the columns
    that were answered as the page and the remark as what is printed, and its confidence is
    ``survey``. An answer to what the map knows already is kept apart: a document beats a survey,
    and so does an earlier answer. A node holds the gap and the stock of one place: where the map
    has those of another, the answers for home are kept apart too, and the reason names the place.

    Parameters
    ----------
    path : path
        A questionnaire that `make_survey` wrote, filled in.
    chain : Chain
        The map that it was made of; it may have learned more since.

    Raises
    ------
    MissingFileError, FormatError
        If there is no such file, or it is no questionnaire.
    LabelError
        If it is about another chain.
    TableError
        If an answer is no answer; it lists every one with its cell.
    """
    from chainwright.system.survey_cells import (  # noqa: PLC0415 - loads openpyxl
        about,
        answers_in,
        opened,
        who_answered,
    )
    from chainwright.system.survey_sheets import known_cells  # noqa: PLC0415

    place = Path(path)
    book = opened(place)
    home, made_of = about(book, place.name, chain.name)
    known = known_cells(chain, home)
    found, breaches = answers_in(book, list(chain.nodes["node"]))
    answers = [a for a in found if not _is_shown(a, known)]
    who, missing = who_answered(book)
    if breaches or (answers and missing):
        raise TableError(f"'{place.name}'", [*breaches, *(missing if answers else [])])
    apart = _apart(chain, answers, known, home)
    taken = [a for a, reason in zip(answers, apart, strict=True) if not any(reason)]
    new = _with(chain, taken, who, home) if taken and who else chain
    note = f"{len(taken)} answers of '{place.name}'"
    if made_of != chain.origin.sha256:
        note += ", which was made of an earlier state of the map"
    system = System(chains=Chains(replace(new, origin=new.origin.noted(note))))
    return SurveyAnswers(system, _rows(chain, answers, known, apart), chain.name, home)


def _is_shown(answer: "Answer", known: Mapping[tuple[str, str], "Known"]) -> bool:
    """Whether a number is what the questionnaire showed as known, and so no answer."""
    held = known.get((answer.node, answer.question.key))
    return held is not None and abs(held.value - answer.value) < 1e-9


def _apart(
    chain: Chain,
    answers: Sequence["Answer"],
    known: Mapping[tuple[str, str], "Known"],
    home: str,
) -> list[tuple[str, str]]:
    """Return why each answer is kept apart, in two languages; empty texts where it is taken."""
    place_of = dict(zip(chain.nodes["node"], chain.nodes["gap_place"], strict=True))
    told = []
    for answer in answers:
        place = place_of[answer.node] if answer.question.key in OF_A_PLACE else ""
        if place not in {"", home}:
            whose = classes.place(place)
            en, zh = ELSEWHERE
            told.append((en.format(en=whose.name_en), zh.format(zh=whose.name_zh)))
        else:
            told.append(KEPT_APART if (answer.node, answer.question.key) in known else ("", ""))
    return told


def _with(chain: Chain, answers: Sequence["Answer"], who: "Who", home: str) -> Chain:
    """Return the chain with answers in it, after every check."""
    nodes = chain.nodes.copy()
    place = {node: i for i, node in enumerate(nodes["node"])}
    of_nodes = [a for a in answers if a.question.key != "share"]
    for node in dict.fromkeys(a.node for a in of_nodes):
        own = [a for a in of_nodes if a.node == node]
        i = place[node]
        for answer in own:
            nodes.loc[i, answer.question.key] = answer.value
            if answer.question.key in OF_A_PLACE:
                nodes.loc[i, "gap_place"] = home
        told = _document(
            dict(nodes.iloc[i].items()), [a.question.key for a in own], own[0].remark, who
        )
        for column, text in told.items():
            nodes.loc[i, column] = text
    shares = [a for a in answers if a.question.key == "share"]
    return Chain.of_tables(
        chain.name,
        nodes,
        chain.links,
        _supplied(as_text(chain.supply), shares, who, home),
        title_en=chain.title_en,
        title_zh=chain.title_zh,
    )


def _supplied(
    supply: pd.DataFrame, answers: Sequence["Answer"], who: "Who", home: str
) -> pd.DataFrame:
    """Return rows of supply, all as text, with the shares that were answered.

    A share goes to the row of its node, home and year, if there is one that lacks it.
    """
    rows: list[dict[Hashable, Any]] = supply.to_dict("records")
    for answer in answers:
        key = {"node": answer.node, "place": home, "firm": "", "basis": "domestic_use"}
        key["year"] = str(who.year)
        row = next((row for row in rows if key.items() <= row.items()), None)
        told = _document(row, ["share"], answer.remark, who)
        if row is None:
            row = dict.fromkeys(supply.columns, "")
            rows.append(row)
        row.update(key)
        row.update(told, share=str(answer.value))
    return pd.DataFrame(rows, columns=supply.columns, dtype="str")


def _document(
    row: Mapping[Hashable, Any] | None, columns: Sequence[str], remark: str, who: "Who"
) -> dict[str, str]:
    """Return source, page, printed and date of a row with an answer as one more part.

    A row that was ours rests on the answer alone; any other keeps what stood behind it.
    """
    new = {"source": who.source, "page": ", ".join(columns), "printed": remark, "date": who.day}
    if row is not None and row["confidence"] != "ours":
        count = len(parts(row["source"]))
        held = {c: parts(row[c]) if row[c] else ("",) * count for c in new}
        new = {c: " | ".join((*held[c], text)) for c, text in new.items()}
    return {**new, "confidence": "survey"}


def _rows(
    chain: Chain,
    answers: Sequence["Answer"],
    known: Mapping[tuple[str, str], "Known"],
    apart: Sequence[tuple[str, str]],
) -> pd.DataFrame:
    from chainwright.system.survey_sheets import Known  # noqa: PLC0415

    nodes = chain.nodes
    there = {  # where the number of home is not known, that of another place
        (node, key): Known(float(number), source)
        for key in OF_A_PLACE
        for node, number, source in zip(nodes["node"], nodes[key], nodes["source"], strict=True)
        if not np.isnan(number)
    }
    rows = []
    for answer, reason in zip(answers, apart, strict=True):
        node, key = answer.node, answer.question.key
        held = known.get((node, key), there.get((node, key)))
        rows.append(
            (
                answer.cell,
                node,
                key,
                answer.value,
                not any(reason),
                np.nan if held is None else held.value,
                "" if held is None else held.source,
                *reason,
            )
        )
    frame = pd.DataFrame(rows, columns=[c.column for c in schema(SurveyAnswers.name)])
    return frame.sort_values("taken", kind="stable", ignore_index=True)
