"""The command that shows pages over a store: on this machine alone unless it is told otherwise."""

import socket
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Protocol, cast

from cyclopts import Parameter

from chainwright.cli.carbon_keys import trust_at
from chainwright.cli.options import app, tell
from chainwright.errors import MissingPartError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chainwright.carbon import TrustList

__all__ = ["serve"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
HIGHEST_PORT = 65535
WAITING = 512
"""Connections that wait until they are taken."""
LONGEST_HEAD = 16 * 1024
"""Bytes of the head of a request."""
TURN_S = 0.0005
"""Seconds after which a thread lets others go on."""


class Pages(Protocol):
    """What makes the application; it is found by its name, which keeps pages out of commands."""

    def __call__(
        self,
        store: object,
        *,
        language: str,
        hosts: "Iterable[str]",
        trust: "TrustList | None",
        status: Path | None,
        seen: Path | None,
        ledger: object,
        changes: "Callable[[], int]",
    ) -> object: ...


@app.command
def serve(
    store: Path,
    *,
    port: int = 8000,
    lang: Literal["zh", "en"] = "zh",
    trust: Path | None = None,
    root: Path | None = None,
    status: Path | None = None,
    seen: Path | None = None,
    host: str = "127.0.0.1",
    to_network: Annotated[bool, Parameter(negative=())] = False,
    name: tuple[str, ...] = (),
) -> None:
    """Show the carbon efficiency codes of a store as pages for phones, until it is stopped.

    /c/FIRM is the page of a firm (/c/FIRM.json, /c/FIRM/qr.svg, /c/FIRM/missing,
    /c/FIRM/projects), /city that of the city, /verify checks the text of a code. The store is only
    read. There is no login and no encryption: only this machine can open the pages.

    Parameters
    ----------
    store
        File of the store.
    port
        Where to listen; 0 takes any that is free.
    lang
        Language where neither the address nor the browser asks for one.
    trust
        Trust list: keys whose codes are verified. Without it none is called verified or official.
    root
        Public key that must have signed the trust list; without it no key is official.
    status
        List of withdrawn codes; it is read anew when its file changes.
    seen
        File that notes which lists were seen, so that an older one is refused also after a new
        start; needs --trust and --root. It is made if it is not there.
    host
        Address to listen on; another than this machine's own needs --to-network.
    to_network
        Let other machines open the pages, over plain HTTP.
    name
        Names by which other machines open them, joined by commas; addresses in numbers always work.
    """
    pages = _pages()
    local = _is_local(host)
    if not local and not to_network:
        expected = "127.0.0.1, ::1 or localhost; give --to-network to let other machines in"
        raise ParameterError("host", "the server", expected, host)
    if not 0 <= port <= HIGHEST_PORT:
        raise ParameterError("port", "the server", f"a number from 0 to {HIGHEST_PORT}", port)
    from chainwright.records import ProjectLedger, Store, StoreChanges  # noqa: PLC0415 - `chainwright --help` loads no database

    for option, given in (("root", root), ("status", status), ("seen", seen)):
        if given is not None and trust is None:
            expected = "given with a trust list (--trust)"
            raise ParameterError(option, "the server", expected, "alone")
    taken = None if trust is None else trust_at(trust, root)
    names = (*LOOPBACK, *(n for given in name for n in given.split(",") if n))
    with (
        Store.open(store, read_only=True) as opened,
        StoreChanges(opened) as changes,
        _listening(host, port) as listener,
    ):
        application = pages(
            opened,
            language=lang,
            hosts=names if local else (*names, host, "*"),
            trust=taken,
            status=status,
            seen=seen,
            ledger=ProjectLedger(opened),
            changes=changes.number,
        )
        place = listener.getsockname()
        shown = f"[{place[0]}]" if ":" in place[0] else place[0]
        tell(f"Pages of {store} at http://{shown}:{place[1]}/ - stop with Ctrl+C.")
        if not local:
            tell(
                "Warning: other machines can open these pages, without login and over plain HTTP. "
                "Put a server that ends TLS and asks who it is in front."
            )
        if taken is None:
            tell("No trust list was given: no code is called verified or official (--trust).")
        _run(application, listener)


def _pages() -> Pages:
    """Return what makes the application, by its name: commands import no page."""
    from importlib import import_module  # noqa: PLC0415
    from importlib.util import find_spec  # noqa: PLC0415

    lacking = [n for n in ("fastapi", "uvicorn", "sqlalchemy", "segno") if find_spec(n) is None]
    if lacking:
        raise MissingPartError(
            f"the library {lacking[0]}", "Install the extra: pip install 'chainwright[serve]'."
        )
    return cast("Pages", import_module("chainwright.serve.app").application)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; a port that is taken is said before anything starts."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)[
            0
        ]  # asyncio lets answers go at once only where the protocol is named
        listener = socket.socket(*found[:3])
    except OSError as error:
        raise ParameterError("host", "the server", "an address of this machine", host) from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(found[4])
        listener.listen(WAITING)
    except OSError as error:
        listener.close()
        expected = f"one that is free ({error.strerror}); 0 takes any"
        raise ParameterError("port", "the server", expected, port) from error
    return listener


def _run(application: object, listener: socket.socket) -> None:
    """Answer until it is stopped."""
    import uvicorn  # noqa: PLC0415

    config = uvicorn.Config(
        application,  # type: ignore[arg-type]
        http="chainwright.serve.connections:PatientProtocol",
        loop="asyncio",
        h11_max_incomplete_event_size=LONGEST_HEAD,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
        lifespan="off",
        ws="none",
    )
    # a page of the city is made beside the loop that answers, which must get its turn meanwhile
    sys.setswitchinterval(TURN_S)
    uvicorn.Server(config).run(sockets=[listener])
