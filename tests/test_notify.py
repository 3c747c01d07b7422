"""The group's robot: told once what waits, in its own format, over a real connection."""

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from survey_app import audit
from survey_app.config import Config, Robot, SettingError
from survey_app.reminders import robot as robots
from survey_app.reminders import sending
from survey_app.reminders.reminder import LINES, Count, remind
from survey_app.store import SQLiteStore
from tests.clock import NOON, Clock
from tests.problems import Work

SECRET = "SEC0123456789abcdef"
TAKEN = (200, b'{"errcode":0,"errmsg":"ok"}')
PHONE = "13812345678"


@dataclass
class Group:
    """A robot at an address on this machine: what it got, and what it answers, one after the other."""

    url: str = ""
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    moved_to: str = ""

    @property
    def text(self) -> str:
        said = self.got[-1][1]["markdown"]
        return str(said.get("text") or said.get("content"))


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    made = Group()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((self.path, json.loads(body)))
            status, answer = made.answers.pop(0) if made.answers else TAKEN
            if not status:
                self.connection.close()
                return
            self.send_response(status)
            if made.moved_to:
                self.send_header("Location", made.moved_to)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            made.got.append((self.path, {}))
            self.send_error(405)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(sending, "PAUSE", 0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=t"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def config(config: Config, group: Group) -> Config:
    """Settings that name the robot and the public address."""
    return replace(config, robot=Robot(group.url, "dingtalk", SECRET), origin="https://survey.example.gov.cn")


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["notify", *args])
    return result.exit_code, result.output


def test_the_group_reads_how_much_waits_with_links_and_no_words_of_anybody(
    app: Flask, work: Work, group: Group
) -> None:
    work.open(f"群众打 {PHONE} 没人接")
    work.verified("取号机停用")
    code, said = run(app)
    assert code == 0, said
    ((path, body),) = group.got
    assert body == {"msgtype": "markdown", "markdown": {"title": "今天要办的", "text": group.text}}
    assert group.text == (
        "### 今天要办的\n\n[1 待回访](https://survey.example.gov.cn/findings?state=verified)"
        "\n\n[1 待交办](https://survey.example.gov.cn/findings?state=judged)"
        "\n\n[2 待研判](https://survey.example.gov.cn/inbox?state=reported)"
    )
    assert path.startswith("/robot/send?access_token=t&timestamp=")


def test_the_time_and_the_signature_are_what_the_robot_works_out_itself(
    app: Flask, work: Work, group: Group
) -> None:
    work.open()
    assert run(app)[0] == 0
    asked = parse_qs(urlsplit(group.got[0][0]).query)
    at = asked["timestamp"][0]
    wanted = hmac.new(SECRET.encode(), f"{at}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(asked["sign"][0]) == wanted
    assert datetime.fromtimestamp(int(at) / 1000, NOON.tzinfo) == NOON


def test_nothing_is_sent_twice_for_one_day(app: Flask, work: Work, group: Group, clock: Clock) -> None:
    work.open()
    assert [run(app)[0] for _ in range(5)] == [0] * 5
    assert len(group.got) == 1
    clock.now = NOON + timedelta(days=1)
    run(app)
    assert len(group.got) == 2


def test_the_first_run_of_a_week_also_tells_what_the_last_one_came_to(
    app: Flask, work: Work, group: Group, clock: Clock
) -> None:
    work.closed()
    clock.now = NOON + timedelta(days=7)
    assert run(app)[0] == 0
    said = [body["markdown"] for _path, body in group.got]
    assert [one["title"] for one in said] == ["每周情况 6月12日 到 6月18日", "今天要办的"]
    assert "销号 1/1（上一周 —）" in said[0]["text"]
    assert "(https://survey.example.gov.cn/weekly?week=2017-06-12)" in said[0]["text"]
    clock.now += timedelta(days=1)
    run(app)
    assert [body["markdown"]["title"] for _path, body in group.got[2:]] == ["今天要办的"], "once a week"


def test_one_message_that_is_refused_holds_up_no_other(
    app: Flask, work: Work, group: Group, clock: Clock
) -> None:
    work.closed()
    clock.now = NOON + timedelta(days=7)
    group.answers = [(404, b"")]
    code, said = run(app)
    assert code == 1
    assert "每周情况 6月12日 到 6月18日：对方没有收下" in said
    assert "发了：今天要办的" in said
    assert run(app)[0] == 0
    assert group.text.startswith("### 每周情况")


def test_nothing_is_sent_where_nothing_waits_or_nobody_works(
    app: Flask, work: Work, group: Group, clock: Clock
) -> None:
    assert "没有要发的" in run(app)[1]
    work.open()
    clock.now = NOON - timedelta(days=1)  # a Sunday
    assert "今天不上班" in run(app)[1]
    assert group.got == []


def test_without_the_setting_nothing_is_sent(app: Flask, work: Work, group: Group) -> None:
    work.open()
    app.extensions["config"] = replace(app.extensions["config"], robot=None)
    assert run(app) == (0, "没有设 SURVEY_ROBOT_URL，什么也没有发。\n")
    assert "待交办" in run(app, "--dry-run")[1]
    assert group.got == []


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (200, b'{"errcode":310000,"errmsg":"sign not match"}', "SURVEY_ROBOT_SECRET"),
        (200, b'{"errcode":130101,"errmsg":"send too fast"}', "过一分钟再试"),
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "从群里重新复制"),
        (200, b'{"errcode":1,"errmsg":"whatever"}', "1 whatever"),
        (200, b"<html>", "答复看不懂"),
        (200, b"[]", "答复看不懂"),
        (404, b"", "HTTP 404"),
    ],
)
def test_a_refusal_is_said_in_words_and_the_message_goes_out_when_it_is_mended(
    app: Flask, work: Work, group: Group, status: int, answer: bytes, words: str
) -> None:
    work.open()
    group.answers = [(status, answer)]
    code, said = run(app)
    assert code == 1
    assert words in said
    assert SECRET not in said
    assert len(group.got) == 1
    assert run(app)[0] == 0
    assert len(group.got) == 2
    assert run(app)[0] == 0
    assert len(group.got) == 2


def test_a_redirect_is_not_followed(app: Flask, work: Work, group: Group) -> None:
    work.open()
    group.answers, group.moved_to = [(302, b"")], f"{group.url}&elsewhere=1"
    code, said = run(app)
    assert (code, len(group.got)) == (1, 1)
    assert "没有跟过去" in said


def test_what_never_left_is_tried_once_more(app: Flask, work: Work, group: Group) -> None:
    work.open()
    group.answers = [(503, b"")]
    assert run(app)[0] == 0
    assert len(group.got) == 2


def test_a_robot_that_cannot_be_reached_is_said_as_such(app: Flask, work: Work, group: Group) -> None:
    work.open()
    there = app.extensions["config"]
    app.extensions["config"] = replace(there, robot=Robot("http://127.0.0.1:9/x", "dingtalk"))
    code, said = run(app)
    assert code == 1
    assert "连不上机器人" in said
    app.extensions["config"] = there
    assert run(app)[0] == 0
    assert len(group.got) == 1


@pytest.mark.parametrize("answer", [(0, b""), (500, b"")])
def test_what_may_have_arrived_is_not_sent_again(
    app: Flask, work: Work, group: Group, answer: tuple[int, bytes]
) -> None:
    work.open()
    group.answers = [answer]
    code, said = run(app)
    assert code == 1
    assert "不知道" in said
    assert run(app)[0] == 0
    assert len(group.got) == 1


def test_every_message_and_every_refusal_is_in_the_audit(
    app: Flask, work: Work, group: Group, store: SQLiteStore
) -> None:
    work.open()
    group.answers = [(404, b"")]
    run(app)
    run(app)
    rows = audit.history(store, "robot", "daily")
    assert [row["action"] for row in rows] == ["robot.send", "robot.fail", "robot.send"]
    assert rows[0]["detail"] == {"day": "2017-06-12"}
    assert list(audit.broken_links(store)) == []


def test_wecom_reads_the_same_in_its_own_format(app: Flask, work: Work, group: Group) -> None:
    work.open()
    there = app.extensions["config"]
    app.extensions["config"] = replace(there, robot=Robot(group.url, "wecom"), origin="")
    assert run(app)[0] == 0
    ((path, body),) = group.got
    assert body == {"msgtype": "markdown", "markdown": {"content": "### 今天要办的\n1 待交办\n1 待研判"}}
    assert path == "/robot/send?access_token=t"


def test_the_longest_message_is_shorter_than_a_robot_takes() -> None:
    everything = remind({name: Count(9999, "0" * 36) for name in LINES})
    message = robots.daily(everything, lambda endpoint, _values: f"https://{'x' * 60}/{endpoint}")
    assert len(robots.body("wecom", message)) < robots.LONGEST


OFFICIAL = "https://oapi.dingtalk.com/robot/send?access_token=t"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"URL": "http://oapi.dingtalk.com/robot/send"}, "SURVEY_ROBOT_URL"),
        ({"URL": "https://"}, "SURVEY_ROBOT_URL"),
        ({"URL": "https://[x/"}, "SURVEY_ROBOT_URL"),
        ({"URL": "https://a@oapi.dingtalk.com/robot/send"}, "SURVEY_ROBOT_URL"),
        ({"URL": "https://oapi.dingtalk.com.example.com/"}, "SURVEY_ROBOT_KIND"),
        ({"URL": OFFICIAL, "KIND": "wecom"}, "SURVEY_ROBOT_KIND"),
        ({"URL": OFFICIAL, "KIND": "slack"}, "SURVEY_ROBOT_KIND"),
        ({"URL": "https://qyapi.weixin.qq.com/x", "SECRET": SECRET}, "SURVEY_ROBOT_SECRET"),
    ],
)
def test_an_address_that_is_not_safe_or_not_meant_is_refused_by_its_setting(
    given: dict[str, str], name: str, config: Config
) -> None:
    environ = {f"SURVEY_ROBOT_{key}": value for key, value in given.items()}
    with pytest.raises(SettingError, match=name):
        Config.from_env({"SURVEY_DATA_DIR": str(config.data_dir), **environ})


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, None),
        ({"URL": OFFICIAL, "SECRET": SECRET}, "dingtalk"),
        ({"URL": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}, "wecom"),
        ({"URL": "https://im.example.gov.cn/robot", "KIND": "wecom"}, "wecom"),
        ({"URL": "http://127.0.0.1:8080/relay", "KIND": "dingtalk"}, "dingtalk"),
    ],
)
def test_the_two_hosts_say_their_kind_and_another_has_to_be_meant(
    given: dict[str, str], kind: str | None, config: Config
) -> None:
    environ = {f"SURVEY_ROBOT_{key}": value for key, value in given.items()}
    robot = Config.from_env({"SURVEY_DATA_DIR": str(config.data_dir), **environ}).robot
    assert (robot.kind if robot else None) == kind
    assert not re.search("access_token|SEC0", repr(robot)), "what is secret stays out of logs"
