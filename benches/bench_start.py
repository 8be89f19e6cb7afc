"""What it costs to begin: the bare import and the help, in CPU seconds of a fresh process."""

import sys
from pathlib import Path

import pytest

from measure import command

COMMAND = Path(sys.executable).with_name("chainwright")
CASES = {
    "import chainwright": ((sys.executable, "-c", "import chainwright"), 0.1),
    "chainwright --help": ((str(COMMAND), "--help"), 0.4),
}


@pytest.mark.parametrize("case", CASES)
def test_beginning_is_cheap(case, figure, smoke):
    words, bar = CASES[case]
    costs = [command(*words, threads=1) for _ in range(1 if smoke else 7)]
    best = min(costs, key=lambda cost: cost.cpu)
    assert best.cpu > 0.0
    figure(
        f"{case} (best of {len(costs)}, {best.elapsed:.3f} s elapsed)",
        best.cpu,
        bar=bar,
        unit="CPU-s",
    )
