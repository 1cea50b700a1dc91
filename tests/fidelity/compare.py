"""What a message holds against the JSON that the documentation shows."""

# Why two values differ.
NULL = "null"
EMPTY = "an empty list, which protobuf cannot tell from none"
STRING = "a number or boolean written as a string"
UNKNOWN = "not in the model, or not of the type that the model says"


def to_python(message):
    """A message as the JSON that the API documents: its names, its numbers."""
    result = {}
    for field, value in message.ListFields():
        one = to_python if field.type == field.TYPE_MESSAGE else lambda v: v
        if field.label == field.LABEL_REPEATED:
            result[field.json_name] = [one(v) for v in value]
        else:
            result[field.json_name] = one(value)
    return result


def differences(documented, got, where=""):
    """Yields (where, why) of each place where the two differ in value or type.
    1 is not True, and not 1.0 unless a float is written without its point."""
    if isinstance(documented, dict) and isinstance(got, dict):
        for key in sorted(documented.keys() | got.keys()):
            path = f"{where}.{key}" if where else key
            if key not in got:
                yield path, missing(documented[key])
            elif key not in documented:
                yield path, "not documented"
            else:
                yield from differences(documented[key], got[key], path)
    elif isinstance(documented, list) and isinstance(got, list):
        if len(documented) != len(got):
            yield where, "lists differ in length"
        for left, right in zip(documented, got):
            yield from differences(left, right, where)
    elif isinstance(documented, bool) or isinstance(got, bool):
        if documented is not got:
            yield where, other_type(documented, got)
    elif documented != got or isinstance(documented, str) != isinstance(
            got, str):
        yield where, other_type(documented, got)


def missing(value):
    """Why a documented member is not there."""
    if value is None:
        return NULL
    return EMPTY if value == [] else UNKNOWN


def other_type(documented, got):
    """Why two values that are no objects differ."""
    if isinstance(documented, str) and str(got).lower() == documented.lower():
        return STRING
    return f"another value: {documented!r} became {got!r}"
