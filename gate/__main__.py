"""The command `gate`, and `python -m gate`."""

import gc
import os
import sys

_UNCOLLECTED = 1_000_000  # objects; a run is short and makes hardly a cycle, so looking for them costs more


def main() -> None:
    """Runs the command line as a process of its own and leaves it with the exit code.

    The process ends at once, as mypy does: to free what was read, object by object, is for nothing.
    """
    gc.set_threshold(_UNCOLLECTED)  # before click, whose modules are half of all objects
    from gate.cli.main import exit_code

    code = exit_code(sys.argv[1:])
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        code = 2
    os._exit(code)


if __name__ == "__main__":
    main()
