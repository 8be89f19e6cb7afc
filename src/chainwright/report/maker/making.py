"""A report on a maker's chain: read, ask, write everything to one folder, whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeGuard

from chainwright.errors import MissingPartError, ParameterError
from chainwright.report.charts.chart import cjk_font
from chainwright.report.inputs import Input, hashed, read_beside
from chainwright.report.maker.analysis import MakerAnalysis, maker_analysed
from chainwright.report.maker.maker_cover import is_made_up, maker_facts, told_parameters
from chainwright.report.maker.maker_findings import maker_sentences
from chainwright.report.maker.maker_page import maker_page, tier_drawing
from chainwright.report.maker.maker_workbook import MakerSheet, maker_workbook
from chainwright.report.maker.question import GAPS, OUTAGES, UNASKED, MakerQuestion, parts_of
from chainwright.report.manifest import Manifest
from chainwright.report.staging import MANIFEST, staged
from chainwright.report.table_files import TABLES, write_answers
from chainwright.report.wording import Words
from chainwright.sources.maker_tables import MAKER_TABLES, is_maker_folder
from chainwright.system import Language, System
from chainwright.system.maker import HEAD
from chainwright.tables import write_bytes

__all__ = [
    "PAGE",
    "WORKBOOK",
    "MakerBrief",
    "is_maker",
    "maker_brief",
    "only_of_tables",
    "read_maker_inputs",
    "write_maker_files",
]

PAGE, WORKBOOK = "brief.html", "maker.xlsx"
"""Names of the page and of the workbook."""

DEMO = "demo:maker"


@dataclass(frozen=True, eq=False)
class MakerBrief:
    """A report on a maker's chain that has been made.

    Parameters
    ----------
    folder : Path
        Where it lies.
    sentences : tuple of str
        The findings, five at most.
    analysis : MakerAnalysis
        All answers, for further use.
    remark : str
        What must be known before the sentences are read; empty if nothing.
    """

    folder: Path
    sentences: tuple[str, ...]
    analysis: MakerAnalysis
    remark: str = ""

    @property
    def page(self) -> Path:
        """The page to read."""
        return self.folder / PAGE

    def __str__(self) -> str:
        lines = [self.remark] if self.remark else []
        lines += [f"{i}. {text}" for i, text in enumerate(self.sentences, 1)]
        kept = (PAGE, WORKBOOK, f"{TABLES}/", MANIFEST)
        return "\n".join([*lines, f"{self.folder}: {', '.join(kept)}"])


def is_maker(path: object) -> TypeGuard[Path | str | System]:
    """Return whether `path` is a maker's chain: its folder, the demo, or a system of one."""
    if isinstance(path, System):
        return "maker" in path.has and "flows" not in path.has
    if not isinstance(path, str | Path):
        return False
    return str(path) == DEMO or is_maker_folder(path)


def only_of_tables(**given: object) -> None:
    """Refuse what is only asked of an input-output table.

    Parameters
    ----------
    **given
        Names and values; None and False count as not given.

    Raises
    ------
    ParameterError
        If one of them is given.
    """
    told = [name for name, value in given.items() if value is not None and value is not False]
    if told:
        expected = "not given: they are of an input-output table"
        raise ParameterError(", ".join(told), "a report on a maker", expected, "a value")


def maker_brief(
    path: Path | str | System,
    *,
    folder: Path | str,
    lang: Language = "en",
    parts: Sequence[str] = UNASKED,
    by: str = "site",
    outages: Sequence[float] = OUTAGES,
    gaps: int = GAPS,
    currency: str | None = None,
    trade: Path | str | None = None,
    chains: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> MakerBrief:
    """Return a report on a maker's own chain, and write it to a folder.

    The folder holds ``brief.html`` (one file, opens without network, prints on A4), ``maker.xlsx``
    (one map, lists), every table as CSV, Parquet and JSON in ``tables/``, and ``manifest.json``,
    from which `replay` makes the tables again. It appears whole or not at all.

    Parameters
    ----------
    path : path or System
        A maker's folder, ``demo:maker``, or a system that is in memory, which cannot be replayed.
    folder : path
        Where the report shall lie; it is made. An earlier one in it is replaced.
    lang : str
        ``"en"`` or ``"zh"``.
    parts : sequence of str
        What it holds besides the counts: ``"exposure"``, ``"single_sources"``,
        ``"common_suppliers"``, ``"supplier_tiers"``, ``"mitigation"``, ``"missing_data"``. What is
        not among them is left out, with a sentence; so is mitigation if nothing is said.
    by : str
        What stands still in a scenario: ``"site"``, ``"node"``, ``"supplier"``, ``"region"``,
        ``"place"`` or ``"item"``.
    outages : sequence of float
        Lengths of an outage that losses are worked out for [week].
    gaps : int
        For how many gaps measures are sought, those with the largest loss first.
    currency : str, optional
        ISO 4217 code of prices, where the folder does not say it.
    trade : path, optional
        Trade in products, from which deeper tiers are inferred.
    chains : sequence of str
        Chain maps, from which deeper tiers are inferred: names of ours, or folders.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    ChainwrightError
        If the path cannot be read, holds no maker's chain, or the folder holds other things.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = maker_brief("demo:maker", folder=f"{place}/brief", parts=["single_sources"])
    ...     made.page.is_file(), len(made.analysis.left_out)
    (True, 5)
    """
    tell = progress or (lambda _: None)
    words = Words(lang)
    question = MakerQuestion(
        language=words.language,
        parts=parts_of(parts),
        by=by,
        outages=tuple(float(t) for t in outages),
        gaps=gaps,
        currency=currency,
        trade=None if trade is None else str(trade),
        chains=tuple(str(name) for name in chains),
    )
    today = datetime.now(UTC).date()
    with staged(folder) as place:
        system, inputs = read_maker_inputs(path, question, tell)
        analysis = maker_analysed(system, question, tell)
        tell("writing tables and workbook")
        tables = write_maker_files(analysis, words, place)
        tell("drawing the page")
        html = maker_page(analysis, words, inputs=inputs, tables=tables, today=today)
        write_bytes(place / PAGE, html.encode())
        _write_manifest(place, path, analysis, inputs, today)
    remark = words.say("mk_age_synthetic") if is_made_up(analysis) else ""
    return MakerBrief(Path(folder), tuple(maker_sentences(analysis, words)), analysis, remark)


def read_maker_inputs(
    path: Path | str | System, question: MakerQuestion, tell: Callable[[str], None]
) -> tuple[System, tuple[Input, ...]]:
    """Return the system of a maker with what is joined to it, and the files that were read.

    Parameters
    ----------
    path : path or System
        As for `maker_brief`.
    question : MakerQuestion
        What is asked.
    tell : callable
        Is told in words what is being done.

    Raises
    ------
    MissingPartError
        If there is no maker's chain.
    """
    inputs: tuple[Input, ...] = ()
    if isinstance(path, System):
        system = path
    else:
        system = System.read(path, currency=question.currency, progress=tell)
        inputs = _files_of(path)
    if "maker" not in system.has:
        raise MissingPartError("a maker's chain", "Give its folder, or demo:maker.")
    beside, more = read_beside(question.trade, question.chains, progress=tell)
    joined = [other for other in (beside.trade, beside.chains) if other is not None]
    return (system.joined(*joined) if joined else system), (*inputs, *more)


def _files_of(path: Path | str) -> tuple[Input, ...]:
    if str(path) == DEMO:
        return (Input(DEMO, 0, ""),)
    names = [*(f"{table}.csv" for table in MAKER_TABLES), HEAD]
    places = (Path(path) / name for name in names)
    return tuple(hashed(place) for place in places if place.is_file())


def write_maker_files(analysis: MakerAnalysis, words: Words, place: Path) -> list[tuple[str, int]]:
    """Write every table and the workbook; return names and rows of the tables.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language of the workbook.
    place : path
        An empty folder.
    """
    counted = write_answers(analysis.tables, place)
    book = maker_workbook(
        _sheets(analysis, words),
        words,
        maker=analysis.maker.name,
        money=words.money(analysis.maker.money),
        origin=_origin(analysis, words),
        version=version("chainwright"),
    )
    write_bytes(place / WORKBOOK, book)
    return counted


def _sheets(analysis: MakerAnalysis, words: Words) -> list[MakerSheet]:
    """Return the map and the lists."""
    drawn = words if cjk_font() else Words("en")
    listed = (
        ("mk_x_products", "products", None),
        ("mk_x_single", "single_sources", None),
        ("mk_x_exposure", "exposure", None),
        ("mk_x_common", "common_suppliers", None),
        ("mk_x_hidden", "common_suppliers", "hidden_sources"),
        ("mk_x_measures", "mitigation", None),
        ("mk_x_missing", "missing_data", None),
    )
    sites = analysis.answers["sites"]
    sheets = [
        MakerSheet(
            words.say("mk_x_map"),
            sites.name,
            sites,
            analysis.frame("sites"),
            picture=tier_drawing(analysis, drawn).chart(),
        )
    ]
    for key, part, table in listed:
        answer = analysis.answers.get(part)
        if answer is None:
            reason = analysis.reason(part, words)
            sheets.append(MakerSheet(words.say(key), part, None, None, reason))
        else:
            name = table or answer.name
            sheets.append(MakerSheet(words.say(key), name, answer, analysis.frames[name]))
    return sheets


def _origin(analysis: MakerAnalysis, words: Words) -> list[tuple[str, str]]:
    """Return the lines of the sheet on where the numbers come from."""
    lines = maker_facts(analysis, words)
    lines += [
        (f"{called}: {name}", value) for called, name, value in told_parameters(analysis, words)
    ]
    return lines


def _write_manifest(
    place: Path,
    given: Path | str | System,
    analysis: MakerAnalysis,
    inputs: Sequence[Input],
    today: date,
) -> None:
    told = Manifest.of(
        place,
        path=str(given) if isinstance(given, str | Path) else None,
        question=analysis.question.as_dict(),
        parameters={made.file: made.answer.parameters for made in analysis.tables},
        inputs=inputs,
        made=today.isoformat(),
    )
    write_bytes(place / MANIFEST, told.text().encode())
