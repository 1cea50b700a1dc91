"""What one call may change, judged by the name of the action."""

import json
import pathlib
import re

_READS = re.compile(
    r"(Describe|Describle|Decribe|Get|List|Query|Search|Inquiry|Inquire|View"
    r"|LookUp|Count)(?![a-z])")
# Names like reads that act all the same, each with its reason.
_EXCEPTIONS = json.loads(
    (pathlib.Path(__file__).parent / "effect_exceptions.json").read_text())


def by_name(folder, action):
    """READ or WRITE. Whatever is not plainly a read is a write."""
    if f"{folder}/{action}" in _EXCEPTIONS or not _READS.match(action):
        return "WRITE"
    return "READ"
