"""The command line: each command is one library call and one table.

A module has the commands on one subject; importing it puts them on `app`.
"""

import os
import sys
from collections.abc import Sequence

from chainwright.cli import (
    bom,
    bom_structure,
    brief,
    carbon,
    carbon_account,
    carbon_advise,
    carbon_cbam,
    carbon_city,
    carbon_codes,
    carbon_demo,
    carbon_factors,
    carbon_footprint,
    carbon_intake,
    carbon_keys,
    carbon_pact,
    carbon_steel,
    chain,
    classes,
    complexity,
    event,
    exposure,
    flows,
    mitigate,
    projects,
    repair,
    reserve,
    reserve_network,
    resume,
    scan,
    serve,
    store,
    stress,
    survey,
    systemic,
    tables,
    trade,
)
from chainwright.cli.options import app
from chainwright.errors import ChainwrightError

__all__ = [
    "app",
    "bom",
    "bom_structure",
    "brief",
    "carbon",
    "carbon_account",
    "carbon_advise",
    "carbon_cbam",
    "carbon_city",
    "carbon_codes",
    "carbon_demo",
    "carbon_factors",
    "carbon_footprint",
    "carbon_intake",
    "carbon_keys",
    "carbon_pact",
    "carbon_steel",
    "chain",
    "classes",
    "complexity",
    "event",
    "exposure",
    "flows",
    "main",
    "mitigate",
    "projects",
    "repair",
    "reserve",
    "reserve_network",
    "resume",
    "scan",
    "serve",
    "store",
    "stress",
    "survey",
    "systemic",
    "tables",
    "trade",
]


def main(words: Sequence[str] | None = None) -> None:
    """Run `words` as one command; our errors are a message and an exit code, no traceback."""
    try:
        app(words)
    except ChainwrightError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe, such as `head`, has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        place = f" '{error.filename}'" if error.filename else ""
        sys.stderr.write(f"The file system refused{place}: {error.strerror or error}.\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled; nothing was written.\n")
        sys.exit(130)
