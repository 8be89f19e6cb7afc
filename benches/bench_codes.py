"""Signed codes: one from readings to text, its picture, its check; a city's of 36 months."""

import resource
import time
from datetime import UTC, date, datetime

from chainwright import carbon
from chainwright.system import System

FIRMS, MONTHS = 3_800, 36
FEW = 40
TIMES = 20
ISSUED = datetime(2026, 11, 22, tzinfo=UTC)


def keys():
    """Return a signing key, a key of salts and a trust list."""
    key = carbon.SigningKey.made("a bureau")
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2027, 12, 31)}
    return key, carbon.SaltKey.made(), carbon.TrustList.of([key], **days)


def seconds_each(work):
    """Return the CPU seconds of a piece of work, done once before and then many times."""
    work()
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - began) / TIMES


def test_one_code_from_raw_readings_to_text_picture_and_check(figure):
    city = System.demo("city", firms=FEW, months=12)
    means = carbon.rate(carbon.account(city)).means
    firm = city.readings.firms[0]
    table = city.readings.of_firm(firm).table()
    registered = city.firms.table[city.firms.table["firm"] == firm]
    firms = type(city.firms).of_table(registered)  # the register is known; readings come in raw
    key, salt, trust = keys()

    def issued():
        alone = System(firms=firms, readings=type(city.readings).of_table(table))
        rating = carbon.rate(carbon.account(alone), means=means)
        given = {"salt": salt, "issued": ISSUED, "months": [rating.periods[-1]]}
        return carbon.issue(rating, alone.readings, key, **given).texts[0]

    text = issued()
    assert carbon.verify(text, trust, at=ISSUED).claims.grade is not None
    assert carbon.qr_svg(text).startswith("<svg")
    figure("one code, raw readings to signed text, CPU", seconds_each(issued), bar=0.020, unit="s")
    drawn = seconds_each(lambda: carbon.qr_svg(text))
    figure("its QR as SVG, CPU", drawn, bar=0.060, unit="s")
    checked = seconds_each(lambda: carbon.verify(text, trust, at=ISSUED))
    figure("its check, CPU", checked, bar=0.002, unit="s")


def test_a_signed_text_for_each_firm_and_month_of_a_city(figure, smoke):
    city = System.demo("city", firms=FEW if smoke else FIRMS, months=13 if smoke else MONTHS)
    rating = carbon.rate(carbon.account(city))
    key, salt, trust = keys()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    codes = carbon.issue(rating, city.readings, key, salt=salt, issued=ISSUED)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(codes.texts) == len(rating.firms) * len(rating.periods)
    assert all(carbon.verify(t, trust, at=ISSUED, past=True) for t in codes.texts[::997])
    name = f"{FIRMS * MONTHS:,} codes with Merkle roots, signed, one process"
    figure(f"{name}, CPU", cpu, bar=60.0, unit="s")
    figure(f"{name}, elapsed", wall, bar=120.0, unit="s")
    figure(f"{name}, peak added", added, bar=600.0, unit="MB")
