"""Supply risk after the European Commission's method, with its published orders of size."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.diagnose.products.criticality import concentration_of_risk
from chainwright.errors import LabelError, MissingPartError, ParameterError
from trades import trade_of

GOVERNANCE = {
    "CHN": 5.490, "TJK": 6.894, "RUS": 6.920, "MMR": 8.420, "TUR": 6.252, "BOL": 6.706,
    "AUS": 1.946, "IRN": 7.576, "CHL": 3.448, "THA": 5.542, "ITA": 3.674, "PHL": 5.686,
    "BRA": 5.526, "CAN": 2.228, "COD": 8.152, "RWA": 4.762, "NGA": 7.164, "GBR": 2.656,
    "USA": 3.150, "DEU": 2.0, "OTH": 5.0,
}  # fmt: skip

WORLD = {
    "261710": {
        "CHN": 0.4999, "TJK": 0.2073, "RUS": 0.1752, "MMR": 0.0351, "TUR": 0.0249, "BOL": 0.0212,
        "AUS": 0.0203, "IRN": 0.0076,
    },
    "720293": {
        "BRA": 0.9238, "CAN": 0.0619, "RUS": 0.0058, "COD": 0.0048, "RWA": 0.0018, "NGA": 0.0013,
    },
}  # fmt: skip

SOURCING = {
    "261710": {
        "TJK": 0.6906, "TUR": 0.2689, "BOL": 0.0237, "CHN": 0.0045, "CHL": 0.0045, "THA": 0.0027,
        "PHL": 0.0023,
    },
    "720293": {"BRA": 0.8674, "CAN": 0.1177, "GBR": 0.0048, "RUS": 0.0040, "USA": 0.0018},
}  # fmt: skip


def published():
    """World production and extra-EU imports of antimony and niobium, as shares."""
    made = [
        {"place": place, "product": product, "year": 2020, "quantity": share}
        for product, shares in WORLD.items()
        for place, share in shares.items()
    ]
    bought = [
        {"exporter": place, "importer": "DEU", "product": product, "value": share}
        for product, shares in SOURCING.items()
        for place, share in shares.items()
    ]
    frame = pd.DataFrame(bought)
    system = trade_of({2020: frame.assign(quantity=frame["value"])}, quantity_unit="t")
    scores = pd.DataFrame({"place": list(GOVERNANCE), "score": list(GOVERNANCE.values())})
    return system, pd.DataFrame(made), scores


MATERIALS = {
    "261710": diagnose.Material("antimony", "ore", recycled=0.28),
    "720293": diagnose.Material("niobium", "refined"),
}


@pytest.mark.parametrize(
    ("product", "world", "sourcing", "risk"),
    [("261710", 1.899, 3.744, 2.03), ("720293", 4.725, 4.189, 4.46)],
)
def test_antimony_and_niobium_have_their_published_risk(product, world, sourcing, risk):
    system, made, scores = published()
    table = diagnose.supply_risk(system, made, scores, home="DEU", materials=MATERIALS).table()
    row = table.set_index("product").loc[product]
    # The printed shares leave out the smallest places, so that they do not quite add up to 1.
    total = sum(WORLD[product].values())
    assert row["risk_world"] * total**2 == pytest.approx(world, abs=2e-3)
    bought = sum(SOURCING[product].values())
    assert row["risk_sourcing"] * bought**2 == pytest.approx(sourcing, abs=2e-3)
    assert row["import_reliance"] == 1.0
    assert row["supply_risk"] == pytest.approx(risk, abs=0.05)


def test_shares_that_add_up_to_one_give_the_printed_risk_exactly():
    scores = pd.Series(GOVERNANCE)
    none = pd.Series(dtype=float)
    risks = [
        concentration_of_risk(pd.Series(shares), scores, none)[0]
        for shares in (WORLD["720293"], SOURCING["720293"])
    ]
    assert risks == pytest.approx([4.725, 4.189], abs=1e-3)
    assert sum(risks) / 2 == pytest.approx(4.46, abs=5e-3)


def test_half_of_the_world_and_half_of_the_sourcing_count_when_all_is_imported():
    system, made, scores = published()
    table = diagnose.supply_risk(system, made, scores, home="DEU").table()
    mean = (table["risk_world"] + table["risk_sourcing"]) / 2
    np.testing.assert_allclose(table["supply_risk"], mean, rtol=1e-12)


def test_own_production_moves_the_weight_to_the_sourcing():
    system, made, scores = published()
    own = pd.DataFrame([{"place": "DEU", "product": "720293", "year": 2020, "quantity": 9.0}])
    before = diagnose.supply_risk(system, made, scores, home="DEU").table()
    after = diagnose.supply_risk(system, pd.concat([made, own]), scores, home="DEU").table()
    niobium = {name: t.set_index("product").loc["720293"] for name, t in
               {"before": before, "after": after}.items()}  # fmt: skip
    bought = sum(SOURCING["720293"].values())
    reliance = bought / (9.0 + bought)
    assert niobium["after"]["import_reliance"] == pytest.approx(reliance)
    assert niobium["after"]["supply_risk"] < niobium["before"]["supply_risk"]


def test_a_restricted_supplier_raises_the_risk_by_its_parameter():
    shares = pd.Series({"BRA": 0.5, "CAN": 0.5})
    scores = pd.Series({"BRA": 4.0, "CAN": 2.0})
    assert concentration_of_risk(shares, scores, pd.Series({"BRA": 2.0})) == (2.5, 1.0)


def test_too_few_scores_give_no_risk_and_name_who_lacks_one():
    system, made, scores = published()
    few = scores[scores["place"] != "CHN"]
    table = diagnose.supply_risk(system, made, few, home="DEU").table().set_index("product")
    assert np.isnan(table.loc["261710", "supply_risk"])
    assert "CHN" in table.loc["261710", "reason_en"]
    assert table.loc["720293", "supply_risk"] > 4.0
    most = scores[scores["place"] != "IRN"]
    bound = diagnose.supply_risk(system, made, most, home="DEU").table().set_index("product")
    assert bound.loc["261710", "reason_en"].startswith("lower bound: no governance score of IRN")


def test_the_riskiest_stage_is_the_bottleneck_and_importance_needs_uses():
    system, made, scores = published()
    uses = {"C24": (0.6, 100.0), "C29": (0.4, 200.0)}
    stages = {
        "261710": diagnose.Material("metal", "ore", uses=uses),
        "720293": diagnose.Material("metal", "refined", uses=uses, substitution_importance=0.9),
    }
    table = diagnose.supply_risk(system, made, scores, home="DEU", materials=stages).table()
    assert list(table["bottleneck"]) == [True, False]
    assert list(table["stage"]) == ["refined", "ore"]
    # 10 x (0.6 x 100 + 0.4 x 200) / 200 = 7
    assert list(table["importance"]) == pytest.approx([6.3, 7.0])
    assert list(table["critical"]) == [True, True]
    without = diagnose.supply_risk(system, made, scores, home="DEU").table()
    assert without["importance"].isna().all()
    assert without["critical"].isna().all()
    assert "no economic importance" in without["reason_en"][0]


def test_a_missed_threshold_settles_it_without_importance():
    system, made, scores = published()
    limit = diagnose.CriticalityThresholds(supply_risk=3.0)
    table = diagnose.supply_risk(system, made, scores, home="DEU", thresholds=limit).table()
    assert list(table["critical"]) == [None, False]


def test_what_cannot_be_asked_is_refused():
    system, made, scores = published()
    with pytest.raises(LabelError, match="No product"):
        diagnose.supply_risk(system, made.iloc[:1].assign(product="1"), scores, home="DEU")
    with pytest.raises(ParameterError, match="score"):
        diagnose.supply_risk(system, made, scores.assign(score=11.0), home="DEU")
    with pytest.raises(ParameterError, match="recycled"):
        diagnose.Material("x", recycled=1.2)
    with pytest.raises(ParameterError, match="uses"):
        diagnose.Material("x", uses={"a": (0.7, 1.0), "b": (0.7, 1.0)})
    frame = pd.DataFrame([("BRA", "DEU", "720293", 1.0)],
                         columns=["exporter", "importer", "product", "value"])  # fmt: skip
    with pytest.raises(MissingPartError, match="quantities"):
        diagnose.supply_risk(trade_of({2020: frame}), made, scores, home="DEU")
