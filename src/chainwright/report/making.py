"""A brief: read, ask, write everything to one folder, whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

from chainwright.errors import ParameterError
from chainwright.report.analysis import Analysis, Question, analysed
from chainwright.report.charts import Chart
from chainwright.report.charts.chain_map import draw_chain
from chainwright.report.charts.chart import cjk_font
from chainwright.report.findings import five_sentences, more_sentences, outside_of
from chainwright.report.inputs import Input, Years, read_beside, read_inputs, years_of
from chainwright.report.maker.making import MakerBrief, is_maker, maker_brief, only_of_tables
from chainwright.report.maker.question import UNASKED
from chainwright.report.manifest import Manifest
from chainwright.report.page import page
from chainwright.report.scenario_runs import Scenario
from chainwright.report.sections.overview import flow_picture
from chainwright.report.staging import MANIFEST, staged
from chainwright.report.table_files import TABLES, write_answers
from chainwright.report.wording import Words
from chainwright.report.workbook import Sheet, workbook
from chainwright.sources.demos import SYNTHETIC
from chainwright.system import Language, Regions, System
from chainwright.tables import write_bytes

__all__ = ["PAGE", "TABLES", "WORKBOOK", "Brief", "brief", "write_tables"]

PAGE, WORKBOOK = "brief.html", "chain-map.xlsx"
"""Names of the page and of the workbook."""

Tables = Path | str | System | Mapping[int, System]
"""What a brief is made of: a path, a system, or systems by year."""


@dataclass(frozen=True, eq=False)
class Brief:
    """A brief that has been made.

    Parameters
    ----------
    folder : Path
        Where it lies.
    sentences : tuple of str
        The answer in five sentences.
    analysis : Analysis
        All answers, for further use.
    remark : str
        What must be known before the sentences are read; empty if nothing.
    more : tuple of str
        What trade in products and chain maps add: a sentence each; none where none were given.
    """

    folder: Path
    sentences: tuple[str, ...]
    analysis: Analysis
    remark: str = ""
    more: tuple[str, ...] = ()

    @property
    def page(self) -> Path:
        """The page to read."""
        return self.folder / PAGE

    def __str__(self) -> str:
        lines = [self.remark] if self.remark else []
        lines += [f"{i}. {text}" for i, text in enumerate(self.sentences, 1)]
        lines += [f"+ {text}" for text in self.more]
        kept = (PAGE, WORKBOOK, f"{TABLES}/", MANIFEST)
        return "\n".join([*lines, f"{self.folder}: {', '.join(kept)}"])


def brief(
    path: Tables,
    *,
    folder: Path | str,
    home: Regions | None = None,
    year: Years = None,
    lang: Language = "en",
    nation: Regions | None = None,
    currency: str | None = None,
    fold: bool = False,
    composite: Sequence[str] = (),
    split_imports: bool = False,
    trade: Path | str | None = None,
    chains: Sequence[str] = (),
    shocks: Sequence[Path | str] = (),
    budget: float | None = None,
    parts: Sequence[str] = UNASKED,
    by: str = "site",
    progress: Callable[[str], None] | None = None,
) -> "Brief | MakerBrief":
    """Return a brief on the weak links and strengths of home, and write it to a folder.

    Where `path` is a maker's own chain it is a report on that chain: see `maker_brief`.

    The folder holds ``brief.html`` (one file, opens without network, prints on A4),
    ``chain-map.xlsx`` (one map, four lists), every table as CSV, Parquet and JSON in ``tables/``,
    ``chain-NAME.svg`` for each chain map, ``scenario-NAME.toml`` for each shock that was run
    through the table, and ``manifest.json``, from which `replay` makes the tables again. It appears
    whole or not at all.

    Parameters
    ----------
    path : path, System, or mapping of int to System
        A file, a folder with one file a year, ``demo:country``, a maker's folder or
        ``demo:maker``; or tables that are in memory, which cannot be replayed.
    folder : path
        Where the brief shall lie; it is made. An earlier brief in it is replaced.
    home : str or sequence of str
        Whose industry: a region, several, or a named group. Not for a maker's chain.
    year : int or sequence of int, optional
        Which year; of several the last is looked at closely.
    lang : str
        ``"en"`` or ``"zh"``.
    nation : str or sequence of str, optional
        The nation around home.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    fold : bool
        Whether parts of a split country become one region.
    composite : sequence of str
        Regions that stand for many countries, where their codes do not tell.
    split_imports : bool
        Whether imports of a competitive table are split in proportion to use: an assumption, which
        the brief names.
    trade : path, optional
        Trade in products, such as a BACI file or folder: adds the products that home depends on,
        over the last years of that trade.
    chains : sequence of str
        Chain maps to draw and diagnose: names of ours such as ``"photovoltaics"``, or folders.
    shocks : sequence of path
        Files of shocks (`Shock.write`) to run through the table besides the two that the brief
        chooses from what it found: an embargo and a closure.
    budget : float, optional
        What a repair against all these shocks may cost a year, in the table's unit of money: adds
        the chapter on what to do first. Costs that are assumptions are marked.
    parts, by
        Of a report on a maker's chain: what it holds, and what stands still in a scenario.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    ChainwrightError
        If the path cannot be read, home is not in the table, or the folder holds other things.
    ParameterError
        If home is not given for a table, or is given for a maker's chain.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = brief("demo:country", home="44", nation="CHN", folder=f"{place}/brief")
    ...     made.page.is_file()
    True
    """
    if is_maker(path):
        only_of_tables(
            home=home,
            nation=nation,
            year=year,
            fold=fold,
            split_imports=split_imports,
            shocks=tuple(shocks) or None,
            budget=budget,
        )
        return maker_brief(
            path,
            folder=folder,
            lang=lang,
            parts=parts,
            by=by,
            currency=currency,
            trade=trade,
            chains=chains,
            progress=progress,
        )
    if home is None:
        raise ParameterError("home", "a brief of a table", "a region or a group", None)
    if budget is not None and not 0.0 <= budget < float("inf"):
        raise ParameterError("budget", "a brief", "an amount of money, 0 or more", budget)
    tell = progress or (lambda _: None)
    words = Words(lang)
    given, years = _years(path, year)
    question = Question(
        home=home,
        nation=nation,
        currency=currency,
        fold=fold,
        composite=tuple(composite),
        split_imports=split_imports,
        years=years,
        language=words.language,
        trade=None if trade is None else str(trade),
        chains=tuple(str(name) for name in chains),
        shocks=tuple(str(path) for path in shocks),
        budget=budget,
    )
    today = datetime.now(UTC).date()
    with staged(folder) as place:
        systems, inputs = _read(given, question, tell)
        beside, more = read_beside(question.trade, question.chains, question.shocks, progress=tell)
        inputs = (*inputs, *more)
        answers = analysed(
            systems,
            question,
            tell,
            trade=beside.trade,
            chains=beside.chains,
            shocks=beside.shocks,
        )
        tell("writing tables and workbook")
        counted = write_tables(answers, words, place)
        tell("drawing the page")
        html = page(answers, words, inputs=inputs, tables=counted, today=today)
        write_bytes(place / PAGE, html.encode())
        _write_manifest(place, given, answers, inputs, today)
    made_up = answers.system.flows.origin.format == SYNTHETIC
    remark = words.say("age_synthetic") if made_up else ""
    said, more_said = five_sentences(answers, words), more_sentences(answers, words)
    return Brief(Path(folder), tuple(said), answers, remark, tuple(more_said))


def _years(path: Tables, year: Years) -> tuple[Tables, tuple[int | None, ...]]:
    """Return what to read and the years; systems in memory bring their own years."""
    if isinstance(path, System):
        return {path.flows.money.year: path}, (path.flows.money.year,)  # type: ignore[dict-item]
    if isinstance(path, Mapping):
        wanted = years_of(year) if year is not None else tuple(sorted(path))
        unknown = [y for y in wanted if y not in path]
        if unknown or not wanted:
            raise ParameterError("year", "a brief", f"of {', '.join(map(str, path))}", year)
        return {y: path[y] for y in wanted if y is not None}, wanted
    return path, years_of(year)


def _read(
    given: Tables, question: Question, tell: Callable[[str], None]
) -> tuple[Mapping[int | None, System], tuple[Input, ...]]:
    if isinstance(given, Mapping):
        return {year: given[year] for year in given}, ()
    if isinstance(given, System):
        return {given.flows.money.year: given}, ()
    return read_inputs(
        given,
        question.years,
        currency=question.currency,
        fold=question.fold,
        composite=question.composite,
        progress=tell,
    )


def write_tables(answers: Analysis, words: Words, place: Path) -> list[tuple[str, int]]:
    """Write every table as CSV, Parquet and JSON, and the workbook; return names and rows.

    Parameters
    ----------
    answers : Analysis
        The answers.
    words : Words
        The language of the workbook.
    place : path
        An empty folder.
    """
    counted = write_answers(answers.tables, place)
    for found in answers.maps:
        picture = draw_chain(found, language=words.language)
        write_bytes(place / f"chain-{found.chain.name}.svg", picture.svg().encode())
    for scenario in answers.scenarios:
        text = scenario.choice.shock.to_toml()
        write_bytes(place / f"scenario-{scenario.choice.key}.toml", text.encode())
    flows = answers.system.flows
    book = workbook(
        _sheets(answers, words),
        words,
        flows,
        home=words.home(answers.home, flows),
        version=version("chainwright"),
    )
    write_bytes(place / WORKBOOK, book)
    return counted


def _sheets(answers: Analysis, words: Words) -> list[Sheet]:
    """Return the map and the four lists."""
    return [
        Sheet(
            words.say("x_map"),
            "deliveries",
            answers.frames["deliveries"],
            picture=_map(answers, words),
        ),
        Sheet(words.say("x_sectors"), "glance", answers.frames["glance"]),
        Sheet(
            words.say("x_weak"),
            "stuck_necks",
            answers.frames.get("stuck_necks"),
            words.say(answers.left_out["stuck_necks"]) if answers.necks is None else "",
        ),
        Sheet(words.say("x_suppliers"), "suppliers", answers.frames["suppliers"]),
        Sheet(words.say("x_advantages"), "long_plates", answers.frames["long_plates"]),
        *(_stress_sheet(found, answers, words) for found in answers.scenarios),
        *(
            [Sheet(words.say("x_repair"), "repair", answers.frames["repair"])]
            if answers.repair is not None
            else []
        ),
    ]


def _stress_sheet(found: Scenario, answers: Analysis, words: Words) -> Sheet:
    """Return the losses of a scenario: all, regions, sectors, and the nodes at home."""
    frame = answers.frames[f"stress_run.{found.choice.key}"]
    kept = (frame["level"] != "node") | frame["region"].isin(answers.home.regions)
    title = words.say("x_stress", name=found.choice.key)
    return Sheet(title, "stress_run", frame[kept], file=f"stress_run.{found.choice.key}")


def _map(answers: Analysis, words: Words) -> Chart:
    """Return the chain map as a chart; in English where this machine has no Chinese letters."""
    drawn = words if cjk_font() else Words("en")
    return flow_picture(answers.glance, drawn, outside_of(answers))[0]


def _write_manifest(
    place: Path, given: Tables, answers: Analysis, inputs: Sequence[Input], today: date
) -> None:
    told = Manifest.of(
        place,
        path=str(given) if isinstance(given, str | Path) else None,
        question=answers.question.as_dict(),
        parameters={made.file: made.answer.parameters for made in answers.tables},
        inputs=inputs,
        made=today.isoformat(),
    )
    write_bytes(place / MANIFEST, told.text().encode())
