"""Real tables, which lie outside the repository: the one place from which a test may be skipped."""

import os
from pathlib import Path

import pytest

NEIGHBOUR = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the data lie beside a working copy, if ``CHAINWRIGHT_DATA`` does not say otherwise."""


def required():
    """Return whether missing data are a failure: in the checks they are, at home they are not."""
    return any(os.environ.get(name, "") not in {"", "0", "false"} for name in REQUIRING)


REQUIRING = ("CI", "CHAINWRIGHT_REQUIRE_DATA")


def data(name):
    """Return the folder (or file) `name` of the real data, or skip the test and say why.

    With ``CI`` or ``CHAINWRIGHT_REQUIRE_DATA=1`` in the environment missing data fail the test.
    """
    root = Path(os.environ.get("CHAINWRIGHT_DATA") or NEIGHBOUR).resolve()
    path = root / name
    if path.exists():
        return path
    reason = f"no real data at {path}: set CHAINWRIGHT_DATA to the folder that holds {name!r}"
    if required():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
