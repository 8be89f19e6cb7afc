"""The commands ``carbon demo``, ``carbon city`` and ``carbon rate``, one after the other."""

import io
import json
import stat
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from chainwright import carbon
from chainwright.cli import main
from chainwright.records import Store

SMALL = ("--firms", 30, "--months", 13, "--seed", 4, "--codes", 2, "--advice", 2)


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", *map(str, words)])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder of a small made-up city."""
    folder = tmp_path_factory.mktemp("cities") / "city"
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "demo", "-o", str(folder), *map(str, SMALL)])
    assert not stopped.value.code
    return folder


def test_the_demo_is_a_folder_with_all_that_is_needed(made):
    names = {path.name for path in made.iterdir()}
    assert names == {
        "firms.parquet",
        "firms.parquet.origin.json",
        "readings.parquet",
        "city.db",
        "trust.json",
        "key.json",
        "key.json.salt",
        "key.public.json",
    }
    assert [path.name for path in made.parent.iterdir()] == ["city"]  # nothing half-made beside it
    for secret in ("key.json", "key.json.salt"):
        assert stat.S_IMODE((made / secret).stat().st_mode) == 0o600
    assert "made up" in (made / "firms.parquet.origin.json").read_text("utf-8")


def test_its_store_has_registry_readings_and_the_codes_of_the_last_months(made):
    with Store.open(made / "city.db", read_only=True) as store:
        assert len(store.firms()) == 30
        assert store.readings().num_rows == 30 * 13 * 39
        codes = {month: store.codes(month) for month in ("2026-08", "2026-09", "2026-10")}
        assert [len(rows) for rows in codes.values()] == [0, 30, 30]
        documents = [json.loads(text) for text in codes["2026-10"]["document"]]
        store.check_audit()
    assert all(document["period"]["month"] == "2026-10" for document in documents)
    assert all(document["signature"]["official"] is False for document in documents)
    assert sum(len(document["measures"]) > 0 for document in documents) == 2


def test_its_codes_are_verified_by_its_trust_list_and_are_not_official(made):
    root = carbon.PublicKey.read(made / "key.public.json")
    trust = carbon.TrustList.read(made / "trust.json", root)
    with Store.open(made / "city.db", read_only=True) as store:
        rows = store.codes("2026-10")
    for text in rows["text"]:
        found = carbon.verify(text, trust, at=pd.Timestamp("2026-11-22", tz="UTC").to_pydatetime())
        assert not found.official
    assert sum(found.claims.inputs[1:]) == 39


def test_codes_say_what_the_rating_says(capsys, made):
    code, out, _ = run(capsys, "rate", made, "--format", "csv")
    rated = pd.read_csv(io.StringIO(out), dtype={"firm": str}).set_index("firm")
    assert code == 0
    root = carbon.PublicKey.read(made / "key.public.json")
    trust = carbon.TrustList.read(made / "trust.json", root)
    at = pd.Timestamp("2026-11-22", tz="UTC").to_pydatetime()
    with Store.open(made / "city.db", read_only=True) as store:
        rows = store.codes("2026-10")
    for firm, text in zip(rows["firm"], rows["text"], strict=True):
        claims = carbon.verify(text, trust, at=at).claims
        if claims.grade is not None:
            assert claims.grade == rated.loc[firm, "grade"]
            assert claims.ratio == rated.loc[firm, "ratio"]
            assert claims.net == rated.loc[firm, "net"]
        assert claims.method == "zj-2021"


def test_the_folder_and_the_store_are_rated_alike(capsys, made):
    of_folder = run(capsys, "rate", made, "--format", "csv")[1]
    of_store = run(capsys, "rate", made / "city.db", "--format", "csv")[1]
    assert of_folder == of_store
    assert of_folder.count("2026-10") == 30


def test_one_firm_is_rated_against_its_city(capsys, made):
    whole = run(capsys, "rate", made, "--format", "csv")[1].splitlines()
    firm = whole[5].split(",")[0]
    code, out, err = run(capsys, "rate", made, "--firm", firm, "--format", "csv")
    assert code == 0
    assert out.splitlines() == [whole[0], whole[5]]
    assert "Not an official code." in err
    assert "as quoted by others" in err


def test_another_method_and_month_are_asked_for(capsys, made):
    words = ("--method", "zj-2021-loo", "--month", "2026-09", "--format", "csv")
    _, out, err = run(capsys, "rate", made, *words)
    frame = pd.read_csv(io.StringIO(out))
    assert set(frame["month"]) == {"2026-09"}
    assert set(frame["certainty"]) == {"ours"}
    assert "our own, of no authority" in err


def test_the_city_is_shown_in_both_languages_with_its_map(capsys, made, tmp_path):
    picture = tmp_path / "map.svg"
    code, out, err = run(capsys, "city", made, "--map", picture, "--lang", "zh")
    assert code == 0
    assert "吴兴区" in out
    assert "非官方赋码" in err
    assert ET.fromstring(picture.read_text("utf-8")).get("lang") == "zh"  # noqa: S314 - our own
    assert "Wuxing" in run(capsys, "city", made)[1]


def test_all_tables_of_the_city_are_written_to_a_folder(capsys, made, tmp_path):
    words = ("--from", "2026-09", "--best", 1, "-o", tmp_path / "out")
    code, _, _ = run(capsys, "city", made, *words)
    assert code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"carbon_city.csv", "carbon_city_movers.csv", "map.en.svg", "map.zh.svg"} <= names
    moved = pd.read_csv(tmp_path / "out" / "carbon_city_movers.csv")
    assert set(moved["from_month"]) == {"2026-09"}
    assert len(moved) > 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--method", "db33-1347-2023"), "not public"),
        (("--method", "zj"), "no known method of rating"),
        (("--month", "2031-01"), "2025-10 to 2026-10"),
        (("--firm", "nobody"), "no known firm"),
        (("--factors", "guess"), "guess"),
    ],
)
def test_what_cannot_be_rated_is_told_without_a_traceback(capsys, made, words, said):
    code, out, err = run(capsys, "rate", made, *words)
    assert code != 0
    assert out == ""
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--firms", 0), "made-up city"),
        (("--months", 3, "--codes", 4), "from 1 to 3"),
        (("--codes", 0), "codes"),
        (("--method", "zj"), "no known method"),
    ],
)
def test_a_demo_that_cannot_be_leaves_nothing_behind(capsys, tmp_path, words, said):
    code, _, err = run(capsys, "demo", "-o", tmp_path / "city", *words)
    assert code != 0
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_demo_never_takes_the_place_of_a_folder(capsys, tmp_path):
    code, _, err = run(capsys, "demo", "-o", tmp_path)
    assert code != 0
    assert "not there yet" in err
    code, _, err = run(capsys, "demo", "-o", tmp_path / "gone" / "city")
    assert code != 0
    assert "no folder" in err


def test_a_demo_is_not_made_in_a_repository(capsys, tmp_path):
    (tmp_path / ".git").mkdir()
    code, _, err = run(capsys, "demo", "-o", tmp_path / "city", *SMALL)
    assert code != 0
    assert "work tree of git" in err
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
