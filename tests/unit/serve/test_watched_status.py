import os
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from asked_pages import Page, ask
from chainwright.carbon import SigningKey, StatusList, TrustList, signed
from chainwright.errors import CodeError, MissingFileError, ParameterError
from chainwright.serve.app import application
from chainwright.serve.watched_status import WatchedStatus
from code_papers import FIRM, PaperStore, made, row_of
from signed_codes import AT, ISSUED, ISSUER, full_claims, trusting


@pytest.fixture
def key(tmp_path):
    return SigningKey.create(tmp_path / "key.json", issuer=ISSUER)


def lists(folder, key):
    """Write two lists of an issuer, the later one with a code; return their files and the code."""
    claims = full_claims(firm=FIRM)
    old = StatusList(ISSUER, int(ISSUED.timestamp()))
    old.save(folder / "old.json", key)
    old.with_code(claims, "meter 7 was wrong", at=AT).save(folder / "new.json", key)
    return folder / "old.json", folder / "new.json", signed(claims, key)


def placed(source, path, tick):
    """Put a file in the place of another, as who renews a list does."""
    shutil.copy(source, f"{path}.part")
    os.utime(f"{path}.part", ns=(tick, tick))
    os.replace(f"{path}.part", path)  # noqa: PTH105 - one step


def test_a_new_list_counts_at_once_and_the_old_one_never_again(tmp_path, key, caplog):
    old, new, _ = lists(tmp_path, key)
    placed(old, tmp_path / "s.json", 1)
    watched = WatchedStatus(tmp_path / "s.json", trusting(key))
    assert watched().withdrawn == {}
    placed(new, tmp_path / "s.json", 2)
    assert len(watched().withdrawn) == 1
    assert caplog.records == []
    placed(old, tmp_path / "s.json", 3)
    for _ in range(3):
        assert len(watched().withdrawn) == 1
    assert len(caplog.records) == 1  # said once
    assert "stays in use" in caplog.text
    assert "rolled back" in caplog.text


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]"])
def test_a_list_that_is_gone_or_spoilt_takes_nothing_back(tmp_path, key, caplog, content):
    _, new, _ = lists(tmp_path, key)
    watched = WatchedStatus(new, trusting(key))
    if content is None:
        new.unlink()
    else:
        new.write_bytes(content)
    assert len(watched().withdrawn) == 1
    assert "stays in use" in caplog.text


def test_a_list_that_cannot_be_read_at_the_start_starts_nothing(tmp_path, key):
    old, _, _ = lists(tmp_path, key)
    with pytest.raises(MissingFileError):
        application(PaperStore(), trust=trusting(key), status=tmp_path / "no.json")
    other = SigningKey.create(tmp_path / "other.json", issuer=ISSUER)
    with pytest.raises(CodeError, match="not on the trust list"):
        application(PaperStore(), trust=trusting(other), status=old)
    with pytest.raises(ParameterError, match="a trust list"):
        application(PaperStore(), status=old)


def test_an_older_list_than_one_noted_is_refused_also_after_a_new_start(tmp_path, key):
    old, new, _ = lists(tmp_path, key)
    trusting(key).save(tmp_path / "trust.json", key)
    trust, note = TrustList.read(tmp_path / "trust.json", key.public), tmp_path / "seen.json"
    application(PaperStore(), trust=trust, status=new, seen=note)
    with pytest.raises(CodeError) as refused:
        application(PaperStore(), trust=trust, status=old, seen=note)
    assert refused.value.reason == "rolled_back"
    application(PaperStore(), trust=trust, seen=note)
    with pytest.raises(ParameterError, match="root"):
        application(PaperStore(), trust=replace(trust, pinned=False), seen=note)


def test_a_code_that_is_withdrawn_while_the_server_runs_is_gone_from_every_page(tmp_path, key):
    old, new, text = lists(tmp_path, key)
    document = made()
    document["signature"] |= {"text": text}
    placed(old, tmp_path / "s.json", 1)
    served = application(
        PaperStore(row_of(document)), trust=trusting(key), status=tmp_path / "s.json",
        changes=lambda: 1, clock=lambda: AT + timedelta(hours=1), language="en",
    )  # fmt: skip
    assert ask(served, f"/c/{FIRM}").status_code == 200
    assert "1 firm, 1 rated" in ask(served, "/city").text
    assert "not withdrawn by 2 Nov 2026" in ask(
        served, "/verify", method="POST", data={"text": text}
    ).text  # fmt: skip
    placed(new, tmp_path / "s.json", 2)
    answer = ask(served, f"/c/{FIRM}")
    assert answer.status_code == 410
    assert "meter 7 was wrong" in answer.text
    assert "No code has been issued yet" in ask(served, "/city").text
    said = Page(ask(served, "/verify", method="POST", data={"text": text}).text).text
    assert "This code does not hold" in said


def test_a_list_of_one_issuer_says_nothing_of_the_codes_of_another(tmp_path, key):
    other = SigningKey.create(tmp_path / "other.json", issuer="CN-330600")
    claims = full_claims(firm=FIRM, issuer="CN-330600")
    text = signed(claims, other)
    status = replace(StatusList("CN-330600", 1).with_code(claims, "why", at=AT), issuer=ISSUER)
    document = made()
    document["signature"] |= {"text": text}
    served = application(
        PaperStore(row_of(document)), trust=trusting(key, other), status=status,
        clock=lambda: AT, language="en",
    )  # fmt: skip
    assert ask(served, f"/c/{FIRM}").status_code == 200
    assert "1 firm, 1 rated" in ask(served, "/city").text
    answer = ask(served, "/verify", method="POST", data={"text": text})
    assert answer.status_code == 200
    assert "no status list of this issuer" in answer.text


def test_a_list_whose_next_one_is_overdue_is_told_so(key):
    status = StatusList(ISSUER, int((AT - timedelta(days=40)).timestamp()))
    for language, words in (("en", "the next status list is overdue"), ("zh", "已逾期")):
        served = application(
            PaperStore(), trust=trusting(key), status=status, clock=lambda: AT, language=language
        )
        answer = ask(served, "/verify", method="POST", data={"text": signed(full_claims(), key)})
        assert words in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "was for use until 31 Dec 2026"), ("zh", "2026 年 12 月 31 日")]
)
def test_a_trust_list_that_is_too_old_makes_no_code_expired_or_invalid(key, language, words):
    trust = replace(trusting(key), expires=AT.date().replace(month=12, day=31))
    text = signed(full_claims(firm=FIRM), key)
    document = made()
    document["signature"] |= {"text": text}
    served = application(
        PaperStore(row_of(document)), trust=trust, language=language,
        clock=lambda: AT.replace(year=2027, month=1, day=15),
    )  # fmt: skip
    page = Page(ask(served, f"/c/{FIRM}").text).text
    assert words in page
    assert "expired" not in page
    assert "已于" not in page
    form = Page(ask(served, "/verify", method="POST", data={"text": text}).text).text
    assert words in form
    assert ("Nothing was verified" if language == "en" else "未作验证") in form
    assert "does not hold" not in form
