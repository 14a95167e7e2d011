"""The process that reads a stranger's bytes: python -m uploads.media.child, started by confined.py and nobody else.

A request comes as one line of JSON on standard input; answers go out as lines of JSON on standard output, the last of
which is the outcome. It is told where to write; every file that it makes is the parent's to keep or to remove.
"""

import errno
import importlib
import json
import os
import sys
import time
import traceback
from typing import Any

from uploads.media.limits import Limits, impose
from uploads.media.refusals import Reason, Unplayable

_STEPS = 200  # how many times progress is told
_BEAT_S = 1.0
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Reporter:
    """Called with the share done, 0 to 1, as often as one likes: tells the parent now and then, and that we live."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._told, self._at = 0.0, 0.0

    def __call__(self, share: float) -> None:
        share = min(1.0, share)
        if share - self._told >= 1 / _STEPS:
            self._told = share
            self.say(share=share)
        elif time.monotonic() - self._at > _BEAT_S:
            self.say()

    def say(self, **message: object) -> None:
        """One line. BrokenPipeError where the parent is gone: there is nobody left to work for."""
        self._at = time.monotonic()
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]


def main() -> None:
    """Do the one task that stands on standard input."""
    request = json.loads(sys.stdin.buffer.readline())
    reporter = Reporter(os.dup(1))
    os.dup2(2, 1)  # nothing that a library prints may look like an answer
    limit_is_ours = impose(Limits(**request["limits"]))
    reporter.say(ready=True)
    reporter.say(**_outcome(request["task"], request["arguments"], reporter, limit_is_ours=limit_is_ours))


def _outcome(task: str, arguments: dict[str, Any], reporter: Reporter, *, limit_is_ours: bool) -> dict[str, object]:
    """What came of it. A mistake in this program is not blamed on the file; whatever else goes wrong is its doing."""
    try:
        module, _, name = task.partition(":")
        return {"done": getattr(importlib.import_module(module), name)(reporter, **arguments)}
    except Unplayable as refusal:
        return {"unplayable": [refusal.reason, refusal.detail]}
    except BrokenPipeError:
        os._exit(1)
    except OSError as error:
        return _from_system(error, limit_is_ours=limit_is_ours)
    except (AttributeError, ImportError, NameError, TypeError):
        return {"ours": traceback.format_exc()}
    except BaseException:  # noqa: BLE001 — a file has found a way that nobody thought of
        return {"broke": traceback.format_exc()}


def _from_system(error: OSError, *, limit_is_ours: bool) -> dict[str, object]:
    """FFmpeg's errors are errors of the system to Python, whatever they are about: only those of our own calls are."""
    if error.errno in _FULL or (error.errno == errno.EFBIG and not limit_is_ours):
        return {"full": True}
    if error.errno == errno.EFBIG:
        return {"unplayable": [Reason.ENDLESS, ""]}
    if type(error).__module__ == "builtins" and error.errno is not None:
        return {"system": [error.errno, error.strerror, os.fsdecode(error.filename or "")]}
    return {"broke": traceback.format_exc()}


if __name__ == "__main__":
    main()
