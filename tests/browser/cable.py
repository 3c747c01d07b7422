"""The line between a phone and the server, with all that can befall it: what a browser asks goes this way."""

import contextlib
import random
import select
import socket
import socketserver
import threading
import time

CHUNK = 4096


class Cable:
    """Forwards connections to ``port``, which may change, as well as its weather lets it.

    ``cut``: each ends without a word. ``portal``: each gets this answer, and nothing reaches the server.
    ``loss``: the share of connections that break, half-way up or with the answer lost.
    ``delay``: seconds, one way. ``rate``: bytes a second, shared by all connections. 0: no limit.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.cut = False
        self.portal = b""
        self.loss = self.delay = self.rate = 0.0
        self.broken = 0
        self.dice = random.Random(1)  # noqa: S311
        self.air = threading.Lock()
        cable = self

        class Line(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    if cable.portal:
                        cable.answer_for_the_server(self.request)
                    elif not cable.cut:
                        with socket.create_connection(("127.0.0.1", cable.port)) as far:
                            cable.carry(self.request, far)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Line)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer_for_the_server(self, near: socket.socket) -> None:
        """Answer as a captive portal does, and hear the request out so that the answer is heard."""
        near.recv(65536)
        near.sendall(self.portal)
        near.shutdown(socket.SHUT_WR)
        while near.recv(65536):
            pass

    def carry(self, near: socket.socket, far: socket.socket) -> None:
        """Pass bytes both ways until one end closes, the cable is cut, or this connection's luck is out."""
        left = self.fate()
        begun = {near: False, far: False}
        while not self.cut and not self.portal:
            ready, _, _ = select.select([near, far], [], [], 0.1)
            for one in ready:
                up = one is near
                data = one.recv(CHUNK if self.rate else 65536)
                if not data:
                    return
                if len(data) > left[up]:
                    self.broken += 1
                    return
                left[up] -= len(data)
                self.travel(len(data), first=not begun[one])
                begun[one] = True
                (far if up else near).sendall(data)

    def fate(self) -> dict[bool, float]:
        """Throw the dice for a connection: how many bytes get up (True) and down (False) before it breaks."""
        if self.dice.random() >= self.loss:
            return {True: float("inf"), False: float("inf")}
        way_up = self.dice.choice([0, 10 ** self.dice.uniform(2, 6), float("inf")])
        return {True: way_up, False: 0}

    def travel(self, size: int, *, first: bool) -> None:
        """Take the time that ``size`` bytes need."""
        if first:
            time.sleep(self.delay)
        if self.rate:
            with self.air:
                time.sleep(size / self.rate)

    def close(self) -> None:
        """Take the cable away."""
        self.cut = True
        self.server.shutdown()
        self.server.server_close()


def portal_page(body: str, kind: str = "text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    """Return what a captive portal says to everything; a redirect leads to its own page."""
    data = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
    return f"{head}Location: /welcome\r\nConnection: close\r\n\r\n".encode() + data
