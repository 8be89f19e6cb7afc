import json
import os
from datetime import timedelta

import pytest

from chainwright.carbon import PublicKey, SigningKey, StatusList, TrustList
from chainwright.carbon.codes.secret_files import read_secret, write_secret
from chainwright.errors import CodeError, FormatError, ParameterError
from signed_codes import AT, ISSUED, ISSUER, full_claims, trusting


@pytest.fixture
def key():
    return SigningKey.made(ISSUER)


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf")])
def test_a_list_that_cannot_be_written_as_json_in_utf8_is_malformed(key, tmp_path, value):
    path = tmp_path / "t.json"
    trusting(key).save(path, key)
    whole = json.loads(path.read_text("utf-8"))
    whole["document"]["more"] = value
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(CodeError) as refused:
        TrustList.read(path, key.public)
    assert refused.value.reason == "malformed"


def test_a_status_list_from_before_the_one_that_was_seen_is_refused(key, tmp_path):
    old = StatusList(ISSUER, int(ISSUED.timestamp()))
    new = old.with_code(full_claims(), "a meter was read twice", at=AT)
    for name, each in (("old", old), ("new", new)):
        each.save(tmp_path / name, key)
    trust = trusting(key)
    assert StatusList.read(tmp_path / "new", trust, seen=old).withdrawn
    assert StatusList.read(tmp_path / "new", trust, seen=new).withdrawn
    with pytest.raises(CodeError, match="one of 2026-11-22T12:00:00Z was seen") as refused:
        StatusList.read(tmp_path / "old", trust, seen=new)
    assert refused.value.reason == "rolled_back"
    assert "CN-330500 的状态清单已被回退" in str(refused.value)
    with pytest.raises(ParameterError, match="a status list of 'CN-330500'"):
        StatusList.read(tmp_path / "old", trust, seen=StatusList("CN-110000", 0))


def test_a_clock_that_was_set_back_makes_no_older_list():
    first = StatusList(ISSUER, 0).with_code(full_claims(), "one", at=AT)
    again = first.with_code(full_claims(issued=7), "two", at=AT - timedelta(days=9))
    assert again.issued > first.issued
    assert len(again.withdrawn) == 2


def test_files_nested_without_end_are_no_keys(tmp_path):
    path = tmp_path / "k.json"
    path.write_text("[" * 100_000)
    path.chmod(0o600)
    with pytest.raises(CodeError):
        PublicKey.read(path)
    with pytest.raises(FormatError):
        read_secret(path, "key", ("secret",))


def test_half_a_secret_is_taken_away(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_secret(tmp_path / "k.json", {"secret": "x"}, in_repository=True)
    assert list(tmp_path.iterdir()) == []
