"""Phone pages of carbon efficiency codes a second, warm, of a server that is pinned to one core."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

from served_city import served_city

COMMAND = Path(sys.executable).with_name("chainwright")
CONNECTIONS = 4
BAR = 500.0


def pin(process, core):
    """Pin a process to a core; where there is one alone, both share it."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process, {cores[core % len(cores)]})


class Asker:
    """A connection that is kept and asks for one page after the other."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.port = port

    def close(self):
        self.file.close()
        self.socket.close()

    def ask(self, path):
        self.send(path)
        return self.take()

    def send(self, path):
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode("ascii")
        )

    def take(self):
        assert self.file.readline() == b"HTTP/1.1 200 OK\r\n"
        length = 0
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return self.file.read(length)


def test_warm_pages_a_second(tmp_path, figure, smoke):
    firms, rounds = (10, 20) if smoke else (60, 750)
    city = served_city(tmp_path, firms=firms, months=14 if smoke else 36)
    city.trust.save(tmp_path / "trust.json", city.key)
    words = [COMMAND, "serve", city.path, "--port", "0", "--trust", tmp_path / "trust.json"]
    server = subprocess.Popen([*map(str, words)], stderr=subprocess.PIPE, text=True)
    before, askers = os.sched_getaffinity(0), []
    pin(server.pid, 0)
    try:
        port = int(re.search(r"127\.0\.0\.1:(\d+)", server.stderr.readline())[1])
        pin(0, 1)
        askers += [Asker(port) for _ in range(CONNECTIONS)]
        paths = [
            f"/c/{firm}?lang={lang}" for firm in city.rating.firms[:250] for lang in ("zh", "en")
        ]
        sizes = [len(askers[0].ask(path)) for path in paths]  # makes each page once
        assert 15_000 < min(sizes) <= max(sizes) < 30_000
        process = psutil.Process(server.pid)
        cpu, began = sum(process.cpu_times()[:2]), time.perf_counter()
        for i in range(rounds):
            for k, asker in enumerate(askers):  # several questions wait at the server at a time
                asker.send(paths[(CONNECTIONS * i + k) % len(paths)])
            for asker in askers:
                assert len(asker.take()) > 15_000
        elapsed = time.perf_counter() - began
        cpu = sum(process.cpu_times()[:2]) - cpu
    finally:
        os.sched_setaffinity(0, before)
        for asker in askers:
            asker.close()
        server.terminate()
        server.communicate(timeout=30)
    asked = rounds * CONNECTIONS
    assert elapsed > 0.0
    figure(
        f"warm phone pages of {firms} firms, {CONNECTIONS} connections, server on one core, "
        f"{max(sizes):,} bytes at most; {asked / elapsed:,.0f} a second elapsed",
        asked / max(cpu, 0.01),
        bar=BAR,
        unit="requests/CPU-s of the server",
        least=True,
    )
