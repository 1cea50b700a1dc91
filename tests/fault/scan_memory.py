"""Searches the memory of a running process for a key."""

import os
import re

WINDOW = 12
CHUNK = 1 << 20
# `7f12e000-7f133000 rw-p 00000000 08:01 1234   /usr/lib/x.so`
REGION = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (r|-)")
# `Rss:      12 kB`: pages that exist, in memory or swapped out.
PAGES = re.compile(r"^(?:Rss|Swap): +([0-9]+) kB")


def regions(pid):
    """Yields (start, end) of the readable regions that have been touched."""
    start = end = 0
    readable = touched = False
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
        for line in smaps:
            if region := REGION.match(line):
                if readable and touched:
                    yield start, end
                start, end = int(region[1], 16), int(region[2], 16)
                readable, touched = region[3] == "r", False
            elif pages := PAGES.match(line):
                touched = touched or pages[1] != "0"
    if readable and touched:
        yield start, end


def chunks(memory, start, end):
    """Yields the bytes of a region, each chunk with the end of the one before
    it, so that nothing hides across an edge."""
    tail = b""
    for at in range(start, end, CHUNK):
        try:
            chunk = os.pread(memory, min(CHUNK, end - at), at)
        except OSError:  # The kernel's own pages, such as [vvar].
            chunk = b""
        yield tail + chunk
        tail = chunk[1 - WINDOW :]


def holds(pid, key):
    """Says whether the process holds a window of the key."""
    windows = {key[i : i + WINDOW] for i in range(len(key) - WINDOW + 1)}
    read = 0
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        for start, end in regions(pid):
            for chunk in chunks(memory, start, end):
                read += len(chunk)
                if any(window in chunk for window in windows):
                    return True
    finally:
        os.close(memory)
    if read == 0:
        raise OSError("none of its memory could be read")
    return False
