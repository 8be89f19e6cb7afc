"""The commands on complexity: the same numbers as the library, in files and on the screen."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.diagnose import complexity, complexity_years, opportunities
from chainwright.tables import read_origin, schema
from made_exports import as_rows, made_exports


@pytest.fixture
def path(tmp_path):
    rows = as_rows(made_exports(12, 20))
    rows.to_csv(tmp_path / "exports.csv.gz", index=False)
    return tmp_path / "exports.csv.gz"


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def read(file):
    return pd.read_csv(
        file, dtype={"place": str, "product": str}, keep_default_na=False, na_values=[""]
    )


@pytest.mark.parametrize("convention", ["growthlab", "stata", "r"])
@pytest.mark.parametrize("method", ["eigen", "reflections"])
def test_a_folder_of_three_tables_is_written(capsys, path, tmp_path, convention, method):
    folder = tmp_path / "out"
    words = ["--convention", convention, "--method", method, "-o", folder]
    assert run(capsys, "complexity", path, *words) == (0, "", "")
    expected = complexity(path, convention=convention, method=method)
    for name, frame in expected.tables().items():
        written = read(folder / f"{name}.csv")
        assert list(written.columns) == [c.column for c in schema(name)]
        for column in frame.select_dtypes("number"):
            np.testing.assert_array_equal(
                written[column].to_numpy(dtype=float), frame[column].to_numpy(dtype=float)
            )
        for column in {"place", "product"} & set(frame.columns):
            assert written[column].tolist() == frame[column].tolist()
    note = read_origin(folder / "places.csv")["origin"]
    assert note["parameters"]["convention"] == convention
    assert "Nothing was filtered" in note["notes"][0]


def test_another_format_and_other_iterations_are_taken(capsys, path, tmp_path):
    folder = tmp_path / "out"
    words = ["--iterations", 6, "--method", "reflections", "--format", "parquet", "-o", folder]
    assert run(capsys, "complexity", path, *words)[0] == 0
    expected = complexity(path, method="reflections", iterations=6)
    places = pd.read_parquet(folder / "places.parquet")
    np.testing.assert_array_equal(places["eci"], expected.table()["eci"])
    np.testing.assert_array_equal(places["fitness"], expected.table()["fitness"])
    assert sorted(f.name for f in folder.glob("*.parquet")) == [
        "pairs.parquet",
        "places.parquet",
        "products.parquet",
    ]


def test_a_filter_keeps_the_rows_that_it_leaves_out_with_the_reason(capsys, path, tmp_path):
    folder = tmp_path / "out"
    words = [
        "--min-diversity",
        4,
        "--min-ubiquity",
        2,
        "--core",
        "--min-share",
        "1e-3",
        "-o",
        folder,
    ]
    assert run(capsys, "complexity", path, *words)[0] == 0
    rule = {"min_diversity": 4, "min_ubiquity": 2, "core": True, "min_share": 1e-3}
    expected = complexity(path, filter=rule)
    places = read(folder / "places.csv")
    assert len(places) == 12
    left = places["eci"].isna()
    assert left.sum() == np.isnan(expected.eci).sum() > 0
    assert places.loc[left, "reason"].notna().all()
    kept = ["--only-place", "p0001", "--only-place", "p0002", "--only-place", "p0003"]
    code, out, _ = run(capsys, "complexity", path, *kept, "--format", "csv")
    shown = read(io.StringIO(out))
    assert code == 0
    assert set(shown.loc[shown["diversity"].notna(), "place"]) == {"p0001", "p0002", "p0003"}


def test_years_are_one_or_all(capsys, path, tmp_path):
    rows = read(path)
    panel = tmp_path / "panel.parquet"
    both = pd.concat([rows.assign(year=2001), rows[rows["place"] != "p0003"].assign(year=2002)])
    both.to_parquet(panel, index=False)
    folder = tmp_path / "all"
    assert run(capsys, "complexity", panel, "-o", folder)[0] == 0
    written = read(folder / "places_by_year.csv")
    assert written["year"].value_counts().to_dict() == {2001: 12, 2002: 11}
    expected = complexity_years(panel).table()
    np.testing.assert_array_equal(written["eci"], expected["eci"])
    one = tmp_path / "one"
    assert run(capsys, "complexity", panel, "--year", "2001", "-o", one)[0] == 0
    np.testing.assert_array_equal(read(one / "places.csv")["eci"], complexity(path).table()["eci"])


def test_it_is_shown_in_two_languages(capsys, path):
    _, english, _ = run(capsys, "complexity", path)
    _, chinese, _ = run(capsys, "complexity", path, "--lang", "zh")
    assert "Fitness" in english
    assert "适应度" in chinese


def test_opportunities_of_a_place_are_those_of_the_library(capsys, path):
    words = ["--place", "p0004", "--preset", "long jumps", "--format", "json"]
    code, out, _ = run(capsys, "opportunities", path, *words)
    expected = opportunities(path, place="p0004", preset="long jumps").table()
    assert code == 0
    assert [row["product"] for row in json.loads(out)] == expected["product"].tolist()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["complexity", "none.csv"], "none.csv"),
        (["complexity", "EXPORTS", "--method", "reflections", "--iterations", "7"], "even"),
        (["complexity", "EXPORTS", "--year", "1999"], "a year that is not stated"),
        (["opportunities", "EXPORTS", "--place", "p000x"], "Did you mean"),
    ],
)
def test_what_cannot_be_done_is_told_without_a_traceback(capsys, path, words, said):
    code, out, err = run(capsys, *[path if word == "EXPORTS" else word for word in words])
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
