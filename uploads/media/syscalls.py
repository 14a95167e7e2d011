"""What a process may not ask of Linux any more: the network, other processes, other programs.

A filter of system calls (seccomp) needs no privileges and works inside containers, where a network namespace of one's
own is mostly refused. Where the kernel knows no such filters or the machine is of another kind, the formats and
protocols that FFmpeg is allowed (opening.py) still stand.
"""

import ctypes
import errno
import platform
import signal
import struct
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 1, 38, 22, 2  # linux/prctl.h

# The architecture as the kernel's audit names it; its number of clone; the numbers of what is refused
# (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
_MACHINES: dict[str, tuple[int, int, dict[str, int]]] = {
    "x86_64": (0xC000003E, 56, {
        "socket": 41, "connect": 42, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "ptrace": 101,
        "process_vm_readv": 310, "process_vm_writev": 311, "execveat": 322, "io_uring_setup": 425}),
    "aarch64": (0xC00000B7, 220, {
        "ptrace": 117, "kill": 129, "socket": 198, "socketpair": 199, "connect": 203, "execve": 221,
        "process_vm_readv": 270, "process_vm_writev": 271, "execveat": 281, "io_uring_setup": 425}),
}  # fmt: skip
_CLONE3 = 435  # its flags lie in memory, where a filter cannot look; the C library then falls back to clone
_CLONE_THREAD = 0x10000
_FIRST_OTHER_NUMBER = 0x40000000  # x86-64 knows each call by a second number from here on (x32)

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # linux/seccomp.h
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # struct seccomp_data


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends, however it ends."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def refuse_calls() -> bool:
    """Give up the network and other processes, for good; False where this system has no means to."""
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None or sys.maxsize < 2**32 or not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return False
    program = _program(*machine)
    code = ctypes.create_string_buffer(program, len(program))  # named, so that both live until the kernel has read them
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))  # struct sock_fprog
    described = ctypes.create_string_buffer(header, len(header))
    return _prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(described))


def _program(machine: int, clone: int, refused: dict[str, int]) -> bytes:
    """A filter for the kernel: struct sock_filter each (code, steps on if true, steps on if false, operand)."""
    asked = [(_EQUAL, number) for number in refused.values()]
    asked.append((_AT_LEAST, _FIRST_OTHER_NUMBER))
    tail = [
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
        (_EQUAL, 0, 2, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
    lines = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((test, len(asked) - at + len(tail) - 2, 0, number) for at, (test, number) in enumerate(asked)),
        *tail,
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _prctl(option: int, *values: int) -> bool:
    rest = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, *rest) == 0)
