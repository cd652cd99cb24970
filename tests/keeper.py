"""Outlives the tests by a moment, to stop the PostgreSQL they started and remove its folder.

A test run can end in ways that run no clean-up of its own: SIGTERM, kill -9, a crash of the interpreter. So
this is a process beside it, which waits for the end of its standard input; however the tests ended, the pipe
closes. It uses the standard library only, and is started as a file: python keeper.py FOLDER
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    folder = Path(sys.argv[1])
    sys.stdin.buffer.read()
    stop_server(folder / "data" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def stop_server(process_file: Path, patience: float = 10.0) -> None:
    """SIGQUIT is PostgreSQL's immediate shutdown: nothing in a folder about to be removed is worth flushing.

    It is over when the server has removed its file. Its process may still be listed then: in a container
    whose first process collects no orphans, for ever.
    """
    try:
        process = int(process_file.read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return
    try:
        os.kill(process, signal.SIGQUIT)
        end = time.monotonic() + patience
        while process_file.exists() and time.monotonic() < end:
            time.sleep(0.02)
        if process_file.exists():
            os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
