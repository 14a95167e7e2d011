"""How much a process that reads a stranger's bytes may use up. It takes these limits on before the first byte, and
nothing that a file makes it do can take them off again."""

import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from uploads.media.syscalls import die_with_parent, refuse_calls

_LONGEST_S = 100 * 3600.0
_LEAST_RATE = 50  # bytes a second: the sparest codecs for speech write ten times as much
_ANY_FILE_S = 600.0  # however small: silence packs very well
_LEAST_CPU_S = 60.0
_CPU_GRACE_S = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """cpu_s: seconds of processor time. file_bytes: the largest file it may write. quiet_s: seconds on the wall without
    a word from it, after which it is taken to hang. memory_bytes: address space, most of which is never touched.
    """

    cpu_s: float
    file_bytes: int
    quiet_s: float = 120.0
    memory_bytes: int = 2 << 30
    open_files: int = 64


def longest_s(size: int) -> float:
    """The most seconds of sound that we believe of a file of so many bytes."""
    return min(_LONGEST_S, _ANY_FILE_S + size / _LEAST_RATE)


def limits_for(path: Path, cpu_share: float, bytes_a_second: int = 0) -> Limits:
    """For work that takes at most cpu_share seconds of processor time and writes at most bytes_a_second for each second
    of sound in path, were there as much in it as we believe of its size."""
    longest = longest_s(path.stat().st_size)
    return Limits(cpu_s=_LEAST_CPU_S + cpu_share * longest, file_bytes=(1 << 20) + int(bytes_a_second * longest))


def impose(limits: Limits) -> bool:
    """Take the limits on. Returns whether the limit on written files is our own: where the system allows less than we
    do, a file that cannot grow has met a quota, and the recording is not at fault."""
    die_with_parent()
    refuse_calls()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are meant for the parent, which ends us when it ends
    quota, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    _lower(resource.RLIMIT_CORE, 0)  # a core would keep somebody's voice
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    _lower(resource.RLIMIT_CPU, int(limits.cpu_s) + 1, _CPU_GRACE_S)
    return quota == resource.RLIM_INFINITY or quota > limits.file_bytes


def narrow_cpu(seconds: float) -> None:
    """From now on allow at most so many seconds of processor time: the file is known better by now."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime + _LEAST_CPU_S + seconds), _CPU_GRACE_S)


def _lower(which: int, value: int, grace: int = 0) -> None:
    """Only ever down, and the hard limit too, grace above the soft one: there the kernel kills and gives no reason."""
    soft, hard = resource.getrlimit(which)
    soft = value if soft == resource.RLIM_INFINITY else min(value, soft)
    resource.setrlimit(which, (soft, soft + grace if hard == resource.RLIM_INFINITY else min(soft + grace, hard)))
