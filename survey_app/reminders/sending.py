"""Sends a message to a group's robot: never elsewhere, and once more only where it never left."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from email.message import Message as Headers
from http import HTTPStatus
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from survey_app.config import Robot
from survey_app.reminders import robot as robots
from survey_app.reminders.robot import Message

TIMEOUT = 10  # seconds
PAUSE = 2  # seconds before the second try
LONGEST_ANSWER = 64 * 1024  # bytes


class RobotError(Exception):
    """Why a message was not taken, in words; ``is_unsure`` where it may have been taken all the same."""

    def __init__(self, words: str, *, is_unsure: bool = False) -> None:
        super().__init__(words)
        self.is_unsure = is_unsure


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else: the address has a secret in it."""

    def redirect_request(
        self, _req: Request, _fp: IO[bytes], _code: int, _msg: str, _headers: Headers, _newurl: str
    ) -> None:
        return None


def send(robot: Robot, message: Message, clock: Callable[[], datetime]) -> None:
    """Send a message; raise RobotError where it was not taken."""
    try:
        _post(robot, message, clock())
    except _NeverLeftError:
        time.sleep(PAUSE)
        try:
            _post(robot, message, clock())
        except _NeverLeftError as error:
            raise RobotError(f"连不上机器人（{error}）：请看看网络和 SURVEY_ROBOT_URL") from error


class _NeverLeftError(Exception):
    """The message did not reach the other side: it can be sent again."""


def _post(robot: Robot, message: Message, at: datetime) -> None:
    request = Request(  # noqa: S310  the settings allow https and this machine only
        robots.signed(robot.url, robot.secret, at),
        data=robots.body(robot.kind, message),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    try:
        with build_opener(_Stay).open(request, timeout=TIMEOUT) as answer:
            said = answer.read(LONGEST_ANSWER)
    except HTTPError as error:
        error.close()
        raise _refused(error.code) from error
    except URLError as error:
        raise _NeverLeftError(error.reason) from error
    except (OSError, HTTPException) as error:
        raise RobotError("发出去了，没有等到答复，不知道对方收下没有", is_unsure=True) from error
    if words := robots.refusal(said):
        raise RobotError(words)


def _refused(status: int) -> Exception:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _NeverLeftError(f"HTTP {status}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RobotError(f"对方出了错（HTTP {status}），不知道收下没有", is_unsure=True)
    if status < HTTPStatus.BAD_REQUEST:
        return RobotError(f"对方要转到别处（HTTP {status}），没有跟过去：请核对 SURVEY_ROBOT_URL")
    return RobotError(f"对方没有收下（HTTP {status}）：请核对 SURVEY_ROBOT_URL")
