"""Ask EMLP, which runs in an environment of its own, from the benchmarks that measure beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def ask_emlp(script, task, python, name, show=False):
    """Return what a script of EMLP's environment answers, None if its time limit stopped it.

    Parameters
    ----------
    script : str
        A file beside this one; it reads the task and writes its answer as JSON.
    task : dict
    python : str
        Of the environment.
    name : str
        What an error says has failed.
    show : bool, default=False
        Print what the script says of its progress.
    """
    done = subprocess.run(
        [python, Path(__file__).with_name(script)],
        input=json.dumps(task),
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
    )
    if done.returncode == -signal.SIGPROF:
        return None
    if done.returncode:
        raise RuntimeError(f"EMLP fails at {name}:\n{done.stderr[-2000:]}")
    if show:
        print(done.stderr[-2000:], file=sys.stderr)
    return json.loads(done.stdout)
