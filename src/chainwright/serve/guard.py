"""What every request must be like before a page sees it, and what every answer says of itself."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

__all__ = ["LOOPBACK", "Guard", "Refusal", "security_headers"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Refusal = Callable[[Scope, int, str], tuple[str, bytes]]
"""What gives the type and the bytes of a problem page for a status and a message."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
METHODS = ("GET", "HEAD", "POST")
BODY_LIMIT = 16 * 1024
"""Bytes of a body: a code has about 500 characters, three times that when a form escapes them."""
TARGET_LIMIT = 2048
"""Bytes of a path and of a query."""


def security_headers(style: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of every answer: nothing from elsewhere, no script, no copy kept.

    `Strict-Transport-Security` is for what ends TLS in front of this server: over plain HTTP a
    browser must ignore it (RFC 6797).

    Parameters
    ----------
    style : str
        Hash of the one style sheet, in quotes.
    """
    policy = (
        f"default-src 'none'; style-src {style}; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; script-src 'none'"
    )
    given = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-robots-tag": "noindex, nofollow",
        "vary": "Accept-Language",
    }
    return tuple((name.encode(), value.encode()) for name, value in given.items())


class Guard:
    """An ASGI application that answers only what is asked properly.

    A request whose method, host or size is not allowed never reaches the pages. Every answer gets
    the headers of `security_headers`; HEAD gets those of GET without the body.

    Parameters
    ----------
    pages : ASGI application
        What answers the rest.
    hosts : iterable of str
        Names that the server answers to. Where ``"*"`` is among them, any address in numbers is
        answered, too; a name that is not listed is not, which stops names that are pointed here
        from elsewhere (DNS rebinding).
    headers : tuple of (bytes, bytes)
        Headers of every answer.
    refusal : callable
        What makes a problem page.
    """

    def __init__(
        self,
        pages: Asgi,
        *,
        hosts: Iterable[str],
        headers: tuple[tuple[bytes, bytes], ...],
        refusal: Refusal,
    ) -> None:
        self.pages, self.headers, self.refusal = pages, headers, refusal
        self.hosts = frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self.pages(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web socket is spoken here: closing without accepting refuses it
        head = scope["method"] == "HEAD"
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                own = {name for name, _ in self.headers}
                kept = [h for h in message.get("headers", ()) if h[0].lower() not in own]
                message["headers"] = [*kept, *self.headers]
            elif head:
                message["body"] = b""
            await send(message)

        status, why = self._refused(scope)
        if status:
            await self._say(scope, status, why, answer)
            return
        if head:
            scope = {**scope, "method": "GET"}
        try:
            await self.pages(scope, _limited(receive), answer)
        except HTTPException as error:
            if not begun:
                await self._say(scope, error.status_code, "", answer)
        except Exception:  # the page of the problem and its log are written
            if not begun:
                await self._say(scope, 500, "", answer)

    async def _say(self, scope: Scope, status: int, why: str, send: Send) -> None:
        kind, body = self.refusal(scope, status, why)
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body))]
        if status == 405:
            headers.append((b"allow", ", ".join(METHODS).encode()))
        if status == 413:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _refused(self, scope: Scope) -> tuple[int, str]:
        """Return the status and the reason of a refusal; 0 where there is none."""
        given: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name.lower(), []).append(value)
        hosts = given.get(b"host", [])
        if scope["method"] not in METHODS:
            return 405, f"The method {scope['method'][:20]} is not answered here."
        if len(hosts) != 1 or not self.answers_to(hosts[0].decode("latin-1")):
            return 421, "Open the page by the address that the server printed when it started."
        target = max(len(scope.get("raw_path") or b""), len(scope.get("query_string", b"")))
        if target > TARGET_LIMIT:
            return 414, f"The address has more than {TARGET_LIMIT} bytes."
        if "\0" in scope["path"]:
            return 400, "The address holds a character that none has."
        status, why = _length(given)
        return (status, why) if status else self._foreign(scope, given, hosts[0].decode("latin-1"))

    @staticmethod
    def _foreign(scope: Scope, given: dict[bytes, list[bytes]], host: str) -> tuple[int, str]:
        """Return a refusal of a form that a page of another host sends."""
        if scope["method"] != "POST":
            return 0, ""
        origin = [value.decode("latin-1") for value in given.get(b"origin", [])]
        sites = given.get(b"sec-fetch-site", [])
        others = [o for o in origin if o != "null" and _place(o) != host.casefold()]
        if others or any(site == b"cross-site" for site in sites):
            return 403, "The form was sent from elsewhere."
        return 0, ""

    def answers_to(self, host: str) -> bool:
        """Return whether the server answers to the `host` of a request, with or without a port."""
        try:
            name = urlsplit(f"//{host}").hostname
            _ = urlsplit(f"//{host}").port
        except ValueError:
            return False
        if not name or "@" in host or "/" in host:
            return False
        if name.casefold() in self.hosts:
            return True
        return "*" in self.hosts and _is_address(name)


def _length(given: dict[bytes, list[bytes]]) -> tuple[int, str]:
    """Return a refusal of a body that is too long or does not say clearly how long it is."""
    lengths = given.get(b"content-length", [])
    if lengths and b"transfer-encoding" in given:
        return 400, "The length of the body is given twice."
    if any(not n.isdigit() for n in lengths) or len(set(lengths)) > 1:
        return 400, "The length of the body is not one number."
    if lengths and int(lengths[0][:12]) > BODY_LIMIT:
        return 413, f"The body has more than {BODY_LIMIT} bytes."
    return 0, ""


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _limited(receive: Receive) -> Receive:
    """Return what receives a body and stops where it grows over the limit: 413."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_LIMIT:
            raise HTTPException(413, headers={"connection": "close"})
        return message

    return counted
