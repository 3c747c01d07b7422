"""Whom a limit counts when nobody is signed in: an address, known again and not readable."""

from __future__ import annotations

import hmac
from ipaddress import ip_address, ip_network

from flask import current_app, request

NETWORK = {4: 32, 6: 64}  # bits: of version 6 one household or office has as many addresses as it likes


def place_of_caller() -> str:
    """Return what is the same for each call from one address, and says to nobody which it is."""
    try:
        address = ip_address(request.remote_addr or "")
        text = str(ip_network((address, NETWORK[address.version]), strict=False))
    except ValueError:  # behind a socket, or a proxy that says nonsense
        text = "nowhere"
    return hmac.digest(str(current_app.secret_key).encode(), text.encode(), "sha256").hex()[:32]
