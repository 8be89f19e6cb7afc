"""One cascade: what each firm loses, in which round, why; sectors, links, bad input."""

import numpy as np
import pandas as pd
import pytest

from cascade_twin import network_system, random_network, system_of
from chainwright import stress
from chainwright.errors import ParameterError, TableError
from chainwright.stress import Blow, Shock

FIRMS = pd.DataFrame(
    {
        "firm": ["mine", "mill", "works", "shop", "office"],
        "sector": ["07", "24", "25", "47", "70"],
        "region": ["N", "N", "S", "S", ""],
    }
)
LINKS = pd.DataFrame(
    [
        ("mine", "mill", 4.0),
        ("mill", "works", 6.0),
        ("works", "shop", 8.0),
        ("office", "works", 2.0),
        ("office", "shop", 2.0),
    ],
    columns=["supplier", "buyer", "value"],
)


def chain():
    """Return mine -> mill -> works -> shop, and an office that serves the last two."""
    return network_system(LINKS, FIRMS)


def rows_of(found):
    return found.table().set_index("firm")


def test_an_essential_input_takes_all_and_an_important_one_its_share():
    rows = rows_of(stress.cascade(chain(), {"mine": 0.5}))
    assert rows.loc[["mill", "works"], "loss_downstream"].tolist() == [0.5, 0.5]
    assert rows.loc["shop", "loss_downstream"] == pytest.approx(0.5 * 0.8)
    office = rows_of(stress.cascade(chain(), "office"))
    assert office.loc["works", "loss_downstream"] == pytest.approx(2 / 8)  # a service


def test_rounds_count_the_steps_away_from_the_shock():
    rows = rows_of(stress.cascade(chain(), "mine"))
    assert rows["round"].to_dict() == {"mine": 0, "mill": 1, "works": 2, "shop": 3}


def test_reasons_name_the_input_and_the_firm_in_both_languages():
    rows = rows_of(stress.cascade(chain(), "mill"))
    assert rows.loc["mill", "reason_en"] == "hit by the shock itself"
    assert rows.loc["works", "reason_en"] == "lacks the essential input 24, most of all from mill"
    assert rows.loc["shop", "reason_en"] == "lacks important inputs, most of all from works"
    assert rows.loc["mine", "reason_en"] == "lacks demand, most of all from mill"
    assert rows.loc["works", "reason_zh"] == "关键投入 24 短缺，主要来自 mill"
    assert rows.loc["mine", "reason_zh"] == "需求减少，主要来自 mill"


def test_only_firms_that_lose_have_a_row_the_largest_loss_of_sales_first():
    found = stress.cascade(chain(), "shop")
    assert "shop" in found.table()["firm"].to_list()
    assert found.table()["lost_sales"].is_monotonic_decreasing
    assert (found.table()["loss"] > 0).all()
    assert rows_of(found).loc["office", "loss_upstream"] == pytest.approx(1.0)


def test_rounds_end_at_the_risk_and_count_the_firms_reached():
    found = stress.cascade(chain(), "mine")
    frame = found.tables()["cascade_rounds"]
    assert frame["round"].tolist() == [1, 2, 3, 4]
    assert frame["firms_reached"].tolist() == [1, 1, 1, 0]
    assert frame["risk"].iloc[-1] == found.risk
    assert frame["largest_change"].iloc[-1] <= 0.01


def test_sectors_lose_less_the_shock_itself():
    frame = stress.cascade(chain(), {"mine": 0.5}).tables()["cascade_sectors"].set_index("sector")
    assert frame.loc["07", ["lost_to_shock", "lost_beyond_shock"]].tolist() == [2.0, 0.0]
    assert frame.loc["24", ["lost_to_shock", "lost_beyond_shock"]].tolist() == [0.0, 3.0]
    assert frame.loc["24", "loss_beyond_shock"] == 0.5
    assert frame.index[0] == "25"


def test_links_show_the_way_that_the_loss_took():
    found = stress.cascade(chain(), "mine")
    frame = found.tables()["cascade_links"]
    down = frame[frame["direction"] == "downstream"]
    ways = set(zip(down["from_firm"], down["to_firm"], strict=True))
    assert ("mine", "mill") in ways
    assert ("office", "mine") not in ways
    assert found.along_links(top=2).shape[0] == 2
    assert frame["lost_sales"].is_monotonic_decreasing


def test_a_shock_of_capacity_is_that_of_its_shares():
    blow = Blow("capacity", firms=("mine", "shop"), share=0.4)
    by_shock = stress.cascade(chain(), Shock((blow,)))
    by_share = stress.cascade(chain(), {"mine": 0.4, "shop": 0.4})
    pd.testing.assert_frame_equal(by_shock.table(), by_share.table())
    regions = stress.cascade(chain(), Shock((Blow("capacity", regions=("N",), share=1.0),)))
    assert set(regions.parameters["shock"]) == {"mine", "mill"}


@pytest.mark.parametrize(
    "blow",
    [
        Blow("demand_drop", firms=("mine",), share=0.4),
        Blow("supply_cut", firms=("mine",), share=0.4),
        Blow("capital", firms=("mine",), share=0.4),
        Blow("capacity", firms=("mine",), share=0.4, days=14),
        Blow("capacity", firms=("mine",), share=0.4, start_day=3),
        Blow("capacity", firms=("mine",), share=0.4, days=5, recovery="linear", recovery_days=9),
    ],
)
def test_what_a_cascade_cannot_represent_it_refuses_by_name(blow):
    with pytest.raises(ParameterError, match="'shock' parameter of the cascade engine"):
        stress.cascade(chain(), Shock((blow,)))


def test_demand_may_fall_by_another_share_than_supply():
    rows = rows_of(stress.cascade(chain(), {"works": 0.2}, demand={"works": 0.6}))
    assert rows.loc["shop", "loss_downstream"] == pytest.approx(0.2 * 0.8)
    assert rows.loc["mill", "loss_upstream"] == 0.6
    assert rows.loc["works", "shock"] == 0.6


def test_firms_whose_demand_is_not_named_buy_as_much_less_as_they_supply():
    told = stress.cascade(chain(), {"works": 0.2, "mill": 0.5}, demand={"works": 0.0})
    assert told.up_shock.tolist() == [0.5 if f == "mill" else 0.0 for f in FIRMS["firm"]]
    same = stress.cascade(chain(), {"works": 0.2, "mill": 0.5}, demand={"works": 0.2})
    alone = stress.cascade(chain(), {"works": 0.2, "mill": 0.5})
    assert np.array_equal(same.loss, alone.loss)
    with pytest.raises(TableError, match="from 0 to 1"):
        stress.cascade(chain(), {"works": 0.2}, demand={"works": -0.1})


def test_several_firms_named_stop_wholly():
    found = stress.cascade(chain(), ["mine", "office"])
    assert found.parameters["shock"] == {"mine": 1.0, "office": 1.0}
    assert found.parameters["firms_hit"] == 2


def test_all_that_is_wrong_in_a_shock_is_said_at_once():
    with pytest.raises(TableError) as told:
        stress.cascade(chain(), {"mines": 0.5, "mill": 1.5, "shop": 0.0})
    assert len(told.value.breaches) == 3
    assert str(told.value).startswith("The shock cannot be used as it is")
    assert "Did you mean mine?" in str(told.value)
    with pytest.raises(ParameterError, match="at least one firm"):
        stress.cascade(chain(), [])


def test_remarks_say_the_mode_and_what_is_lost():
    found = stress.cascade(chain(), "mine")
    said = " ".join(found.remarks())
    assert "mode reference" in said
    assert f"lost: {found.risk:.4%}" in said
    assert found.parameters["settled"] is True


def test_the_failure_of_one_firm_is_its_systemic_risk():
    system, table = system_of(*random_network(np.random.default_rng(8), 25, 100))
    risks = stress.systemic_risk(system, essential=table).table().set_index("firm")
    for firm in ("f000", "f013", "f024"):
        found = stress.cascade(system, firm, essential=table)
        assert found.risk == pytest.approx(risks.loc[firm, "risk"], abs=1e-12)
        assert found.runs.rounds[0] == risks.loc[firm, "iterations"]


def test_the_input_that_binds_is_the_one_that_lacks_most():
    system, table = system_of(*random_network(np.random.default_rng(5), 30, 150))
    found = stress.cascade(system, ["f001", "f002"], essential=table, stop=1e-10)
    hit = np.flatnonzero((found.down > found.shock) & (found.down > 0.0))
    assert len(hit) > 3
    assert found.binding.loss[hit] == pytest.approx(found.down[hit], abs=1e-8)
    assert (found.binding.supplier[hit] >= 0).all()
    upstream = np.flatnonzero(found.up > found.up_shock)
    assert (found.binding.buyer[upstream] >= 0).all()


def test_a_shock_that_comes_back_by_rounding_is_still_the_shock_itself():
    firms = pd.DataFrame({"firm": list("abcd"), "sector": list("0123")})
    amounts = [0.7, 0.3, 0.55, 0.45, 1.1, 0.9]
    pairs = ["ab", "ac", "ba", "bd", "ca", "da"]
    rows = [(s, b, 37.3 * v) for (s, b), v in zip(pairs, amounts, strict=True)]
    links = pd.DataFrame(rows, columns=["supplier", "buyer", "value"])
    system = network_system(links, firms)
    for share in np.linspace(0.05, 0.95, 19):
        found = stress.cascade(system, {"a": share}, essential="linear", stop=1e-15)
        row = found.table().set_index("firm").loc["a"]
        assert row["loss"] == pytest.approx(share, rel=1e-14)
        assert (row["round"], row["reason_en"]) == (0, "hit by the shock itself")
