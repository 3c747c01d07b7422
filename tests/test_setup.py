"""The commands that set up, serve and check: they work once, are quick twice, and refuse in words."""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUEST = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def run(*command: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def make_wheel(folder: Path, name: str) -> str:
    """Write an installable package called ``name`` and return its line for a lock."""
    folder.mkdir(exist_ok=True)
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    files = {
        f"{name}.py": "",
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{name}-1.0.dist-info/RECORD"
    digests = {
        path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        for path, text in files.items()
    }
    files[record] = (
        "".join(f"{path},sha256={digest},\n" for path, digest in digests.items()) + f"{record},,\n"
    )
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of bin/ with a lock of one small package, in a folder whose name is not plain ASCII."""
    project = tmp_path / "办事 体验"
    shutil.copytree(ROOT / "bin", project / "bin")
    (project / "requirements.txt").write_text(make_wheel(tmp_path / "wheels", "firstpackage"))
    return project


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """Settings under which pip knows only the wheels of this test, and apt only its packages."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PATH": f"{make_apt(tmp_path)}:{os.environ['PATH']}",
    }


def make_apt(folder: Path) -> Path:
    """Write an apt-get that downloads from ``packages/`` of this test, and return the folder it is in."""
    commands = folder / "commands"
    commands.mkdir()
    apt = commands / "apt-get"
    apt.write_text(f'#!/bin/sh\n[ "$2" = download ] && exec cp "{folder}/packages/$3.deb" .\nexit 100\n')
    apt.chmod(0o755)
    return commands


def make_package(folder: Path, name: str, font: str) -> None:
    """Write a Debian package called ``name`` that has a font among other things."""
    tree = folder / "trees" / name
    for path, text in {
        "DEBIAN/control": f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n",
        f"usr/share/fonts/deep/{font}": f"the font {font}",
        "usr/share/doc/readme": "not wanted",
    }.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    (folder / "packages").mkdir(exist_ok=True)
    built = run("dpkg-deb", "--build", "--root-owner-group", tree, folder / "packages" / f"{name}.deb")
    assert built.returncode == 0, built.stderr


def test_set_up_makes_the_environment_once_and_again_only_when_the_lock_changes(
    project: Path, tmp_path: Path, offline: dict[str, str]
) -> None:
    first = run(project / "bin/setup", **offline)
    assert first.returncode == 0, first.stderr
    assert run(project / ".venv/bin/python", "-c", "import firstpackage").returncode == 0

    second = run(project / "bin/setup", **offline)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")

    (project / "requirements.txt").write_text(make_wheel(tmp_path / "wheels", "secondpackage"))
    third = run(project / "bin/setup", **offline)
    assert third.returncode == 0, third.stderr
    assert run(project / ".venv/bin/python", "-c", "import secondpackage").returncode == 0
    assert run(project / ".venv/bin/python", "-c", "import firstpackage").returncode == 1


def test_what_a_briefing_wants_of_fonts_is_taken_out_of_packages_that_are_not_installed(
    project: Path, tmp_path: Path, offline: dict[str, str]
) -> None:
    fonts = project / "var/fonts"
    make_package(tmp_path, "texlive-lang-chinese", "FandolFang-Regular.otf")
    first = run(project / "bin/setup", **offline)
    assert first.returncode == 0, first.stderr
    assert "没有取到，简报先用宋体排" in first.stderr  # one of the two
    assert (fonts / "FandolFang-Regular.otf").read_text() == "the font FandolFang-Regular.otf"

    make_package(tmp_path, "fonts-lxgw-wenkai", "LXGWWenKai-Regular.ttf")
    assert run(project / "bin/setup", **offline).stderr == ""  # not asked again at every start
    again = run(project / "bin/setup", "--fonts", **offline)
    assert again.returncode == 0, again.stderr
    assert "没有取到" not in again.stderr
    assert {path.name for path in fonts.iterdir()} == {
        ".settled", "FandolFang-Regular.otf", "LXGWWenKai-Regular.ttf",
    }  # fmt: skip


def test_a_download_that_differs_from_the_lock_is_refused_and_leaves_no_stamp(
    project: Path, offline: dict[str, str]
) -> None:
    lock = (project / "requirements.txt").read_text()
    (project / "requirements.txt").write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, lock))
    result = run(project / "bin/setup", **offline)
    assert result.returncode == 1
    assert "校验值不符" in result.stderr
    assert not (project / ".venv/stamp-run").exists()


def test_set_up_without_a_network_says_that_no_index_can_be_reached(project: Path) -> None:
    nowhere = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_FIND_LINKS": "",
    }
    result = run(project / "bin/setup", PIP_RETRIES="1", **nowhere)
    assert result.returncode == 1
    assert "连不上软件源" in result.stderr
    assert "No package index can be reached" in result.stderr
    assert not (project / ".venv/stamp-run").exists()


def test_set_up_refuses_a_python_that_is_too_old(project: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    result = run(project / "bin/setup", PATH=f"{old}:{os.environ['PATH']}")
    assert result.returncode == 1
    assert "需要 Python 3.11" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--prot", "8001"], "没有这个选项：--prot"),
        (["--port"], "--port 后面要有值"),
        (["--port", "99999"], "端口应是 1 到 65535"),
        (["--port=http"], "端口应是 1 到 65535"),
    ],
)
def test_serve_refuses_what_it_does_not_understand(options: list[str], message: str) -> None:
    result = run(ROOT / "bin/serve", *options)
    assert result.returncode == 2
    assert message in result.stderr


def test_every_requirement_is_pinned_and_hashed_and_names_no_registry() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        for requirement in re.findall(r"^\S.*(?:\n .*)*", text, re.MULTILINE):
            assert re.match(r"[\w.-]+==\S+", requirement), requirement
            assert "--hash=sha256:" in requirement
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert "://" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert all(package["integrity"] for path, package in packages.items() if path)


def test_under_ci_a_skipped_test_is_a_failed_one(tmp_path: Path) -> None:
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text("import pytest\ndef test_one():\n    pytest.skip('no file')\n")
    (tmp_path / "test_all.py").write_text("import pytest\npytest.importorskip('nosuch')\n")
    for name in ("test_one.py", "test_all.py"):
        pytest_here = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tmp_path / name)
        assert run(*pytest_here, CI="true").returncode in {1, 2}
        assert run(*pytest_here, CI="").returncode in {0, 5}


@dataclass
class Serving:
    """A running bin/serve, where it listens and what it has printed."""

    process: subprocess.Popen[str]
    port: int
    printed: str


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """The product as ``bin/serve --demo`` starts it, on a free port and with data of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [ROOT / "bin/serve", "--demo", "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "SURVEY_DATA_DIR": "data", "SURVEY_WORKERS": "2", "SURVEY_DEMO_PASSWORD": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    printed = ""
    while "is ready" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    yield Serving(process, port, printed)
    process.kill()
    process.wait()
    process.stdout.close()


def test_serve_prints_the_address_and_a_password_and_keeps_its_data_where_it_was_told(
    serving: Serving, tmp_path: Path
) -> None:
    assert f"http://127.0.0.1:{serving.port} " in serving.printed
    assert re.search(r"密码：\w{4}-\w{4}-\w{4}", serving.printed)
    assert outcome(serving.port) == "answered"
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data/survey.db").exists()


def test_a_port_that_is_taken_is_refused_with_another_to_try(serving: Serving) -> None:
    result = run(ROOT / "bin/serve", "--port", str(serving.port))
    assert result.returncode == 1
    assert f"不能监听 127.0.0.1:{serving.port}" in result.stderr
    assert "bin/serve --port" in result.stderr


def outcome(port: int) -> str:
    """Send one request on a connection of its own and say what came of it."""
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    except (ConnectionRefusedError, ConnectionResetError):
        return "refused"
    with connection:
        try:
            connection.sendall(REQUEST)
            return "answered" if connection.makefile("rb").read().startswith(b"HTTP/1.1 200") else "lost"
        except OSError:
            return "lost"


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_stop_answers_every_request_it_let_in(
    serving: Serving, word: signal.Signals
) -> None:
    outcomes: Counter[str] = Counter()

    def knock() -> None:
        while (result := outcome(serving.port)) == "answered":
            outcomes[result] += 1
        outcomes[result] += 1

    people = [threading.Thread(target=knock) for _ in range(30)]
    for person in people:
        person.start()
    while outcomes["answered"] < 100 and any(person.is_alive() for person in people):
        time.sleep(0.01)
    serving.process.send_signal(word)
    for person in people:
        person.join()
    assert serving.process.wait(timeout=60) == 0
    assert outcomes["lost"] == 0
    assert outcomes["refused"] == len(people)


@pytest.mark.parametrize(
    ("name", "value"), [("SURVEY_TIME_ZONE", "Mars/Olympus"), ("SURVEY_DATA_DIR", "/proc/nowhere")]
)
def test_a_wrong_setting_is_refused_by_its_name_and_without_a_traceback(name: str, value: str) -> None:
    migrate = (sys.executable, "-m", "flask", "--app", ROOT / "wsgi.py", "migrate")
    result = run(*migrate, **{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith("设置有误")
    assert name in result.stderr
    assert "Traceback" not in result.stderr
