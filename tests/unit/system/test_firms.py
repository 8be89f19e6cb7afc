"""The part `firms`, and the firms that chain maps name."""

import pandas as pd
import pytest

from chainmaps import DOCUMENT, added, written
from chainwright import System
from chainwright.errors import MissingPartError, TableError
from chainwright.system import Chains, Firms, chain_map, read_firms, unknown_firms
from chainwright.tables import example

ROWS = [
    {"firm": "91440300MA5XAMPE0H", "name_en": "Example Cells", "name_zh": "示例电芯有限公司"},
    {"firm": "c-2", "name_en": "Other Cells", "place": "JPN"},
]


def of_rows():
    return Firms.of_table(pd.DataFrame(ROWS).fillna(""))


def supplied(tmp_path, *firms):
    rows = [
        {
            "node": "cell", "place": "JPN", "firm": firm, "share": "0.1", "basis": "production",
            "year": str(2010 + i), **DOCUMENT,
        }
        for i, firm in enumerate(firms)
    ]  # fmt: skip
    chain = chain_map(written(tmp_path / "toy", supply=added("supply", *rows)))
    return System(chains=Chains(chain), firms=of_rows())


def test_firms_are_read_from_files(tmp_path):
    for name in ("firms", "sites"):
        (tmp_path / f"{name}.csv").write_text(example(name), encoding="utf-8")
    firms = read_firms(tmp_path / "firms.csv", tmp_path / "sites.csv")
    assert repr(firms) == "<Firms: 2 firms, 1 sites>"
    assert firms.axis.name(0, "zh") == "示例电芯有限公司"
    assert len(read_firms(str(tmp_path / "firms.csv")).sites) == 0


def test_a_system_holds_firms_and_says_where_they_come_from():
    system = System(firms=of_rows())
    assert system.has == {"firms"}
    assert system.firms.axis.codes == ("91440300MA5XAMPE0H", "c-2")
    assert system.origin["firms"]["format"] == "given in memory"


def test_bad_firms_are_refused():
    with pytest.raises(TableError, match="the table 'firms' cannot be used"):
        Firms.of_table(pd.DataFrame([{"firm": "a"}]))


def test_firms_of_the_table_are_no_warning(tmp_path):
    answer = unknown_firms(supplied(tmp_path, "c-2"))
    assert answer.table().empty
    assert answer.names("near", "zh")["91440300MA5XAMPE0H"] == "示例电芯有限公司"
    assert answer.names("firm") == {}


def test_a_firm_that_the_table_lacks_is_a_row_with_a_near_one(tmp_path):
    given = ["示例电芯有限公司", "Other Cell", "nobody", "nobody"]
    rows = unknown_firms(supplied(tmp_path, *given)).table()
    assert list(rows["firm"]) == ["nobody", "Other Cell", "示例电芯有限公司"]
    assert list(rows["rows"]) == [2, 1, 1]
    assert list(rows["near"]) == ["", "c-2", "91440300MA5XAMPE0H"]
    assert set(rows["nodes"]) == {"cell"}
    assert set(rows["chain"]) == {"toy"}


def test_without_firms_or_chains_there_is_nothing_to_hold_against_another(tmp_path):
    with pytest.raises(MissingPartError):
        unknown_firms(System(firms=of_rows()))
    with pytest.raises(MissingPartError):
        unknown_firms(System.read(written(tmp_path / "toy")))
