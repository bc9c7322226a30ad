"""A server on the loopback interface that stands for a forge: what was asked, and what is answered out of turn."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """An answer that is given instead of the usual one, once; `done` carries the request out all the same."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Server:
    """What every such server has; one of a forge answers by `answer`."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)  # by method
    before: Callable[[Seen], None] = lambda seen: None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, seen: Seen) -> Reply:
        """What the forge would answer."""
        raise NotImplementedError

    def instead(self, method: str, *replies: Reply) -> None:
        """The next requests of a method are answered so."""
        self.replies.setdefault(method, []).extend(replies)

    def methods(self) -> list[str]:
        return [seen.method for seen in self.seen]


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            server.before(seen)
            with server.lock:
                server.seen.append(seen)
                queue = server.replies.get(seen.method, [])
                reply = queue.pop(0) if queue else None
                usual = server.answer(seen) if reply is None or reply.done else None
            self._send(reply or usual or Reply(500))

        def _send(self, reply: Reply) -> None:
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            content = b"" if reply.status == 204 else content
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 -- the names that http.server looks for

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serving(state: Server) -> Iterator[None]:
    """`state` answers on a free port, as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def hang_up() -> Iterator[str]:
    """The address of a server that takes every connection and closes it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def close_all() -> None:
        while True:
            try:
                listening.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=close_all, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()
