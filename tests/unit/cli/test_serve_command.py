import importlib.util
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

from chainwright.carbon import SigningKey, TrustList
from chainwright.cli import main
from chainwright.records import Store
from code_papers import FIRM, made, row_of
from signed_codes import ISSUER, trusting

ANYWHERE = "0.0.0.0"  # noqa: S104 - that is what is tried
COMMAND = Path(sys.executable).with_name("chainwright")


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "city.db"
    with Store.create(path) as made_store:
        made_store.put_firms(pd.DataFrame({"firm": [FIRM], "name_en": ["Castings"]}), by="test")
        made_store.put_codes(pd.DataFrame([row_of(made())]), by="test")
    return path


@pytest.fixture
def served(monkeypatch):
    """Keep what would be served instead of serving it."""
    kept = []
    monkeypatch.setattr(
        "chainwright.cli.serve._run", lambda pages, at: kept.append((pages, at.getsockname()))
    )
    return kept


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["serve", *map(str, words)])
    return stopped.value.code or 0, capsys.readouterr().err


def test_the_address_and_how_to_stop_are_said(capsys, store, served):
    code, err = run(capsys, store, "--port", 0)
    port = served[0][1][1]
    assert code == 0
    assert served[0][1][0] == "127.0.0.1"
    assert f"http://127.0.0.1:{port}/ - stop with Ctrl+C" in err
    assert "no code is called verified or official (--trust)" in err
    assert "Warning" not in err


@pytest.mark.parametrize("host", [ANYWHERE, "::", "192.168.0.7", "example.org"])
def test_other_machines_are_let_in_only_if_asked_for(capsys, store, served, host):
    code, err = run(capsys, store, "--host", host)
    assert code == 2
    assert "--to-network" in err
    assert "Traceback" not in err
    assert not served


def test_letting_other_machines_in_is_warned_of(capsys, store, served):
    code, err = run(
        capsys, store, "--host", ANYWHERE, "--to-network", "--port", 0, "--name", "carbon.example"
    )
    guard = served[0][0]
    assert code == 0
    assert "Warning: other machines can open these pages, without login" in err
    assert guard.answers_to("carbon.example")
    assert guard.answers_to("192.168.0.7:80")
    assert not guard.answers_to("evil.example")


def test_on_this_machine_no_other_name_is_answered(capsys, store, served):
    run(capsys, store, "--port", 0)
    guard = served[0][0]
    assert guard.answers_to("localhost:8000")
    assert not guard.answers_to("192.168.0.7")


def test_a_port_that_is_taken_is_said(capsys, store, served):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, err = run(capsys, store, "--port", taken.getsockname()[1])
    assert code == 2
    assert "one that is free" in err
    assert not served


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--port", "70000"), "from 0 to 65535"),
        (("--lang", "fr"), "fr"),
        (("--root", "key.json"), "given with a trust list"),
        (("--status", "list.json"), "given with a trust list"),
        (("--trust", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_starts(capsys, store, served, words, said):
    code, err = run(capsys, store, *words)
    assert code != 0
    assert said in err
    assert not served


def test_a_file_that_is_no_store_is_refused(capsys, tmp_path, served):
    (tmp_path / "x.db").write_text("no store")
    assert "no store" in run(capsys, tmp_path / "x.db")[1]
    assert "There is no store" in run(capsys, tmp_path / "y.db")[1]
    assert not served


def test_a_trust_list_is_official_only_under_its_root(capsys, store, served, tmp_path):
    key = SigningKey.create(tmp_path / "key.json", issuer=ISSUER)
    trusting(key, official=True).save(tmp_path / "trust.json", key)
    (tmp_path / "root.json").write_text(json.dumps(key.public.record()), "utf-8")
    assert run(capsys, store, "--port", 0, "--trust", tmp_path / "trust.json")[0] == 0
    words = ("--trust", tmp_path / "trust.json", "--root", tmp_path / "root.json")
    code, err = run(capsys, store, "--port", 0, *words)
    assert code == 0
    assert "No trust list" not in err
    assert TrustList.read(tmp_path / "trust.json", key.public).pinned
    (tmp_path / "root.json").write_text("no key", "utf-8")
    assert "no public key" in run(capsys, store, "--port", 0, *words)[1]


def test_without_the_extra_what_to_install_is_said(capsys, store, served, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n, *a: None if n == "uvicorn" else found(n, *a)
    )
    code, err = run(capsys, store)
    assert code == 2
    assert "pip install 'chainwright[serve]'" in err


def test_a_page_is_read_over_a_socket_and_the_server_stops_when_it_is_told(store):
    child = subprocess.Popen(  # noqa: S603 - our own command
        [str(COMMAND), "serve", str(store), "--port", "0", "--lang", "en"],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert select.select([child.stderr], [], [], 60)[0]
        said = child.stderr.readline().decode()
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)[0]
        page = urllib.request.urlopen(f"{address}c/{FIRM}", timeout=30)  # noqa: S310 - http
        assert "Grade 3" in page.read().decode()
        assert page.headers["server"] is None
        assert "style-src 'sha256-" in page.headers["content-security-policy"]
    finally:
        child.send_signal(signal.SIGINT)
        began = time.monotonic()
        rest = child.communicate(timeout=30)[1].decode()
    assert time.monotonic() - began < 15
    assert "Traceback" not in rest
