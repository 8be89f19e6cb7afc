"""Commands of the event room, from opening to the printed page."""

import json

import pytest

from chainwright.cli import main
from chainwright.diagnose.maker.item_stakes import item_stakes
from chainwright.plan import event_area, polygon_of
from chainwright.records import IncidentLog, incident_log_schema
from chainwright.system import Maker, write_maker
from toy_makers import one_chip, two_products


@pytest.fixture
def maker(tmp_path):
    folder = tmp_path / "maker"
    write_maker(two_products().maker, folder)
    return str(folder)


@pytest.fixture
def log(tmp_path, maker, capsys):
    path = str(tmp_path / "fire.jsonl")
    said(capsys, "open", path, maker, "--sites", "A1,B", "--title", "Fire", "--by", "Li")
    return path


def said(capsys, *words):
    code = 0
    try:
        main(["event", *words])
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    assert not code, told.err
    return told.out


def refused(capsys, *words):
    with pytest.raises(SystemExit) as error:
        main(["event", *words])
    assert error.value.code == 2
    return capsys.readouterr().err


def test_an_event_is_followed_from_opening_to_its_page(capsys, tmp_path, maker, log):
    assert {s.status for s in IncidentLog.open(log).statuses().values()} == {"potential"}
    said(capsys, "confirm", log, "B", "--weeks", "4", "--by", "Wang")
    said(capsys, "clear", log, "A1", "--by", "Zhao")
    said(capsys, "note", log, "asked again", "--by", "Li")
    shown = said(capsys, "show", log, maker, "--as-of", "4", "--format", "csv")
    rows = [line.split(",") for line in shown.splitlines()]
    losses = [float(row[rows[0].index("loss")]) for row in rows[1:]]
    assert losses == pytest.approx([300.0] * 3, rel=1e-3)
    steps = said(capsys, "dispatch", log, maker, "--format", "csv")
    assert {line.split(",")[1] for line in steps.splitlines()[1:]} == {"allocate", "restart", "cut"}
    page = tmp_path / "page.html"
    said(capsys, "timeline", log, maker, "-o", str(page), "--lang", "zh")
    text = page.read_text("utf-8")
    assert 'lang="zh-CN"' in text
    assert "B确认停产4周" in text
    said(capsys, "restore", log, "B", "--by", "Wang")
    assert "6 lines in order" in said(capsys, "verify", log)


def test_sites_are_added_and_slips_corrected(capsys, maker, log):
    said(capsys, "suspect", log, maker, "P1", "--by", "Li")
    said(capsys, "confirm", log, "P1", "--weeks", "1:2:3", "--capacity-lost", "0.5", "--by", "Li")
    assert IncidentLog.open(log).statuses()["P1"].weeks == (1, 2, 3)
    said(capsys, "correct", log, "4", "--weeks", "2:3:4", "--by", "Li")
    assert IncidentLog.open(log).statuses()["P1"].weeks == (2, 3, 4)
    said(capsys, "correct", log, "4", "--by", "Li")
    assert IncidentLog.open(log).statuses()["P1"].status == "potential"


@pytest.mark.parametrize(
    ("words", "sites"),
    [
        (["--region", "CHN:Anhui"], "P1, P2"),
        (["--place", "JPN"], "B"),
        (["--supplier", "SA"], "A1, A2"),
        (["--item", "b"], "B"),
        (["--polygon", "0,0 0,1 1,1"], "none"),
    ],
)
def test_an_event_is_opened_by_any_kind_of_area(capsys, tmp_path, maker, words, sites):
    path = tmp_path / "x.jsonl"
    told = said(capsys, "open", str(path), maker, *words, "--title", "T", "--by", "Li")
    count = 0 if sites == "none" else len(sites.split(", "))
    verb = "site is" if count == 1 else "sites are"
    assert f"{count} {verb} potential: {sites}." in told
    assert IncidentLog.open(path).opened.content["maker"] == "toy"
    assert "yes" in said(capsys, "area", maker, *words) or sites == "none"


def test_a_polygon_is_read_from_a_file(capsys, tmp_path, maker):
    ring = [[116, 30], [118, 30], [118, 33], [116, 30]]
    (tmp_path / "flood.json").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    path = tmp_path / "x.jsonl"
    words = ["--polygon", str(tmp_path / "flood.json"), "--title", "T", "--by", "Li"]
    told = said(capsys, "open", str(path), maker, *words)
    assert "Of 5 it cannot be told" in told
    assert IncidentLog.open(path).opened.content["area"]["source"] == "flood.json"


def test_an_area_without_a_site_is_said_aloud(capsys, tmp_path, maker):
    words = ["--title", "T", "--by", "Li", "--polygon"]
    main_words = ["event", "open", str(tmp_path / "x.jsonl"), maker, *words, "0,0 0,1 1,1"]
    with pytest.raises(SystemExit) as end:
        main(main_words)
    assert not end.value.code
    assert capsys.readouterr().err.startswith("NOTHING IS HIT: no site of toy is known")
    with pytest.raises(SystemExit):
        main(["event", "open", str(tmp_path / "y.jsonl"), maker, *words[:-1], "--sites", "B"])
    assert "NOTHING" not in capsys.readouterr().err


def test_sites_that_cannot_be_told_stand_by_the_revenue_that_hangs_on_them():
    system = two_products()
    found = event_area(
        system, {"kind": "polygon", "polygons": polygon_of([(0, 0), (0, 1), (1, 1)])}
    )
    stakes = item_stakes(system.maker)
    network = system.maker.network
    revenue = {}
    for code in found.untold:
        items = network.node_item[network.node_site == network.sites.codes.index(code)]
        needed = stakes.needs[items].any(axis=0)
        revenue[code] = stakes.revenue[needed].sum()
    assert len(set(revenue.values())) > 1
    assert sorted(found.untold_first) == sorted(found.untold)
    assert list(found.untold_first) == sorted(revenue, key=lambda code: (-revenue[code], code))


def test_a_site_that_the_log_does_not_name_is_answered_with_near_ones(capsys, tmp_path):
    maker = one_chip().maker
    folder, path = str(tmp_path / "maker"), str(tmp_path / "log.jsonl")
    sites = maker.tables["sites"].copy()
    sites.loc[sites.index[0], "name"] = "Works of the North"
    write_maker(Maker.of_tables("toy", **{**maker.tables, "sites": sites}), folder)
    first, second = sites["site"][:2]
    said(capsys, "open", path, folder, "--sites", first, "--title", "T", "--by", "Li")
    for words in (["confirm", "--weeks", "4"], ["clear"], ["restore"]):
        asked = [words[0], path, "north", *words[1:], "--by", "L"]
        told = refused(capsys, *asked)
        assert f"It names {first}." in told
        assert "--maker MAKER finds them by their names" in told
        assert f"such as {first} Works of the North" in refused(capsys, *asked, "--maker", folder)
    assert f"Did you mean {first}?" in refused(capsys, "clear", path, f"{first}x", "--by", "L")
    other = refused(capsys, "clear", path, second, "--by", "L", "--maker", folder)
    assert "add it with the command suspect first" in other
    assert len(IncidentLog.open(path).entries) == 2


def test_prices_without_a_currency_are_given_one(capsys, tmp_path):
    maker, folder = two_products().maker, str(tmp_path / "maker")
    write_maker(Maker.of_tables("toy", **maker.tables), folder)
    path = str(tmp_path / "log.jsonl")
    said(capsys, "open", path, folder, "--sites", "B", "--title", "T", "--by", "Li")
    for words in (["show", path, folder], ["dispatch", path, folder], ["timeline", path, folder]):
        written = tmp_path / f"{words[0]}"
        said(capsys, *words, "--currency", "EUR", "-o", str(written))
        notes = "".join(note.read_text("utf-8") for note in written.glob("*.origin.json"))
        assert "EUR" in notes
    assert "Amounts: EUR" in said(capsys, "show", path, folder, "--currency", "EUR")


def test_what_cannot_be_said_is_refused_in_words(capsys, tmp_path, maker, log):
    new = str(tmp_path / "y.jsonl")
    why = ["--title", "T", "--by", "Li"]
    assert "one of --region" in refused(capsys, "open", new, maker, *why)
    assert "one of --region" in refused(
        capsys, "open", new, maker, "--sites", "B", "--place", "JPN", *why
    )
    assert "Did you mean" in refused(capsys, "open", new, maker, "--sites", "A11", *why)
    assert "never written over" in refused(capsys, "open", log, maker, "--sites", "B", *why)
    assert "names as potential" in refused(
        capsys, "confirm", log, "P2", "--weeks", "4", "--by", "L"
    )
    assert "low:likely:high" in refused(capsys, "confirm", log, "B", "--weeks", "x", "--by", "L")
    assert "with its zone" in refused(capsys, "clear", log, "B", "--by", "L", "--at", "2026-01-01")
    assert "There is no file" in refused(capsys, "show", new, maker)
    assert not (tmp_path / "y.jsonl").exists()


def test_a_changed_log_is_found_by_verify(capsys, tmp_path, log):
    noted = IncidentLog.open(log).head
    assert noted in said(capsys, "verify", log, "--head", noted)
    path = tmp_path / "fire.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Fire", b"Flod"))
    assert "line 1" in refused(capsys, "verify", log)


def test_a_line_that_was_cut_off_is_told_by_verify(capsys, tmp_path, log):
    with (tmp_path / "fire.jsonl").open("ab") as file:
        file.write(b'{"seq":3,')
    told = said(capsys, "verify", log)
    assert "2 lines in order" in told
    assert "9 bytes of a line that was cut off" in told


def test_the_schema_of_the_log_is_printed(capsys):
    assert json.loads(said(capsys, "schema")) == incident_log_schema()
