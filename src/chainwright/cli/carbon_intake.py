"""The commands that take in readings as firms send them, and write a workbook to fill in."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.options import WRITTEN, quiet, tell
from chainwright.errors import MissingFileError, ParameterError

__all__ = ["intake", "template"]

NOT_YET = (
    "Nothing is kept yet: add -o FILE --confirm, or --into STORE --by NAME --confirm.",
    "尚未保存：请加 -o 文件 --confirm，或 --into 存储库 --by 姓名 --confirm。",
)
"""What is said where nothing was confirmed, in English and Chinese."""


@carbon.command
def intake(
    *files: Path,
    firms: Path | None = None,
    firm: str = "",
    kind: str = "",
    item: str = "",
    unit: str = "",
    shares: Path | None = None,
    year: int | None = None,
    today: str | None = None,
    stamps: Literal["start", "end"] = "start",
    cached: bool = False,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    into: Path | None = None,
    by: str = "",
    confirm: bool = False,
    leave_out: bool = False,
    save_preview: Path | None = None,
    lang: Literal["en", "zh"] = "en",
) -> None:
    """Take in readings from spreadsheets and meters as people keep them: preview, then confirm.

    Prints what can be kept, what is rejected and why, what is far from the usual, and how units
    were understood. Nothing is kept without --confirm.

    Parameters
    ----------
    files
        CSV, XLSX or Parquet files.
    firms
        Table of the firms; readings of others are rejected.
    firm
        The one firm that all readings are of.
    kind
        What is measured, where the files do not say.
    item
        Which fuel or product, where the files do not say.
    unit
        Unit of numbers that have none.
    shares
        Table of the shares of firms in meters.
    year
        Year of months that are told without one.
    today
        Later months are rejected, YYYY-MM-DD.
    stamps
        Whether a time is the start or the end of its interval.
    cached
        Use the values that are stored with formulas.
    output
        Parquet or CSV file to write the readings to, with --confirm.
    into
        Store to add the readings to, with --confirm.
    by
        Who confirms; needed with --into.
    confirm
        Keep what the preview shows: all of it, or nothing.
    leave_out
        Keep it without what is rejected.
    save_preview
        Folder to write all tables of the preview to, as CSV.
    lang
        Language of what is printed: en or zh.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.report.meter_preview import meters_text  # noqa: PLC0415

    if confirm and output is None and into is None:
        expected = "-o FILE or --into STORE"
        raise ParameterError("output", "carbon intake --confirm", expected, None)
    if output is not None and not output.parent.is_dir():
        msg = f"There is no folder '{output.parent}' to write '{output.name}' to."
        raise MissingFileError(msg)
    found = green.read_meters(
        files,
        firms=firms,
        firm=firm,
        kind=kind,
        item=item,
        units=unit,
        shares=shares,
        year=year,
        today=_day(today),
        stamps=stamps,
        formulas="cached" if cached else "refuse",
        progress=quiet,
    )
    sys.stdout.write(meters_text(found, lang))
    sys.stdout.flush()
    if save_preview is not None:
        found.save(save_preview)
        quiet(f"{WRITTEN[lang]}{save_preview}")
    if not confirm:
        tell(NOT_YET[lang == "zh"])
        return
    if into is not None:  # first: a store that refuses leaves no file either
        from chainwright.records import Store  # noqa: PLC0415

        with Store.open(into) as store:
            found.confirm(store, by=by, leave_out=leave_out)
        tell(f"{'已保存：' if lang == 'zh' else 'kept: '}{into}")
    if output is not None:
        from chainwright.tables import write  # noqa: PLC0415

        held = found.confirm(leave_out=leave_out)
        origin: dict[str, object] = {"files": dict(found.sha256)}
        packed = output.suffix == ".parquet"
        write(held.table(), output, format="parquet" if packed else "csv", units={}, origin=origin)
        tell(f"{WRITTEN[lang]}{output}")


def _day(today: str | None) -> date | None:
    try:
        return None if today is None else date.fromisoformat(today)
    except ValueError as error:
        raise ParameterError("today", "carbon intake", "a day such as 2026-11-22", today) from error


@carbon.command
def template(path: Path, *, lang: Literal["en", "zh"] = "en") -> None:
    """Write a workbook to fill in with readings: a row a firm and month, a column a kind.

    Parameters
    ----------
    path
        XLSX file to write.
    lang
        Language of its headings: en or zh.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas

    green.readings_template(path, language=lang)
    quiet(f"{WRITTEN[lang]}{path}")
