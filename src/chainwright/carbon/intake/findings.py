"""What is said about cells of readings: rejected with the remedy, or remarked."""

from collections.abc import Iterable, Mapping
from functools import cache

import pandas as pd

from chainwright.params import table
from chainwright.sources.intake.grids import Told
from chainwright.tables import schema

__all__ = ["Findings"]


@cache
def _rejections() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in table("meter_reasons")}


@cache
def _remarks() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in table("meter_remarks")}


class Findings:
    """Rejected cells and remarks, gathered file by file."""

    def __init__(self) -> None:
        self._rejected: list[dict[str, object]] = []
        self._remarks: list[dict[str, object]] = []

    def reject(self, file: str, address: str, found: object, told: Told, *, cells: int = 1) -> None:
        """Add a rejection.

        Parameters
        ----------
        file, address : str
            Where.
        found : object
            What stands there.
        told : Told
            Code of the fact table ``meter_reasons``, and words that fill it.
        cells : int
            Cells that it is said of.
        """
        code, words = told
        row = _rejections()[code]
        fill = {"why_zh": words.get("why", ""), **words}  # what a library says is in English
        said = {name: text.format(**fill) for name, text in row.items() if "_" in name}
        shown = str(found)
        self._rejected.append(
            {
                "file": file,
                "address": address,
                "code": code,
                "found": shown if len(shown) <= 80 else f"{shown[:80]}...",
                "cells": cells,
                **said,
            }
        )

    def remark(
        self, file: str, address: str, code: str, *, cells: int = 1, **words: object
    ) -> None:
        """Add a remark on what was used.

        Parameters
        ----------
        file, address : str
            Where.
        code : str
            One of the fact table ``meter_remarks``.
        cells : int
            Cells that it is said of.
        **words
            What the remark leaves open; ``<word>_zh`` where it is another in Chinese.
        """
        row = _remarks()[code]
        own = {name.removesuffix("_zh"): w for name, w in words.items() if name.endswith("_zh")}
        self._remarks.append(
            {
                "file": file,
                "address": address,
                "code": code,
                "reason_en": row["english"].format(**words),
                "reason_zh": row["chinese"].format(**words | own),
                "cells": cells,
            }
        )

    @property
    def rejected(self) -> pd.DataFrame:
        """Rejections, as the schema ``meter_rejected`` has them."""
        return _frame(self._rejected, "meter_rejected")

    @property
    def warnings(self) -> pd.DataFrame:
        """Remarks, as the schema ``meter_warnings`` has them; equal ones of a file are one."""
        frame = _frame(self._remarks, "meter_warnings")
        keys = ["file", "code", "reason_en", "reason_zh"]
        if not len(frame):
            return frame
        grouped = frame.groupby(keys, sort=False, as_index=False)
        return grouped.agg({"address": "first", "cells": "sum"})[frame.columns.tolist()]


def _frame(rows: Iterable[Mapping[str, object]], name: str) -> pd.DataFrame:
    columns = [c.column for c in schema(name)]
    return pd.DataFrame(list(rows), columns=columns).astype({"cells": "int64"})
