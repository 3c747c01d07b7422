"""Every setting, read once from the environment; an unsafe or unreadable value is refused by its name."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PROJECT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32  # characters
ROBOTS = {"oapi.dingtalk.com": "dingtalk", "qyapi.weixin.qq.com": "wecom"}  # by the host that they live on
THIS_MACHINE = "127.0.0.1"


class SettingError(ValueError):
    """A setting has a value that the product cannot safely run with."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name


@dataclass(frozen=True)
class Robot:
    """A group's robot that messages go to, ``dingtalk`` or ``wecom``; who knows the address can speak."""

    url: str = field(repr=False)
    kind: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Config:
    """The settings of one running product."""

    data_dir: Path
    database: Path
    exports_dir: Path
    fonts_dir: Path
    secret_key: str
    https: bool
    origin: str
    proxies: int
    time_zone: ZoneInfo
    robot: Robot | None = None

    @property
    def photos_dir(self) -> Path:
        """Where received photos are kept."""
        return self.data_dir / "photos"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read ``SURVEY_*``; raise SettingError naming the one that is wrong."""
        data_dir = Path(environ.get("SURVEY_DATA_DIR") or PROJECT / "var").absolute()
        https = _flag(environ, "SURVEY_HTTPS")
        return cls(
            data_dir=data_dir,
            database=_database(environ, data_dir),
            exports_dir=Path(environ.get("SURVEY_EXPORTS_DIR") or PROJECT / "exports").absolute(),
            fonts_dir=fonts_folder(environ),
            secret_key=_secret_key(environ, data_dir),
            https=https,
            origin=_origin(environ, https),
            proxies=_count(environ, "SURVEY_PROXIES"),
            time_zone=_time_zone(environ),
            robot=_robot(environ),
        )


def fonts_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the office's own fonts lie, and those that bin/setup fetched."""
    return Path(environ.get("SURVEY_FONTS_DIR") or PROJECT / "var" / "fonts").absolute()


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise SettingError(name, "use 1 or 0")
    return text in {"1", "true", "yes"}


def _count(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name) or "0"
    if not text.isdecimal() or int(text) > 9:
        raise SettingError(name, "use a number from 0 to 9")
    return int(text)


def _database(environ: Mapping[str, str], data_dir: Path) -> Path:
    text = environ.get("SURVEY_DATABASE", "")
    if "://" in text:
        raise SettingError("SURVEY_DATABASE", "only a path to a SQLite file is supported")
    return Path(text).absolute() if text else data_dir / "survey.db"


def _origin(environ: Mapping[str, str], https: bool) -> str:
    text = environ.get("SURVEY_ORIGIN", "").rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path):
        raise SettingError("SURVEY_ORIGIN", "use an address like https://survey.example.gov.cn")
    if https and parts.scheme == "http":
        raise SettingError("SURVEY_ORIGIN", "it must begin with https:// when SURVEY_HTTPS is 1")
    return text


def _time_zone(environ: Mapping[str, str]) -> ZoneInfo:
    name = environ.get("SURVEY_TIME_ZONE") or "Asia/Shanghai"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError("SURVEY_TIME_ZONE", f"no such time zone: {name}") from error


def _robot(environ: Mapping[str, str]) -> Robot | None:
    """Return where messages go to; a host that is not one of the two has to be meant, and say its kind."""
    url, secret = environ.get("SURVEY_ROBOT_URL", ""), environ.get("SURVEY_ROBOT_SECRET", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise SettingError("SURVEY_ROBOT_URL", "use the address that the group shows") from error
    if not host or parts.scheme not in {"https", "http"} or parts.username or parts.fragment:
        raise SettingError("SURVEY_ROBOT_URL", "use the address that the group shows")
    if parts.scheme == "http" and host != THIS_MACHINE:
        raise SettingError("SURVEY_ROBOT_URL", "it must begin with https://")
    kind = environ.get("SURVEY_ROBOT_KIND") or ROBOTS.get(host, "")
    if kind not in ROBOTS.values() or ROBOTS.get(host, kind) != kind:
        raise SettingError("SURVEY_ROBOT_KIND", f"say dingtalk or wecom, as {host} speaks")
    if secret and kind != "dingtalk":
        raise SettingError("SURVEY_ROBOT_SECRET", "only dingtalk signs; leave it empty for wecom")
    return Robot(url, kind, secret)


def _secret_key(environ: Mapping[str, str], data_dir: Path) -> str:
    try:
        key = environ.get("SURVEY_SECRET_KEY") or _kept_secret(data_dir / "secret_key")
    except OSError as error:
        reason = f"{data_dir} cannot be written ({error.strerror})"
        raise SettingError("SURVEY_DATA_DIR", reason) from error
    if len(key) < SHORTEST_SECRET or len(set(key)) < 8:
        raise SettingError("SURVEY_SECRET_KEY", f"use at least {SHORTEST_SECRET} random characters")
    return key


def _kept_secret(path: Path) -> str:
    """Make the secret on the first start; several workers starting at once agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        os.link(fresh, path)  # atomic, and never replaces one that is there
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
