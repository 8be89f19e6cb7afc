import hashlib
import json
import stat
from datetime import date
from importlib.util import find_spec

import pytest

from chainwright.carbon import PublicKey, SigningKey, StatusList, TrustedKey, TrustList
from chainwright.carbon.codes import extras as brought
from chainwright.carbon.codes.secret_files import read_secret, write_secret
from chainwright.errors import (
    CodeError,
    FormatError,
    MissingFileError,
    MissingPartError,
    ParameterError,
)
from signed_codes import AT, ISSUED, ISSUER, full_claims, trusting


@pytest.fixture(params=["EdDSA", "ES256"])
def key(request):
    return SigningKey.made(ISSUER, request.param)


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_key_comes_back_from_its_file_and_signs_alike(tmp_path, algorithm):
    made = SigningKey.create(tmp_path / "k", issuer="浙江 湖州", algorithm=algorithm)
    read = SigningKey.read(tmp_path / "k")
    assert read.public == made.public
    assert read.signature(b"x") == made.signature(b"x")
    assert made.public.signed(read.signature(b"x"), b"x")
    assert not made.public.signed(read.signature(b"x"), b"y")
    assert not made.public.signed(read.signature(b"x")[:-1], b"x")


def test_a_key_is_named_by_the_hash_of_its_public_part(key):
    assert key.kid == hashlib.sha256(key.public.data).digest()[:8]
    assert len(key.public.data) == {"EdDSA": 32, "ES256": 65}[key.public.algorithm]


def test_the_secret_is_for_its_owner_and_never_shown(tmp_path):
    made = SigningKey.create(tmp_path / "k", issuer=ISSUER)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    secret = json.loads((tmp_path / "k").read_text())["secret"]
    assert secret not in repr(made)
    assert "secret" not in repr(made)
    assert secret not in json.dumps(made.public.record())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_or_change_is_refused(tmp_path, mode):
    SigningKey.create(tmp_path / "k", issuer=ISSUER)
    (tmp_path / "k").chmod(mode)
    with pytest.raises(ParameterError, match="chmod 600"):
        SigningKey.read(tmp_path / "k")


def test_a_secret_is_never_written_over_another(tmp_path):
    SigningKey.create(tmp_path / "k", issuer=ISSUER)
    before = (tmp_path / "k").read_bytes()
    with pytest.raises(ParameterError, match="never overwritten"):
        SigningKey.create(tmp_path / "k", issuer=ISSUER)
    assert (tmp_path / "k").read_bytes() == before


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_no_secret_goes_into_a_repository_unless_it_is_said(tmp_path, kind):
    git = tmp_path / "repo" / ".git"
    below = tmp_path / "repo" / "a" / "b"
    below.mkdir(parents=True)
    git.mkdir() if kind == "folder" else git.write_text("gitdir: ../x")
    with pytest.raises(ParameterError, match="outside any work tree of git"):
        SigningKey.create(below / "k", issuer=ISSUER)
    assert not list(below.iterdir())
    assert SigningKey.create(below / "k", issuer=ISSUER, in_repository=True).kid


def test_a_link_into_a_repository_is_followed(tmp_path):
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    with pytest.raises(ParameterError, match="work tree of git"):
        SigningKey.create(tmp_path / "link" / "k", issuer=ISSUER)


def test_files_and_folders_that_are_not_there_are_said(tmp_path):
    with pytest.raises(MissingFileError):
        SigningKey.read(tmp_path / "none")
    with pytest.raises(MissingFileError):
        SigningKey.create(tmp_path / "none" / "k", issuer=ISSUER)
    with pytest.raises(MissingFileError):
        PublicKey.read(tmp_path / "none")


def test_a_damaged_key_file_is_refused_without_showing_it(tmp_path):
    SigningKey.create(tmp_path / "k", issuer=ISSUER)
    other = SigningKey.made(ISSUER).public.record()
    good = json.loads((tmp_path / "k").read_text())
    for bad in (
        "{",
        "[]",
        "{}",
        json.dumps(good | {"secret": 5}),
        json.dumps(good | {"secret": "AAAA"}),
        json.dumps(good | {"secret": "?"}),
        json.dumps(good | {"issuer": ""}),
        json.dumps({name: text for name, text in good.items() if name != "kid"}),
        json.dumps(good | {"secret": good["secret"].replace("PRIVATE", "PUBLIC")}),
        json.dumps(good | {"algorithm": "ES256"}),
        json.dumps(good | {"public": other["public"], "kid": other["kid"]}),
    ):
        (tmp_path / "k").write_text(bad)
        with pytest.raises(FormatError) as refused:
            SigningKey.read(tmp_path / "k")
        assert good["secret"] not in str(refused.value)
        assert refused.value.__cause__ is None


def test_secrets_are_texts(tmp_path):
    write_secret(tmp_path / "s", {"salt": "x"})
    assert read_secret(tmp_path / "s", "salt", ("salt",)) == {"salt": "x"}
    with pytest.raises(FormatError, match="no pepper: no JSON with the texts salt, more"):
        read_secret(tmp_path / "s", "pepper", ("salt", "more"))


@pytest.mark.parametrize("issuer", ["", "x" * 61, "a\nb", "湖" * 21])
def test_an_issuer_has_a_name_of_some_length(issuer):
    with pytest.raises(ParameterError, match="1 to 60 bytes"):
        SigningKey.made(issuer)


def test_other_algorithms_are_not_made():
    with pytest.raises(ParameterError, match="EdDSA or ES256"):
        SigningKey.made(ISSUER, "RS256")


def test_a_public_key_comes_back_from_its_file(tmp_path, key):
    key.public.save(tmp_path / "p")
    assert PublicKey.read(tmp_path / "p") == key.public


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"algorithm": "none"}, "wrong_algorithm"),
        ({"public": "?"}, "malformed"),
        ({"public": "AAAA"}, "malformed"),
        ({"kid": "0011223344556677"}, "tampered"),
        ({"issuer": 5}, "malformed"),
    ],
)
def test_a_damaged_public_key_is_refused(tmp_path, key, change, reason):
    (tmp_path / "p").write_text(json.dumps(key.public.record() | change))
    with pytest.raises(CodeError) as refused:
        PublicKey.read(tmp_path / "p")
    assert refused.value.reason == reason


def test_a_point_off_the_curve_is_no_key():
    data = SigningKey.made(ISSUER, "ES256").public.data
    with pytest.raises(CodeError, match="no public key of ES256"):
        PublicKey(ISSUER, "ES256", data[:-1] + bytes([data[-1] ^ 1]))


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(brought, "find_spec", lambda name: None if name == "segno" else find_spec)
    brought.extra.cache_clear()
    with pytest.raises(MissingPartError, match=r"pip install 'chainwright\[carbon\]'"):
        brought.extra("segno")  # noqa: S610 - no database
    brought.extra.cache_clear()


def test_a_trust_list_comes_back_from_its_file(tmp_path, key):
    root = SigningKey.made("root")
    named = TrustedKey(
        key.public,
        date(2026, 1, 1),
        date(2027, 1, 1),
        official=True,
        name_en="Huzhou",
        name_zh="湖州",
    )
    trust = trusting(root).with_key(named)
    trust.save(tmp_path / "t", root)
    read = TrustList.read(tmp_path / "t", root.public)
    assert set(read.keys) == set(trust.keys)
    assert read.key(key.kid) == named
    assert (read.pinned, read.signer, read.expires) == (True, root.public, date(2027, 12, 31))
    assert not TrustList.read(tmp_path / "t").pinned
    assert [named.name("en"), named.name("zh")] == ["Huzhou", "湖州"]


def test_a_trust_list_of_another_signer_is_refused(tmp_path, key):
    trusting(key).save(tmp_path / "t", key)
    with pytest.raises(CodeError) as refused:
        TrustList.read(tmp_path / "t", SigningKey.made(ISSUER).public)
    assert refused.value.reason == "unknown_key"


def test_a_key_made_official_by_hand_is_noticed(tmp_path, key):
    trusting(key).save(tmp_path / "t", key)
    text = (tmp_path / "t").read_text()
    (tmp_path / "t").write_text(text.replace('"official": false', '"official": true'))
    with pytest.raises(CodeError) as refused:
        TrustList.read(tmp_path / "t")
    assert refused.value.reason == "tampered"


def signed_document(path, kind, document, key):
    from chainwright.carbon.codes.signed_json import write_signed  # noqa: PLC0415 - few need it

    write_signed(path, kind, document, key)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d | {"keys": 5},
        lambda d: d | {"keys": [5]},
        lambda d: d | {"expires": "soon"},
        lambda d: d | {"issued": "2026-11-02"},
        lambda d: d | {"issued": True},
        lambda d: {"keys": d["keys"], "expires": d["expires"]},
        lambda d: d | {"keys": [d["keys"][0] | {"name_en": "A\nAn official code."}]},
        lambda d: d | {"keys": [d["keys"][0] | {"name_zh": "湖" * 41}]},
        lambda d: {"keys": d["keys"]},
        lambda d: d | {"keys": d["keys"] * 2},
        lambda d: d | {"keys": [d["keys"][0] | {"official": "yes"}]},
        lambda d: d | {"keys": [d["keys"][0] | {"valid_to": "never"}]},
        lambda d: d | {"keys": [d["keys"][0] | {"name_zh": None}]},
    ],
)
def test_a_trust_list_that_is_not_whole_is_refused_although_signed(tmp_path, key, change):
    trusting(key).save(tmp_path / "t", key)
    document = json.loads((tmp_path / "t").read_text())["document"]
    signed_document(tmp_path / "t", "trust list", change(document), key)
    with pytest.raises(CodeError) as refused:
        TrustList.read(tmp_path / "t")
    assert refused.value.reason == "malformed"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": 1}', '{"a": 1, "a": 2}', "[" * 100_000])
def test_a_file_that_is_no_list_is_refused(tmp_path, text):
    (tmp_path / "t").write_text(text)
    for read in (TrustList.read, lambda path: StatusList.read(path, trusting())):
        with pytest.raises(CodeError) as refused:
            read(tmp_path / "t")
        assert refused.value.reason == "malformed"


def test_a_list_of_a_flood_of_bytes_is_not_read(tmp_path, monkeypatch, key):
    trusting(key).save(tmp_path / "t", key)
    monkeypatch.setattr("chainwright.carbon.codes.signed_json.LARGEST", 10)
    with pytest.raises(CodeError) as refused:
        TrustList.read(tmp_path / "t")
    assert refused.value.reason == "oversize"
    with pytest.raises(MissingFileError):
        TrustList.read(tmp_path / "none")


def test_the_same_key_takes_its_own_place_on_a_list(key):
    trust = trusting(key)
    again = TrustedKey(key.public, date(2026, 1, 1), date(2030, 1, 1), official=True)
    assert trust.with_key(again).keys == (again,)
    assert trust.with_key(again).expires == date(2030, 1, 1)
    with pytest.raises(ParameterError, match="each key once"):
        TrustList((again, again), date(2030, 1, 1))


def test_a_list_of_keys_is_made_at_once(key):
    other = SigningKey.made("other")
    made = TrustList.of(
        [key, other.public], valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
    )
    assert [k.public for k in made.keys] == [key.public, other.public]
    assert made.expires == date(2026, 12, 31)


def test_a_status_list_comes_back_from_its_file(tmp_path, key):
    status = StatusList(ISSUER, int(ISSUED.timestamp())).with_code(full_claims(), " why ", at=AT)
    status.save(tmp_path / "s", key)
    assert StatusList.read(tmp_path / "s", trusting(key)) == status
    assert list(status.withdrawn.values()) == [("2026-11-22T12:00:00Z", "why")]
    assert full_claims().firm not in (tmp_path / "s").read_text()


def test_a_status_list_is_signed_by_a_trusted_key_of_its_issuer(tmp_path, key):
    status = StatusList(ISSUER, int(ISSUED.timestamp()))
    with pytest.raises(ParameterError, match="a key of 'CN-330500'"):
        status.save(tmp_path / "s", SigningKey.made("other"))
    status.save(tmp_path / "s", key)
    with pytest.raises(CodeError) as refused:
        StatusList.read(tmp_path / "s", trusting(SigningKey.made(ISSUER)))
    assert refused.value.reason == "unknown_key"
    late = TrustedKey(key.public, date(2026, 11, 3), date(2027, 1, 1))
    with pytest.raises(CodeError, match="not valid when it signed"):
        StatusList.read(tmp_path / "s", TrustList((late,), date(2027, 1, 1)))


def test_a_trust_list_is_no_status_list(tmp_path, key):
    trusting(key).save(tmp_path / "t", key)
    with pytest.raises(CodeError, match="no signed status list"):
        StatusList.read(tmp_path / "t", trusting(key))


ROW = {"code": "0" * 32, "withdrawn": "2026-11-02T08:00:00Z", "reason": "why"}
ROWS_THAT_ARE_NONE = (
    {"code": "A" * 32},
    {"code": "0" * 31},
    {"code": 0},
    {"withdrawn": "today"},
    {"withdrawn": "2026-11-02T08:00:00Z\n"},
    {"reason": ""},
    {"reason": "x\nAn official code."},
    {"reason": "\x1b[2J"},
    {"reason": "x" * 1001},
    {"reason": None},
)


def test_a_status_list_that_is_not_whole_is_refused_although_signed(tmp_path, key):
    for document in (
        {"issued": 1},
        {"issued": "x", "withdrawn": []},
        {"issued": int(ISSUED.timestamp()), "withdrawn": [5]},
        {"issued": int(ISSUED.timestamp()), "withdrawn": [{"code": "x"}]},
        *(
            {"issued": int(ISSUED.timestamp()), "withdrawn": [ROW | change]}
            for change in ROWS_THAT_ARE_NONE
        ),
        {"issued": int(ISSUED.timestamp()), "withdrawn": [ROW, ROW]},
    ):
        signed_document(tmp_path / "s", "status list", document, key)
        with pytest.raises(CodeError) as refused:
            StatusList.read(tmp_path / "s", trusting(key))
        assert refused.value.reason == "malformed"


def test_a_withdrawal_is_of_an_own_code_and_has_a_reason():
    status = StatusList(ISSUER, 0)
    with pytest.raises(ParameterError, match="a code of 'CN-330500'"):
        status.with_code(full_claims(issuer="other"), "why")
    for nothing in (" ", "two\nlines", "x" * 1001):
        with pytest.raises(ParameterError, match="a reason in words"):
            status.with_code(full_claims(), nothing)


def test_a_code_that_is_withdrawn_twice_keeps_its_first_day():
    once = StatusList(ISSUER, 0).with_code(full_claims(), "first", at=ISSUED)
    again = once.with_code(full_claims(), "second", at=AT)
    assert again.withdrawn == once.withdrawn
    assert again.issued > once.issued
