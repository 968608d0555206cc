"""Tasks that behave badly, for the jail to stop."""

import ctypes
import os
import signal
import socket
import subprocess
from pathlib import Path


def echo(payload: bytes) -> bytes:
    return payload


def loop(payload: bytes) -> bytes:
    while True:
        pass


def sleep(payload: bytes) -> bytes:
    signal.pause()
    return payload


def hoard(payload: bytes) -> bytes:
    held = []
    while True:
        held.append(bytearray(2**24))


def crash(payload: bytes) -> bytes:
    ctypes.string_at(0)
    return payload


def fail(payload: bytes) -> bytes:
    raise ValueError("no")


def reach(payload: bytes) -> bytes:
    """The names of the doors that are open."""
    found = []
    for name, door in (
        ("file", lambda: Path("/etc/hostname").read_text()),
        ("write", lambda: Path("/tmp/fellesord-jail").write_text("")),
        ("socket", lambda: socket.socket()),
        ("process", lambda: subprocess.Popen(["true"])),
    ):
        try:
            door()
            found.append(name)
        except OSError:
            pass
    return ",".join(found).encode()


def nice(payload: bytes) -> bytes:
    return str(os.nice(0)).encode()
