"""Method, glossary, sources and files: the last pages."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chainwright.report.blocks import Block, Columns, Grid, Note, Section, Text
from chainwright.report.inputs import Input
from chainwright.report.wording import Words

__all__ = ["Method", "Term", "glossary", "methods", "sources_section"]


@dataclass(frozen=True, slots=True)
class Method:
    """How one figure is made.

    Parameters
    ----------
    figure, equation, says, cannot, source : str
        Its name, its equation as HTML, what it says, what it cannot say, who says so.
    """

    figure: str
    equation: str
    says: str
    cannot: str
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the brief.

    Parameters
    ----------
    term, other, meaning : str
        The term, its name in the other language, what it means.
    """

    term: str
    other: str
    meaning: str


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("chainwright").joinpath(f"report/{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def methods(words: Words, tables: Sequence[str], *, of: str = "method") -> list[Method]:
    """Return the methods of the figures of some tables.

    Parameters
    ----------
    words : Words
        The language.
    tables : sequence of str
        The tables that the brief has.
    of : str
        File of ours that has the methods.
    """
    language = words.language
    return [
        Method(
            row[f"figure_{language}"],
            row["equation_zh"] if language == "zh" and row["equation_zh"] else row["equation"],
            row[f"says_{language}"],
            row[f"cannot_{language}"],
            row["source"],
        )
        for row in _rows(of)
        if row["key"] in {name.partition(".")[0] for name in tables}
    ]


def glossary(words: Words, *, of: str = "terms") -> list[Term]:
    """Return the terms of the brief, in the language of `words`, from a file `of` ours."""
    other = "zh" if words.language == "en" else "en"
    return [
        Term(row[f"term_{words.language}"], row[f"term_{other}"], row[f"meaning_{words.language}"])
        for row in _rows(of)
    ]


def sources_section(
    words: Words,
    *,
    inputs: Sequence[Input],
    tables: Sequence[tuple[str, int]],
    left_out: Sequence[tuple[str, str]],
    own: str = "",
) -> Section:
    """Return the section on inputs and files.

    Parameters
    ----------
    words : Words
        The language.
    inputs : sequence of Input
        What was read.
    tables : sequence of (str, int)
        Name and number of rows of each table.
    left_out : sequence of (str, str)
        Questions that could not be answered, and why.
    own : str
        Beginning of the keys of the texts of this report, where they are not those of a brief.
    """
    blocks: list[Block] = [Text(words.say(own + "sources_text"))]
    if inputs:
        blocks.append(
            Grid(
                title=words.say("inputs_table"),
                columns=[
                    Columns(words.say("f_file")),
                    Columns(words.say("f_bytes"), numeric=True),
                    Columns(words.say("f_hash")),
                ],
                rows=[
                    [i.path, f"{i.bytes:,}" if i.sha256 else "–", i.sha256 or "–"] for i in inputs
                ],
                where="manifest.json",
            )
        )
    blocks.append(
        Grid(
            title=words.say("files_table"),
            columns=[
                Columns(words.say("f_what")),
                Columns(words.say("f_file")),
                Columns(words.say("f_rows"), numeric=True),
            ],
            rows=[
                [_called(name, words), f"tables/{name}.csv", f"{rows:,}"] for name, rows in tables
            ],
            where="tables/*.csv, *.parquet, *.json",
        )
    )
    blocks += [
        Note(f"{words.say('left_out_head')}: {words.say(f't_{name}')}. {reason}")
        for name, reason in left_out
    ]
    blocks.append(Text(words.say("sources_replay")))
    return Section("sources", words.say("sources_head"), blocks, fresh=False)


def _called(file: str, words: Words) -> str:
    """Return what a table is called; of a chain's, with the chain."""
    name, _, chain = file.partition(".")
    return f"{words.say(f't_{name}')}: {chain}" if chain else words.say(f"t_{name}")
