#!/usr/bin/env python3
"""Searches the memory of a running process for a key.

Prints `found` and exits 0 if any 12 successive bytes of the key are in any page
that the process can read; prints `not found` and exits 1 if none are; exits 2
if the memory cannot be read. The key is given by file or by environment
variable, never as an argument, which others could see.
"""

import argparse
import os
import pathlib
import re
import sys

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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pid", type=int)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--file", help="a file that holds the key alone")
    source.add_argument("--env", help="a variable that holds the key")
    args = parser.parse_args()
    try:
        key = (
            pathlib.Path(args.file).read_bytes().strip()
            if args.file
            else os.environb[args.env.encode()]
        )
        if len(key) < WINDOW:
            parser.error(f"the key has fewer than {WINDOW} bytes")
        found = holds(args.pid, key)
    except (KeyError, OSError) as error:
        print(f"scan_memory: {error!r}", file=sys.stderr)
        return 2
    print("found" if found else "not found")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
