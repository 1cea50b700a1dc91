"""What the caller of this tool can put right."""


class Fault(Exception):
    """Bad input. The text says what is wrong, where, and what to do."""
