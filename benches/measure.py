"""What a piece of work costs, in a process of its own: elapsed and CPU seconds, peak memory."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

FRAME = '''
import contextlib, json, resource, sys, time

def resident(field="VmRSS"):
    """Resident bytes now (VmRSS) or at the highest since `forget` (VmHWM)."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))

def forget():
    """Let the kernel forget the highest resident size so far (Linux; needs no rights)."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")

@contextlib.contextmanager
def counted():
    """Count what happens inside: put the work here, and what it needs (imports, loading) before."""
    forget()
    before, cpu, wall = resident(), time.process_time(), time.perf_counter()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resident("VmHWM")
    print("COST", json.dumps({"elapsed": wall, "cpu": cpu, "peak": peak, "added": peak - before}))

'''


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, CPU seconds, peak resident bytes, and how many above the start."""

    elapsed: float
    cpu: float
    peak: int
    added: int

    def __str__(self):
        return (
            f"{self.elapsed:.2f} s elapsed, {self.cpu:.2f} CPU-s, "
            f"peak {self.peak / 2**20:,.0f} MiB ({self.added / 2**20:+,.0f})"
        )


def environment(threads):
    """Return the environment of a measured process, with a stated number of threads."""
    return {
        **os.environ,
        **dict.fromkeys(THREADS, str(threads)),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def measure(code, *, threads=2):
    """Return what `code` costs in a fresh process; its work stands in one ``with counted():``."""
    ran = subprocess.run(
        [sys.executable, "-c", FRAME + code],
        capture_output=True,
        text=True,
        check=False,
        env=environment(threads),
    )
    costs = [line for line in ran.stdout.splitlines() if line.startswith("COST ")]
    assert ran.returncode == 0, ran.stderr
    assert len(costs) == 1, "the measured code runs its work `with counted():` exactly once"
    return Cost(**json.loads(costs[0].removeprefix("COST ")))


def command(*words, threads=2):
    """Return what a whole command costs, from start to end, as the system accounts for it."""
    began = time.perf_counter()
    child = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(threads)
    )
    with child.stderr:
        told = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, told
    peak = used.ru_maxrss * 1024
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, peak, peak)
