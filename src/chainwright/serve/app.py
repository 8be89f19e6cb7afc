"""The application: which address shows what, and what is refused."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from chainwright.carbon.codes.seen_lists import remember_lists
from chainwright.errors import ChainwrightError, ParameterError, near
from chainwright.serve.city_page import CityPages
from chainwright.serve.code_pages import CodePages, CodeStore, Ledger, Row
from chainwright.serve.guard import LOOPBACK, Guard, security_headers
from chainwright.serve.lasting import beside
from chainwright.serve.problems import Problems, language_of
from chainwright.serve.rendering import style_hash
from chainwright.serve.start_page import start_page
from chainwright.serve.verify_page import posted_text, verify_page
from chainwright.serve.watched_status import WatchedStatus
from chainwright.serve.wording import LANGUAGES

if TYPE_CHECKING:
    from chainwright.carbon.codes.status_lists import StatusList
    from chainwright.carbon.codes.trust_lists import TrustList

__all__ = ["application"]

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
SVG = "image/svg+xml; charset=utf-8"
Handler = Callable[[Request], Awaitable[Response]]
Made = Callable[[Row, str], bytes]


def application(
    store: CodeStore,
    *,
    language: str = "zh",
    hosts: Iterable[str] = LOOPBACK,
    trust: "TrustList | None" = None,
    status: "StatusList | Path | None" = None,
    seen: Path | None = None,
    ledger: Ledger | None = None,
    changes: Callable[[], int] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Guard:
    """Return the pages over a store of records, as an ASGI application.

    Parameters
    ----------
    store : CodeStore
        Where the codes are; a `chainwright.records.Store`.
    language : str
        ``"zh"`` or ``"en"``, where neither the address nor the browser asks for one of them.
    hosts : iterable of str
        Names that it answers to; see `Guard`.
    trust : TrustList, optional
        Keys that are taken. Without it no code is called official or verified.
    status : StatusList or Path, optional
        Codes that were withdrawn, besides those that the store says were. A file is read anew when
        it changes, and an older list than the last is refused.
    seen : Path, optional
        Note of the lists that were seen, see `chainwright.carbon.remember_lists`: with it an older
        list is refused also after the server was started anew.
    ledger : Ledger, optional
        Projects of firms; a `chainwright.records.ProjectLedger`.
    changes : callable, optional
        Gives a number that is another one once the store was changed, so that it is not asked in
        between; a `chainwright.records.StoreChanges` does.
    clock : callable, optional
        What tells the time, in UTC.

    Raises
    ------
    ParameterError
        If the language is another, a file of withdrawn codes is given without a trust list, or a
        note without a trust list that was read with its root.
    MissingFileError, CodeError
        If that file is not there, or does not hold.
    """
    if language not in LANGUAGES:
        raise ParameterError("language", "the pages", "zh or en", language)
    problems = Problems(language)
    codes = CodePages(
        store,
        trust=trust,
        status=_latest(status, trust, seen),
        ledger=ledger,
        changes=changes,
        clock=clock,
    )
    pages = FastAPI(title="chainwright", docs_url=None, redoc_url=None, openapi_url=None)
    pages.router.redirect_slashes = False
    _handle(pages, problems)
    _firm_routes(pages, codes, problems, language)
    _city_routes(pages, codes, language)
    return Guard(
        pages, hosts=hosts, headers=security_headers(style_hash()), refusal=problems
    )  # fmt: skip


def _latest(
    status: "StatusList | Path | None", trust: "TrustList | None", seen: Path | None
) -> "Callable[[], StatusList | None]":
    """Return what gives the latest status list; note which lists were seen."""
    if trust is None and (isinstance(status, Path) or seen is not None):
        raise ParameterError("trust", "the pages", "a trust list for those lists", trust)
    if trust is not None and isinstance(status, Path):
        return WatchedStatus(status, trust, seen)
    held = None if isinstance(status, Path) else status
    if trust is not None and seen is not None:
        remember_lists(seen, trust, held)
    return lambda: held


def asked(request: Request, *names: str) -> dict[str, str]:
    """Return what the address of a request asks: each name once, and none but these.

    Parameters
    ----------
    request : Request
        The request.
    *names : str
        What may be asked, besides ``lang``.

    Raises
    ------
    ParameterError
        If something else is asked, or twice; it offers near names.
    """
    known = ("lang", *names)
    query = request.scope["query_string"]
    try:
        given = parse_qsl(
            query.decode(), keep_blank_values=True, max_num_fields=10, errors="strict"
        )
    except ValueError:
        told = query[:80].decode("latin-1")
        raise ParameterError("query", "this page", "text in UTF-8, of few parts", told) from None
    found = dict(given)
    for name in found:
        if name not in known:
            hint = near(name, known).strip()
            expected = f"one of {', '.join(known)}" + (f" ({hint})" if hint else "")
            raise ParameterError(name[:40], "this page", expected, found[name][:40])
    if len(found) < len(given):
        raise ParameterError("query", "this page", "each name once", query[:80].decode())
    if found.get("lang", "zh") not in LANGUAGES:
        raise ParameterError("lang", "this page", "zh or en", found["lang"][:40])
    period = found.get("period")
    if period is not None and not _is_month(period):
        raise ParameterError("period", "this page", "a month YYYY-MM", period[:40])
    return found


def _is_month(text: str) -> bool:
    return (
        len(text) == 7 and text.isascii() and text[:4].isdigit() and text[4] == "-"
        and text[5:].isdigit() and 1 <= int(text[5:]) <= 12
    )  # fmt: skip


def _handle(pages: FastAPI, problems: Problems) -> None:
    """Turn errors into pages of problems."""

    async def told(request: Request, error: Exception) -> Response:
        status = error.status if isinstance(error, ChainwrightError) else 500
        # what fails here names files of this machine: that is for the log, not for the page
        ours = isinstance(error, ChainwrightError) and status < 500
        detail = str(error) if ours else ""
        kind, body = problems(request.scope, status, detail, cause=None if ours else error)
        return Response(body, status_code=status, media_type=kind)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        kind, body = problems(request.scope, status, "")
        return Response(body, status_code=status, media_type=kind, headers=headers)

    async def left(_request: Request, _error: Exception) -> Response:
        return Response(status_code=400)  # nobody reads it: who asked went away

    pages.add_exception_handler(ClientDisconnect, left)
    pages.add_exception_handler(ChainwrightError, told)
    pages.add_exception_handler(HTTPException, refused)
    pages.add_exception_handler(Exception, told)


def _firm_routes(pages: FastAPI, codes: CodePages, problems: Problems, language: str) -> None:
    """Add the pages of one firm; the narrower addresses come first."""

    def shown(make: Made, kind: str) -> Handler:
        async def answer(request: Request) -> Response:
            given = asked(request, "period")
            row = await codes.row(request.path_params["firm"], given.get("period"))
            withdrawn = codes.withdrawn(row)
            if withdrawn:
                told, body = problems(request.scope, 410, "", reason=withdrawn)
                return Response(body, status_code=410, media_type=told)
            spoken = language_of(request.scope, language)
            if make == codes.projects:  # asks the store
                return Response(await beside(lambda: make(row, spoken)), media_type=kind)
            return Response(make(row, spoken), media_type=kind)

        return answer

    routes: tuple[tuple[str, Made, str], ...] = (
        ("/c/{firm:path}.json", lambda row, _: codes.json(row), JSON),
        ("/c/{firm:path}/qr.svg", lambda row, _: codes.qr(row["text"]).encode(), SVG),
        ("/c/{firm:path}/missing", codes.missing, HTML),
        ("/c/{firm:path}/projects", codes.projects, HTML),
        ("/c/{firm:path}", codes.phone, HTML),
    )
    for path, make, kind in routes:
        pages.add_route(path, shown(make, kind), methods=["GET"])


def _city_routes(pages: FastAPI, codes: CodePages, language: str) -> None:
    """Add the pages that are not of one firm."""
    city = CityPages(codes)

    async def start(request: Request) -> Response:
        given = asked(request, "q")
        page = await start_page(codes, given.get("q", ""), language_of(request.scope, language))
        return Response(page, media_type=HTML)

    async def of_city(request: Request) -> Response:
        given = asked(request, "period")
        page = await city.page(given.get("period"), language_of(request.scope, language))
        return Response(page, media_type=HTML)

    async def form(request: Request) -> Response:
        asked(request)
        page = verify_page(codes, None, language_of(request.scope, language))
        return Response(page, media_type=HTML)

    async def verified(request: Request) -> Response:
        asked(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise HTTPException(415)
        text = posted_text(await request.body())
        spoken = language_of(request.scope, language)
        page = await beside(lambda: verify_page(codes, text, spoken))
        return Response(page, media_type=HTML)

    async def health(request: Request) -> Response:
        asked(request)
        return Response(b'{"status": "ok"}', media_type=JSON)

    for path, page, method in (
        ("/", start, "GET"),
        ("/city", of_city, "GET"),
        ("/verify", form, "GET"),
        ("/verify", verified, "POST"),
        ("/healthz", health, "GET"),
    ):
        pages.add_route(path, page, methods=[method])
