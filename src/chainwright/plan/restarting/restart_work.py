"""What somebody says about restarts: work of a crew on each node, and what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from chainwright.errors import Breach, ParameterError, TableError, near
from chainwright.sources.typed_rows import checked_rows

__all__ = ["RestartWork", "read_restart_work"]

NOTHING = "none"
"""The word in column needs for a node that needs no other."""


@dataclass(frozen=True)
class RestartWork:
    """Work and needs by code of a node or firm.

    Parameters
    ----------
    days : mapping of str to float [day]
        Work of one crew; nodes that are not named keep what follows from the shock.
    needs : mapping of str to tuple of str
        What a node needs in place of what the table of deliveries says.
    name : str
        What messages call it.
    rows : mapping of str to int
        Number of each node's row, where 1 is the header.
    """

    days: Mapping[str, float]
    needs: Mapping[str, tuple[str, ...]]
    name: str = "The table of restart work"
    rows: Mapping[str, int] | None = None

    def checked(self, stopped: Iterable[str]) -> "RestartWork":
        """Return itself if every code is of something that stands still.

        Parameters
        ----------
        stopped : iterable of str
            Codes of what stands still.

        Raises
        ------
        TableError
            If one is not; it lists all.
        """
        known = tuple(stopped)
        place, wrong = set(known), list[Breach]()
        said = [(code, "node", code) for code in dict.fromkeys((*self.days, *self.needs))]
        said += [(code, "needs", other) for code, of in self.needs.items() for other in of]
        for code, column, word in said:
            if word in place and not (column == "needs" and word == code):
                continue
            row = (self.rows or {}).get(code)
            where = f"row {row}, column {column!r}" if row else f"{column} of {code}"
            expected = "another node that the shock stops" if word == code else ""
            wrong.append(
                Breach(
                    where,
                    repr(word),
                    expected if column == "needs" and expected else "a node that the shock stops",
                    f"Take it out.{near(word, known)}",
                )
            )
        if wrong:
            raise TableError(self.name, wrong)
        return self


def read_restart_work(data: object) -> RestartWork:
    """Return restart work that somebody wrote down.

    Parameters
    ----------
    data : path, Arrow stream or mapping of str to float
        A table with the columns of ``chainwright schema restart_work``, or days by node.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.
    ParameterError
        If a mapping has a number below 0 or none.

    Examples
    --------
    >>> read_restart_work({"JPN:c15": 12.0}).days
    {'JPN:c15': 12.0}
    """
    if isinstance(data, RestartWork):
        return data
    if isinstance(data, Mapping):
        for code, given in data.items():
            number = isinstance(given, int | float | np.number) and not isinstance(given, bool)
            if not (number and 0.0 <= given < np.inf):
                expected = f"days of work, 0 or more, for {code}"
                raise ParameterError("restart_work", "resume", expected, given)
        return RestartWork({str(code): float(given) for code, given in data.items()}, {})
    rows = checked_rows(data, "restart_work", required=("node",), keys=("node",), empty=True)
    wrong, frame = list(rows.breaches), rows.frame
    days: dict[str, float] = {}
    needs: dict[str, tuple[str, ...]] = {}
    numbers = dict(zip(frame["node"], rows.numbers, strict=True))
    for at, row in zip(rows.numbers, frame.to_dict("records"), strict=True):
        code, given = str(row["node"]), float(row["days"])
        if not np.isnan(given):
            if given < 0.0:
                where = f"row {at}, column 'days'"
                wrong.append(Breach(where, f"{given:g}", "a number of 0 or more", "Correct it."))
            days[code] = given
        words = [word.strip() for word in str(row["needs"]).split(";") if word.strip()]
        if words:
            needs[code] = () if words == [NOTHING] else tuple(dict.fromkeys(words))
    name = rows.name if rows.origin.file else "The table of restart work"
    if wrong:
        raise TableError(name, wrong)
    return RestartWork(days, needs, name, numbers)
