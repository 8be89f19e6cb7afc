"""Inputs and roots of issued codes beside plain loops, with gaps, several items and sources."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon import Claims, SaltKey, SigningKey
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.codes.input_leaves import contents
from chainwright.carbon.codes.strict_cbor import from_cbor
from chainwright.carbon.codes.window_values import window_values
from chainwright.system import System
from chainwright.system.readings import Readings
from code_twin import inputs_of, root_by_hand
from signed_codes import ISSUED, ISSUER


def torn(readings, seed):
    """Return a table of readings with rows lost, other items and other sources."""
    rng = np.random.default_rng(seed)
    table = readings.table()
    oil = rng.random(len(table)) < 0.3
    table.loc[(table["kind"] == "oil") & oil, "item"] = "petrol"
    some = rng.random(len(table)) < 0.2
    table.loc[some, "source"] = rng.choice(["", "a form", "a meter; old"], int(some.sum()))
    return table[rng.random(len(table)) > 0.15]


@pytest.mark.parametrize("seed", [1, 2])
def test_inputs_of_torn_readings_are_those_of_plain_loops(seed):
    table = torn(System.demo("city", firms=4, months=15, seed=seed).readings, seed)
    readings = Readings.of_table(table)
    last = readings.span[1]
    months = np.array([last - 2, last])
    rows = readings.table().to_dict("records")
    for place, of_months in contents(window_values(readings, months, 12), readings.texts):
        own = [row for row in rows if row["firm"] == readings.firms[place]]
        for month, leaves in zip(
            months.astype("datetime64[M]").astype(str), of_months, strict=True
        ):
            assert [from_cbor(leaf) for leaf in leaves] == inputs_of(own, month)


def test_roots_of_issued_codes_are_those_of_plain_loops():
    city = System.demo("city", firms=40, months=13)
    rating = carbon.rate(carbon.account(city))
    salt, key = SaltKey(bytes(range(32))), SigningKey.made(ISSUER)
    firms = rating.firms[:3]
    made = carbon.issue(rating, city.readings, key, salt=salt, firms=firms, issued=ISSUED)
    for firm, period, text in made.table()[["firm", "period", "text"]].itertuples(index=False):
        claims = Claims.decoded(Envelope.of(text).payload)
        rows = city.readings.of_firm(firm).table().to_dict("records")
        inputs = inputs_of(rows, period)
        expected = root_by_hand(inputs, salt.secret, claims.firm, claims.period[1], claims.issued)
        assert claims.root == expected
