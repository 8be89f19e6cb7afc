import subprocess
import sys

import pytest

import chainwright
from chainwright import diagnose


def fresh(code):
    """Run `code` in a fresh interpreter, where nothing of ours is loaded yet."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


def test_import_is_lazy():
    loaded = fresh("import sys, chainwright; print(*sys.modules)")
    assert "chainwright" in loaded
    assert not {"numpy", "pandas", "pyarrow", "chainwright.system"} & set(loaded)


@pytest.mark.parametrize("name", chainwright.__all__)
def test_each_public_name_is_there_at_first_use(name):
    assert fresh(f"import chainwright as cw; print(cw.{name}.__name__)") in (
        [name],
        [f"chainwright.{name}"],
    )


def test_a_star_import_gives_the_public_names():
    assert fresh("from chainwright import *; print(System.__name__, diagnose.__name__)") == [
        "System",
        "chainwright.diagnose",
    ]


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'chainwright' has no attribute 'Sistem'"):
        _ = chainwright.Sistem


def test_dir_shows_the_public_names():
    assert dir(chainwright) == sorted([*chainwright.__all__, "__version__"])


def test_findings_are_loaded_when_they_are_first_used():
    loaded = fresh("import sys, chainwright.diagnose as d; d.complexity; print(*sys.modules)")
    assert "chainwright.diagnose.product_space.economic_complexity" in loaded
    assert not [name for name in loaded if name.startswith("chainwright.diagnose.chain_maps")]


@pytest.mark.parametrize("name", diagnose.__all__)
def test_each_finding_is_there_under_its_name(name):
    found = getattr(diagnose, name)
    assert getattr(found, "__name__", name) == name
    assert name in dir(diagnose)


def test_an_unknown_finding_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'stuck_neck'"):
        _ = diagnose.stuck_neck
