"""A brief made again from its manifest, and compared with what it was."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from chainwright.errors import MissingFileError, ParameterError
from chainwright.report.analysis import Question, analysed
from chainwright.report.inputs import read_beside, read_inputs, refuse_changed
from chainwright.report.maker.analysis import maker_analysed
from chainwright.report.maker.making import read_maker_inputs, write_maker_files
from chainwright.report.maker.question import MakerQuestion
from chainwright.report.making import PAGE, write_tables
from chainwright.report.manifest import Manifest, read_manifest, versions
from chainwright.report.staging import MANIFEST, staged
from chainwright.report.table_files import TABLES
from chainwright.report.wording import Words
from chainwright.report.workbook import cells
from chainwright.tables import write_bytes

__all__ = ["Replay", "replay"]

TOLERANCE = 1e-9
"""Largest relative difference on another machine, with other versions or threads."""


@dataclass(frozen=True, eq=False)
class Replay:
    """What came of making the tables of a brief again.

    Parameters
    ----------
    files : DataFrame
        One row a file: ``file``, ``outcome`` (same bytes, same cells, within tolerance, differs,
        missing, new) and ``difference``, the largest relative one.
    conditions : tuple of str
        What is not as it was then: versions, machine, files that were changed since.
    folder : Path, optional
        Where the tables made again lie, if they were kept.
    """

    files: pd.DataFrame
    conditions: tuple[str, ...]
    folder: Path | None

    @property
    def same(self) -> bool:
        """Whether every table is as it was, to 1e-9."""
        bad = self.files["outcome"].isin(["differs", "missing", "new"])
        return not bool(bad.any())

    def __str__(self) -> str:
        counts = self.files["outcome"].value_counts(sort=False)
        told = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        lines = [f"{len(self.files)} files made again: {told}."]
        lines += [f"not as it was then: {text}" for text in self.conditions]
        for row in self.files.to_dict("records"):
            if row["outcome"] in ("differs", "missing", "new", "within tolerance"):
                lines.append(
                    f"  {row['file']}: {row['outcome']} {_told(row['difference'])}".rstrip()
                )
        if self.folder is not None:
            lines.append(f"made again in {self.folder}")
        return "\n".join(lines)


def _told(difference: float) -> str:
    return "" if np.isnan(difference) else f"(largest relative difference {difference:.3g})"


def replay(
    manifest: Path | str,
    *,
    folder: Path | str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Replay:
    """Return the comparison of a brief's tables with the same tables made again.

    The inputs are read again, after their hashes have been compared. On the same machine with the
    same versions every CSV, Parquet and JSON table comes out byte for byte, the workbook cell for
    cell, in the number of threads of then; elsewhere numbers agree to 1e-9.

    Parameters
    ----------
    manifest : path
        The ``manifest.json`` of a brief, or its folder.
    folder : path, optional
        Where to keep the tables made again; they are only compared if not given.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    MissingFileError, FormatError
        If there is no manifest, it is none, or the brief was made of tables in memory.
    ChangedInputError
        If an input is gone or has another hash.
    """
    tell = progress or (lambda _: None)
    told = read_manifest(manifest)
    where = Path(manifest) if Path(manifest).is_dir() else Path(manifest).parent
    if told.path is None:
        msg = (
            f"The brief in '{where}' was made of tables in memory, so there is no file to read "
            "again. Save the table (System.save) and make the brief of that file."
        )
        raise MissingFileError(msg)
    if folder is not None and Path(folder).resolve() == where.resolve():
        expected = "another folder than that of the brief, which would lose its page"
        raise ParameterError("folder", "a replay", expected, str(folder))
    tell("comparing the inputs with their hashes")
    refuse_changed(told.inputs, where)
    if folder is None:
        with TemporaryDirectory() as temporary:
            _make(told, Path(temporary), tell)
            found = _compared(told, where, Path(temporary))
            return Replay(found, (*_conditions(told), *_touched(told, where)), None)
    with staged(folder) as place:
        _make(told, place, tell)
        found = _compared(told, where, place)
        outcome = Replay(found, (*_conditions(told), *_touched(told, where)), Path(folder))
        _keep_manifest(told, where, place)
    return outcome


def _make(told: Manifest, place: Path, tell: Callable[[str], None]) -> None:
    """Make the tables of a brief again, in as many threads as then."""
    asked = told.question
    if asked.get("of") == "maker":
        with threadpool_limits(limits=told.threads, user_api="blas"):
            _make_maker(told, place, tell)
        return
    question = Question(
        home=asked["home"],
        nation=asked["nation"],
        currency=asked["currency"],
        fold=bool(asked["fold"]),
        composite=tuple(asked["composite"]),
        split_imports=bool(asked["split_imports"]),
        years=tuple(asked["years"]),
        language=asked["lang"],
        trade=asked.get("trade"),
        chains=tuple(asked.get("chains", ())),
        shocks=tuple(asked.get("shocks", ())),
        budget=asked.get("budget"),
    )
    words = Words(asked["lang"])
    with threadpool_limits(limits=told.threads, user_api="blas"):
        systems, _ = read_inputs(
            str(told.path),
            question.years,
            currency=question.currency,
            fold=question.fold,
            composite=question.composite,
            progress=tell,
        )
        beside, _ = read_beside(question.trade, question.chains, question.shocks, progress=tell)
        answers = analysed(
            systems,
            question,
            tell,
            trade=beside.trade,
            chains=beside.chains,
            shocks=beside.shocks,
        )
        tell("writing tables and workbook")
        write_tables(answers, words, place)


def _make_maker(told: Manifest, place: Path, tell: Callable[[str], None]) -> None:
    """Make the tables of a report on a maker's chain again."""
    question = MakerQuestion.of_dict(told.question)
    system, _ = read_maker_inputs(str(told.path), question, tell)
    analysis = maker_analysed(system, question, tell)
    tell("writing tables and workbook")
    write_maker_files(analysis, Words(question.language), place)


def _keep_manifest(told: Manifest, where: Path, place: Path) -> None:
    """Lay the manifest beside the tables, with the files that are there now."""
    note = json.loads((where / MANIFEST).read_text(encoding="utf-8"))
    kept = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    note["files"] = [row for row in told.files if row["file"] in kept]
    text = json.dumps(note, ensure_ascii=False, indent=1) + "\n"
    write_bytes(place / MANIFEST, text.encode())


def _conditions(told: Manifest) -> tuple[str, ...]:
    now = versions()
    return tuple(
        f"{name} was {then}, is {now.get(name)}"
        for name, then in told.versions.items()
        if now.get(name) != then
    )


def _touched(told: Manifest, where: Path) -> tuple[str, ...]:
    """Return which files beside the manifest are no longer those that it lists."""
    texts = []
    for row in told.files:
        path = where / str(row["file"])
        if not path.is_file():
            if path.name != PAGE:  # a replay that was kept has none
                texts.append(f"{row['file']} is gone from '{where}'")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            texts.append(f"{row['file']} in '{where}' was changed since")
    return tuple(texts)


def _compared(told: Manifest, where: Path, place: Path) -> pd.DataFrame:
    """Return one row a file: whether it is as it was."""
    before = {row["file"]: row["sha256"] for row in told.files if row["file"] != PAGE}
    made = {p.relative_to(place).as_posix(): p for p in place.rglob("*") if p.is_file()}
    rows = []
    for name in sorted({*before, *made}):
        outcome, difference = "", float("nan")
        if name not in made:
            outcome = "missing"
        elif name not in before:
            outcome = "new"
        elif hashlib.sha256(made[name].read_bytes()).hexdigest() == before[name]:
            outcome = "same bytes"
        else:
            outcome, difference = _difference(where / name, made[name])
        rows.append({"file": name, "outcome": outcome, "difference": difference})
    return pd.DataFrame(rows, columns=["file", "outcome", "difference"])


def _difference(before: Path, made: Path) -> tuple[str, float]:
    """Return how a file differs from the one that lies beside the manifest."""
    if not before.is_file():
        return "differs", float("nan")
    if made.suffix == ".xlsx":
        old, new = cells(before.read_bytes()), cells(made.read_bytes())
        if old.keys() != new.keys():
            return "differs", float("nan")
        pairs: Sequence[tuple[object, object]] = [(old[k], new[k]) for k in old]
        return _outcome(pairs, exact="same cells")
    if made.name.endswith(".origin.json") or made.parent.name != TABLES:
        return "differs", float("nan")
    old_frame, new_frame = _frame(before), _frame(made)
    if list(old_frame.columns) != list(new_frame.columns) or len(old_frame) != len(new_frame):
        return "differs", float("nan")
    pairs = [
        pair
        for column in old_frame
        for pair in zip(old_frame[column].tolist(), new_frame[column].tolist(), strict=True)
    ]
    return _outcome(pairs, exact="within tolerance")


def _frame(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path)
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_json(path)


def _outcome(pairs: Sequence[tuple[object, object]], *, exact: str) -> tuple[str, float]:
    """Return the outcome of comparing cells, and the largest relative difference of numbers."""
    worst = 0.0
    for old, new in pairs:
        if isinstance(old, float | int) and isinstance(new, float | int):
            if np.isnan(old) and np.isnan(new):
                continue
            gap = abs(old - new) / max(abs(old), abs(new), 1e-300) if old != new else 0.0
            worst = max(worst, float("inf") if np.isnan(gap) else gap)
        elif old != new and not (pd.isna(old) and pd.isna(new)):  # type: ignore[call-overload]
            return "differs", float("nan")
    if worst > TOLERANCE:
        return "differs", worst
    return ("within tolerance" if worst > 0.0 else exact), worst
