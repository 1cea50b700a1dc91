"""`python3 proto/import`: see README.md beside this file."""

import sys

import tool
from fault import Fault

try:
    sys.exit(tool.main(sys.argv[1:]))
except Fault as fault:
    sys.exit(f"proto/import: {fault}")
