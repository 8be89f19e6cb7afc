"""Certificates that an import needs under the EU's CBAM, from default or actual emissions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from chainwright.carbon.border.cbam_tables import (
    Benchmark,
    CbamTables,
    DefaultValue,
    country_code,
    tables_of,
)
from chainwright.errors import Breach, ParameterError, TableError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.reading import Origin
from chainwright.sources.typed_rows import Rows, checked_rows, where
from chainwright.system import Result, System
from chainwright.tables import schema

__all__ = ["Cbam", "GoodsSystem", "cbam"]

NONE = Decimal(0)
FIRST, LAST = 2026, 2034
"""Years with a share of free allocation of their own; later ones are as the last."""

PUBLISHED = 2030
"""Last year that has benchmarks."""


@dataclass(frozen=True, eq=False)
class Goods:
    """Goods to import, with their precursors.

    Parameters
    ----------
    table, precursors : DataFrame
        With the columns of ``chainwright schema cbam_goods`` and ``cbam_precursors``.
    origin : Origin
        Where they come from.
    """

    table: pd.DataFrame
    precursors: pd.DataFrame
    origin: Origin

    def __repr__(self) -> str:
        return f"<Goods: {len(self.table):,} to import>"


class GoodsSystem(System):
    """A system whose one part are goods to import: what an answer about them is about.

    Parameters
    ----------
    goods : Goods
        The goods.
    """

    __slots__ = ()

    def __init__(self, goods: Goods) -> None:
        object.__setattr__(self, "_parts", {"goods": goods})

    def __reduce__(self) -> tuple[type["GoodsSystem"], tuple[Goods]]:  # type: ignore[override]
        return GoodsSystem, (self.goods,)

    @property
    def goods(self) -> Goods:
        """The goods."""
        held: Goods = self._parts["goods"]
        return held


@dataclass(frozen=True, eq=False, repr=False)
class Cbam(Result):
    """Certificates by good, with the values and benchmarks that were taken.

    Parameters
    ----------
    system : GoodsSystem
        The goods.
    year : int
        Year of import.
    price : float, optional
        Of a certificate [EUR].
    correction : float, optional
        The cross-sectoral correction factor; 1 was taken if it was not given.
    of_goods : DataFrame
        A row a good, with the columns of ``chainwright schema cbam``.
    edition : mapping
        Where default values and benchmarks come from.
    """

    name = "cbam"
    charted = "certificates"

    year: int
    price: float | None
    correction: float | None
    of_goods: pd.DataFrame
    edition: Mapping[str, object]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the goods."""
        return {"year": self.year, "price": self.price, "correction": self.correction}

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again."""
        return {**super().origin, "default values and benchmarks": dict(self.edition)}

    @property
    def certificates(self) -> float:
        """Certificates for all goods."""
        return float(self.of_goods["certificates"].sum())

    def table(self) -> pd.DataFrame:
        """Return one row a good, most certificates first."""
        return self.of_goods.sort_values(
            "certificates", ascending=False, kind="stable", ignore_index=True
        )


def cbam(
    goods: object,
    *,
    year: int,
    price: float | None = None,
    correction: float | None = None,
    precursors: object | None = None,
    tables: CbamTables | None = None,
) -> Cbam:
    r"""Return the CBAM certificates that goods need, from default values or actual emissions.

    .. math:: \text{certificates} = \max(0, \; S M - F M - C), \qquad
        F = k_y \, c_y \, b + \sum_i m_i F_i

    with S the specific embedded emissions (default values with the year's mark-up, as published),
    M the mass, :math:`k_y` the share of free allocation that remains, :math:`c_y` the
    cross-sectoral correction, b the benchmark, :math:`m_i` tonnes of precursor i in a tonne of the
    good, and C the carbon price paid over the price of certificates.

    The correction is not published for single years. Without it 1 is taken: then the free
    allocation is an upper and the certificates are a **lower bound**, and the answer says so.
    Benchmarks of column B hold for goods with default values, those of column A (the process
    alone, precursors added by their amount) for goods with actual emissions; this use of column A
    is unverified. Whether an importer is exempt (50 t a year) is not looked at.

    Parameters
    ----------
    goods : path or Arrow stream
        With the columns of ``chainwright schema cbam_goods``.
    year : int
        Year of import, from 2026 on.
    price : float, optional
        Of a certificate [EUR]; without it there is no cost.
    correction : float, optional
        Cross-sectoral correction factor of the year, above 0 and up to 1.
    precursors : path or Arrow stream, optional
        With the columns of ``chainwright schema cbam_precursors``, of goods with actual emissions.
    tables : CbamTables, optional
        Default values and benchmarks; all of them where opencbam is installed, else the few of our
        own, if not given.

    Raises
    ------
    TableError
        If the tables are not in order, or a good has no default value, or several benchmarks and
        no route; it lists every breach.
    ParameterError
        If year, price or correction are out of range.

    References
    ----------
    Implementing Regulations (EU) 2025/2547 (methods), 2025/2620 (benchmarks), 2025/2621 (default
    values); Directive 2003/87/EC, article 10a(1a).

    Examples
    --------
    >>> billets = {"good": ["billets"], "cn_code": ["72071111"], "country": ["TUR"]}
    >>> asked = pd.DataFrame({**billets, "tonnes": [100.0]})
    >>> found = cbam(asked, year=2026, price=80.0, tables=CbamTables.own())
    >>> found.of_goods[["embedded", "free", "certificates", "cost"]].iloc[0].tolist()
    [254.1, 132.99, 121.11, 9688.8]
    """
    if not isinstance(year, int) or year < FIRST:
        raise ParameterError("year", "cbam", f"a year from {FIRST} on", year)
    if price is not None and not 0.0 < price < np.inf:
        raise ParameterError("price", "cbam", "a price above 0, in EUR", price)
    if correction is not None and not 0.0 < correction <= 1.0:
        raise ParameterError("correction", "cbam", "a factor above 0 and up to 1", correction)
    rows = checked_rows(
        goods, "cbam_goods", required=("good", "cn_code", "country", "tonnes"), keys=("good",)
    )
    more = _precursors(precursors, rows)
    held = tables_of(tables)
    breaches = [*rows.breaches, *(more.breaches if more else ())]
    breaches += [] if breaches else [*_faults(rows, price), *_precursor_faults(more, rows)]
    if breaches:
        raise TableError(rows.name, breaches)
    inputs = pd.DataFrame(columns=["good"]) if more is None else more.frame
    asked = _Asked(held, year, price, correction)
    answers = []
    for number, good in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        own = inputs[inputs["good"] == good["good"]]
        try:
            answers.append(_answer(good, own, asked))
        except UnknownCodeError as error:
            at, remedy = where(number, "cn_code"), "Say the code or the route that is meant."
            breaches.append(Breach(at, repr(error.code), str(error), remedy))
        except LookupError as error:
            remedy = "Give actual emissions, or tables that have it: CbamTables.read(...)."
            at = where(number, "cn_code")
            breaches.append(Breach(at, repr(good["cn_code"]), str(error.args[0]), remedy))
    if breaches:
        raise TableError(rows.name, breaches)
    return Cbam(
        GoodsSystem(Goods(rows.frame, inputs, rows.origin)),
        year,
        price,
        correction,
        pd.DataFrame(answers)[[c.column for c in schema("cbam")]],
        held.origin.as_dict(),
    )


def _precursors(precursors: object | None, rows: Rows) -> Rows | None:
    if precursors is None:
        return None
    required = ("good", "precursor", "cn_code", "tonnes_per_tonne")
    return checked_rows(
        precursors, "cbam_precursors", required=required, keys=("good", "precursor"), empty=True
    )


def _faults(rows: Rows, price: float | None) -> Iterator[Breach]:
    for number, good in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        code = str(good["cn_code"])
        if not (code.isascii() and code.isdigit() and 4 <= len(code) <= 8):
            yield Breach(
                where(number, "cn_code"), repr(code), "4 to 8 digits", "Write it without spaces."
            )
        for column in ("tonnes", "actual", "paid"):
            amount = good[column]
            if amount < 0.0:
                remedy = "Give the amount that is imported, emitted or paid."
                yield Breach(where(number, column), f"{amount:g}", "no negative amount", remedy)
        if good["paid"] > 0.0 and price is None:
            remedy = "Give the price of certificates: price=80."
            yield Breach(where(number, "paid"), f"{good['paid']:g}", "a price beside it", remedy)
        try:
            country_code(str(good["country"]))
        except UnknownCodeError as error:
            yield Breach(
                where(number, "country"), repr(error.code), str(error), "Correct the name."
            )


def _precursor_faults(more: Rows | None, rows: Rows) -> Iterator[Breach]:
    if more is None:
        return
    actual = dict(zip(rows.frame["good"], rows.frame["actual"].notna(), strict=True))
    for number, one in zip(more.numbers, more.frame.to_dict("records"), strict=True):
        at = f"{more.name}, {where(number, 'good')}"
        if one["good"] not in actual:
            yield Breach(at, repr(one["good"]), "a good of the other table", "Correct the name.")
        elif not actual[one["good"]]:
            remedy = "Leave the row out: benchmarks of column B hold for the good with all in it."
            yield Breach(at, "default emissions", "a good with actual emissions", remedy)
        if one["tonnes_per_tonne"] < 0.0:
            column = f"{more.name}, {where(number, 'tonnes_per_tonne')}"
            yield Breach(
                column, f"{one['tonnes_per_tonne']:g}", "no negative amount", "Correct it."
            )
        if one["basis"] not in {"", "default", "actual"}:
            column = f"{more.name}, {where(number, 'basis')}"
            yield Breach(column, repr(one["basis"]), "default or actual", "Say one of them.")


@dataclass(frozen=True)
class _Asked:
    """What holds for all goods alike."""

    held: CbamTables
    year: int
    price: float | None
    correction: float | None

    @property
    def share(self) -> Decimal:
        """Share of a benchmark that is allocated freely."""
        of_year = {int(row["year"]): row["factor"] for row in table("cbam_years")}
        return Decimal(of_year[min(self.year, LAST)]) * _exact(self.correction or 1)

    @property
    def edition(self) -> str:
        """What messages call the tables."""
        return self.held.origin.file or "the table of our own"


def _answer(good: Mapping[Any, Any], inputs: pd.DataFrame, asked: _Asked) -> dict[str, object]:
    """Return the row of one good; sums in decimals, as the regulation writes its numbers."""
    held, year, price = asked.held, asked.year, asked.price
    share = asked.share
    code, route = str(good["cn_code"]), str(good["route"])
    country, mass = country_code(str(good["country"])), _exact(good["tonnes"])
    actual = bool(pd.notna(good["actual"]))
    column = "A" if actual else "B"
    default = None if actual else held.default(country, code, route)
    if not actual and default is None:
        msg = f"a default value for {code} of {country}, which {asked.edition} lacks"
        raise LookupError(msg)
    specific = _exact(good["actual"]) if default is None else _exact(default.of(year))
    marked = route or (default.route if default else "")
    try:
        own = held.benchmark(code, column, route=marked, year=year, strict=actual)
    except UnknownCodeError:
        if route or default is None:
            raise
        own = held.benchmark(code, column, route="", year=year)  # none of the default's route
    if own is None:
        msg = f"a benchmark of column {column} for {code}, which {asked.edition} lacks"
        raise LookupError(msg)
    free, highest = share * _exact(own.value), own.highest
    for one in inputs.to_dict("records"):
        side = "A" if one["basis"] == "actual" else "B"
        of_input = held.benchmark(str(one["cn_code"]), side, route=str(one["route"]), year=year)
        if of_input is None:
            msg = f"a benchmark for precursor {one['cn_code']}, which {asked.edition} lacks"
            raise LookupError(msg)
        free += _exact(one["tonnes_per_tonne"]) * share * _exact(of_input.value)
        highest |= of_input.highest
    paid = _exact(good["paid"]) if pd.notna(good["paid"]) else NONE
    credit = paid / _exact(price) if price is not None else NONE
    due = max(NONE, specific * mass - free * mass - credit)
    said = default is not None and own.route == default.route
    words = [*_on_value(country, default)]
    words += _on_benchmark(own, of_default=said) if share else ()
    open_ended = actual and not len(inputs)  # precursors would add free allocation
    words += _on_bounds(asked, open_ended=open_ended) if share else NO_FREE
    unknown = (asked.correction is None or highest) and not open_ended
    return {
        "good": good["good"],
        "cn_code": code,
        "country": country,
        "tonnes": float(mass),
        "basis": "actual" if actual else "default",
        "value_country": default.country if default else "",
        "value_code": default.cn_code if default else "",
        "default_value": default.total if default else np.nan,
        "specific": float(specific),
        "embedded": float(specific * mass),
        "column": column,
        "route": own.route,
        "benchmark": own.value,
        "free_specific": float(free),
        "free": float(free * mass),
        "credit": float(credit),
        "certificates": float(due),
        "cost": float(due * _exact(price)) if price is not None else np.nan,
        "bound": "lower" if unknown and share else "",
        "reason_en": "; ".join(en for en, _ in words) + ".",
        "reason_zh": "；".join(zh for _, zh in words) + "。",
    }


NO_FREE = (("no free allocation is left in that year", "该年已无免费配额"),)
"""Then neither benchmark nor correction matters, and nothing bounds anything."""


def _on_value(country: str, default: DefaultValue | None) -> Iterator[tuple[str, str]]:
    """Yield which emissions were taken, and why."""
    if default is None:
        yield "actual emissions as given", "按所给实际排放"
    elif default.country != country:
        yield (
            f"{country} has no default value, so that of the countries not listed holds",
            f"{country} 无默认值，取未列出国家的值",
        )
    else:
        yield (
            f"default value of {country} at code {default.cn_code}, mark-up as published",
            f"取 {country} 在编码 {default.cn_code} 处的默认值，含公布的加成",
        )


def _on_benchmark(own: Benchmark, *, of_default: bool) -> Iterator[tuple[str, str]]:
    """Yield which benchmark was taken, and why."""
    if own.highest:
        yield (
            "no route with a benchmark was said, so the highest holds: a lower bound",
            "未说明有基准的路线，取最高基准：证书数量为下界",
        )
    elif own.route and of_default:
        yield (
            f"benchmark of route {own.route}, that of the default value",
            f"取默认值所属路线 {own.route} 的基准",
        )
    elif own.route:
        yield f"benchmark of route {own.route}, as said", f"按所给路线 {own.route} 取基准"


def _on_bounds(asked: _Asked, *, open_ended: bool) -> Iterator[tuple[str, str]]:
    """Yield what would move the certificates, and which way."""
    if open_ended:
        yield (
            "no precursors were given: if it has any, free allocation is larger",
            "未给出前体：若有前体，免费配额更大",
        )
    if asked.year > PUBLISHED:
        yield (
            f"benchmarks after {PUBLISHED} are not published and taken as those before",
            f"{PUBLISHED} 年以后的基准尚未公布，沿用此前数值",
        )
    if asked.correction is None and open_ended:
        yield (
            "the correction factor is not published and taken as 1, so this is no bound",
            "校正系数尚未公布，取 1，故不构成界",
        )
    elif asked.correction is None:
        yield (
            "the correction factor is not published and taken as 1: a lower bound",
            "校正系数尚未公布，取 1：证书数量为下界",
        )


def _exact(number: object) -> Decimal:
    return Decimal(str(number))
