"""Callers that are told apart by the Unix socket they call through, each with an
account whose upstream is of a test's choice; and a load of theirs that does not
wait for answers."""

import asyncio
import dataclasses
import gc
import pathlib
import re

import grpc
import yaml

from tcgate_errors import details


def address(folder, caller):
    """Where a caller of `config` calls."""
    return f"unix:{pathlib.Path(folder, caller)}"


def config(folder, accounts, callers, **more):
    """Text of a configuration.

    folder: where the sockets are, one for each caller.
    accounts: by name, {"url": ..., further keys of the account}.
    callers: by name, keys of the caller's rule; may call everything.
    more: further keys of the file.
    """
    return yaml.safe_dump({
        "listen": [{"address": address(folder, name)} for name in callers],
        "admin": {"address": "127.0.0.1:0"},
        "accounts": {
            name: {"site": "mainland", "region": "ap-guangzhou",
                   "credentials": {"environment": {}},
                   "endpoint": {"url": keys["url"]}}
            | {k: v for k, v in keys.items() if k != "url"}
            for name, keys in accounts.items()},
        "callers": [{"match": {"unix": str(pathlib.Path(folder, name))},
                     "actions": ["*"]} | keys
                    for name, keys in callers.items()],
        # No connection comes of age under load.
        "drain": {"max_connection_age": "5m", "timeout": "6m"},
        **more})


@dataclasses.dataclass
class End:
    """How one call ended."""
    number: int
    started: float  # Seconds since the load began.
    took: float
    error: grpc.aio.AioRpcError | None

    @property
    def ok(self):
        return self.error is None

    @property
    def why(self):
        """`OK`, or code and reason."""
        if self.ok:
            return "OK"
        found = details(self.error)
        reason = found.reason if found else self.error.details()
        return f"{self.error.code().name} {reason}"


async def paced(call, per_second, seconds):
    """Starts `call(number)` so often, at even distances, whatever becomes of
    those before. Returns the ends of all, in the order of their starts."""
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def one(number):
        started, error = loop.time(), None
        try:
            await call(number)
        except grpc.aio.AioRpcError as raised:
            # Its frames would hold the call, and that the connection.
            error = raised.with_traceback(None)
        return End(number, started - begin, loop.time() - started, error)

    calls = []
    # A collector that looks at all these calls holds them up for 50 ms.
    gc.disable()
    try:
        for number in range(round(per_second * seconds)):
            await asyncio.sleep(begin + number / per_second - loop.time())
            calls.append(asyncio.ensure_future(one(number)))
        return await asyncio.gather(*calls)
    finally:
        gc.enable()


def metric(gateway, name, **labels):
    """The sum of the samples of `name` that have these labels."""
    total = 0.0
    for line in gateway.get("/metrics").splitlines():
        match = re.fullmatch(rf"{name}(?:{{(.*)}})? (\S+)", line)
        if match is None:
            continue
        found = dict(re.findall(r'(\w+)="([^"]*)"', match[1] or ""))
        if labels.items() <= found.items():
            total += float(match[2])
    return total


def jain(shares):
    """Jain's index of fairness: 1 if all are equal, 1/n if one has all."""
    return sum(shares) ** 2 / (len(shares) * sum(s * s for s in shares))
