"""Lists that were seen, noted in a file: an older one is refused, in another run, too."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chainwright.carbon import SigningKey, StatusList, TrustedKey, TrustList, remember_lists
from chainwright.errors import CodeError, FormatError, MissingFileError, ParameterError
from signed_codes import AT, ISSUER, trusting

NOW = int(AT.timestamp())


@pytest.fixture(scope="module")
def root():
    return SigningKey.made("a ministry")


@pytest.fixture
def trust(root):
    return replace(trusting(root), signer=root.public, issued=NOW)


@pytest.fixture
def note(tmp_path, trust):
    remember_lists(tmp_path / "seen.json", trust, StatusList(ISSUER, NOW), at=AT)
    return tmp_path / "seen.json"


def refused(note, *lists, at=AT):
    before = note.read_bytes()
    with pytest.raises(CodeError) as found:
        remember_lists(note, *lists, at=at)
    assert note.read_bytes() == before
    return found.value


def test_the_note_holds_when_lists_were_made_and_whose_they_are(note, root):
    kid = root.kid.hex()
    assert json.loads(note.read_text("utf-8")) == {
        "form": "carbon-seen-lists/1",
        "seen": {f"{kid} status list of CN-330500": NOW, f"{kid} trust list": NOW},
    }


def test_an_older_list_is_refused_in_both_languages(note, trust):
    error = refused(note, trust, StatusList(ISSUER, NOW - 1))
    assert error.reason == "rolled_back"
    assert "The status list of CN-330500 was rolled back: it was made at 2026-11-22T11:59:59Z" in (
        str(error)
    )
    assert "CN-330500 的状态清单已被回退：生成于 2026-11-22T11:59:59Z" in str(error)
    error = refused(note, replace(trust, issued=NOW - 1), StatusList(ISSUER, NOW + 9))
    assert error.reason == "rolled_back"
    assert "The trust list of a ministry was rolled back" in str(error)
    assert "a ministry 的信任清单已被回退" in str(error)


def test_the_same_and_newer_lists_are_taken_and_noted(note, trust):
    remember_lists(note, trust, StatusList(ISSUER, NOW), at=AT)
    remember_lists(note, replace(trust, issued=NOW + 5), at=AT)
    remember_lists(note, replace(trust, issued=NOW + 6), StatusList(ISSUER, NOW + 7), at=AT)
    assert sorted(json.loads(note.read_text("utf-8"))["seen"].values()) == [NOW + 6, NOW + 7]
    assert refused(note, replace(trust, issued=NOW + 5)).reason == "rolled_back"


def test_issuers_and_signers_have_notes_of_their_own(note, trust):
    other = SigningKey.made("another ministry")
    remember_lists(note, trust, StatusList("CN-110000", 7), at=AT)
    remember_lists(note, replace(trust, signer=other.public, issued=3), at=AT)
    assert len(json.loads(note.read_text("utf-8"))["seen"]) == 4
    assert refused(note, trust, StatusList("CN-110000", 6)).reason == "rolled_back"


def test_a_list_that_is_to_come_is_not_noted(note, trust):
    far = NOW + 400 * 86_400
    for lists in ((trust, StatusList(ISSUER, far)), (replace(trust, issued=far),)):
        error = refused(note, *lists)
        assert error.reason == "not_yet"
        assert "2027-12-27T12:00:00Z" in str(error)
    remember_lists(note, trust, StatusList(ISSUER, far), at=AT + timedelta(days=400))


def test_of_a_signer_whom_nobody_vouches_for_nothing_is_noted(tmp_path, trust):
    for unknown in (replace(trust, pinned=False), replace(trust, signer=None)):
        with pytest.raises(ParameterError, match="read with its root"):
            remember_lists(tmp_path / "seen.json", unknown, at=AT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"form": "carbon-seen-lists/1"}',
        '{"form": "carbon-seen-lists/1", "seen": []}',
        '{"form": "carbon-seen-lists/1", "seen": {"x": -1}}',
        '{"form": "carbon-seen-lists/1", "seen": {"x": true}}',
        '{"form": "carbon-seen-lists/2", "seen": {}}',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_damaged_note_is_refused_and_never_begun_anew_in_silence(tmp_path, trust, text):
    note = tmp_path / "seen.json"
    note.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FormatError, match="no note of lists that were seen"):
        remember_lists(note, trust, at=AT)
    assert note.read_bytes() == text.encode(errors="surrogateescape")


def test_a_note_is_changed_whole_or_not_at_all(note, trust, monkeypatch):
    before = note.read_bytes()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        remember_lists(note, trust, StatusList(ISSUER, NOW + 1), at=AT)
    assert note.read_bytes() == before
    assert {f.name for f in note.parent.iterdir()} == {"seen.json", ".seen.json.lock"}


def test_readers_at_the_same_time_never_forget_the_newest(tmp_path, trust):
    note = tmp_path / "seen.json"

    def remembered(issued):
        try:
            remember_lists(note, trust, StatusList(ISSUER, issued), at=AT)
        except CodeError as error:
            return error.reason
        return ""

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(remembered, [NOW - (k * 7) % 40 for k in range(40)]))
    assert set(found) == {"", "rolled_back"}
    assert max(json.loads(note.read_text("utf-8"))["seen"].values()) == NOW
    assert remembered(NOW - 1) == "rolled_back"


def test_a_folder_that_is_not_there_is_said(tmp_path, trust):
    with pytest.raises(MissingFileError, match="Make it first"):
        remember_lists(tmp_path / "none" / "seen.json", trust, at=AT)


def test_a_trust_list_that_is_changed_is_always_newer(root, tmp_path):
    first = trusting(root)
    later = replace(first, issued=4_000_000_000)  # by a clock that went wrong
    day = first.keys[0].valid_from
    again = later.with_key(TrustedKey(SigningKey.made(ISSUER).public, day, day))
    assert again.issued == 4_000_000_001
    again.save(tmp_path / "t", root)
    assert TrustList.read(tmp_path / "t", root.public) == replace(
        again, signer=root.public, keys=tuple(sorted(again.keys, key=lambda k: k.public.kid))
    )


def test_a_signer_who_is_known_has_the_name_that_the_reader_knows(root, tmp_path):
    trusting(root).save(tmp_path / "t", root)
    text = (tmp_path / "t").read_text("utf-8")
    signer = text.rindex('"issuer": "a ministry"')
    (tmp_path / "t").write_text(text[:signer] + text[signer:].replace("a ministry", "a forger"))
    assert TrustList.read(tmp_path / "t").signer.issuer == "a forger"
    assert TrustList.read(tmp_path / "t", root.public).signer.issuer == "a ministry"
