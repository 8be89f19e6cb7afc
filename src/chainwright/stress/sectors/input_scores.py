"""How badly each sector needs each input: critical (1), important (1/2) or neither (0)."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, LabelError, MissingFileError, ParameterError, TableError
from chainwright.system import Axis
from chainwright.system.essentials import essential_inputs

__all__ = ["KINDS_OF_INPUT", "Scores", "input_scores"]

Numbers = npt.NDArray[np.float64]

KINDS_OF_INPUT = {"essential": 1.0, "important": 0.5, "none": 0.0}
"""Score of each kind of input, as a table of essential inputs names them."""

Scores = pd.DataFrame | Path | str | npt.NDArray[np.floating]
"""A table (input_sector, user_sector, kind), its CSV file, or the matrix of scores itself."""

COLUMNS = ("input_sector", "user_sector", "kind")


def input_scores(products: Axis, users: Axis, given: Scores | None = None) -> tuple[Numbers, str]:
    """Return the score of each product (row) for each user (column), and the rule's name.

    Parameters
    ----------
    products, users : Axis
        Sectors that deliver and that use.
    given : DataFrame, path or ndarray, optional
        Rows ``input_sector``, ``user_sector``, ``kind`` (essential, important, none; a pair that
        is not listed is none), or scores 1, 1/2 and 0 in the order of both axes. Without it our
        own rule of essential inputs by ISIC Rev.4 section, an assumption that knows 1 and 0 only.

    Returns
    -------
    (ndarray, shape (p, s), str)

    Raises
    ------
    TableError
        If rows break the layout, name unknown sectors or name a pair twice.
    LabelError
        If the matrix does not fit the axes.
    ParameterError
        If the matrix holds other numbers.
    MissingFileError
        If there is no such file.

    Examples
    --------
    >>> axis = Axis("sector", ("ore", "steel", "bank"), parents=("B", "C", "K"))
    >>> rows = pd.DataFrame([("ore", "steel", "essential"), ("bank", "steel", "important")],
    ...                     columns=["input_sector", "user_sector", "kind"])
    >>> input_scores(axis, axis, rows)[0][:, 1].tolist()
    [1.0, 0.0, 0.5]
    """
    if given is None:
        rule = essential_inputs(products, users)
        return rule.matrix.astype(np.float64), rule.rule
    if isinstance(given, np.ndarray):
        return _matrix(products, users, given), "scores given by the user (matrix)"
    if isinstance(given, pd.DataFrame):
        name, rows = "given in memory", given.astype(str)
    else:
        path = Path(given)
        if not path.is_file():
            msg = f"There is no file '{given}' with essential inputs."
            raise MissingFileError(msg)
        name, rows = path.name, pd.read_csv(path, dtype=str, keep_default_na=False)
    return _rows(products, users, rows, name), f"scores given by the user ({name})"


def _matrix(products: Axis, users: Axis, given: npt.NDArray[np.floating]) -> Numbers:
    shape = (len(products), len(users))
    if given.shape != shape:
        msg = f"The scores are {given.shape} and must be {shape}: inputs by users."
        raise LabelError(msg)
    if not np.isin(given, list(KINDS_OF_INPUT.values())).all():
        odd = given[~np.isin(given, list(KINDS_OF_INPUT.values()))].ravel()[0]
        raise ParameterError("scores", "essential inputs", "1, 0.5 and 0 alone", float(odd))
    return np.asarray(given, dtype=np.float64)


def _rows(products: Axis, users: Axis, rows: pd.DataFrame, name: str) -> Numbers:
    table = f"table of essential inputs ({name})"
    absent = [c for c in COLUMNS if c not in rows.columns]
    if absent:
        header = f"the columns {', '.join(COLUMNS)}"
        raise TableError(
            table,
            [Breach(f"column '{c}'", "no such column", header, "Name it so.") for c in absent],
        )
    checks: tuple[tuple[str, list[str], str], ...] = (
        ("input_sector", list(products.codes), "a sector of the table that delivers"),
        ("user_sector", list(users.codes), "a sector of the table that uses"),
        ("kind", list(KINDS_OF_INPUT), "essential, important or none"),
    )
    breaches = [
        Breach(f"row {i + 2}, column '{c}'", repr(rows[c].iloc[i]), expected, "Correct it.")
        for c, known, expected in checks
        for i in np.flatnonzero(~rows[c].isin(known).to_numpy())
    ]
    twice = np.flatnonzero(rows.duplicated(["input_sector", "user_sector"]).to_numpy())
    breaches += [
        Breach(f"row {i + 2}", "a pair that an earlier row has", "each pair once", "Delete one.")
        for i in twice
    ]
    if breaches:
        raise TableError(table, breaches)
    scores = np.zeros((len(products), len(users)))
    cells = products.index(rows["input_sector"]), users.index(rows["user_sector"])
    scores[cells] = rows["kind"].map(KINDS_OF_INPUT).to_numpy(dtype=np.float64)
    return scores
