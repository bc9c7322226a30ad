"""Whether a machine has a way to a host, found out within a given time."""

import socket
from threading import Thread


def failure(host: str, port: int, seconds: float) -> str | None:
    """Why no connection to `host` comes about within `seconds`; None where one does.

    It is opened in a thread of its own and closed at once: the lookup of a name keeps to no timeout, and a name with
    several addresses takes a timeout for each (https://docs.python.org/3/library/socket.html#socket.create_connection).
    A thread that hangs on is left behind, and ends with the process.
    """
    told: list[str | None] = []
    attempt = Thread(target=_open, args=(host, port, seconds, told), daemon=True)
    attempt.start()
    attempt.join(seconds)
    return told[0] if told else "it does not answer"


def _open(host: str, port: int, seconds: float, told: list[str | None]) -> None:
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except socket.gaierror:
        told.append("its name is not known here")
    except (OSError, UnicodeError) as error:
        told.append(getattr(error, "strerror", None) or str(error) or type(error).__name__)
    else:
        told.append(None)
