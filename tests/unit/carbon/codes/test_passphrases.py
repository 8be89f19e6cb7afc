"""Signing keys that ask for a passphrase: PEM, encrypted by the library that holds the key."""

import json

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chainwright.carbon import SigningKey
from chainwright.carbon.codes.secret_files import read_passphrase
from chainwright.errors import FormatError, MissingFileError, ParameterError
from signed_codes import ISSUER

WORD = "鹤 correct horse battery staple"


def never():
    raise AssertionError


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_an_encrypted_key_comes_back_with_its_passphrase_alone(tmp_path, algorithm):
    path = tmp_path / "k"
    made = SigningKey.create(path, issuer=ISSUER, algorithm=algorithm, passphrase=lambda: WORD)
    read = SigningKey.read(path, passphrase=lambda: WORD)
    assert read.public == made.public
    assert read.signature(b"x") == made.signature(b"x")
    with pytest.raises(ParameterError, match="given: it has one") as lacking:
        SigningKey.read(path)
    with pytest.raises(ParameterError, match=r"made with\. Got 'another'") as wrong:
        SigningKey.read(path, passphrase=lambda: WORD + " ")
    assert WORD not in f"{lacking.value}{wrong.value}"
    assert wrong.value.__cause__ is None


def test_the_file_holds_pem_that_the_library_reads_and_no_secret_in_clear(tmp_path):
    made = SigningKey.create(tmp_path / "k", issuer=ISSUER, passphrase=lambda: WORD)
    pem = json.loads((tmp_path / "k").read_text("utf-8"))["secret"]
    assert pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    secret = load_pem_private_key(pem.encode(), WORD.encode())
    assert secret.private_bytes_raw() == made.secret.private_bytes_raw()
    assert secret.private_bytes_raw() not in (tmp_path / "k").read_bytes()


def test_a_key_without_a_passphrase_asks_for_none(tmp_path):
    made = SigningKey.create(tmp_path / "k", issuer=ISSUER)
    pem = json.loads((tmp_path / "k").read_text("utf-8"))["secret"]
    assert pem.startswith("-----BEGIN PRIVATE KEY-----\n")
    assert SigningKey.read(tmp_path / "k", passphrase=never).public == made.public


@pytest.mark.parametrize(
    "word", ["", "fourteen chars", "x" * 1024, "two\nlines" * 3, "\udcff" * 15]
)
def test_a_passphrase_that_is_none_makes_no_key_and_is_not_told(tmp_path, word):
    with pytest.raises(ParameterError, match="15 characters or more") as refused:
        SigningKey.create(tmp_path / "k", issuer=ISSUER, passphrase=lambda: word)
    assert not word or word not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["", "x" * 5000, "\udcff" * 15])
def test_any_other_passphrase_is_another(tmp_path, word):
    SigningKey.create(tmp_path / "k", issuer=ISSUER, passphrase=lambda: WORD)
    with pytest.raises(ParameterError, match="Got 'another'"):
        SigningKey.read(tmp_path / "k", passphrase=lambda: word)


def test_an_encrypted_secret_of_another_key_is_refused(tmp_path):
    for name in "ab":
        SigningKey.create(tmp_path / name, issuer=ISSUER, passphrase=lambda: WORD)
    first, second = (json.loads((tmp_path / name).read_text("utf-8")) for name in "ab")
    (tmp_path / "a").write_text(json.dumps(first | {"secret": second["secret"]}))
    with pytest.raises(FormatError, match="no signing key that fits its public part"):
        SigningKey.read(tmp_path / "a", passphrase=lambda: WORD)
    changed = second["secret"].replace("\n", "\nAAAA", 1)
    (tmp_path / "b").write_text(json.dumps(second | {"secret": changed}))
    with pytest.raises(ParameterError, match="made with"):
        SigningKey.read(tmp_path / "b", passphrase=lambda: WORD)


def test_a_passphrase_is_the_one_line_of_a_file_of_its_owner(tmp_path):
    path = tmp_path / "word"
    for text in (WORD, f"{WORD}\n", f"{WORD}\r\n"):
        path.write_bytes(text.encode())
        path.chmod(0o600)
        assert read_passphrase(path) == WORD
    for wrong in (b"", f"{WORD}\n{WORD}\n".encode(), WORD.encode("gbk")):
        path.write_bytes(wrong)
        with pytest.raises(FormatError, match="one line in UTF-8") as refused:
            read_passphrase(path)
        assert "horse" not in str(refused.value)
        assert refused.value.__cause__ is None
    path.chmod(0o640)
    with pytest.raises(ParameterError, match="chmod 600"):
        read_passphrase(path)
    with pytest.raises(MissingFileError):
        read_passphrase(tmp_path / "none")
