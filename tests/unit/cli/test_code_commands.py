"""The commands ``carbon key``, ``carbon trust`` and ``carbon code``."""

import io
import json

import pandas as pd
import pytest

from chainwright.carbon import PublicKey, StatusList, TrustList
from chainwright.cli import main
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
    withdraw = ("code", "withdraw", path, "--firm", firm, "--key", folder / "k", "--at", AT)
    rest = ("--status", tmp_path / "s.json", "--reason", "why")
    assert "a name, for the store" in run(capsys, *withdraw, *rest)[2]
    assert run(capsys, *withdraw, *rest, "--by", "Li")[0] == 0
    with Store.open(path) as store:
        assert store.code(firm)["reason"] == "why"
    assert run(capsys, *words, "--by", "Li", "--firm", firm)[0] == 0
    assert "of this rating" in run(capsys, *words, "--by", "Li", "--firm", "x")[2]


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
