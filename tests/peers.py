"""Peers that cannot share our environment run in one of their own, in another process."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from real import required

VARIABLE = "CHAINWRIGHT_PEERS"
"""Names the Python of the peers' environment; ``make test`` and ``make bench`` set it."""


def peers_python():
    """Return the interpreter of the peers, or skip the test and say why (in the checks: fail)."""
    given = os.environ.get(VARIABLE, "")
    if given and Path(given).exists():
        return given
    reason = f"no environment of the peers: set {VARIABLE} to its Python, or run 'make test'"
    if required():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def stockpyl_optima(trees):
    """Return stockpyl's optimum of each tree and the CPU seconds it took: one process for all.

    A tree is a mapping with ``time`` (whole days), ``holding``, ``sd``, ``longest``, ``factor`` and
    ``arcs``; stages without customers are sold.
    """
    return _answered("stockpyl_trees.py", trees)


def bw2calc_scores(products, job, *, asked, folder, **given):
    """Return what bw2calc says of a product system: its scores, version, solver and seconds.

    `job` is ``"scores"`` (an LCA each), ``"fastest"`` (the adjoint solve where PARDISO is there,
    else an LCA each) or ``"draws"``; `asked` are rows of products.
    """
    file = Path(folder) / "technosphere.npz"
    arrays = {
        "supplier": products.supplier,
        "user": products.user,
        "amount": products.amount,
        "direct": products.direct,
        "asked": np.asarray(asked),
    }
    np.savez(file, **arrays)
    return _answered("bw2calc_scores.py", {"job": job, "file": str(file), **given})


def cwt_payloads(codes):
    """Return what cwt finds in codes: payload, issuer and body, or an error, for each.

    A code is a mapping with ``code``, ``public`` and ``kid`` in hexadecimal and ``algorithm``.
    """
    return _answered("cwt_codes.py", codes)


def _answered(script, question):
    """Return the answer of a script of ours that runs in the environment of the peers."""
    ran = subprocess.run(  # noqa: S603 - our own script
        [peers_python(), str(Path(__file__).with_name(script))],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)
