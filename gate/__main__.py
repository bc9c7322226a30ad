"""The command `gate`, and `python -m gate`."""

import gc

_UNCOLLECTED = 1_000_000  # objects; a run is short and makes hardly a cycle, so looking for them costs more


def main() -> None:
    """Runs the command line as a process of its own; leaves it as gate.cli.main does."""
    gc.set_threshold(_UNCOLLECTED)  # before click, whose modules are half of all objects
    from gate.cli.main import main as run

    try:
        run()
    finally:
        gc.freeze()  # what is left at the end is not looked through once more


if __name__ == "__main__":
    main()
