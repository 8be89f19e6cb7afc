import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon import (
    Claims,
    SaltKey,
    SigningKey,
    check_disclosure,
    disclose,
    issue,
    qr_svg,
    verify,
)
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.codes.rated_claims import period_of
from chainwright.carbon.codes.window_values import kind_numbers
from chainwright.errors import (
    ChangedInputError,
    CodeError,
    FormatError,
    MissingPartError,
    ParameterError,
    UnknownCodeError,
)
from chainwright.system import System
from signed_codes import AT, ISSUED, ISSUER, trusting

SALT = SaltKey(bytes(range(32)))


@pytest.fixture(scope="module")
def key():
    return SigningKey.made(ISSUER)


@pytest.fixture(scope="module")
def city():
    return System.demo("city", firms=40, months=14)


@pytest.fixture(scope="module")
def rating(city):
    return carbon.rate(carbon.account(city))


@pytest.fixture(scope="module")
def codes(city, rating, key):
    return issue(rating, city.readings, key, salt=SALT, issued=ISSUED)


def test_each_firm_and_month_has_a_code_latest_month_first(codes, rating):
    table = codes.table()
    assert len(table) == 40 * len(rating.periods)
    assert table["period"].tolist()[:40] == ["2026-10"] * 40
    assert table["firm"].tolist()[:40] == list(rating.firms)
    assert set(table["issued"]) == {"2026-11-02T08:00:00Z"}
    assert table["expires"].iloc[0] == "2027-02-09T00:00:00Z"
    assert codes.frame.equals(table)


def test_codes_say_what_the_rating_says(codes, rating, key):
    trust = trusting(key)
    seen = set()
    every = list(zip(codes.table().itertuples(), codes.places.tolist(), strict=True))
    for row, (i, t) in every[::9]:
        c = verify(row.text, trust, at=AT, past=True).claims
        said = rating.row(rating.firms[i], rating.periods[t])
        assert (c.firm, c.month, c.method) == (row.firm, row.period, "zj-2021")
        assert (c.gbt4754, c.division) == (said["gbt4754"], said["division"])
        assert c.root.hex() == row.root
        assert c.grade == said["grade"]
        assert c.level == said["level"]
        for name in ("net", "neutralised", "intensity", "ratio", "neutrality", "half_width"):
            assert getattr(c, name) == said[name]
        assert c.value_added == said["value_added"]
        assert c.reason == said["reason"]
        assert c.inputs == (39, said["measured"], said["estimated"], said["missing"])
        assert c.peers == ((said["peer_class"], said["peers"]) if said["peers"] else None)
        assert c.factors == rating.account.factors.digest
        seen.add(c.reason)
    assert {"", "too_early"} <= seen


def test_scopes_are_those_of_the_account_of_the_window(codes, rating, key):
    c = verify(codes.texts[0], trusting(key), at=AT).claims
    i, t = codes.places[0].tolist()
    column = int(rating.columns[t])
    assert c.scopes == (
        rating.window.scope_1[i, column],
        rating.window.scope_2[i, column],
        None,
    )


def test_a_code_issued_alone_is_the_one_issued_with_the_city(codes, city, rating, key):
    firm = rating.firms[7]
    alone = issue(
        rating, city.readings, key, salt=SALT, issued=ISSUED, firms=[firm], months=["2026-09"]
    )
    assert len(alone.texts) == 1
    table = codes.table()
    both = table[(table["firm"] == firm) & (table["period"] == "2026-09")]
    assert alone.texts[0] == both["text"].item()


def test_claims_of_a_rating_are_those_that_are_issued(codes, rating, key):
    c = verify(codes.texts[3], trusting(key), at=AT).claims
    again = Claims.of(rating, rating.firms[3], root=c.root, issuer=ISSUER, issued=ISSUED)
    assert again == c
    quiet = Claims.of(
        rating,
        rating.firms[3],
        "2026-10",
        root=c.root,
        issuer=ISSUER,
        issued=ISSUED,
        with_value_added=False,
    )
    assert quiet.value_added is None
    assert quiet.intensity == c.intensity


def test_a_firm_that_objects_has_no_value_added_on_its_code(city, rating, key):
    firm = rating.firms[0]
    made = issue(
        rating,
        city.readings,
        key,
        salt=SALT,
        issued=ISSUED,
        firms=rating.firms[:2],
        months=["2026-10"],
        without_value_added=[firm],
    )
    told = [verify(text, trusting(key), at=AT).claims.value_added is None for text in made.texts]
    assert told == [True, False]


def test_roots_differ_with_salts_firms_and_time_of_issue(codes, city, rating, key):
    assert len(set(codes.roots)) == len(codes.roots)
    given = {"firms": rating.firms[:1], "months": ["2026-10"]}
    other = issue(rating, city.readings, key, salt=SaltKey.made(), issued=ISSUED, **given)
    later = issue(rating, city.readings, key, salt=SALT, issued=AT, **given)
    assert len({codes.roots[0], other.roots[0], later.roots[0]}) == 3


def test_a_firm_without_a_reading_has_a_code_that_says_why_not(city, rating, key):
    firm = rating.firms[5]
    others = city.readings.taken(city.readings.firm != city.readings.firms.index(firm))
    made = issue(rating, others, key, salt=SALT, issued=ISSUED, firms=[firm], months=["2026-10"])
    c = verify(made.texts[0], trusting(key), at=AT).claims
    shown = disclose_nothing(made, others, firm)
    assert c.firm == firm
    assert shown is None


def disclose_nothing(made, readings, firm):
    (found,) = check_disclosure(
        Claims.decoded(Envelope.of(made.texts[0]).payload),
        disclose(readings, made.texts[0], SALT, kinds=["coal"], firm=firm),
    )
    return found.value


def test_no_code_is_issued_of_a_month_that_is_not_over(city, rating, key):
    early = datetime(2026, 10, 31, 23, tzinfo=UTC)
    with pytest.raises(ParameterError, match="after the period's last day, 20261031"):
        issue(rating, city.readings, key, salt=SALT, issued=early)


def test_firms_and_months_that_are_not_there_are_refused(city, rating, key):
    with pytest.raises(UnknownCodeError, match="firm of this rating"):
        issue(rating, city.readings, key, salt=SALT, firms=["x"])
    with pytest.raises(ParameterError, match="a month from"):
        issue(rating, city.readings, key, salt=SALT, months=["1999-01"])


def test_progress_is_told_and_no_secret_is_in_the_origin(city, rating, key):
    told = []
    made = issue(
        rating,
        city.readings,
        key,
        salt=SALT,
        issued=ISSUED,
        months=["2026-10"],
        progress=told.append,
    )
    assert told == ["40 of 40 firms"]
    assert SALT.secret.hex() not in json.dumps(made.origin, default=str)
    assert SALT.secret.hex() not in repr(SALT)
    assert made.origin["parameters"]["kid"] == key.kid.hex()


def test_one_code_with_its_picture_is_made_and_checked_fast(city, rating, key):
    given = {"salt": SALT, "issued": ISSUED, "firms": rating.firms[:1], "months": ["2026-10"]}
    text = issue(rating, city.readings, key, **given).texts[0]
    began = time.process_time()
    issue(rating, city.readings, key, **given)
    made = time.process_time()
    verify(text, trusting(key), at=AT)
    checked = time.process_time()
    qr_svg(text)
    assert made - began < 0.2  # 0.01 s where nothing else runs
    assert checked - made < 0.1  # 0.001 s
    assert time.process_time() - checked < 0.6  # 0.04 s


@pytest.mark.parametrize(
    ("month", "window", "period"),
    [
        (12 * 56 + 9, 12, (20251101, 20261031)),
        (12 * 56 + 11, 12, (20260101, 20261231)),
        (12 * 54 + 1, 1, (20240201, 20240229)),
        (12 * 55 + 1, 3, (20241201, 20250228)),
    ],
)
def test_a_period_is_whole_months(month, window, period):
    assert period_of(month, window) == period


def test_a_reading_is_shown_and_proved_without_the_others(codes, city, key):
    verified = verify(codes.texts[0], trusting(key), at=AT)
    firm = verified.claims.firm
    shown = disclose(city.readings, codes.texts[0], SALT, kinds=["grid_electricity", "coal"])
    sent = json.loads(json.dumps(shown))
    power, coal = check_disclosure(verified, sent)
    assert (power.kind, power.unit) == ("grid_electricity", "MWh")
    assert (power.name_en, power.name_zh) == ("Grid electricity bought", "外购电量")
    rows = city.readings.of_firm(firm).table()
    window = rows[(rows["kind"] == "grid_electricity") & (rows["period"] > "2025-10")]
    assert power.value == pytest.approx(window["value"].sum(), rel=1e-12)
    assert len(window) == 12
    assert set(coal.value) == {"bituminous"}
    assert [len(row["path"]) for row in sent["inputs"]] == [6, 6]
    text = json.dumps(sent)
    assert "pipeline_gas" not in text
    assert SALT.secret.hex() not in text


def test_every_kind_can_be_shown(codes, city, key):
    kinds = list(kind_numbers().values())
    shown = disclose(city.readings, codes.texts[0], SALT, kinds=[row["kind"] for row in kinds])
    found = check_disclosure(verify(codes.texts[0], trusting(key), at=AT), shown)
    assert [one.kind for one in found] == [row["kind"] for row in kinds]


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row | {"value": row["value"] * (1 - 1e-12)},
        lambda row: row | {"value": None},
        lambda row: row | {"unit": "kWh"},
        lambda row: row | {"source": "measured"},
        lambda row: row | {"number": 6},
        lambda row: row | {"kind": "own_pv"},
        lambda row: row | {"salt": "00" * 16},
        lambda row: row | {"path": row["path"][:-1]},
        lambda row: row | {"path": row["path"][::-1]},
        lambda row: row | {"path": [*row["path"], row["path"][0]]},
    ],
)
def test_a_reading_that_was_changed_is_not_proved(codes, city, key, change):
    verified = verify(codes.texts[0], trusting(key), at=AT)
    shown = disclose(city.readings, codes.texts[0], SALT, kinds=["grid_electricity"])
    changed = {**shown, "inputs": [change(shown["inputs"][0])]}
    with pytest.raises(CodeError) as refused:
        check_disclosure(verified, changed)
    assert refused.value.reason == "tampered"


@pytest.mark.parametrize(
    "change",
    [
        {"number": 40},
        {"number": True},
        {"salt": "00"},
        {"salt": "zz" * 16},
        {"path": "x"},
        {"path": ["00"]},
        {"value": [1]},
        {"value": {"a": {"b": 1}}},
        {"value": True},
        {"value": "\ud800"},
        {"value": {"\ud800": 1.0}},
        {"unit": None},
        {"source": 5},
    ],
)
def test_a_disclosure_that_is_not_whole_is_refused(codes, city, change):
    shown = disclose(city.readings, codes.texts[0], SALT, kinds=["grid_electricity"])
    claims = Claims.decoded(Envelope.of(codes.texts[0]).payload)
    for bad in (
        {**shown, "inputs": [shown["inputs"][0] | change]},
        {**shown, "inputs": []},
        {**shown, "inputs": [5]},
        {**shown, "form": "other"},
        [],
    ):
        with pytest.raises(CodeError) as refused:
            check_disclosure(claims, bad)
        assert refused.value.reason == "malformed"


def test_a_reading_of_another_code_proves_nothing(codes, city, key):
    shown = disclose(city.readings, codes.texts[0], SALT, kinds=["grid_electricity"])
    with pytest.raises(CodeError) as refused:
        check_disclosure(verify(codes.texts[1], trusting(key), at=AT), shown)
    assert refused.value.reason == "tampered"


def test_readings_that_were_revised_since_are_noticed(codes, city):
    readings = city.readings
    value = np.array(readings.value)
    value[np.flatnonzero((readings.kind == 5) & (readings.month == readings.span[1]))[0]] += 1.0
    with pytest.raises(ChangedInputError, match="not those that this code was issued with"):
        disclose(replace(readings, value=value), codes.texts[0], SALT, kinds=["coal"])
    with pytest.raises(ChangedInputError, match="key of salts"):
        disclose(readings, codes.texts[0], SaltKey.made(), kinds=["coal"])


def test_what_cannot_be_shown_is_said(codes, city):
    with pytest.raises(UnknownCodeError, match="Did you mean coal"):
        disclose(city.readings, codes.texts[0], SALT, kinds=["coals"])
    with pytest.raises(UnknownCodeError):
        disclose(city.readings, codes.texts[0], SALT, kinds=["water_use"])
    with pytest.raises(ParameterError, match="one kind at least"):
        disclose(city.readings, codes.texts[0], SALT, kinds=[])
    with pytest.raises(MissingPartError, match="readings of 'x'"):
        disclose(city.readings, codes.texts[0], SALT, kinds=["coal"], firm="x")


def test_a_key_of_salts_comes_back_from_its_file(tmp_path):
    made = SaltKey.create(tmp_path / "s")
    assert SaltKey.read(tmp_path / "s") == made
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600
    for bad in ('{"salt_secret": "00"}', '{"salt_secret": "zz"}', "{}"):
        (tmp_path / "s").write_text(bad)
        with pytest.raises(FormatError):
            SaltKey.read(tmp_path / "s")
    (tmp_path / "s").chmod(0o644)
    with pytest.raises(ParameterError, match="chmod 600"):
        SaltKey.read(tmp_path / "s")


def test_salts_are_many_and_the_same_each_time():
    first = SALT.salts("F", 20261031, 5, 39)
    assert first == SALT.salts("F", 20261031, 5, 39)
    assert {len(salt) for salt in first} == {16}
    others = [("G", 20261031, 5), ("F", 20260930, 5), ("F", 20261031, 6)]
    drawn = [salt for given in others for salt in SALT.salts(*given, 39)]
    assert len({*first, *drawn}) == 4 * 39
