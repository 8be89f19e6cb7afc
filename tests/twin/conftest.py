"""Each table as our system and as the twin's plain arrays, with its inverse made once."""

import pytest

import chainwright as cw
from twins import plain


@pytest.fixture(scope="session")
def demo():
    """The demo country: 31 provinces, imports by origin, a composite among them."""
    return cw.System.demo("country")


@pytest.fixture(scope="session")
def cut(wiod2011):
    """China cut out of the world: imports as rows with origin and product."""
    return wiod2011.between(["CHN"])


@pytest.fixture(scope="session")
def tables(request):
    """Return a function that gives system and twin of a fixture, each twin made once."""
    made = {}

    def both(name):
        if name not in made:
            system = request.getfixturevalue(name)
            made[name] = (system, plain(system))
        return made[name]

    return both
