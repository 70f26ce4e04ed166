"""How much one address may ask: a bucket of requests that fills again with time."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MOST_ADDRESSES: Final = 10_000
"""How many addresses are remembered; of more, the one that asked longest ago is forgotten."""
_IPV6_NETWORK: Final = 64
"""What one subscriber of a provider has, all of it one address here."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests at once, and how many a second after that."""

    burst: int
    per_second: float


class RateLimit:
    """Counts requests by address.

    Args:
        rate: how much each address may ask.
        now: monotonic seconds.
    """

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What is left, and when it was counted."""

    def allows(self, address: str) -> bool:
        """Count a request; False when it is one too many."""
        network = _network(address)
        now = self._now()
        left, counted = self._buckets.pop(network, (float(self._rate.burst), now))
        left = min(float(self._rate.burst), left + (now - counted) * self._rate.per_second)
        allowed = left >= 1
        self._buckets[network] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return allowed


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    return str(parsed)


def client_address(peer: str, forwarded: str | None, *, behind_proxy: bool) -> str:
    """Whose request it is.

    Args:
        peer: the other end of the connection.
        forwarded: the header X-Forwarded-For; its last entry is the one that our own proxy wrote.
        behind_proxy: whether there is such a proxy; without one the header is anybody's invention.
    """
    if not behind_proxy or not forwarded:
        return peer
    last = forwarded.rpartition(",")[2].strip()
    return last if _network(last) else peer
