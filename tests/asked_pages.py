"""Asks pages as a browser does, in this process; checks that HTML is balanced."""

import asyncio
from html.parser import HTMLParser

import httpx

VOID = {"meta", "link", "br", "hr", "img", "input", "area", "base", "col", "embed", "source", "wbr"}
DRAWN = {"path", "rect", "circle", "text", "svg", "g", "defs", "pattern", "title"}


def ask(application, path, *, method="GET", base="http://localhost:8000", **more):
    """Return the answer of an ASGI application."""

    async def asked():
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **more)

    return asyncio.run(asked())


def raw(application, *, method="GET", path="/", headers=(), query=b"", bodies=(b"",), kind="http"):
    """Return the status, headers and body for a request that no client would send."""
    sent = []
    parts = [
        {"type": "http.request", "body": body, "more_body": i + 1 < len(bodies)}
        for i, body in enumerate(bodies)
    ]

    async def receive():
        return parts.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"localhost"), *headers] if headers is not None else [],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
    }
    asyncio.run(application(scope, receive, send))
    if not sent:
        return None, {}, b""
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(m.get("body", b"") for m in sent[1:])


class Page(HTMLParser):
    """A page as it was read: faults in its nesting, tags with their attributes, its text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.tags, self.words = [], [], [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]
        ids = [given["id"] for _, given in self.tags if "id" in given]
        self.faults += [f"two of id {i}" for i in set(ids) if ids.count(i) > 1]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> says {n} twice" for n in set(names) if names.count(n) > 1]
        self.tags.append((tag, dict(attrs)))
        if tag == "p" and "p" in self.open:
            self.faults.append("<p> inside <p>")
        if tag in {"div", "section", "table", "ul", "ol", "dl", "h2"} and self.open[-1:] == ["p"]:
            self.faults.append(f"<{tag}> inside <p>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in DRAWN:
            self.faults.append(f"<{tag}/> closes itself outside of a picture")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> where {self.open[-1:]} is open")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [given for name, given in self.tags if name == tag]


def contrast(one, other):
    """Return the contrast of two colours ``#rrggbb`` (WCAG 2.2)."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
