"""How many days of use of each product lie in stock: a sourced table by input."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import table
from chainwright.system import Axis

__all__ = ["StockDays", "days_by_input", "stock_days"]

Numbers = npt.NDArray[np.float64]

KINDS = ("measured", "model", "assumption")
"""What a number of days rests on: statistics, the default of a published model, or neither."""


@dataclass(frozen=True, eq=False)
class StockDays:
    """Stocks of S products in days of use.

    Parameters
    ----------
    products : Axis, S
        The products.
    days, low, high : ndarray, shape (S,) [day]
        Days of use, and the range in which they may lie; `high` may be infinite.
    inputs : tuple of str
        Row of the fact table ``stock_days`` that each product is read from.
    kinds : tuple of str
        ``"measured"`` (statistics of stocks over sales, which stand for stocks at users),
        ``"model"`` (default of a published model) or ``"assumption"``.
    sources : tuple of str
        Where each number comes from.
    """

    products: Axis
    days: Numbers
    low: Numbers
    high: Numbers
    inputs: tuple[str, ...]
    kinds: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def note(self) -> tuple[str, str]:
        """What the days rest on, in English and Chinese."""
        counts = Counter(self.kinds)
        told = [counts[kind] for kind in KINDS]
        english = (
            f"Stock days by input from our table (fact table stock_days): {told[0]} products from "
            f"statistics of stocks over sales, which stand for stocks at users (an approximation); "
            f"{told[1]} from defaults of published models; {told[2]} are assumptions."
        )
        chinese = (
            f"各投入品库存天数取自本工具的 stock_days 表：{told[0]} 种产品据库存与销售比统计"
            f"（以此代表用户库存，系近似），{told[1]} 种据已发表模型的默认值，{told[2]} 种为假设。"
        )
        return english, chinese


def stock_days(products: Axis) -> StockDays:
    """Return the stock days of products by the sourced table.

    A sector of a list that is known is read by its kind of goods, any other by its section of
    ISIC Rev.4, one without a section as all manufacturing, which is marked an assumption.

    Parameters
    ----------
    products : Axis, S
        Sectors, with their sections as parents.

    Examples
    --------
    >>> found = stock_days(Axis("sector", ("x", "y"), parents=("D", "")))
    >>> found.days, found.kinds
    (array([ 3., 42.]), ('model', 'assumption'))
    """
    rows = {row["input"]: row for row in table("stock_days")}
    of_section = {row["section"]: name for name, row in rows.items() if row["section"]}
    parents = products.parents or ("",) * len(products)
    finer = _finer(products)
    inputs = tuple(
        finer.get(code) or of_section.get(parent, "other")
        for code, parent in zip(products.codes, parents, strict=True)
    )
    numbers = {
        field: np.array([float(rows[name][field]) for name in inputs])
        for field in ("days", "low", "high")
    }
    return StockDays(
        products,
        **numbers,
        inputs=inputs,
        kinds=tuple(rows[name]["kind"] for name in inputs),
        sources=tuple(rows[name]["source"] for name in inputs),
    )


def days_by_input(products: Axis) -> tuple[Numbers, tuple[str, str]]:
    """Return the stock days of products, shape (S,) [day], and what they rest on.

    Parameters
    ----------
    products : Axis, S
        Sectors, with their sections as parents.

    Examples
    --------
    >>> days, told = days_by_input(Axis("sector", ("c14",), parents=("C",)))
    >>> days, told[0][:25]
    (array([42.]), 'Stock days by input from ')
    """
    found = stock_days(products)
    return found.days, found.note


def _finer(products: Axis) -> dict[str, str]:
    """Return the kind of goods of sectors of the list that holds all of them, if one does.

    A list is recognised by codes with their sections, so that the codes of another list, or of a
    table of one's own, are not mistaken for it; a single code tells no list.
    """
    parents = products.parents or ("",) * len(products)
    known: dict[str, dict[str, str]] = {}
    for row in table("sectors"):
        known.setdefault(row["list"], {})[row["code"]] = row["section"]
    mine = dict(zip(products.codes, parents, strict=True))
    goods: dict[str, dict[str, str]] = {}
    for row in table("stock_days_sectors"):
        goods.setdefault(row["list"], {})[row["code"]] = row["input"]
    for name, codes in goods.items():
        held = known[name]
        if len(mine) > len(held) // 2 and all(held.get(c) == s for c, s in mine.items()):
            return codes
    return {}
