"""Commands on a maker's chain give what the notebook gives, in every format, and fail in words."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose, plan
from chainwright.cli import main
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.system import System, write_maker
from chainwright.tables import schema
from toy_makers import one_chip, two_products


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    made = {}
    for name, system in (("two", two_products()), ("chip", one_chip())):
        made[name] = tmp_path_factory.mktemp(name) / "toy"
        write_maker(system.maker, made[name])
    return made


@pytest.fixture(scope="module")
def systems(places):
    return {name: System.read(place) for name, place in places.items()}


BUDGET = ["--by", "supplier", "--budget", "50", "--remaining", "largest", "--cost", "high"]
BUDGET += ["--corners", "0", "--weight", "price"]

ASKED = {
    "exposure": (
        "two",
        ["exposure", "--outages", "2,6"],
        lambda s: diagnose.exposure(s, outages=(2, 6)),
    ),
    "exposure by supplier": (
        "two",
        ["exposure", "--by", "supplier", "--weight", "price", "--outages", "3"],
        lambda s: diagnose.exposure(s, by="supplier", weight="price", outages=(3,)),
    ),
    "exposure by item": (
        "chip",
        ["exposure", "--by", "item", "--outages", "1"],
        lambda s: diagnose.exposure(s, by="item", outages=(1,)),
    ),
    "exposure by node": (
        "two",
        ["exposure", "--by", "node", "--spare", "0.5", "--recovery", "3", "--outages", "1"],
        lambda s: diagnose.exposure(
            s,
            by="node",
            outages=(1,),
            assumptions=MakerAssumptions(spare_share=0.5, recovery_weeks=3),
        ),
    ),
    "exposure by region": (
        "two",
        ["exposure", "--by", "region", "--stock-at-node", "lost", "--top", "3"],
        lambda s: diagnose.exposure(s, by="region", stock_at_node="lost", top=3),
    ),
    "missing data": (
        "two",
        ["exposure", "--missing", "--top", "3"],
        lambda s: diagnose.missing_data(s, top=3),
    ),
    "single sources": ("chip", ["single-sources"], diagnose.single_sources),
    "common suppliers": ("chip", ["common-suppliers"], diagnose.common_suppliers),
    "common sites": (
        "chip",
        ["common-suppliers", "--by", "site"],
        lambda s: diagnose.common_suppliers(s, by="site"),
    ),
    "common regions": (
        "two",
        ["common-suppliers", "--by", "region"],
        lambda s: diagnose.common_suppliers(s, by="region"),
    ),
    "common countries": (
        "chip",
        ["common-suppliers", "--by", "place"],
        lambda s: diagnose.common_suppliers(s, by="place"),
    ),
    "concentration": ("chip", ["concentration"], diagnose.concentration),
    "tiers": ("chip", ["supplier-tiers"], diagnose.supplier_tiers),
    "tiers by a map": (
        "chip",
        ["supplier-tiers", "--chain", "advanced-chips", "--depth", "1", "--least-share", "0.2"],
        lambda s: diagnose.supplier_tiers(s, chains=["advanced-chips"], depth=1, least_share=0.2),
    ),
    "measures": (
        "two",
        ["mitigate", "--of", "A1,B", "--corners", "0"],
        lambda s: plan.mitigate(s, of=["A1", "B"], corners=0),
    ),
    "measures in a budget": (
        "two",
        ["mitigate", *BUDGET],
        lambda s: plan.mitigate(
            s,
            by="supplier",
            budget=50,
            remaining="largest",
            cost="high",
            corners=0,
            weight="price",
        ),
    ),
    "frontier": (
        "two",
        ["mitigate", "--of", "B", "--frontier", "--points", "3"],
        lambda s: plan.mitigation_frontier(s, of=["B"], points=3),
    ),
}
"""Each question: the maker, the words of the command, and the same question in a notebook."""


ONE_EACH = ["exposure by supplier", "single sources", "concentration", "tiers", "frontier"]
"""One question of each command: how an answer is written is the same for all of them."""


@pytest.fixture(scope="module")
def answered(places, systems):
    """Return the words of a command and the answer of the notebook, worked out once."""
    found = {}

    def of(key):
        if key not in found:
            name, words, ask = ASKED[key]
            found[key] = [words[0], places[name], *words[1:]], ask(systems[name])
        return found[key]

    return of


@pytest.fixture
def asked(request, answered):
    return answered(request.param)


def same(table, told, frame):
    """Assert that a table that was read back is the notebook's, column by column."""
    assert list(told.columns) == list(frame.columns) == [c.column for c in schema(table)]
    assert len(told) == len(frame)
    for column in schema(table):
        one, other = told[column.column], frame[column.column]
        if column.type in {"float", "integer"}:
            numbers = pd.to_numeric(one.astype(object), errors="coerce").to_numpy(float)
            whole = other.astype("Float64").to_numpy(float, na_value=np.nan)
            finite = np.isfinite(whole)
            np.testing.assert_allclose(numbers[finite], whole[finite], rtol=1e-6, atol=1e-6)
            assert np.isnan(whole[~finite & ~np.isinf(whole)]).all()
        elif column.type == "boolean":
            said = [str(value).lower() in {"true", "1", "1.0"} for value in one]
            assert said == [value is not pd.NA and bool(value) for value in other]
        else:
            assert [str(v) if v is not None else "" for v in one] == [str(v) for v in other]


@pytest.mark.parametrize("asked", ASKED, indirect=True)
def test_csv_on_the_screen_is_the_table_of_the_notebook(capsys, asked):
    words, answer = asked
    code, out, _ = run(capsys, *words, "--format", "csv")
    assert code == 0
    told = pd.read_csv(io.StringIO(out), keep_default_na=False, dtype=str)
    same(answer.name, told, answer.table())


@pytest.mark.parametrize("asked", ONE_EACH, indirect=True)
def test_json_on_the_screen_is_the_table_of_the_notebook(capsys, asked):
    words, answer = asked
    code, out, _ = run(capsys, *words, "--format", "json")
    assert code == 0
    rows = json.loads(out)
    told = pd.DataFrame(rows, columns=[c.column for c in schema(answer.name)], dtype=object)
    same(answer.name, told, answer.table())


@pytest.mark.parametrize("asked", ONE_EACH, indirect=True)
def test_parquet_in_a_place_has_every_table_of_the_notebook(capsys, asked, tmp_path):
    words, answer = asked
    tables = answer.tables()
    target = tmp_path / ("out" if len(tables) > 1 else "out.parquet")
    code, out, _ = run(capsys, *words, "--format", "parquet", "-o", target)
    assert (code, out) == (0, "")
    for name, frame in tables.items():
        file = target / f"{name}.parquet" if len(tables) > 1 else target
        same(name, pd.read_parquet(file), frame)


@pytest.mark.parametrize("asked", ONE_EACH, indirect=True)
def test_the_screen_has_the_headings_of_either_language(capsys, asked):
    words, answer = asked
    first = schema(answer.name)[0]
    for lang, source, heading in (("en", "Source: toy", first.name_en), ("zh", "toy", None)):
        code, out, _ = run(capsys, *words, "--lang", lang)
        assert code == 0
        assert source in out
        assert (heading or first.name_zh) in out
        assert len(out.splitlines()) > len(answer.table())


@pytest.mark.parametrize(
    "asked",
    ["exposure by node", "measures in a budget", "tiers by a map", "missing data"],
    indirect=True,
)
def test_what_was_asked_stands_beside_the_file(capsys, asked, tmp_path):
    words, answer = asked
    target = tmp_path / "out"
    assert run(capsys, *words, "-o", target)[0] == 0
    base = target / f"{answer.name}.csv" if target.is_dir() else target
    note = json.loads(base.with_name(f"{base.name}.origin.json").read_text("utf-8"))
    told = note["origin"]["parameters"]
    wanted = json.loads(json.dumps(dict(answer.parameters), default=str))
    assert told == wanted


WRONG = [
    (["exposure", "TOY", "--by", "street"], "street"),
    (["exposure", "TOY", "--weight", "beauty"], "beauty"),
    (["exposure", "TOY", "--spare", "-1"], "spare_share"),
    (["exposure", "TOY", "--recovery", "-1"], "recovery_weeks"),
    (["exposure", "TOY", "--top", "0"], "top"),
    (["exposure", "TOY", "--top", "many"], "many"),
    (["exposure", "TOY", "--format", "parquet"], "parquet"),
    (["exposure", "nowhere"], "nowhere"),
    (["exposure", "TOY", "--nonsense", "1"], "nonsense"),
    (["single-sources", "nowhere"], "nowhere"),
    (["single-sources", "demo:country"], "maker"),
    (["common-suppliers", "TOY", "--by", "node"], "node"),
    (["common-suppliers", "demo:country"], "maker"),
    (["concentration", "demo:country"], "maker"),
    (["concentration", "TOY", "--lang", "fr"], "fr"),
    (["supplier-tiers", "TOY", "--depth", "-1"], "depth"),
    (["supplier-tiers", "TOY", "--least-share", "2"], "least_share"),
    (["supplier-tiers", "TOY", "--trade", "nowhere.csv"], "nowhere.csv"),
    (["supplier-tiers", "TOY", "--chain", "no-such-map"], "no-such-map"),
    (["mitigate", "TOY", "--of", "A11"], "A11"),
    (["mitigate", "TOY", "--budget", "-5"], "budget"),
    (["mitigate", "TOY", "--gap", "2"], "gap"),
    (["mitigate", "TOY", "--measures", "nowhere.csv"], "nowhere.csv"),
    (["mitigate", "TOY", "--forbid", "no-such-measure"], "no-such-measure"),
    (["mitigate", "TOY", "--frontier", "--points", "0"], "points"),
    (["mitigate", "TOY", "--cost", "dear"], "dear"),
    (["mitigate", "demo:country"], "maker"),
    (["bom", "nowhere.xlsx"], "nowhere.xlsx"),
    (["bom"], "file"),
    (["event", "show", "nowhere.jsonl", "TOY"], "nowhere.jsonl"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=lambda w: " ".join(w) if w else "")
def test_what_cannot_be_asked_is_refused_in_words_and_without_a_traceback(
    capsys, places, words, said
):
    before = {p.name for p in places["two"].iterdir()}
    code, out, err = run(capsys, *[places["two"] if w == "TOY" else w for w in words])
    assert code != 0
    assert said in out + err
    assert "Traceback" not in out + err
    assert {p.name for p in places["two"].iterdir()} == before


def test_an_answer_of_several_tables_is_not_squeezed_into_one_file_that_is_there(
    capsys, places, tmp_path
):
    target = tmp_path / "file.csv"
    target.write_text("mine", "utf-8")
    code, _, err = run(capsys, "exposure", places["two"], "-o", target)
    assert code != 0
    assert "file.csv" in err
    assert target.read_text("utf-8") == "mine"


def test_a_currency_can_be_said_where_the_folder_does_not(capsys, places, tmp_path):
    copy = tmp_path / "toy"
    copy.mkdir()
    for file in places["two"].iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    head = json.loads((copy / "maker.json").read_text("utf-8"))
    (copy / "maker.json").write_text(json.dumps(head | {"currency": None}), "utf-8")
    assert "Amounts: CHF" in run(capsys, "exposure", copy, "--currency", "CHF")[1]
    assert "CHF" not in run(capsys, "exposure", copy)[1]


def test_the_folder_of_a_command_has_a_note_beside_each_table(capsys, places, tmp_path):
    target = tmp_path / "out"
    assert run(capsys, "concentration", places["chip"], "-o", target)[0] == 0
    names = {p.name for p in target.iterdir()}
    tables = {"maker_concentration", "maker_concentration_index"}
    assert names == {f"{t}{end}" for t in tables for end in (".csv", ".csv.origin.json")}


def test_top_keeps_the_first_rows_of_the_whole_ranking(capsys, places):
    def ranked(*words):
        out = run(capsys, "exposure", places["chip"], "--format", "csv", *words)[1]
        return pd.read_csv(io.StringIO(out))["scenario"].tolist()

    whole = ranked()
    for top in (1, 3, 99):
        assert ranked("--top", top) == whole[:top]
