"""Who works a batch out changes no bit; what ends early says why."""

import functools
import os
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest
from distributed import LocalCluster

from chainwright import stress
from chainwright.errors import InfeasibleError, MissingPartError, ParameterError, TableError
from chainwright.stress import Blow, Shock, UncertainInput, Uncertainty
from chainwright.stress.ensembles import executors
from chainwright.stress.ensembles.batch_files import BatchFiles
from chainwright.stress.ensembles.executors import work_out
from failing_jobs import FailingJob
from worlds import world

SYSTEM = world(3)
SHOCK = Shock((Blow("supply_cut", regions="R1", products="s1", share=0.9, days=9, start_day=2),))
SIZE = UncertainInput(input="size_factor", form="range", low=0.2, high=1.0)
STOCKS = UncertainInput(input="stock_factor", form="range", low=0.3, high=1.0)
QUESTION = {
    "draws": 11,
    "days": 30,
    "batch": 3,
    "seed": 4,
    "uncertain": Uncertainty((SIZE, STOCKS)),
}


def asked(**more):
    return stress.ensemble(SYSTEM, SHOCK, **{**QUESTION, **more})


@functools.cache
def serially():
    return asked()


def same_bits(one, other):
    assert set(one.found) == set(other.found)
    return all((one.found[name] == other.found[name]).all() for name in one.found)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_dask_workers_give_the_same_bits_by_address():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            dashboard_address=None,
            protocol="tcp",
        ) as cluster:
            found = asked(executor=cluster.scheduler_address)
    assert same_bits(found, serially())


def test_dask_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr(executors, "find_spec", lambda _: None)
    with pytest.raises(MissingPartError, match=r"pip install 'chainwright\[dask\]'"):
        asked(executor="tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"executor": "threads"}, "'serial', 'processes' or the address of a Dask scheduler"),
        ({"executor": "processes", "workers": 0}, "a number from 1"),
        ({"workers": 2}, "unless executor is 'processes'"),
        ({"draws": 0}, "'draws' parameter of an ensemble must be a whole number from 1"),
        ({"batch": 2.5}, "'batch'"),
        ({"seed": -1}, "'seed'"),
        ({"end": "both"}, "'pooled' or 'by_origin'"),
        ({"days": 0.0}, "days above zero"),
    ],
)
def test_a_question_out_of_range_is_refused(more, said):
    with pytest.raises(ParameterError, match=said):
        asked(**more)


HERE = Path(__file__).parent
PATHS = os.pathsep.join([str(HERE), str(HERE.parents[2])])


def run_script(text, folder):
    """Run a script that may import this module, in a process of its own."""
    script = folder / "script.py"
    script.write_text(textwrap.dedent(text), encoding="utf-8")
    told = {**os.environ, "PYTHONPATH": PATHS}
    return subprocess.run(  # noqa: S603  # our own script
        [sys.executable, str(script)], env=told, capture_output=True, text=True, check=False
    )


def test_processes_give_the_same_bits_from_a_script_without_a_guard(tmp_path):
    ran = run_script(
        f"""
        import test_executors as t
        t.asked(executor="processes", workers=2, checkpoint={str(tmp_path / "c")!r})
        """,
        tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    never = asked(checkpoint=tmp_path / "c", cancel=lambda: True)
    assert same_bits(never, serially())


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ("raises", ParameterError, "The 'size' parameter of draw 1 must be smaller"),
        ("dies", InfeasibleError, "A worker process ended without an answer"),
    ],
)
def test_what_fails_in_a_process_is_raised_here(how, error, said, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", PATHS)
    done, files = [], BatchFiles(tmp_path, {})
    with pytest.raises(error, match=said):
        work_out(
            FailingJob(how),
            [0, 1, 2],
            files,
            executor="processes",
            workers=1,
            told=done.append,
            cancelled=lambda: False,
        )
    assert done == [0]
    assert files.read(0)["draw"].tolist() == [0]


def test_work_that_is_cancelled_goes_on_from_its_checkpoint_with_the_same_bits(tmp_path):
    seen = []
    with pytest.raises(InfeasibleError, match="Cancelled") as ended:
        asked(
            checkpoint=tmp_path / "c",
            progress=lambda done, all_of: seen.append((done, all_of)),
            cancel=lambda: len(seen) == 2,
        )
    assert seen == [(3, 11), (6, 11)]
    assert ended.value.__notes__ == ["6 of 11 draws were finished."]
    assert len(list((tmp_path / "c").glob("batch-*.npz"))) == 2
    again = []
    found = asked(checkpoint=tmp_path / "c", progress=lambda *told: again.append(told))
    assert again == [(6, 11), (9, 11), (11, 11)]
    assert same_bits(found, serially())


def test_a_checkpoint_of_another_question_is_refused_with_every_difference(tmp_path):
    asked(checkpoint=tmp_path, draws=3)
    with pytest.raises(TableError, match="answers another question") as refused:
        asked(checkpoint=tmp_path, draws=4, seed=5)
    assert [breach.where for breach in refused.value.breaches] == ["draws", "seed"]
    other = world(4)
    with pytest.raises(TableError) as refused:
        stress.ensemble(other, SHOCK, **{**QUESTION, "draws": 3}, checkpoint=tmp_path)
    assert [breach.where for breach in refused.value.breaches] == ["table"]
    model = stress.InventoryModel(psi=0.7)
    with pytest.raises(TableError, match="model: found"):
        asked(checkpoint=tmp_path, draws=3, model=model)


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path):
    killed = run_script(
        f"""
        import os
        import test_executors as t
        t.asked(checkpoint={str(tmp_path / "c")!r},
                progress=lambda done, _: os.kill(os.getpid(), 9) if done > 6 else None)
        """,
        tmp_path,
    )
    assert killed.returncode == -9, killed.stderr
    assert len(list((tmp_path / "c").glob("batch-*.npz"))) == 3
    assert same_bits(asked(checkpoint=tmp_path / "c"), serially())
