"""A city summed once more by plain tables: totals, districts, movers, ranking."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System, carbon


@pytest.fixture(scope="module")
def rating():
    system = System.demo("city", firms=80, months=25, seed=11)
    return carbon.rate(carbon.account(system))


@pytest.fixture(scope="module")
def frame(rating):
    return rating.table()


def test_every_row_of_the_table_is_the_row_of_its_firm(rating, frame):
    for row in frame.sample(25, random_state=1).to_dict("records"):
        told = rating.row(row["firm"], row["month"])
        for name, value in row.items():
            if pd.isna(value):
                assert told[name] is None, name
            else:
                assert told[name] == value, name


def test_intensity_ratio_and_share_are_quotients_of_the_columns_beside_them(frame):
    rated = frame[frame["grade"].notna()]
    L = rated["net"] / rated["value_added"]
    assert rated["intensity"].to_numpy() == pytest.approx(L.to_numpy(), rel=1e-15)
    K = rated["intensity"] / rated["peer_mean"]
    assert rated["ratio"].to_numpy() == pytest.approx(K.to_numpy(), rel=1e-15)
    R = (rated["neutralised"] / rated["gross"]).clip(0, 1)
    assert rated["neutrality"].to_numpy() == pytest.approx(R.to_numpy(), rel=1e-15)
    assert (rated["gross"] - rated["neutralised"]).to_numpy() == pytest.approx(
        rated["net"].to_numpy(), rel=1e-9
    )


def test_grades_and_levels_are_those_of_plain_comparisons(frame):
    rated = frame[frame["grade"].notna()]
    grade = 1 + sum((rated["ratio"] > bound).astype(int) for bound in (0.6, 0.8, 1.2, 2.0))
    level = 1 + sum((rated["intensity"] > bound).astype(int) for bound in (0.6, 2.0))
    assert (grade == rated["grade"]).all()
    assert (level == rated["level"]).all()


def test_means_of_peers_are_sums_over_the_rows_of_the_group(frame):
    month = frame[(frame["month"] == "2026-10") & frame["grade"].notna()]
    section = {code: "D" if code[:2] in {"44", "46"} else "C" for code in month["gbt4754"]}
    for row in month.to_dict("records"):
        group = row["peer_class"]
        inside = month[
            [
                section[c] == group if group.isalpha() else c.startswith(group)
                for c in month["gbt4754"]
            ]
        ]
        assert len(inside) == row["peers"]
        expected = inside["net"].sum() / inside["value_added"].sum()
        assert row["peer_mean"] == pytest.approx(expected, rel=1e-12)


def test_windows_are_twelve_months_of_the_account(rating):
    monthly = rating.account
    for i in (0, 17, 79):
        for t in (11, 18, 24):
            for name in ("net", "gross", "neutralised", "value_added"):
                months = getattr(monthly, name)[i, t - 11 : t + 1]
                found = getattr(rating, name)[i, t]
                expected = np.nan if np.isnan(months).any() else months.sum()
                assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_districts_are_sums_of_rows(rating, frame):
    month = frame[frame["month"] == "2026-10"]
    city = carbon.city(rating).table().set_index("code")
    for code, rows in month.groupby("division"):
        rated = rows[rows["grade"].notna()]
        told = city.loc[code]
        assert told["firms"] == len(rows)
        assert told["net"] == pytest.approx(rows["net"].sum(), rel=1e-12)
        usual = (rated["value_added"] * rated["peer_mean"]).sum()
        assert told["ratio"] == pytest.approx(rated["net"].sum() / usual, rel=1e-12)
        for grade in range(1, 6):
            assert told[f"grade_{grade}"] == (rated["grade"] == grade).sum()


def test_movers_are_the_rows_of_two_months_side_by_side(rating, frame):
    two = frame[frame["month"].isin(["2025-10", "2026-10"]) & frame["grade"].notna()]
    wide = two.pivot_table(index="firm", columns="month", values="ratio").dropna()
    moved = carbon.city(rating).movers().set_index("firm").loc[wide.index]
    assert (moved["ratio_before"] == wide["2025-10"]).all()
    assert (moved["ratio"] == wide["2026-10"]).all()
    assert len(moved) == len(carbon.city(rating).movers())


def test_the_ranking_of_a_class_is_its_rows_in_order(rating, frame):
    month = frame[(frame["month"] == "2026-10") & frame["grade"].notna()]
    ranking = carbon.city(rating, top=2).tables()["carbon_city_ranking"]
    for code, rows in month.groupby("gbt4754"):
        order = rows.sort_values(["intensity", "firm"])["firm"].tolist()
        listed = ranking[ranking["gbt4754"] == code]
        best = listed[listed["side"] == "best"].sort_values("place")["firm"].tolist()
        worst = listed[listed["side"] == "worst"].sort_values("place")["firm"].tolist()
        assert best == order[: len(best)]
        assert worst == order[::-1][: len(worst)]
        assert len(best) + len(worst) == min(len(order), 4)
