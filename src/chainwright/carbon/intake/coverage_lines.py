"""How the 39 kinds of a firm and month were obtained: the line that every code prints."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.inventory.coverage import in_register, lasting_kinds
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system.firms import Firms
from chainwright.system.readings import QUALITIES, Readings, carbon_kinds

__all__ = ["Coverage", "coverage"]

KINDS = 39
ESTIMATED, MISSING = QUALITIES.index("estimated"), QUALITIES.index("missing")

HOW = {
    "enterprise": (
        "Send the month's {name} with its meter or invoice: `carbon template` has a column for it.",
        "请提供当月{name}及表计或发票：`carbon template` 模板中有对应列。",
    ),
    "industry": (
        "It comes from the industry's statistics: ask the bureau that runs the code.",
        "来自行业统计：请向主管部门获取。",
    ),
    "region": (
        "It comes from the region's publications: ask the bureau that runs the code.",
        "来自区域公布数据：请向主管部门获取。",
    ),
}


@dataclass(frozen=True, eq=False)
class Coverage:
    """How the 39 kinds of data of a firm and month were obtained.

    Parameters
    ----------
    firm : str
        Its code.
    month : str
        Such as ``"2026-03"``.
    measured, estimated, missing : int
        Kinds that were measured or billed, estimated or taken from a default, and missing: 39
        in all.
    kinds : DataFrame
        A row a kind: number, kind, name_en, name_zh, quality (the worst of its items; ``missing``
        where nothing was given), ``how_en``, ``how_zh`` (how to give what is missing).
    """

    firm: str
    month: str
    measured: int
    estimated: int
    missing: int
    kinds: pd.DataFrame

    @property
    def line_en(self) -> str:
        """The line as the code prints it."""
        return (
            f"{KINDS} kinds: {self.measured} measured, {self.estimated} estimated, "
            f"{self.missing} missing"
        )

    @property
    def line_zh(self) -> str:
        """The line in Chinese."""
        return (
            f"{KINDS} 类数据：实测 {self.measured} 类，估算 {self.estimated} 类，"
            f"缺失 {self.missing} 类"
        )

    @property
    def lacking(self) -> pd.DataFrame:
        """Rows of `kinds` that are missing."""
        return self.kinds[self.kinds["quality"] == "missing"].reset_index(drop=True)


def coverage(readings: Readings, firm: str, month: str, *, firms: Firms | None = None) -> Coverage:
    """Return how the 39 kinds of data of a firm and month were obtained, and how to give the rest.

    It counts as the account and its code do: a kind with several items as its worst; what does not
    change by the month holds from its reading on, what is of a year or an event for the silent
    months of its calendar year.

    Parameters
    ----------
    readings : Readings
        Of one or more firms.
    firm : str
        Its code.
    month : str
        Such as ``"2026-03"``.
    firms : Firms, optional
        The table of firms: what it has of credit code, class and division counts as measured.

    Raises
    ------
    UnknownCodeError
        If the firm has no reading.
    ParameterError
        If the month is none.

    Examples
    --------
    >>> rows = {"firm": ["x"] * 2, "kind": ["taxes", "sinks"], "period": ["2026-03"] * 2,
    ...         "value": [1.0, 0.0], "quality": ["measured", "defaulted"]}
    >>> coverage(Readings.of_table(pd.DataFrame(rows)), "x", "2026-03").line_en
    '39 kinds: 1 measured, 1 estimated, 37 missing'
    """
    if firm not in readings.firms:
        raise UnknownCodeError(firm, "firm with readings", readings.firms)
    try:
        named = np.datetime64(month or "none", "M")
    except ValueError as error:
        raise ParameterError("month", "coverage", "a month such as 2026-03", month) from error
    wanted = int(named.astype(np.int64))
    worst = _worst(readings.of_firm(firm), wanted)
    if firms is not None and firm in firms.axis.codes:
        registered = firms.table.iloc[[firms.axis.codes.index(firm)]]
        for kind, there in in_register(registered).items():
            if there[0] and worst[kind] < 0:
                worst[kind] = QUALITIES.index("measured")
    worst[worst < 0] = MISSING
    listed = []
    for code, row in carbon_kinds().items():
        number = int(row["number"])
        if number > KINDS:
            continue
        quality = QUALITIES[worst[number]]
        en, zh = HOW[row["layer"]] if quality == "missing" else ("", "")
        listed.append(
            {
                "number": number,
                "kind": code,
                "name_en": row["name_en"],
                "name_zh": row["name_zh"],
                "quality": quality,
                "how_en": en.format(name=row["name_en"].lower()),
                "how_zh": zh.format(name=row["name_zh"]),
            }
        )
    found = worst[1:]
    missing = int((found == MISSING).sum())
    measured = int((found < ESTIMATED).sum())
    text = str(np.datetime64(wanted, "M"))
    return Coverage(firm, text, measured, KINDS - measured - missing, missing, pd.DataFrame(listed))


def _worst(own: Readings, wanted: int) -> npt.NDArray[np.int8]:
    """Return the worst quality of each kind in a month, -1 where nothing was said."""
    lasting, yearly, _ = lasting_kinds()
    found: npt.NDArray[np.int8] = np.full(KINDS + 1, -1, dtype=np.int8)
    for kind in range(1, KINDS + 1):
        of_kind = own.kind == kind
        rows = of_kind & (own.month == wanted)
        if not rows.any() and kind in lasting:
            earlier = own.month[of_kind & (own.month < wanted)]
            rows = of_kind & (own.month == earlier.max(initial=-1))
        if not rows.any() and kind in yearly:
            rows = of_kind & (own.month // 12 == wanted // 12)
        found[kind] = own.quality[rows].max(initial=-1)
    return found
