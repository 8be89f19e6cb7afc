"""Without which inputs a sector stops: a rule of ours, an assumption, for users to replace."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, MissingFileError, TableError
from chainwright.params import table
from chainwright.system.axis import Axis

__all__ = ["Essential", "Rule", "essential_inputs"]

Rule = pd.DataFrame | Path | str
"""A rule of the user's own: columns ``user``, ``product``, ``essential``; a frame or a CSV file."""

EVERY = "*"

OURS = "assumption: chainwright's rule by ISIC Rev.4 section, with exceptions by sector"


@dataclass(frozen=True, eq=False)
class Essential:
    """Which products are essential to which users.

    Parameters
    ----------
    matrix : ndarray of bool, shape (p, s)
        Whether the user (column) stops without the product (row).
    judged : ndarray of bool, shape (p, s)
        Whether the rule says so; where it knows the section of the product or the user not, the
        product is taken as essential, which is the cautious side.
    rule : str
        What the rule is called in results.
    """

    matrix: npt.NDArray[np.bool_]
    judged: npt.NDArray[np.bool_]
    rule: str


def essential_inputs(products: Axis, users: Axis, rule: Rule | None = None) -> Essential:
    """Return which of `products` are essential to which of `users`.

    Our own rule goes by the ISIC Rev.4 sections of both, with exceptions for some sectors of the
    known tables: an assumption, in the fact tables ``essential_inputs`` and
    ``essential_exceptions``. It names no time: an input counts as essential if output stops
    within weeks without it.

    Parameters
    ----------
    products, users : Axis
        Sectors that deliver and sectors that use, with their sections as parents.
    rule : DataFrame or path, optional
        Another rule: ``user`` and ``product`` are a sector's code, an ISIC Rev.4 section or ``*``,
        ``essential`` is 1 or 0. Of several lines that fit a pair the most exact holds, code before
        section before ``*``, the product's exactness first; of equal ones the last. A pair that no
        line fits is not essential.

    Raises
    ------
    TableError
        If the rule breaks that layout.
    MissingFileError
        If there is no such file.

    Examples
    --------
    >>> axis = Axis("sector", ("ore", "steel", "bank"), parents=("B", "C", "K"))
    >>> essential_inputs(axis, axis).matrix.astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    if rule is not None:
        return _given(products, users, rule)
    known = {
        (r["input_section"], r["user_section"]): r["essential"] == "1"
        for r in table("essential_inputs")
    }
    of, by = _sections(products), _sections(users)
    judged = np.array([[(p, u) in known for u in by] for p in of], dtype=np.bool_)
    matrix = np.array([[known.get((p, u), True) for u in by] for p in of], dtype=np.bool_)
    listed = _list_of(products)
    for row in table("essential_exceptions"):
        if row["list"] == listed and row["input_code"] in products.place:
            hit = np.isin(np.array(by), row["user_sections"].split(";"))
            matrix[products.place[row["input_code"]], hit] = row["essential"] == "1"
    shape = (len(products), len(users))
    return Essential(matrix.reshape(shape), judged.reshape(shape), OURS)


def _sections(axis: Axis) -> tuple[str, ...]:
    return axis.parents or ("",) * len(axis)


def _list_of(axis: Axis) -> str:
    """Return the list of sectors that the codes and names of `axis` are of, or nothing."""
    by_list: dict[str, dict[str, tuple[str, str]]] = {}
    for row in table("sectors"):
        names = (row["name_en"], row["name_zh"])
        by_list.setdefault(row["list"], {})[row["code"]] = names
    # a file may name its sectors itself, in English other than ours
    own = {c: (axis.name(i), axis.name(i, "zh")) for i, c in enumerate(axis.codes)}
    for name, known in by_list.items():
        same = sum(
            code in known and (known[code][0] == en or known[code][1] == zh)
            for code, (en, zh) in own.items()
        )
        if same and same >= 0.9 * len(own):  # a few may have been joined
            return name
    return ""


def _given(products: Axis, users: Axis, rule: Rule) -> Essential:
    name, rows = _rows_of(rule)
    _need_layout(
        name, rows, {*_sections(products), *_sections(users), *products.codes, *users.codes}
    )
    matrix = np.zeros((len(products), len(users)), dtype=np.bool_)
    judged = np.zeros_like(matrix)
    exactness = np.full(matrix.shape, -1)
    for user, product, value in zip(rows["user"], rows["product"], rows["essential"], strict=True):
        p, u = _fitting(products, product), _fitting(users, user)
        exact = np.add.outer(3 * p, u)
        hit = (p >= 0)[:, None] & (u >= 0)[None, :] & (exact >= exactness)
        matrix[hit] = value in ("1", "1.0", "True", "true")
        exactness[hit] = exact[hit]
        judged |= hit
    return Essential(matrix, np.ones_like(judged), f"rule given by the user ({name})")


def _fitting(axis: Axis, word: str) -> npt.NDArray[np.int64]:
    """Return how exactly `word` names each label: 2 its code, 1 its section, 0 any, -1 not."""
    exact = np.full(len(axis), 0 if word == EVERY else -1)
    exact[np.array(_sections(axis)) == word] = 1
    if word in axis.place:
        exact[axis.place[word]] = 2
    return exact


def _rows_of(rule: Rule) -> tuple[str, pd.DataFrame]:
    if isinstance(rule, pd.DataFrame):
        return "given in memory", rule.astype(str)
    path = Path(rule)
    if not path.is_file():
        msg = f"There is no file '{rule}' with a rule of essential inputs."
        raise MissingFileError(msg)
    return path.name, pd.read_csv(path, dtype=str, keep_default_na=False)


def _need_layout(name: str, rows: pd.DataFrame, known: set[str]) -> None:
    absent = [c for c in ("user", "product", "essential") if c not in rows.columns]
    breaches = [
        Breach(
            f"column '{column}'",
            "no such column",
            "the columns user, product, essential",
            "Name it so in the header.",
        )
        for column in absent
    ]
    if not absent:
        for line, row in enumerate(rows.to_dict("records"), 2):
            breaches += [
                Breach(
                    f"row {line}, column '{column}'",
                    repr(row[column]),
                    f"a sector's code, an ISIC Rev.4 section or {EVERY}",
                    "Use the codes of the table.",
                )
                for column in ("user", "product")
                if row[column] not in {*known, EVERY, *"ABCDEFGHIJKLMNOPQRSTU"}
            ]
            if row["essential"] not in {"0", "1", "0.0", "1.0", "True", "False", "true", "false"}:
                breaches.append(
                    Breach(
                        f"row {line}, column 'essential'",
                        repr(row["essential"]),
                        "1 or 0",
                        "Write 1 if the user stops without the product, else 0.",
                    )
                )
    if breaches:
        rule = f"rule of essential inputs ({name})"
        raise TableError(rule, breaches)
