"""The seams of the carbon parts: what one command writes the next one reads, and a notebook too."""

import io
import json

import pandas as pd
import pytest

from asked_pages import Page, ask
from chainwright import carbon
from chainwright.cli import main
from chainwright.records import ProjectLedger, Store
from chainwright.serve.app import application
from chainwright.system import System
from chainwright.tables import example


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    printed = capsys.readouterr()
    assert not stopped.value.code, printed.err
    return printed.out, printed.err


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seams") / "city"
    size = ("--firms", "24", "--months", "13", "--codes", "1", "--advice", "1", "--seed", "3")
    with pytest.raises(SystemExit) as stopped:
        main(["carbon", "demo", "-o", str(folder), *size])
    assert not stopped.value.code
    return folder


@pytest.fixture
def inventory(tmp_path):
    for name in ("processes", "exchanges"):
        (tmp_path / f"{name}.csv").write_text(example(name), encoding="utf-8")
    return tmp_path


def pages(city, store):
    trust = carbon.TrustList.read(city / "trust.json")
    return application(store, language="en", trust=trust, ledger=ProjectLedger(store))


def test_from_a_demo_city_to_a_verified_code_its_page_and_projects_from_advice(
    city, capsys, tmp_path
):
    store = city / "city.db"
    firm = min(pd.read_parquet(city / "firms.parquet")["firm"])
    lists = ("--trust", city / "trust.json", "--root", city / "key.public.json")
    out, _ = run(
        capsys, "carbon", "code", "verify", store, "--firm", firm, *lists, "--at", "2026-12-01"
    )
    assert firm in out
    table = tmp_path / "advice.csv"
    run(capsys, "carbon", "advise", store, "--firm", firm, "-o", table)
    measures = pd.read_csv(table).query("applies and payback == payback and cut > 0")
    named = ("--owner", "Wang", "--by", "Li", "--firm", firm, "--region", "330500")
    named += ("--currency", "CNY", "--year", "2026")
    run(capsys, "projects", "propose", store, table, *named)
    group = measures["one_of"].fillna("")
    measures = measures[(group == "") | ~group.duplicated()]  # of rivals the first
    out, _ = run(capsys, "projects", "list", store, "--firm", firm, "--format", "csv")
    assert out.count("proposed") == len(measures)
    with Store.open(store, read_only=True) as opened:
        ledger = ProjectLedger(opened)
        promised = ledger.table(firm=firm).set_index("project")["promised"]
        served = pages(city, opened)
        page = Page(ask(served, f"/c/{firm}/projects?lang=en").text).text
        assert ask(served, f"/c/{firm}").status_code == 200
        assert "24 firms" in Page(ask(served, "/city?lang=en").text).text
    saved = measures.set_index("measure")["cut"]
    assert promised[saved.index].tolist() == pytest.approx(saved.tolist(), rel=1e-12)
    assert measures["name_en"].iloc[0] in page


def test_the_store_the_folder_and_the_notebook_give_one_code(city, capsys):
    with Store.open(city / "city.db", read_only=True) as store:
        firms, readings = store.firms(), store.readings()
        kept = store.codes().set_index("firm")
    system = System.demo("city", firms=24, months=13, seed=3)
    held = System(
        firms=type(system.firms).of_table(firms), readings=type(system.readings).of_table(readings)
    )
    rating, again = (carbon.rate(carbon.account(one)) for one in (system, held))
    month = rating.periods[-1]
    out, _ = run(capsys, "carbon", "rate", city, "--format", "json")
    shown = {row["firm"]: row for row in json.loads(out) if row["month"] == month}
    for firm in rating.firms:
        row, document = rating.row(firm, month), json.loads(kept.loc[firm, "document"])
        assert again.row(firm, month)["grade"] == row["grade"] == document["efficiency"]["grade"]
        assert again.row(firm, month)["net"] == pytest.approx(row["net"], rel=1e-12)
        assert document["totals"]["net_t"] == pytest.approx(row["net"], rel=1e-12)
        assert (shown[firm]["grade"] or 0) == row["grade"]


def test_footprints_go_to_a_buyer_and_into_the_chain_of_the_buyer(inventory, capsys, tmp_path):
    run(capsys, "carbon", "footprint", inventory, "-o", tmp_path / "all.csv")
    products = pd.read_csv(io.StringIO(example("pact_products")))
    products = products.assign(product="iron", name="iron", footprint=None, primary_share=None)
    products.to_csv(tmp_path / "products.csv", index=False)
    sent = tmp_path / "iron.json"
    given = ("--footprints", tmp_path / "all.csv", "-o", sent)
    run(capsys, "carbon", "pact", "write", tmp_path / "products.csv", *given)
    whole = pd.read_csv(tmp_path / "all.csv").set_index("product")
    assert (
        float(json.loads(sent.read_text("utf-8"))["pcf"]["pcfExcludingBiogenicUptake"])
        == (whole.loc["iron", "footprint"])
    )
    frames = []
    for word in (sent, f"iron={sent}", f"iron={float(whole.loc['iron', 'footprint'])!r}"):
        to = tmp_path / f"cut{len(frames)}.csv"
        run(capsys, "carbon", "footprint", inventory, "--declared", word, "-o", to)
        frames.append(pd.read_csv(to).set_index("product"))
    for frame in frames:  # who takes the supplier's own figure comes to the same footprints
        assert frame.loc["iron", "declared"]
        assert frame.loc["steel", "footprint"] == pytest.approx(whole.loc["steel", "footprint"])
    assert frames[0]["primary_share"].equals(frames[1]["primary_share"])
    assert frames[0].loc["iron", "primary_share"] == pytest.approx(
        whole.loc["iron", "primary_share"], rel=1e-9
    )


def test_a_notebook_hands_footprints_on_in_the_same_way(inventory):
    chain = carbon.read_processes(inventory)
    ours = carbon.footprints(chain)
    products = pd.read_csv(io.StringIO(example("pact_products")))
    products = products.assign(product="iron", name="iron", footprint=None, primary_share=None)
    sent = carbon.pact_footprints(products, ours.of_products())
    declared = carbon.declared_footprints(chain, sent)
    cut = carbon.footprints(chain, declared=declared)
    assert cut.footprint == pytest.approx(ours.footprint, rel=1e-9)


def test_a_document_that_is_of_no_product_or_twice_is_refused(inventory, capsys, tmp_path):
    products = tmp_path / "products.csv"
    products.write_text(example("pact_products"), encoding="utf-8")
    run(capsys, "carbon", "pact", "write", products, "-o", tmp_path / "coil.json")
    words = ["carbon", "footprint", str(inventory), "--declared", str(tmp_path / "coil.json")]
    for more, said in (
        ([], "Cold-rolled coil"),
        (["--declared", "iron=1", "--declared", f"iron={tmp_path / 'coil.json'}"], "each product"),
    ):
        asked = words if not more else [*words[:3], *more]
        with pytest.raises(SystemExit) as stopped:
            main(asked)
        printed = capsys.readouterr()
        assert stopped.value.code == 2
        assert said in printed.err
        assert printed.out == ""
