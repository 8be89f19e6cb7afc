"""All steps from understood cells to matched rows, in their order."""

import numpy as np

from chainwright.sources.intake import Understood
from chainwright.sources.maker_tables import MAKER_TABLES, REQUIRED
from chainwright.system.maker_intake.assembly import Matched
from chainwright.system.maker_intake.bill_rows import check_bill
from chainwright.system.maker_intake.cell_checks import check_cells, name_the_nameless, read_places
from chainwright.system.maker_intake.currencies import match_currency
from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.items import match_items
from chainwright.system.maker_intake.partners import match_partners
from chainwright.system.maker_intake.picks import Picks
from chainwright.system.maker_intake.quantity_units import match_units
from chainwright.system.maker_intake.source_rows import check_alternates, check_sources
from chainwright.system.maker_intake.stock_rows import check_stocks
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["match"]


def match(found: Understood, picks: Picks, currency: str | None = None) -> Matched:
    """Return the rows of what was understood, matched across tables and checked together.

    Parameters
    ----------
    found : Understood
        What the files say.
    picks : Picks
        What a person chose.
    currency : str, optional
        ISO 4217 code that a person gave.
    """
    cells = {table: found.tables[table] for table in MAKER_TABLES if table in found.tables}
    work = Work.of(cells, picks)
    _tell_approximate(found, work)
    refused = found.refused
    refused = refused[(refused["position"] >= 0) & (refused["scope"] == "cell")]
    for row in refused.to_dict("records"):
        table, column = str(row["table"]), str(row["field"])
        if row["code"] == "no_place":  # it may say a province, or a country by another name
            frame = work.frames[table]
            words = frame[column].copy()
            words.iloc[int(row["position"])] = str(row["found"])
            work.frames[table] = frame.assign(**{column: words})
            continue
        facts = {"said_en": row["reason_en"], "said_zh": row["reason_zh"]}
        whole = column in REQUIRED[table]
        position, text = int(row["position"]), str(row["found"])
        work.say(Finding(REJECTED, table, position, column, text, "given", facts, whole=whole))
    name_the_nameless(work)
    read_places(work)
    check_cells(work)
    money = match_currency(work, currency)
    for table in work.frames:
        work.empty_wrong_cells(table)  # before rows on one thing fill one another
    match_items(work)
    match_units(work)
    partners = match_partners(work)
    check_bill(work)
    check_sources(work, partners)
    check_alternates(work)
    check_stocks(work)
    return Matched(work, partners, currency=money)


def _tell_approximate(found: Understood, work: Work) -> None:
    """Say which numbers were written as approximate ones, such as 约150."""
    noted = found.remarks[(found.remarks["code"] == "about") & (found.remarks["position"] >= 0)]
    asked = noted[["table", "field", "position", "found"]]
    for table, column, position, text in asked.itertuples(index=False, name=None):
        work.tell(Field(table, column), np.array([position]), text, "approximate")
