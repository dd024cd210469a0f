#!/usr/bin/env python3
"""A copy of the state of a Qubes OS system that stays current (docs/bulk-read.md).

As a module:   mirror = Mirror(); mirror.load()
               for patch in mirror.follow(): ...    # mirror.state is current
As a program:  qubes_mirror.py [SOCKET [POSITION]]
               prints every position that the copy reaches; with POSITION, prints the copy when it is there and ends.
"""
import json
import socket
import sys

FORMAT = 1


class Mirror:
    """The state in `state` (a dict), at the log position `position`."""

    def __init__(self, path="/run/qubesd.sock"):
        self.path = path
        self.state = None
        self.position = 0

    def load(self):
        """Reads the whole state."""
        with self._call("qubes.cqrs.State") as connection:
            reply = b"".join(iter(lambda: connection.recv(65536), b""))
        if not reply.startswith(b"0\0"):
            raise RuntimeError("the state was refused: %r" % reply[:200])
        state = json.loads(reply[2:])
        if state["format"] != FORMAT:
            raise RuntimeError("format %s is not known" % state["format"])
        self.state, self.position = state, state["position"]

    def follow(self):
        """Keeps the copy current and yields each patch after it was applied.

        Yields None where the whole state was read anew. Ends when the daemon closes the stream; call it again to go on from there.
        """
        while True:
            if self.state is None:
                self.load()
                yield None
            with self._call("qubes.cqrs.Changes", str(self.position)) as connection:
                for name, values in events(connection):
                    if name == "events-lost":
                        self.state = None
                        break
                    if name == "state-changed":
                        yield self._apply(values)
            if self.state is not None:
                return

    def _apply(self, values):
        if int(values["from"]) != self.position:
            raise RuntimeError("the change continues from %s, the copy stands at %d" % (values["from"], self.position))
        patch = json.loads(values["patch"])
        merge(self.state, patch)
        self.position = self.state["position"] = int(values["position"])
        return patch

    def _call(self, method, argument=""):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.path)
        name = method + "+" + argument if argument else method
        connection.sendall((name + " dom0 name dom0\0").encode("ascii"))
        connection.shutdown(socket.SHUT_WR)
        return connection


def merge(target, patch):
    """Applies a JSON merge patch (RFC 7396): null removes, objects are merged, everything else replaces."""
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict):
            if not isinstance(target.get(name), dict):
                target[name] = {}
            merge(target[name], value)
        else:
            target[name] = value


def events(connection):
    """Yields name and values of each EVENT message: 1, subject, name, (key, value)*, an empty key, each with a NUL after it."""
    with connection.makefile("rb") as stream:
        fields = _fields(stream)
        for kind in fields:
            _subject, name, values = next(fields), next(fields), {}
            if kind != "1":
                raise RuntimeError("the changes were refused: " + name)
            for key in iter(lambda: next(fields), ""):
                values[key] = next(fields)
            yield name, values


def _fields(stream):
    rest = b""
    for chunk in iter(lambda: stream.read1(65536), b""):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (field.decode("ascii") for field in whole)


def main(path="/run/qubesd.sock", until=None):
    mirror = Mirror(path)
    for _patch in mirror.follow():
        print(mirror.position, flush=True)
        if until is not None and mirror.position >= int(until):
            print(json.dumps(mirror.state), flush=True)
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
