"""A plain install, without any extra: accounts and ratings work, the rest says what to install."""

import json
import subprocess
import sys

import pytest

WITHOUT = """
import json, sys
for name in ("alembic", "cbor2", "cryptography", "dask", "distributed", "fastapi", "opencbam",
             "segno", "sqlalchemy", "uvicorn"):
    sys.modules[name] = None
import chainwright
from chainwright import carbon, records
from chainwright.cli import main
city = chainwright.System.demo("city", firms=20, months=13)
rating = carbon.rate(carbon.account(city))
said = {"rated": int((rating.grade > 0).sum()), "named": []}
for name in carbon.__all__:
    getattr(carbon, name)
    said["named"].append(name)
steel = {"good": ["x"], "cn_code": ["72071111"], "country": ["TUR"], "tonnes": [1.0]}
import pandas as pd
said["cbam"] = carbon.cbam(pd.DataFrame(steel), year=2026).certificates
asked = {
    "key": lambda: carbon.SigningKey.create(sys.argv[1] + "/key.json", issuer="x"),
    "qr": lambda: carbon.qr_svg("CC1:A"),
    "store": lambda: records.Store.create(sys.argv[1] + "/city.db"),
    "cbam tables": lambda: carbon.CbamTables.of_opencbam(),
}
for name, ask in asked.items():
    try:
        ask()
    except chainwright.ChainwrightError as error:
        said[name] = str(error)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    ran = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", WITHOUT, str(folder)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert list(folder.iterdir()) == []
    return json.loads(ran.stdout)


def test_accounts_ratings_and_certificates_need_no_extra(said):
    assert said["rated"] > 0
    assert said["cbam"] == pytest.approx(1.2111)
    assert {"account", "rate", "footprints", "cbam", "pact_footprints"} <= set(said["named"])


@pytest.mark.parametrize(
    ("what", "extra"),
    [("key", "carbon"), ("qr", "carbon"), ("store", "records"), ("cbam tables", "cbam")],
)
def test_what_needs_an_extra_says_which(said, what, extra):
    assert f"chainwright[{extra}]" in said[what]
