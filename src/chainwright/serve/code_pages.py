"""Pages of one firm: its code, the code as JSON and QR, what is missing, its projects."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from chainwright.carbon.codes.qr_codes import qr_svg
from chainwright.carbon.documents.signed_documents import signed_document
from chainwright.errors import UnknownCodeError
from chainwright.serve.firm_search import FirmNames
from chainwright.serve.lasting import Lasting, beside
from chainwright.serve.phone_page import phone_page
from chainwright.serve.rendering import rendered
from chainwright.serve.standings import Standing, standing_of
from chainwright.serve.wording import PageWords

if TYPE_CHECKING:
    import pandas as pd

    from chainwright.carbon.codes.status_lists import StatusList
    from chainwright.carbon.codes.trust_lists import TrustList
    from chainwright.carbon.codes.verifying import VerifiedCode

__all__ = ["CodePages", "CodeStore", "Kept", "Ledger", "Row"]

Row = Mapping[str, Any]
"""What a store has of one code: texts, empty where there is nothing."""

MOST_ROWS = 10_000
"""Codes of a store that are kept in memory while it does not change."""


class CodeStore(Protocol):
    """What the pages ask of a store of records."""

    def code(self, firm: str, period: str | None = None) -> Row | None:
        """Return the code of a `firm` for a `period`, or its latest; nothing if there is none."""

    def codes(self, period: str | None = None) -> "pd.DataFrame":
        """Return all codes, or those of a `period`."""

    def firms(self) -> "pd.DataFrame":
        """Return the registry of firms."""


class Ledger(Protocol):
    """What the pages ask of a ledger of projects."""

    def table(self, *, firm: str | None = None) -> "pd.DataFrame":
        """Return the projects of a `firm` (schema `projects`)."""


class Kept:
    """Pages that were made, the latest ones, by what they were made of.

    Parameters
    ----------
    most : int
        How many are kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._pages: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    def page(self, key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        """Return a page that is kept, or make and keep it.

        Parameters
        ----------
        key : tuple
            All that it depends on.
        make : callable
            What makes it.
        """
        found = self._pages.get(key)
        if found is None:
            found = make()
            self._pages[key] = found
            if len(self._pages) > self.most:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(key)
        return found


class CodePages:
    """Pages of one firm, out of a store.

    The store is asked each time, or each time after it changed if `changes` tells that, so that
    what it withdraws is gone at once; and beside the loop that answers, which goes on meanwhile. A
    page is kept as it was made of a document, in a language, in its standing.

    Parameters
    ----------
    store : CodeStore
        Where the codes are.
    trust : TrustList, optional
        Keys that are taken.
    status : callable, optional
        Gives the codes that were withdrawn, a `StatusList`.
    ledger : Ledger, optional
        Projects of firms.
    changes : callable, optional
        Gives a number that is another one once the store was changed.
    clock : callable, optional
        What tells the time, in UTC.
    most : int
        How many pages are kept in memory.
    """

    def __init__(
        self,
        store: CodeStore,
        *,
        trust: "TrustList | None" = None,
        status: "Callable[[], StatusList | None]" = lambda: None,
        ledger: Ledger | None = None,
        changes: Callable[[], int] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        most: int = 1024,
    ) -> None:
        self.store, self.trust, self.status, self.clock = store, trust, status, clock
        self.ledger, self.changes = ledger, changes
        self._seen: object = None
        self._rows: dict[tuple[str, str | None], Row] = {}
        self._minute: object = None
        self._standings: dict[tuple[str, str], Standing] = {}
        self._names: Lasting[FirmNames] = Lasting(self.state)
        self._last_names: FirmNames | None = None
        self.kept = Kept(most)

    def state(self) -> object:
        """Return what is another once the store or the status list changed; None if unknown."""
        if self.changes is None:
            return None
        status = self.status()
        return self.changes(), None if status is None else status.issued

    async def names(self) -> FirmNames:
        """Return the codes and names of the registry."""
        self._last_names = await self._names.get("", lambda: FirmNames(self.store.firms()))
        return self._last_names

    async def _check_known(self, firm: str) -> None:
        """Refuse a firm that the registry lacks; it never loses one, so that old names will do."""
        if self._last_names is not None and self._last_names.known(firm):
            return
        names = await self.names()
        if not names.known(firm):
            raise await beside(lambda: names.unknown(firm, "firm of the registry"))

    async def row(self, firm: str, period: str | None) -> Row:
        """Return what the store has of a code.

        Parameters
        ----------
        firm : str
            The firm.
        period : str, optional
            Month, YYYY-MM; the latest if not given.

        Raises
        ------
        UnknownCodeError
            If there is no such code.
        """
        now = self.state()
        if now is None or now != self._seen:
            self._seen = now
            self._rows.clear()
        row = self._rows.get((firm, period))
        if row is None:
            await self._check_known(firm)
            row = await beside(lambda: self._asked(firm, period))
            if now is not None and now == self._seen and len(self._rows) < MOST_ROWS:
                self._rows[firm, period] = row
        return row

    def _asked(self, firm: str, period: str | None) -> Row:
        found = self.store.code(firm, period)
        if found is None and period is not None and self.store.code(firm) is not None:
            raise UnknownCodeError(period, f"month with a code of {firm}", [])
        if found is None:
            raise UnknownCodeError(firm, "firm with a code", [])
        return found

    def document(self, row: Row) -> Mapping[str, Any]:
        """Return the document of a `row`; one of what is signed, where the store has no other."""
        if row["document"]:
            found: Mapping[str, Any] = json.loads(row["document"])
            return found
        return signed_document(row["text"])

    def withdrawn(self, row: Row) -> str:
        """Return of a `row` whose code was withdrawn, of which month and why; else nothing."""
        whose = f"{row['firm']} · {row['period']}"
        if row["withdrawn"]:
            reason = f": {row['reason']}" if row["reason"] else ""
            return f"{whose} · {str(row['withdrawn'])[:10]}{reason}"
        if self.status() is None:
            return ""
        standing = self.standing_now(row)
        return f"{whose} · {standing.reason}" if standing.kind == "withdrawn" else ""

    def withdrawn_here(self, code: "VerifiedCode") -> str:
        """Return why the store says that a verified `code` was withdrawn; nothing if it does not.

        A firm that the store does not know is no reason to refuse what another issuer signed.
        """
        try:
            row = self.store.code(code.claims.firm, code.claims.month)
        except UnknownCodeError:
            return ""
        if row is None or row["text"] != code.text:
            return ""
        return str(row["reason"] or row["withdrawn"])

    def standing(self, document: Mapping[str, Any]) -> Standing:
        """Return how far the code of a `document` may be relied on now."""
        return standing_of(document, trust=self.trust, status=self.status(), at=self.clock())

    def standing_now(self, row: Row) -> Standing:
        """Return how far the code of a `row` may be relied on; worked out once a minute."""
        status = self.status()
        minute = int(self.clock().timestamp()) // 60, None if status is None else status.issued
        if minute != self._minute or len(self._standings) >= MOST_ROWS:
            self._minute = minute
            self._standings.clear()
        key = row["document"], row["text"]
        found = self._standings.get(key)
        if found is None:
            found = self._standings[key] = self.standing(self.document(row))
        return found

    def qr(self, text: str) -> str:
        """Return the signed `text` of a code as a QR code, SVG."""
        return self.kept.page(("qr", text), lambda: qr_svg(text).encode()).decode()

    def phone(self, row: Row, language: str) -> bytes:
        """Return the page of the code of a `row` in a `language`."""
        standing = self.standing_now(row)
        key = (row["document"], row["text"], language, standing)

        def make() -> bytes:
            document = self.document(row)
            signature = document["signature"]
            page = phone_page(
                document,
                PageWords(language),
                qr=self.qr(signature["text"]) if signature else "",
                standing=standing,
            )
            return page.encode()

        return self.kept.page(key, make)

    def json(self, row: Row) -> bytes:
        """Return the code of a `row` as JSON, with its standing and the words on it."""
        document = dict(self.document(row))
        standing = self.standing(document)
        if document["signature"]:
            official = standing.kind == "official"
            document["signature"] = document["signature"] | {"official": official}
        told = {
            "kind": standing.kind,
            "reason": standing.reason,
            "checked": self.clock().isoformat(timespec="seconds"),
        }
        if standing.kind != "official":
            told |= {f"notice_{lang}": PageWords(lang).say("unofficial") for lang in ("en", "zh")}
        return json.dumps(document | {"standing": told}, ensure_ascii=False).encode()

    def missing(self, row: Row, language: str) -> bytes:
        """Return the page on what is missing in the code of a `row`, in a `language`."""
        return self._beside(row, language, "missing").encode()

    def projects(self, row: Row, language: str) -> bytes:
        """Return the page of the projects of the firm of a `row`, in a `language`."""
        rows = [] if self.ledger is None else _projects(self.ledger.table(firm=row["firm"]))
        return self._beside(row, language, "projects", projects=rows).encode()

    def _beside(self, row: Row, language: str, page: str, **given: object) -> str:
        document = self.document(row)
        words = PageWords(language)
        name = words.of(document["firm"], "name_") or document["firm"]["id"]
        own = f"/c/{quote(row['firm'], safe='')}"
        other = "en" if language == "zh" else "zh"
        title = words.say(f"{page}_title", firm=name)
        return rendered(
            f"{page}.html.j2",
            words,
            title=title,
            kicker=words.say("kicker"),
            heading=title,
            other=f"{own}/{page}?period={row['period']}&lang={other}",
            back=f"{own}?period={row['period']}&lang={language}",
            document=document,
            **given,
        )


def _projects(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return the rows of a ledger as the page lists them; NaN is nothing."""
    return [
        {str(name): None if value != value else value for name, value in row.items()}  # noqa: PLR0124
        for row in frame.to_dict("records")
    ]
