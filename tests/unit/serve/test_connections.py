"""The pages behind a real server: connections that dawdle, and a store written meanwhile."""

import asyncio
import contextlib
import http.client
import json
import re
import socket
import threading
import time

import pandas as pd
import pytest
import uvicorn

from chainwright.records import Store, StoreChanges
from chainwright.serve.app import application
from chainwright.serve.connections import MOST_CONNECTIONS, PatientProtocol
from code_papers import PaperStore, made, row_of
from store_worlds import FIRMS, readings, said, small_store

PATIENCE = 0.2


class Impatient(PatientProtocol):
    patience = PATIENCE
    most = 12


class Patient(PatientProtocol):
    patience = 5.0


@contextlib.contextmanager
def running(pages, protocol):
    """Serve pages on a free port, in a thread; give the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        pages, http=protocol, loop="asyncio", lifespan="off", ws="none", log_level="critical",
        access_log=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


async def answered(scope, receive, send):
    """Answer with the length of the body; at /slow after longer than anybody may dawdle."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5 * PATIENCE)
    body = b"%d" % size
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port():
    with running(answered, Impatient) as found:
        yield found


def until_let_go(port, *parts, pause=0.0):
    """Return what came back of a connection that sends parts, and after how long it was closed."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        received = b""
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            while found := connection.recv(4096):
                received += found
    return received, time.monotonic() - began


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"GET / HT",),
        (HEAD,),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf",),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",),
    ],
    ids=["nothing", "a line", "a head", "a body", "chunks"],
)
def test_whoever_sends_half_a_request_is_let_go(port, parts):
    received, elapsed = until_let_go(port, *parts)
    assert received == b""
    assert 0.9 * PATIENCE < elapsed < 20 * PATIENCE


def test_bytes_that_drip_in_buy_no_time(port):
    received, elapsed = until_let_go(port, *[b"%c" % c for c in HEAD], pause=0.02)
    assert received == b""
    assert elapsed < len(HEAD) * 0.02 + 20 * PATIENCE


def test_after_an_answer_the_clock_runs_anew(port):
    received, elapsed = until_let_go(port, *[HEAD + b"\r\n"] * 3, pause=PATIENCE / 2)
    assert received.count(b"200 OK") == 3
    assert elapsed > 1.7 * PATIENCE


def test_who_waits_for_a_slow_answer_is_given_it(port):
    request = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    received, elapsed = until_let_go(port, request)
    assert received.endswith(b"\r\n\r\n0")
    assert elapsed > 1.4 * PATIENCE


def test_more_connections_than_there_may_be_are_told_to_come_back(port):
    held = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(Impatient.most)]
    try:
        received, elapsed = until_let_go(port)
        assert received.startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: ")
        assert elapsed < PATIENCE
    finally:
        for connection in held:
            connection.close()
    time.sleep(0.05)
    assert b"200 OK" in until_let_go(port, HEAD + b"\r\n")[0]
    assert MOST_CONNECTIONS > 100  # in earnest


def version(number):
    """Return codes of two firms that both say which version of the store they are of."""
    rows = []
    for firm in FIRMS:
        document = made(signature=None)
        document["firm"] |= {"id": firm, "credit_code": firm}
        document["totals"]["net_t"] = 1000.0 + number
        rows.append(row_of(document, text=f"CC1:{number} {firm}"))
    return pd.DataFrame(rows)


def test_pages_read_while_a_store_is_written_are_of_one_version_and_never_of_an_old_one(tmp_path):
    written, seen, faults = [0], [], []

    def read(port, k):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for i in range(6):
            path = (f"/c/{FIRMS[k % 2]}.json", "/city?lang=en")[i % 2]
            least = written[-1]
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read().decode()
            most = written[-1] + 1
            if answer.status != 200:
                faults.append((path, answer.status))
            elif path.startswith("/city"):
                total = int(re.search(r'class="big">([\d,]+) ', body)[1].replace(",", ""))
                seen.append((least, total / 2 - 1000, most))
            else:
                seen.append((least, json.loads(body)["totals"]["net_t"] - 1000, most))
        connection.close()

    with small_store(tmp_path / "city.db") as writer:
        writer.put_codes(version(0), by="test")
        with (
            Store.open(writer.path, read_only=True) as store,
            StoreChanges(store) as changes,
            running(application(store, changes=changes.number), Patient) as port,
        ):
            readers = [threading.Thread(target=read, args=(port, k)) for k in range(3)]
            for reader in readers:
                reader.start()
            number = 0
            while any(reader.is_alive() for reader in readers):
                number += 1
                writer.add_readings(readings(said(float(number))), by="test")
                writer.put_codes(version(number), by="test")
                written.append(number)
    assert faults == []
    assert len(seen) == 18
    assert number > 2
    assert [row for row in seen if not row[0] <= row[1] <= row[2] or row[1] % 1] == []


def test_a_client_that_goes_away_in_the_middle_of_a_form_is_no_fault_of_ours(caplog):
    with running(application(PaperStore()), Impatient) as port:
        head = b"POST /verify HTTP/1.1\r\nHost: localhost\r\n"
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\ntext="
        assert until_let_go(port, head + form)[0] == b""
        assert (
            b"200 OK" in until_let_go(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")[0]
        )
    assert caplog.records == []
