"""What a file that is downloaded is called by programs that know no Chinese."""

from __future__ import annotations

import re

from flask import Flask, Response, request

PLAIN = re.compile(r'(?<=filename=)(?:"([^"]*)"|([^";]+))')


def _name_plainly(response: Response) -> Response:
    """Give a file whose plain name lost its words with the Chinese one that says where it comes from."""
    header = response.headers.get("Content-Disposition", "")
    found = PLAIN.search(header)
    if found and request.blueprint:
        stem, dot, suffix = (found[1] or found[2]).rpartition(".")
        if not re.search("[A-Za-z]", stem):
            words = [request.blueprint.split(".")[0], *re.findall(r"\d+", stem)]
            name = "-".join(words) + dot + suffix
            response.headers["Content-Disposition"] = header[: found.start()] + name + header[found.end() :]
    return response


def init_app(app: Flask) -> None:
    """Name every download so that it can be told from others wherever it is saved."""
    app.after_request(_name_plainly)
