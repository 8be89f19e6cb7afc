"""The ledger of projects as tables: each project with what it spent and reached, and sums."""

from typing import Literal

import pandas as pd
from sqlalchemy import Connection, select

from chainwright.errors import ParameterError
from chainwright.records.tables import effect, milestone, project, spending
from chainwright.tables import schema

__all__ = ["GROUPS", "STATUSES", "By", "ledger_parts", "ledger_table", "summed"]

STATUSES = ("proposed", "approved", "running", "done", "stopped")
"""How far a project is, in its order; one that is not done can be stopped."""

SHOWN_FIRST = ("running", "approved", "proposed", "done", "stopped")

By = Literal["chain", "region", "kind"]
GROUPS: tuple[By, ...] = ("chain", "region", "kind")
"""What projects are summed by."""


def ledger_parts(connection: Connection) -> dict[str, pd.DataFrame]:
    """Return milestones, spending and effects, each with the code of its project.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    found = {}
    for name, part in (
        ("project_milestones", milestone),
        ("project_spending", spending),
        ("project_effects", effect),
    ):
        names = [column.column for column in schema(name)]
        wanted = [project.c.project if n == "project" else part.c[n] for n in names]
        order = {"project_milestones": "due"}.get(name, "date")
        query = select(*wanted).join(project, project.c.id == part.c.project_id)
        last = part.c.id if "id" in part.c else part.c.milestone
        query = query.order_by(project.c.project, part.c[order], last)
        rows = [tuple(row) for row in connection.execute(query)]
        frame = pd.DataFrame(rows, columns=names)
        found[name] = frame.astype({"amount": "float64"} if "amount" in names else {})
    return found


def ledger_table(connection: Connection, today: str) -> pd.DataFrame:
    """Return one row a project with the columns of the schema `projects`.

    Running ones first, then approved, proposed, done and stopped; among them those with the most
    milestones overdue.

    Parameters
    ----------
    connection : Connection
        To the store.
    today : str
        Date, YYYY-MM-DD: what is due before it and not done is overdue.
    """
    names = [column.column for column in schema("projects")]
    rows = connection.execute(select(project).order_by(project.c.project)).mappings().all()
    frame = pd.DataFrame([dict(row) for row in rows], columns=[c.name for c in project.c])
    parts = ledger_parts(connection)
    frame = frame.set_index("project", drop=False)
    spent = parts["project_spending"].groupby("project")["amount"].sum()
    frame["spent"] = spent.reindex(frame.index).fillna(0.0)
    last = parts["project_effects"].groupby(["project", "stage"]).last()
    for stage in ("promised", "verified"):
        rows_of = last[last.index.get_level_values("stage") == stage].droplevel("stage")
        frame[stage] = rows_of["amount"].reindex(frame.index)
        if stage == "verified":
            frame["verified_by"] = rows_of["verified_by"].reindex(frame.index).fillna("")
            frame["verified_on"] = rows_of["date"].reindex(frame.index).fillna("")
    frame = frame.join(_milestones(parts["project_milestones"], frame, today))
    numbers = dict.fromkeys(("budget", "spent", "promised", "verified"), "float64")
    whole = dict.fromkeys(("milestones", "milestones_done", "overdue"), "int64")
    frame = frame.reset_index(drop=True).astype({**numbers, **whole})
    frame["year"] = frame["year"].where(frame["year"] != 0).astype("Int64")
    rank = frame["status"].map({status: i for i, status in enumerate(SHOWN_FIRST)})
    frame = frame.assign(rank=rank, late=-frame["overdue"]).sort_values(
        ["rank", "late", "project"], ignore_index=True
    )
    return frame[names]


def _milestones(found: pd.DataFrame, projects: pd.DataFrame, today: str) -> pd.DataFrame:
    """Return of each project how many milestones it has, did and missed, and the next."""
    open_project = (
        found["project"].map(projects["status"]).isin(["proposed", "approved", "running"])
    )
    waiting = found["done"] == ""
    late = open_project & waiting & (found["due"] != "") & (found["due"] < today)
    groups = found.assign(did=~waiting, late=late).groupby("project")
    dated = found[waiting & open_project]
    dated = dated.assign(order=dated["due"].where(dated["due"] != "", "9999"))
    following = dated.sort_values(["project", "order"]).groupby("project").first()
    index = projects.index
    counts = pd.DataFrame(index=index)
    counts["milestones"] = groups.size().reindex(index).fillna(0)
    counts["milestones_done"] = groups["did"].sum().reindex(index).fillna(0)
    counts["overdue"] = groups["late"].sum().reindex(index).fillna(0)
    for name, column in (("next_milestone", "milestone"), ("next_due", "due")):
        counts[name] = following[column].reindex(index).fillna("")
    return counts


def summed(table: pd.DataFrame, by: By) -> pd.DataFrame:
    """Return a ledger summed by chain, region or kind, with the columns of `project_summary`.

    What is counted in different money or units of effect is never added up: a group has a row for
    each. Stopped projects are counted beside, with what they spent; their budgets and promises
    are not in the sums.

    Parameters
    ----------
    table : DataFrame
        With the columns of the schema `projects`.
    by : str
        ``"chain"``, ``"region"`` or ``"kind"``.

    Raises
    ------
    ParameterError
        If it is none of these.
    """
    if by not in GROUPS:
        raise ParameterError("by", "a summary of projects", "chain, region or kind", by)
    names = [column.column for column in schema("project_summary")]
    if not len(table):
        return pd.DataFrame(columns=names)
    live = table["status"] != "stopped"
    verified = table["verified"].where(live)
    work = table.assign(
        group=table[by],
        by=by,
        projects=1,
        **{status: table["status"] == status for status in STATUSES},
        budget=table["budget"].where(live),
        promised=table["promised"].where(live),
        verified=verified,
        unverified=live & table["promised"].notna() & table["verified"].isna(),
        year=table["year"].fillna(0).astype("int64"),
    )
    keys = ["by", "group", "currency", "year", "effect_unit"]
    sums = [
        "projects",
        *STATUSES,
        "spent",
        "unverified",
        "milestones",
        "milestones_done",
        "overdue",
    ]
    groups = work.groupby(keys, sort=True, dropna=False)
    found = groups[sums].sum()
    amounts = groups[["budget", "promised", "verified"]].sum(min_count=1)
    frame = found.join(amounts).reset_index()
    frame["year"] = frame["year"].where(frame["year"] != 0).astype("Int64")
    whole = [name for name in sums if name != "spent"]
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    order = ["overdue", "projects", "group"]
    frame = frame.sort_values(
        order, ascending=[False, False, True], ignore_index=True, kind="stable"
    )
    return frame[names]
