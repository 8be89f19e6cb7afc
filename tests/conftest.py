"""What all tests share: Hypothesis without deadline, charts without a screen, three systems."""

import os

import pytest
from hypothesis import settings

import chainwright as cw
from real import data
from toys import toy_table

os.environ["COLUMNS"] = "120"  # a screen of that width, whatever the tests run on

os.environ.setdefault("MPLBACKEND", "Agg")  # matplotlib reads it at its first import

# Machines differ, so no deadline; a failure prints how to make it again.
# Checks draw the same examples each time; at a desk they are drawn anew and find what is new.
settings.register_profile(
    "ours",
    deadline=None,
    max_examples=50,
    print_blob=True,
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("ours")


@pytest.fixture(scope="session")
def toy():
    """Three countries A, B, C with two sectors m, k: small enough to check by hand."""
    return cw.System.from_table(toy_table())


@pytest.fixture(scope="session")
def wiod2011():
    """The world input-output table of 2011, WIOD release 2013: 41 regions with 35 sectors."""
    return cw.System.read(data("wiod2013"), year=2011)


@pytest.fixture(scope="session")
def nbs2018():
    """China's table of 2018 with 42 sectors, imports apart from domestic deliveries."""
    return cw.System.read(data("china_io_nbs") / "china_2018_42.csv.gz")
