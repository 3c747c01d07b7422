"""How long the office waits for its inbox, screen and all."""

import statistics
import time

from flask.testing import FlaskClient

SCREENS = {
    "第一页": "/inbox",
    "搜两个字，很多条里有": "/inbox?q=排队",
    "搜一串数字，极少条里有": "/inbox?q=012345",
    "按大厅和看办问筛选": "/inbox?hall=hall-1&method=see",
}
REPEATS = 7


def time_screens(client: FlaskClient, record_id: str) -> dict[str, float]:
    """Return the median milliseconds of each screen of the inbox, and of one record with its suggestions."""
    screens = {**SCREENS, "一条记录和它的提示": f"/inbox/{record_id}"}
    return {name: _median(client, path) for name, path in screens.items()}


def _median(client: FlaskClient, path: str) -> float:
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        answer = client.get(path)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise LookupError(f"{path} answers {answer.status_code}")
    return statistics.median(seconds) * 1000
