"""The command that takes in a maker's files: preview first, stored when confirmed."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.options import WRITTEN, app, quiet, tell
from chainwright.errors import ParameterError

__all__ = ["bom"]

READY = (
    "Nothing is stored yet: add -o FOLDER --confirm.",
    "尚未保存：请加 -o 文件夹 --confirm。",
)
OPEN = (
    "Nothing is stored. Pick (--save-picks FILE, fill in, --picks FILE) and mend what is listed; "
    "or store without it: -o FOLDER --confirm --leave-out.",
    "尚未保存：请作选择（--save-picks 文件，填写后以 --picks 文件 给出）并更正所列各项；"
    "或略去这些内容保存：-o 文件夹 --confirm --leave-out。",
)
"""What is said where nothing was stored, in English and Chinese."""


@app.command
def bom(
    *files: Path,
    picks: Path | None = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    confirm: bool = False,
    leave_out: bool = False,
    name: str | None = None,
    currency: str | None = None,
    year: int | None = None,
    columns: bool = False,
    save_picks: Path | None = None,
    save_preview: Path | None = None,
    template: Path | None = None,
    lang: Literal["en", "zh"] = "en",
) -> None:
    """Take in a maker's chain from spreadsheets as people keep them: preview, pick, then confirm.

    Prints what was understood column by column, how many rows are matched, possible and rejected,
    and where. Nothing is stored without --confirm.

    Parameters
    ----------
    files
        XLSX or CSV files with products, parts, bills of materials, suppliers, sites, sources,
        stocks, alternates, in any number of sheets.
    picks
        Table of picks, filled in: see --save-picks.
    output
        Folder to store the maker's chain in, with --confirm.
    confirm
        Store what the preview shows: all of it, or nothing.
    leave_out
        Store without what is possible or rejected; how much that is, is noted with the data.
    name
        What the maker is called; the first file's name if not given.
    currency
        ISO 4217 code of the prices, such as CNY.
    year
        Year of the prices.
    columns
        Print what was understood of the columns, and stop.
    save_picks
        CSV file to write what must be picked to, to fill in and give back as --picks.
    save_preview
        Folder to write all tables of the preview to, as CSV.
    template
        XLSX file to write to fill in, instead of reading any.
    lang
        Language of what is printed, and of the template: en or zh.
    """
    from chainwright.report.intake_text import columns_text, preview_text  # noqa: PLC0415
    from chainwright.system import intake, intake_template  # noqa: PLC0415
    from chainwright.tables import as_text, write_bytes  # noqa: PLC0415

    if template is not None:
        intake_template(template, language=lang)
        quiet(f"{WRITTEN[lang]}{template}")
        return
    if confirm and output is None:
        raise ParameterError("output", "bom --confirm", "a folder to store it in", None)
    read = intake(files, name=name, currency=currency, year=year, picks=picks, progress=quiet)
    if columns:
        sys.stdout.write(columns_text(read, lang) + "\n")
        return
    sys.stdout.write(preview_text(read, lang))
    sys.stdout.flush()
    if save_preview is not None:
        read.save(save_preview)
        quiet(f"{WRITTEN[lang]}{save_preview}")
    if save_picks is not None:
        # UTF-8 with a mark in front, as spreadsheets open it
        write_bytes(save_picks, as_text(read.picks_template(), "csv").encode("utf-8-sig"))
        quiet(f"{WRITTEN[lang]}{save_picks}")
    if confirm and output is not None:
        read.store(output, leave_out=leave_out)
        tell(f"{'已保存：' if lang == 'zh' else 'stored: '}{output}")
    else:
        tell((OPEN if read.open else READY)[lang == "zh"])
