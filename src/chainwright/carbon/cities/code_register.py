"""Codes of a city put into a store it is handed, each with the document that pages show."""

from typing import TYPE_CHECKING, Any, Protocol

from chainwright.carbon.advice.advising import advise
from chainwright.carbon.codes.issuing import issue
from chainwright.carbon.documents.advised_measures import advised_measures
from chainwright.carbon.documents.firm_documents import code_documents, document_text
from chainwright.carbon.inventory.accounting import account
from chainwright.carbon.inventory.one_firm import alone
from chainwright.carbon.ratings.rating import rate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from chainwright.carbon.codes.keys import SigningKey
    from chainwright.carbon.codes.salts import SaltKey
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["CodeStore", "measures_by_firm", "register_codes"]


class CodeStore(Protocol):
    """What keeps codes; a `chainwright.records.Store` does."""

    def put_codes(self, frame: "pd.DataFrame", *, by: str) -> int:
        """Return how many codes were put.

        Parameters
        ----------
        frame : DataFrame
            A row a code.
        by : str
            Who issues them.
        """


def register_codes(
    store: CodeStore,
    rating: "Rating",
    key: "SigningKey",
    salt: "SaltKey",
    *,
    by: str,
    months: "Sequence[str] | None" = None,
    issued: "datetime | None" = None,
    measures: "Mapping[str, Sequence[Mapping[str, Any]]] | None" = None,
    progress: "Callable[[str], None] | None" = None,
) -> int:
    """Return how many codes were signed and put into a store, a month at a time.

    Parameters
    ----------
    store : CodeStore
        Whose registry has the firms.
    rating : Rating
        What the codes say, with the readings of its system.
    key : SigningKey
        Who signs.
    salt : SaltKey
        What salts of the inputs are derived from.
    by : str
        Who puts them there.
    months : sequence of str, optional
        Which months, YYYY-MM; the last of the rating if not given.
    issued : datetime, optional
        From when the codes hold, with its zone; now if not given.
    measures : mapping, optional
        What documents say of what to do next, by firm; `measures_by_firm` returns it.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    ParameterError
        If a month was not rated, or is not over when its code is issued.
    TableError
        If the registry lacks a firm.
    """
    kept = 0
    for month in months or rating.periods[-1:]:
        made = issue(
            rating,
            rating.system.readings,
            key,
            salt=salt,
            months=[month],
            issued=issued,
            progress=progress,
        )
        table = made.table()
        texts = dict(zip(table["firm"], table["text"], strict=True))
        told = code_documents(rating, month, texts=texts, measures=measures)
        table["document"] = [document_text(document) for document in told]
        kept += store.put_codes(table, by=by)
    return kept


def measures_by_firm(
    rating: "Rating", firms: "Sequence[str]"
) -> "dict[str, Sequence[Mapping[str, Any]]]":
    """Return what some firms could do next, by firm, as documents list it.

    Each firm is accounted for alone, against the means of the city: the work is that of the firms
    that are asked for, however large the city.

    Parameters
    ----------
    rating : Rating
        Of the city; measures are for the last of its months.
    firms : sequence of str
        Which firms.

    Raises
    ------
    UnknownCodeError
        If there is no such firm.
    """
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for firm in firms:
        own = account(alone(rating.system, firm), factors=rating.account.factors)
        rated = rate(own, method=rating.method, months=rating.periods[-1:], means=rating.means)
        found[firm] = advised_measures(advise(own, rated, firm))
    return found
