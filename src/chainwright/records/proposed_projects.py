"""Measures of a plan as projects that are proposed: a repair, or advice to a firm."""

from collections.abc import Mapping

import pandas as pd

from chainwright.errors import ParameterError

__all__ = ["proposed", "unpaid_measures"]

SAVED = "tCO2 a year"

COSTS = ("cost", "invest")
GAINS = ("saving_tco2_per_year", "cut", "loss_avoided")
CHOSEN = ("taken", "applies")
"""Columns that are looked for, the first one that is there is used."""

Row = dict[str, object]


def unpaid_measures(table: pd.DataFrame) -> list[str]:
    """Return the measures for the firm of a table of advice that never pay back, or cut nothing.

    Parameters
    ----------
    table : DataFrame
        As for `proposed`; one without a column payback has none.

    Examples
    --------
    >>> rows = {"measure": ["a", "b", "c"], "payback": [2.5, None, 1.0], "cut": [9.0, 9.0, 0.0]}
    >>> unpaid_measures(pd.DataFrame(rows))
    ['b', 'c']
    """
    return table.loc[_chosen(table) & _unpaid(table), "measure"].astype(str).tolist()


def _unpaid(table: pd.DataFrame) -> "pd.Series[bool]":
    if "payback" not in table.columns:
        return pd.Series(data=False, index=table.index)
    return table["payback"].isna() | (table[_first(GAINS, table)] <= 0.0)


def _chosen(table: pd.DataFrame) -> "pd.Series[bool]":
    chosen = _first(CHOSEN, table)
    return table[chosen].astype(bool) if chosen else pd.Series(data=True, index=table.index)


def proposed(
    table: pd.DataFrame, prefix: str, given: Mapping[str, object], *, unpaid: bool = False
) -> list[tuple[Row, float | None]]:
    """Return the projects of a table of measures, each with the effect that it promises.

    A measure whose cost or effect is not known is a project without a budget or promise. What a
    repair avoids is counted in the money of its costs; advice saves tonnes of CO2 a year.

    Parameters
    ----------
    table : DataFrame
        With the columns measure, cost, and loss_avoided or saving_tco2_per_year; or measure, invest
        and cut, as advice has them. Where it has a column taken or applies, rows that are not are
        left out; of rows with the same word in a column one_of the first is taken, so that
        rivals are not promised together. Used where they are there: kind, users, name_en, name_zh,
        source, source_cost.
    prefix : str
        Put before each measure's name.
    given : mapping
        The other members of each project.
    unpaid : bool
        Whether measures whose column payback is empty, or that cut nothing, are projects too.

    Raises
    ------
    ParameterError
        If columns are missing, or no measure is taken.
    """
    cost = _first(COSTS, table)
    gain = _first(GAINS, table)
    if "measure" not in table.columns or not cost or not gain:
        expected = (
            "a table with measure, cost, and loss_avoided or saving_tco2_per_year, or one of advice"
        )
        raise ParameterError("table", "proposed projects", expected, sorted(table.columns))
    saves = gain != "loss_avoided"
    taken = table[_chosen(table)]
    if not (unpaid or taken.empty):
        taken = taken[~_unpaid(taken)]
        if taken.empty:
            expected = "a plan with a measure that pays back, or unpaid=True (--unpaid)"
            raise ParameterError("table", "proposed projects", expected, "none that does")
    if "one_of" in taken.columns:
        rivals = taken["one_of"].fillna("").astype(str)
        taken = taken[(rivals == "") | ~rivals.duplicated()]
    if not len(taken):
        raise ParameterError("table", "proposed projects", "a plan with a measure", "none")
    unit = SAVED if saves else f"{given['currency']} of expected loss avoided"
    found = []
    for told in taken.to_dict("records"):
        text = {str(name): _text(value) for name, value in told.items()}
        row: Row = {
            "project": f"{prefix}{text['measure']}",
            "title_en": text.get("name_en") or text["measure"],
            "title_zh": text.get("name_zh") or text["measure"],
            "kind": text.get("kind") or ("energy_saving" if saves else "repair"),
            "budget": _number(told[cost]),
            "effect_unit": unit,
            "start": "",
            "end": "",
        }
        others = dict(given)
        others["region"] = given["region"] or text.get("users", "")
        others["source"] = given["source"] or text.get("source") or text.get("source_cost", "")
        found.append(({**others, **row}, _number(told[gain])))
    return found


def _first(names: tuple[str, ...], table: pd.DataFrame) -> str:
    """Return the first of some columns that a table has, or nothing."""
    return next((name for name in names if name in table.columns), "")


def _text(value: object) -> str:
    return "" if value is None or bool(pd.isna(value)) else str(value)  # type: ignore[call-overload]


def _number(value: object) -> float | None:
    """Return a number, or nothing where it is not known."""
    text = _text(value)
    return float(text) if text else None
