"""Sets the filter of system calls that a systemd unit asks for, as systemd
does, by the same library."""

import ctypes
import errno
import re
import subprocess

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000


def _members(name):
    """The system calls of a group of systemd's such as `@system-service`."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name],
                            check=True, capture_output=True, text=True).stdout
    members = re.findall(r"^ +([@\w-]+)$", listed, re.M)
    return set().union(*map(_members, members))


def allowed(unit):
    """What the lines `SystemCallFilter=` of a unit leave, one after another."""
    calls = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
        named = set().union(*map(_members, line.lstrip("~").split()))
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def load(calls):
    """Makes every other call of this process and its children fail with
    EPERM. For a process that is about to start a program."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    context = library.seccomp_init(_ERRNO | errno.EPERM)
    for name in calls:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # Of this machine.
            library.seccomp_rule_add(context, _ALLOW, number, 0)
    if library.seccomp_load(context) != 0:
        raise OSError("seccomp_load")
