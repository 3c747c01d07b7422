"""How gunicorn serves the product (bin/serve starts it): what SURVEY_* says, and the rest with its reason."""

import os
from typing import Any

_host = os.environ.get("SURVEY_HOST", "127.0.0.1")
_port = os.environ.get("SURVEY_PORT", "8000")
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"

workers = int(os.environ.get("SURVEY_WORKERS") or len(os.sched_getaffinity(0)))
threads = 8  # a browser holds a few idle connections open; they must not keep others waiting
worker_class = "survey_app.graceful.GracefulWorker"
graceful_timeout = 30  # seconds for the requests under way when it is told to stop
loglevel = "warning"
control_socket_disable = True  # nothing but HTTP is offered


def when_ready(_server: object) -> None:
    """Say where it can be reached, once it really can."""
    print(
        f"\n办事体验已就绪 · Walk-in Survey is ready:  http://{bind}  （Ctrl-C 停止 · stops it）\n",
        flush=True,
    )


def post_worker_init(worker: Any) -> None:
    """Keep what this release serves, for pages outlive a release; keep a restore off a database in use."""
    # Not above: what the master loads, a reload does not renew.
    from survey_app.backup import say_serving
    from survey_app.shell import keep_release

    keep_release(worker.wsgi)
    worker.serving = say_serving(worker.wsgi.extensions["config"])
