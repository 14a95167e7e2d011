"""Work on a stranger's bytes in a process of its own, watched from here: whatever a file does to it stays there."""

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any

from uploads.media.limits import Limits
from uploads.media.refusals import Reason, Unplayable
from uploads.whole_file import StorageFull

log = logging.getLogger(__name__)

LOOK_S = 0.2  # how soon a wish to stop is heard
_LAST_BREATH_S = 5.0
_LONGEST_LINE = 1 << 20
# Nothing else of our surroundings goes along: keys and passwords are often set there.
_PASSED_ON = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR")
# One thread for numpy's arithmetic, and few heaps: each reserves address space, which is what is limited.
_QUIET = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
_NOT_ITS_FAULT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # somebody ends the program, and us with it
_OUT_OF_TIME = (signal.SIGXCPU,)

Process = subprocess.Popen[bytes]


class Stopped(Exception):
    """stop() said so. Nothing is left behind."""


class Broken(Exception):
    """The program that reads recordings does not start or has a mistake in it; no recording is at fault."""


def confined(
    task: str,
    arguments: Mapping[str, object],
    limits: Limits,
    on_progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Any:
    """What the function named by task ("module:name") returns, called in a child process as
    name(reporter, **arguments).

    Arguments and result are whatever JSON can say. on_progress gets the share done, 0 to 1, at most 200 times; stop is
    asked several times a second. Raises Stopped, Broken, and what the task raised if that is Unplayable, StorageFull or
    an OSError of our own calls; Unplayable too where the child crashed, used up what limits allow or said nothing for
    limits.quiet_s. However this ends, the child has ended before; what it wrote is the caller's to keep or to remove.
    """
    with closing(stepwise(task, arguments, limits)) as steps:
        try:
            shares = next(steps)
            while True:
                if stop and stop():
                    raise Stopped
                for share in shares:
                    if on_progress:
                        on_progress(share)
                shares = steps.send(LOOK_S)
        except StopIteration as end:
            return end.value


def stepwise(
    task: str, arguments: Mapping[str, object], limits: Limits
) -> Generator[Sequence[float], float | None, Any]:
    """confined() for a caller who does something else meanwhile: the child works on by itself between two steps.

    Each send(seconds) waits at most so long for news of the child, and gives the shares that it told since. What
    confined() returns or raises is returned or raised by a step; close() ends the child. It must be started in a thread
    that outlives it: to the kernel, which ends the child with its parent, the parent is that thread.
    """
    request = {"task": task, "arguments": arguments, "limits": asdict(limits)}
    with _started() as child:
        try:
            outcome = yield from _followed(child, request, limits.quiet_s)
        finally:
            child.kill()
    return _result(outcome)


def _started() -> Process:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _QUIET
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "uploads.media.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        process_group=0,  # Ctrl-C in a terminal is for the parent
        bufsize=0,
    )


_LAST = {"done", "unplayable", "full", "system", "ours", "broke"}


def _followed(
    child: Process, request: Mapping[str, object], quiet_s: float
) -> Generator[Sequence[float], float | None, dict[str, Any]]:
    """The last message of the child, or what its end says where there is none."""
    _hand_over(child, request)
    ready, wait_s = False, 0.0
    said = _Said(child, quiet_s)
    while (messages := said.since(wait_s)) is not None:
        ready = ready or any("ready" in message for message in messages)
        last = next((message for message in messages if message.keys() & _LAST), None)
        shares = [message["share"] for message in messages if "share" in message]
        if shares or last is None:  # what came together with the end is told before it
            wait_s = (yield shares) or 0.0
        if last is not None:
            return last
    number = -_end_of(child)
    if number in _NOT_ITS_FAULT:
        raise Stopped
    if not ready:
        raise Broken(f"the process that reads recordings ended before it began ({child.returncode})")
    return {"unplayable": [Reason.ENDLESS if number in _OUT_OF_TIME else Reason.BREAKS, ""]}


def _end_of(child: Process) -> int:
    try:
        return child.wait(_LAST_BREATH_S)
    except subprocess.TimeoutExpired as lingers:  # it has closed its end of the pipe and goes on
        raise Unplayable(Reason.BREAKS) from lingers


def _hand_over(child: Process, request: Mapping[str, object]) -> None:
    assert child.stdin is not None  # noqa: S101 — a pipe was asked for
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.close()
    except BrokenPipeError:
        log.warning("a process that reads recordings was gone before it was told what to do")  # its end tells more


class _Said:
    """What a child says. Memory stays flat whatever it says."""

    def __init__(self, child: Process, quiet_s: float) -> None:
        assert child.stdout is not None  # noqa: S101 — a pipe was asked for
        self._pipe, self._quiet_s = child.stdout.fileno(), quiet_s
        self._held, self._heard_at = b"", time.monotonic()

    def since(self, wait_s: float) -> list[dict[str, Any]] | None:
        """Its messages since the last call, waited for at most wait_s; None when it has closed its end."""
        if not select.select([self._pipe], [], [], min(wait_s, self._quiet_s))[0]:
            if time.monotonic() - self._heard_at > self._quiet_s:
                raise Unplayable(Reason.ENDLESS)
            return []
        block = os.read(self._pipe, 1 << 16)
        if not block:
            return None
        if len(self._held) > _LONGEST_LINE:
            raise Unplayable(Reason.BREAKS)
        *lines, self._held = (self._held + block).split(b"\n")
        self._heard_at = time.monotonic()
        return [_message(line) for line in lines]


def _message(line: bytes) -> dict[str, Any]:
    """A line as we agreed on; a child that a file has taken over may say anything."""
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("share", 0.0), int | float):
        raise Unplayable(Reason.BREAKS)
    return message


def _result(outcome: dict[str, Any]) -> Any:
    match outcome:
        case {"done": result}:
            return result
        case {"unplayable": [reason, detail]}:
            raise Unplayable(Reason(reason), str(detail))
        case {"full": _}:
            raise StorageFull
        case {"system": [int(number), message, name]}:
            raise OSError(number, message, name)
        case {"ours": told}:
            raise Broken(told)
    log.error("a recording made the process that reads it fail: %s", outcome.get("broke"))
    raise Unplayable(Reason.BREAKS)
