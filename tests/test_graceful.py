"""The worker that the product is served by: nobody who falls silent holds what others need."""

import http.client
import socket

from survey_app.config import Config
from tests.test_sync_crash import serving

FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na="
HALF = b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + FORM
PATIENCE = 40  # seconds; far more than a worker waits for the rest


def test_who_sends_half_a_request_and_falls_silent_is_let_go(config: Config) -> None:
    with serving(config) as port:
        silent = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(8)]
        for line in silent:  # as many as there are threads
            line.sendall(HALF)
        for line in silent:
            while line.recv(4096):
                pass
            line.close()
        answer = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        answer.request("GET", "/api/v1/session")
        assert answer.getresponse().status == 401
        answer.close()
