"""The line between a phone and the server, which can be cut: all that a browser asks goes this way."""

import contextlib
import select
import socket
import socketserver
import threading


class Cable:
    """Forwards connections to ``port``; while ``cut``, each ends without a word."""

    def __init__(self, port: int) -> None:
        self.cut = False
        cable = self

        class Line(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                if not cable.cut:
                    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as far:
                        cable.carry(self.request, far)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Server(("127.0.0.1", 0), Line)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def carry(self, near: socket.socket, far: socket.socket) -> None:
        """Pass bytes both ways until one end closes or the cable is cut."""
        while not self.cut:
            ready, _, _ = select.select([near, far], [], [], 0.1)
            for one in ready:
                data = one.recv(65536)
                if not data:
                    return
                (far if one is near else near).sendall(data)

    def close(self) -> None:
        """Take the cable away."""
        self.cut = True
        self.server.shutdown()
        self.server.server_close()
