"""The commands ``carbon key``, ``carbon trust`` and ``carbon code``."""

import getpass
import io
import json
import os
import warnings

import pandas as pd
import pytest

from chainwright.carbon import DisclosedInput, PublicKey, StatusList, TrustList
from chainwright.cli import main
from chainwright.cli.code_words import REFUSED_ZH, input_lines, refusals_told
from chainwright.errors import CodeError
from chainwright.records import Store
from chainwright.system import System

ISSUED = "2026-11-02T08:00:00Z"
AT = "2026-11-22T12:00:00+08:00"


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture(scope="module")
def city():
    return System.demo("city", firms=40, months=13)


@pytest.fixture(scope="module")
def folder(city, tmp_path_factory):
    """Return a folder with firms, readings, keys, a trust list and the code of the first firm."""
    path = tmp_path_factory.mktemp("city")
    city.firms.table.to_parquet(path / "firms.parquet")
    city.readings.table().to_parquet(path / "readings.parquet")
    for words in (
        ["key", "create", path / "k", "--issuer", "a bureau"],
        ["key", "create", path / "root", "--issuer", "a ministry", "--algorithm", "ES256"],
        [
            *("trust", "add", path / "trust.json", "--public", path / "k.public.json"),
            *("--key", path / "root", "--official", "--name-zh", "某局"),
            *("--valid-from", "2026-11-01", "--valid-to", "2027-12-31"),
        ],
        [
            *("code", "issue", path, "--key", path / "k", "--firm", city.firms.axis.codes[0]),
            *("--issued", ISSUED, "--format", "json", "-o", path / "code.json"),
        ],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["carbon", *map(str, words)])
        assert not stopped.value.code
    (row,) = json.loads((path / "code.json").read_text("utf-8"))
    (path / "code.txt").write_text(row["text"] + "\r\n", encoding="utf-8")
    return path


def verify(capsys, folder, *words):
    return run(capsys, "code", "verify", *words, "--trust", folder / "trust.json", "--at", AT)


def test_a_key_is_two_secrets_and_a_public_part(capsys, tmp_path):
    code, out, err = run(capsys, "key", "create", tmp_path / "k", "--issuer", "浙江")
    assert code == 0
    assert out.strip() == PublicKey.read(tmp_path / "k.public.json").kid.hex()
    modes = {f.name: oct(f.stat().st_mode & 0o777) for f in tmp_path.iterdir()}
    assert modes["k"] == modes["k.salt"] == "0o600"
    assert "show them to nobody" in err
    before = {f.name: f.read_bytes() for f in tmp_path.iterdir()}
    for name in ("k", "k.salt"):
        (tmp_path / name).unlink()
        code, out, err = run(capsys, "key", "create", tmp_path / "k", "--issuer", "x")
        assert (code, out) == (2, "")
        assert "not there yet" in err
    assert (tmp_path / "k.public.json").read_bytes() == before["k.public.json"]


def test_no_key_goes_into_a_repository(capsys, tmp_path):
    (tmp_path / ".git").mkdir()
    code, out, err = run(capsys, "key", "create", tmp_path / "k", "--issuer", "x")
    assert (code, out) == (2, "")
    assert "work tree of git" in err
    assert [f.name for f in tmp_path.iterdir()] == [".git"]
    assert run(capsys, "key", "create", tmp_path / "k", "--issuer", "x", "--in-repository")[0] == 0


def test_a_trust_list_is_shown_in_both_languages(capsys, folder):
    words = ("trust", "show", folder / "trust.json")
    code, out, err = run(capsys, *words)
    assert code == 0
    assert "2026-11-01 / 2027-12-31  not official  a bureau" in out
    assert "whom no --root vouches for" in err
    _, out, err = run(capsys, *words, "--root", folder / "root.public.json", "--lang", "zh")
    assert "官方  某局" in out
    assert "非官方" not in out
    assert err == ""
    assert "未指定 --root" in run(capsys, *words, "--lang", "zh")[2]


def test_a_list_takes_keys_of_its_signer_alone(capsys, folder, tmp_path):
    mine = tmp_path / "trust.json"
    words = ("trust", "add", mine, "--public", folder / "k.public.json", "--key")
    assert run(capsys, *words, folder / "k")[0] == 0
    before = mine.read_bytes()
    code, _, err = run(capsys, *words, folder / "root")
    assert (code, mine.read_bytes()) == (2, before)
    assert "is signed by" in err
    for wrong in (
        ["--valid-from", "soon"],
        ["--valid-from", "2027-01-01", "--valid-to", "2026-01-01"],
    ):
        code, _, err = run(capsys, *words, folder / "k", *wrong)
        assert (code, mine.read_bytes()) == (2, before)
    assert len(TrustList.read(mine).keys) == 1


def test_one_code_is_printed_alone_so_that_it_can_be_piped(capsys, folder, city):
    firm = city.firms.axis.codes[1]
    words = ("code", "issue", folder, "--key", folder / "k", "--issued", ISSUED, "--firm", firm)
    code, out, err = run(capsys, *words)
    assert code == 0
    assert out.startswith("CC1:")
    assert out.count("\n") == 1
    assert "Not an official code" in err
    code, alone, err = run(capsys, *words, "--lang", "zh")
    assert (code, alone.count("\n"), alone[:4]) == (0, 1, "CC1:")
    assert err == "本码为非官方码，除非核验所用信任清单另有说明。\n"
    code, out, _ = verify(capsys, folder, out.rstrip("\n"))
    assert code == 0
    assert f"Firm: {firm}" in out


def test_codes_of_all_firms_are_a_table(capsys, folder):
    words = ("code", "issue", folder, "--key", folder / "k", "--issued", "2026-11-02")
    _, out, _ = run(capsys, *words, "--format", "csv")
    frame = pd.read_csv(io.StringIO(out))
    assert len(frame) == 40
    assert set(frame["period"]) == {"2026-10"}
    assert frame["text"].str.startswith("CC1:").all()
    assert (frame["issued"] == "2026-11-02T00:00:00Z").all()
    _, out, _ = run(capsys, *words, "--lang", "zh")
    assert "评价方法" in out


def test_a_code_is_checked_and_told_in_both_languages(capsys, folder):
    code, out, err = verify(capsys, folder, folder / "code.txt")
    assert (code, err) == (0, "")
    assert out.startswith("This is not an official code. Signed by a bureau (key ")
    assert "39 kinds: " in out
    assert "zj-2021 (as quoted by others" in out
    assert "Peer group: " in out
    _, out, _ = verify(capsys, folder, folder / "code.txt", "--lang", "zh")
    assert out.startswith("本码为非官方码。由某局（密钥 ")
    assert "39 类：实测 " in out
    assert "碳效值 K" in out


def test_a_code_is_official_where_a_known_root_says_so(capsys, folder):
    root = ("--root", folder / "root.public.json")
    assert verify(capsys, folder, folder / "code.txt", *root)[1].startswith("An official code.")
    code, out, err = verify(capsys, folder, folder / "code.txt", "--root", folder / "k.public.json")
    assert (code, out) == (2, "")
    assert "and not by" in err


def test_a_code_comes_on_standard_input(capsys, folder, monkeypatch):
    text = (folder / "code.txt").read_text("utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert verify(capsys, folder, "-")[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code, out, _ = run(capsys, "code", "show", "-", "--lang", "zh")
    assert code == 0
    assert out.startswith("签名未核验；本码为非官方码")


@pytest.mark.parametrize(
    ("change", "words", "message"),
    [
        (lambda text: text.replace("0", "1", 5), [], ""),
        (lambda text: text[:-3], [], "code|base45"),
        (lambda text: text + "A" * 2000, [], "more than 2,000"),
        (lambda text: "x" + text, [], "neither a code"),
        (lambda _: "x" * 300, [], "neither a code"),
        (lambda text: text.lower(), [], "neither a code"),
        (lambda text: text, ["--at", "0001-01-01T00:00:00+01:00"], "from 1970 to 9999"),
        (lambda text: text, ["--seen", "none.json"], "given with --root"),
        (lambda text: text, ["--at", "2027-02-09T00:00:00Z"], "valid until"),
        (lambda text: text, ["--at", "2026-11-01T00:00:00Z"], "holds from"),
        (lambda text: text, ["--at", "yesterday"], "a time such as"),
        (lambda text: text, ["--status", "none.json"], "no file 'none.json'"),
        (lambda text: text, ["--disclosure", "none.json"], "no file 'none.json'"),
    ],
)
def test_a_code_that_is_refused_is_a_message_and_an_exit_code(
    capsys, folder, change, words, message
):
    text = change((folder / "code.txt").read_text("utf-8").rstrip("\r\n"))
    at = [] if "--at" in words else ["--at", AT]
    code, out, err = run(
        capsys, "code", "verify", text, "--trust", folder / "trust.json", *at, *words
    )
    assert (code, out) == (2, "")
    assert any(part in err for part in message.split("|"))
    assert "Traceback" not in err


def test_an_expired_code_is_a_record(capsys, folder):
    words = ("code", "verify", folder / "code.txt", "--trust", folder / "trust.json")
    code, out, _ = run(capsys, *words, "--at", "2027-06-01", "--past")
    assert code == 0
    assert "expired at 2027-02-09T00:00:00Z" in out


def test_a_picture_is_written_or_printed(capsys, folder, tmp_path):
    code, out, _ = run(capsys, "code", "qr", folder / "code.txt")
    assert code == 0
    assert out.startswith("<svg")
    assert run(capsys, "code", "qr", folder / "code.txt", "-o", tmp_path / "c.svg")[:2] == (0, "")
    assert (tmp_path / "c.svg").read_text("utf-8") == out
    big = run(capsys, "code", "qr", folder / "code.txt", "--error", "q")[1]
    assert len(big) > len(out)


def test_a_reading_is_shown_to_a_bank_and_proved(capsys, folder, tmp_path):
    shown = tmp_path / "d.json"
    words = ("code", "disclose", folder, "--text", folder / "code.txt", "--salt", folder / "k.salt")
    code, out, _ = run(capsys, *words, "--kinds", "grid_electricity, coal", "-o", shown)
    assert (code, out) == (0, "")
    _, out, _ = verify(capsys, folder, folder / "code.txt", "--disclosure", shown)
    assert "Grid electricity bought: " in out
    assert " MWh [" in out
    _, out, _ = verify(capsys, folder, folder / "code.txt", "--disclosure", shown, "--lang", "zh")
    assert "外购电量：" in out
    printed = run(capsys, *words, "--kinds", "coal")[1]
    assert json.loads(printed)["inputs"][0]["kind"] == "coal"
    text = shown.read_text("utf-8")
    shown.write_text(text.replace('"MWh"', '"kWh"'), encoding="utf-8")
    code, _, err = verify(capsys, folder, folder / "code.txt", "--disclosure", shown)
    assert code == 2
    assert "not what the code holds of grid_electricity" in err
    shown.write_text("[", encoding="utf-8")
    assert "no disclosure" in verify(capsys, folder, folder / "code.txt", "--disclosure", shown)[2]


def test_a_withdrawn_code_is_refused(capsys, folder, tmp_path):
    status = tmp_path / "status.json"
    words = ("code", "withdraw", folder / "code.txt", "--status", status, "--at", AT)
    code, _, err = run(capsys, *words, "--key", folder / "root", "--reason", "x")
    assert code == 2
    assert "the earlier key of 'a ministry' that signed the code or the list" in err
    assert not status.exists()
    old = ("--trust", folder / "trust.json")
    code, _, err = run(capsys, *words, "--key", folder / "root", "--reason", "x", *old)
    assert code == 2
    assert "a code of 'a ministry'" in err
    assert not status.exists()
    code, _, err = run(capsys, *words, "--key", folder / "k", "--reason", "meter read twice")
    assert code == 0
    assert "of 2026-10" in err
    code, out, err = verify(capsys, folder, folder / "code.txt", "--status", status)
    assert (code, out) == (2, "")
    assert "meter read twice" in err
    assert run(capsys, *words, "--key", folder / "k", "--reason", "again")[0] == 0
    trust = TrustList.read(folder / "trust.json")
    assert len(StatusList.read(status, trust).withdrawn) == 1


def test_a_store_keeps_codes_shows_them_and_withdraws_them(capsys, folder, city, tmp_path):
    firm, other = city.firms.axis.codes[:2]
    path = tmp_path / "city.db"
    with Store.create(path) as store:
        store.put_firms(city.firms.table, by="Li")
    words = ("code", "issue", folder, "--key", folder / "k", "--issued", ISSUED, "--into", path)
    assert "a name" in run(capsys, *words)[2]
    code, _, err = run(capsys, *words, "--by", "Li", "--format", "csv")
    assert code == 0
    assert "has 40 more" in err
    with Store.open(path) as store:
        held = store.code(firm)
    assert json.loads(held["document"])["firm"]["id"] == firm
    assert json.loads(held["document"])["signature"]["text"] == held["text"]
    _, out, _ = run(capsys, "code", "show", path, "--firm", other)
    assert f"Firm: {other}" in out
    assert "the code of a firm" in run(capsys, "code", "show", path)[2]
    assert verify(capsys, folder, path, "--firm", other, "--month", "2026-10")[0] == 0
    earlier = tmp_path / "earlier.txt"
    earlier.write_text(held["text"], "utf-8")
    later = ("--issued", "2026-11-07T09:00:00Z", "--into", path, "--by", "Li", "--firm", firm)
    assert run(capsys, "code", "issue", folder, "--key", folder / "k", *later)[0] == 0
    withdraw = ("code", "withdraw", path, "--firm", firm, "--key", folder / "k", "--at", AT)
    rest = ("--status", tmp_path / "s.json", "--reason", "why")
    assert "a name, for the store" in run(capsys, *withdraw, *rest)[2]
    code, _, err = run(capsys, *withdraw, *rest, "--by", "Li")
    assert (code, err.count("Withdrawn: ")) == (0, 2)  # what was printed before is withdrawn, too
    with Store.open(path) as store:
        assert store.code(firm)["reason"] == "why"
        assert store.code(firm)["text"] != held["text"]
    for text in (earlier, path):
        status = ("--status", tmp_path / "s.json", "--firm", firm)
        assert "Withdrawn at" in verify(capsys, folder, text, *status)[2]
    assert run(capsys, *words, "--by", "Li", "--firm", firm)[0] == 0
    assert "of this rating" in run(capsys, *words, "--by", "Li", "--firm", "x")[2]


def test_a_code_that_is_issued_too_late_says_so(capsys, folder, city):
    words = ("code", "issue", folder, "--key", folder / "k", "--firm", city.firms.axis.codes[0])
    late = ("--month", "2026-10", "--issued")
    assert "Expired when issued" not in run(capsys, *words, *late, "2027-02-08T23:59:59Z")[2]
    code, out, err = run(capsys, *words, *late, "2027-02-09T00:00:00Z")
    assert (code, out[:4]) == (0, "CC1:")
    assert "valid until 2027-02-09T00:00:00Z. Readers take it as a record" in err
    (folder / "late.txt").write_text(out, encoding="utf-8")
    asked = ("code", "verify", folder / "late.txt", "--trust", folder / "trust.json")
    asked += ("--at", "2027-02-10")
    assert "was valid until 2027-02-09" in run(capsys, *asked)[2]
    assert run(capsys, *asked, "--past")[0] == 0
    _, _, err = run(capsys, *words, *late, "2027-03-01T00:00:00Z", "--lang", "zh")
    assert "签发时已过期：该月的码有效期至 2027-02-09" in err


def test_a_firm_that_is_not_rated_is_told_why(capsys, folder, city):
    firm = city.firms.axis.codes[0]
    words = ("--key", folder / "k", "--issued", ISSUED, "--firm", firm, "--month", "2025-10")
    code, out, _ = run(capsys, "code", "issue", folder, *words)
    assert code == 0
    (folder / "early.txt").write_text(out, encoding="utf-8")
    _, out, _ = run(capsys, "code", "show", folder / "early.txt")
    assert "Not rated: the window of months is not complete yet" in out
    assert "Grade" not in out
    _, out, _ = run(capsys, "code", "show", folder / "early.txt", "--lang", "zh")
    assert "未评级：滚动窗口月份尚未满" in out


WORD = "correct horse battery staple"


@pytest.fixture
def typed(monkeypatch):
    """Return the prompts of a terminal at which a passphrase is typed."""
    prompts = []

    def asked(prompt):
        prompts.append(prompt)
        return WORD if len(prompts) < 3 else "another passphrase"

    monkeypatch.setattr("chainwright.cli.carbon_keys.getpass", asked)
    return prompts


def test_a_passphrase_is_typed_twice_and_asked_for_when_the_key_signs(
    capsys, tmp_path, folder, typed
):
    key = tmp_path / "k"
    words = ("key", "create", key, "--issuer", "a bureau", "--encrypt")
    assert run(capsys, *words)[0] == 0
    assert typed == [f"New passphrase of {key}: ", "Once more: "]
    add = ("trust", "add", tmp_path / "t", "--public", folder / "k.public.json", "--key", key)
    code, _, err = run(capsys, *add)
    assert code == 2
    assert typed[2:] == [f"Passphrase of {key}: "]
    assert "Got 'another'" in err
    assert "another passphrase" not in err
    assert not (tmp_path / "t").exists()
    typed.clear()
    assert run(capsys, *add)[0] == 0
    typed[:] = ["", ""]
    code, _, err = run(capsys, *words[:2], tmp_path / "l", *words[3:])
    assert code == 0  # the same word twice, whatever it is
    typed[:] = [""]
    code, _, err = run(capsys, *words[:2], tmp_path / "m", *words[3:])
    assert code == 2
    assert "the same each time" in err
    assert not (tmp_path / "m").exists()


def test_a_passphrase_is_never_typed_where_it_would_be_seen(capsys, tmp_path, monkeypatch):
    def shown(_prompt):
        warnings.warn("echo", getpass.GetPassWarning, stacklevel=1)
        raise AssertionError

    monkeypatch.setattr("chainwright.cli.carbon_keys.getpass", shown)
    code, _, err = run(capsys, "key", "create", tmp_path / "k", "--issuer", "x", "--encrypt")
    assert code == 2
    assert "--passphrase-file" in err
    assert list(tmp_path.iterdir()) == []


def test_a_passphrase_comes_from_a_file_of_its_owner(capsys, tmp_path, folder, city):
    key, word = tmp_path / "k", tmp_path / "word"
    word.write_text(f"{WORD}\n")
    words = ("key", "create", key, "--issuer", "a bureau", "--passphrase-file", word)
    word.chmod(0o644)
    assert "chmod 600" in run(capsys, *words)[2]
    word.chmod(0o600)
    code, out, err = run(capsys, *words)
    assert code == 0
    assert WORD not in out + err
    assert "BEGIN ENCRYPTED" in key.read_text()
    mine, file = tmp_path / "t.json", ("--passphrase-file", word)
    add = ("trust", "add", mine, "--public", f"{key}.public.json", "--key", key)
    assert run(capsys, *add, "--valid-from", "2026-01-01", *file)[0] == 0
    issue = ("code", "issue", folder, "--key", key, "--issued", ISSUED, *file)
    code, text, _ = run(capsys, *issue, "--firm", city.firms.axis.codes[1])
    assert code == 0
    reading = ("code", "verify", text.strip(), "--trust", mine, "--at", AT)
    assert run(capsys, *reading)[0] == 0
    withdraw = ("code", "withdraw", text.strip(), "--key", key, "--status", tmp_path / "s.json")
    assert run(capsys, *withdraw, "--reason", "why", "--at", AT, *file)[0] == 0
    assert "Withdrawn at" in run(capsys, *reading, "--status", tmp_path / "s.json")[2]


def test_a_list_that_was_rolled_back_is_refused(capsys, folder, tmp_path):
    status, seen = tmp_path / "status.json", tmp_path / "seen.json"
    withdraw = ("code", "withdraw", "--key", folder / "k", "--status", status, "--reason", "why")
    root = ("--root", folder / "root.public.json", "--at", AT)
    reading = ("code", "verify", folder / "code.txt", *root, "--seen", seen)
    lists = ("--trust", folder / "trust.json", "--status", status)
    other = tmp_path / "other.txt"
    issue = ("code", "issue", folder, "--key", folder / "k", "--issued", "2026-11-03")
    frame = pd.read_csv(io.StringIO(run(capsys, *issue, "--format", "csv")[1]))
    other.write_text(frame["text"][5] + "\n")
    assert run(capsys, *withdraw, other, "--at", "2026-11-20T00:00:00Z")[0] == 0
    old = status.read_bytes()
    assert run(capsys, *reading, *lists)[0] == 0
    assert run(capsys, *withdraw, folder / "code.txt", "--at", "2026-11-21T00:00:00Z")[0] == 0
    assert "Withdrawn at 2026-11-21" in run(capsys, *reading, *lists)[2]
    status.write_bytes(old)
    code, out, err = run(capsys, *reading, *lists)
    assert (code, out) == (2, "")
    assert "The status list of a bureau was rolled back" in err
    assert "a bureau 的状态清单已被回退" in err
    before = (tmp_path / "trust.json", (folder / "trust.json").read_bytes())
    words = ("--public", folder / "root.public.json", "--key", folder / "root")
    before[0].write_bytes(before[1])
    assert run(capsys, "trust", "add", before[0], *words)[0] == 0
    now = (*root, "--seen", tmp_path / "fresh.json", "--trust", before[0])
    assert run(capsys, "code", "verify", folder / "code.txt", *now)[0] == 0
    before[0].write_bytes(before[1])
    assert (
        "The trust list of a ministry was rolled back"
        in (run(capsys, "code", "verify", folder / "code.txt", *now)[2])
    )


class Killed(BaseException):
    """What no code catches."""


@pytest.mark.parametrize("where", ["before the list", "in the list", "before the store"])
def test_a_withdrawal_that_is_cut_off_leaves_no_code_that_the_store_calls_withdrawn(
    capsys, folder, tmp_path, monkeypatch, where
):
    path, status = tmp_path / "city.db", tmp_path / "s.json"
    text = (folder / "code.txt").read_text("utf-8").strip()
    (row,) = json.loads((folder / "code.json").read_text("utf-8"))
    firm = row["firm"]
    with Store.create(path) as store:
        store.put_firms(pd.read_parquet(folder / "firms.parquet"), by="Li")
        store.put_codes(pd.DataFrame([{**row, "document": "{}"}]), by="Li")
    words = ("code", "withdraw", path, "--firm", firm, "--key", folder / "k", "--status", status)
    words = (*words, "--at", AT, "--reason", "why", "--by", "Li")

    def killed(*_args, **_named):
        raise Killed

    with monkeypatch.context() as patch:
        target = {
            "before the list": (StatusList, "save"),
            "in the list": (os, "fsync"),
            "before the store": (Store, "withdraw"),
        }[where]
        patch.setattr(*target, killed)
        with pytest.raises(Killed):
            main(["carbon", *map(str, words)])
    with Store.open(path) as store:
        assert not store.code(firm)["withdrawn"]
    capsys.readouterr()
    if where == "before the store":
        first = status.read_bytes()
        assert "Withdrawn at" in verify(capsys, folder, text, "--status", status)[2]
    else:
        assert not status.exists()
    assert run(capsys, *words)[0] == 0  # the same again heals it
    with Store.open(path) as store:
        assert store.code(firm)["reason"] == "why"
    assert "Withdrawn at" in verify(capsys, folder, text, "--status", status)[2]
    assert where != "before the store" or status.read_bytes() != first
    assert run(capsys, *words)[0] == 0  # a store that is marked already is left as it is


def test_a_code_is_withdrawn_by_a_later_key_of_its_issuer_and_no_forged_one_is(
    capsys, folder, tmp_path
):
    status, reason = tmp_path / "s.json", ("--reason", "why", "--at", AT)
    words = ("code", "withdraw", folder / "code.txt", "--status", status, *reason)
    assert run(capsys, *words, "--key", folder / "k")[0] == 0
    new = tmp_path / "new"
    assert run(capsys, "key", "create", new, "--issuer", "a bureau")[0] == 0
    assert "must be given, with the earlier key" in run(capsys, *words, "--key", new)[2]
    before = status.read_bytes()
    trust = ("--trust", folder / "trust.json")
    assert run(capsys, *words, "--key", new, *trust)[0] == 0
    assert status.read_bytes() != before
    text = (folder / "code.txt").read_text("utf-8").strip()
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")
    before = status.read_bytes()
    forging = ("code", "withdraw", forged, "--status", status, *reason, "--key", folder / "k")
    code, _, err = run(capsys, *forging, *trust)
    assert code == 2
    assert "not what a bureau signed" in err or "base45" in err
    assert status.read_bytes() == before


def test_a_firm_that_objects_is_one_of_the_rating(capsys, folder):
    words = ("code", "issue", folder, "--key", folder / "k", "--issued", ISSUED)
    code, out, err = run(capsys, *words, "--without-value-added", "91330503MA0148343X")
    assert (code, out) == (2, "")
    assert "no known firm of this rating" in err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_file_may_be_as_editors_shells_and_mail_write_it(capsys, folder, tmp_path, encoding):
    text = (folder / "code.txt").read_text("utf-8").strip()
    wrapped = "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (tmp_path / "code.txt").write_bytes((mark + wrapped + "\r\n").encode(encoding))
    assert verify(capsys, folder, tmp_path / "code.txt")[0] == 0


def test_a_text_of_a_firm_makes_no_line_of_its_own():
    told = DisclosedInput(
        "identity", "Identity", "主体信息", "Li\nGrade: 1\x1b[2J 湖", "", "billed"
    )
    assert input_lines((told,), "en") == ["Identity: Li\\nGrade: 1\\x1b[2J 湖 [billed]"]


def test_why_a_code_is_refused_is_said_in_chinese_first(capsys, folder):
    words = ("code", "verify", folder / "code.txt", "--trust", folder / "trust.json")
    code, out, err = run(capsys, *words, "--at", "2027-02-09T00:00:00Z", "--lang", "zh")
    assert (code, out) == (2, "")
    assert err.startswith("核验未通过：已过期。\n")
    assert "valid until" in err
    assert "核验" not in run(capsys, *words, "--at", "2027-02-09T00:00:00Z")[2]


@pytest.mark.parametrize("reason", CodeError.REASONS)
def test_every_refusal_has_chinese_words(reason, capsys):
    with pytest.raises(CodeError), refusals_told("zh"):
        raise CodeError(reason, "told")
    assert REFUSED_ZH[reason] in capsys.readouterr().err
