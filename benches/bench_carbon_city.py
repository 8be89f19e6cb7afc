"""A city's codes: 3,800 firms x 36 months x 39 kinds from Parquet to one signed text each.

Reading, account, rating and signing, in one process that hands firms out to two; no QR is drawn.
"""

import json
import sys

from measure import measure

FIRMS, MONTHS, SMALL = 3_800, 36, (60, 14)

MADE = """
from chainwright import System
from chainwright.system import write_readings
system = System.demo("city", firms={firms}, months={months})
system.firms.table.to_parquet("{folder}/firms.parquet")
write_readings(system.readings, "{folder}/readings.parquet")
with counted():
    pass
"""

CHAIN = """
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

from chainwright import System, carbon
from chainwright.system import read_firms, read_readings

AT = datetime(2026, 11, 1, tzinfo=UTC)
KEY, SALT = carbon.SigningKey.made("Bench"), carbon.SaltKey.made()

def own():
    # bytes that this process shares with no other
    with open("/proc/self/smaps_rollup") as rollup:
        return sum(int(line.split()[1]) for line in rollup if line.startswith("Private")) * 1024

def signed(span):
    rating, system = HELD
    firms = rating.firms[span[0]:span[1]]
    made = carbon.issue(rating, system.readings, KEY, salt=SALT, firms=firms, issued=AT)
    return made.texts, own()

small = System.demo("city", firms=2, months=1)
carbon.rate(carbon.account(small))  # imports
with counted():
    marks = [time.perf_counter()]
    cpu = [time.process_time()]
    def mark():
        marks.append(time.perf_counter())
        cpu.append(time.process_time())
    system = System(
        firms=read_firms("{folder}/firms.parquet"),
        readings=read_readings("{folder}/readings.parquet"),
    )
    mark()
    account = carbon.account(system)
    mark()
    rating = carbon.rate(account)
    mark()
    HELD = rating, system
    n = len(rating.firms)
    step = max(1, n // 8)
    spans = [(i, min(i + step, n)) for i in range(0, n, step)]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        parts = list(pool.map(signed, spans))
    texts = [text for part, _ in parts for text in part]
    mark()
workers = resource.getrusage(resource.RUSAGE_CHILDREN)
assert len(texts) == n * len(rating.periods), len(texts)
assert len(set(texts)) == len(texts)
names = ("read", "account", "rate", "sign")
spent = [b - a for a, b in zip(cpu, cpu[1:])]
spent[-1] += workers.ru_utime + workers.ru_stime
told = dict(zip(names, zip([b - a for a, b in zip(marks, marks[1:])], spent)))
told["workers"] = 2 * max(own for _, own in parts)
with open("{folder}/parts.json", "w") as file:
    json.dump(told, file)
with open("{folder}/texts.json", "w") as file:
    json.dump([texts[0], texts[-1], len(texts)], file)
"""


def test_a_city_is_read_accounted_rated_and_signed(tmp_path, figure, smoke, capsys):
    firms, months = SMALL if smoke else (FIRMS, MONTHS)
    measure(MADE.format(folder=tmp_path, firms=firms, months=months))
    cost = measure(CHAIN.replace("{folder}", str(tmp_path)), threads=1)
    first, last, count = json.loads((tmp_path / "texts.json").read_text())
    assert count == firms * months
    assert first.startswith("CC1:")
    assert last.startswith("CC1:")
    parts = json.loads((tmp_path / "parts.json").read_text())
    peak = cost.peak + parts.pop("workers")
    with capsys.disabled():
        told = f"\n{firms:,} firms x {months} months: {cost}\n"
        for name, (elapsed, cpu) in parts.items():
            told += f"  {name:<8} {elapsed:8.2f} s elapsed {cpu:8.2f} CPU-s\n"
        sys.stdout.write(told)
    elapsed, cpu = (sum(part[k] for part in parts.values()) for k in (0, 1))
    name = "a city's codes from Parquet"
    figure(f"{name}, memory of all processes", peak / 2**30, bar=1.5, unit="GiB")
    figure(f"{name}, CPU of all processes", cpu, bar=120.0, unit="s")
    figure(f"{name}, elapsed", elapsed, bar=120.0, unit="s")
