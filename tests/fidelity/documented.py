"""Reads the examples that the vendor's model carries beside it."""

import json
import re
import urllib.parse
import zipfile


def read(wheel, folder):
    """Yields (action, request, reply, get) of each example of a product version
    such as sts/v20180813. A request or reply that is not JSON is None; one that
    is shown as GET has texts for all scalars."""
    with zipfile.ZipFile(wheel) as archive:
        actions = json.loads(archive.read(
            f"tccli/services/{folder}/examples.json"))["actions"]
    for action in sorted(actions):
        for example in actions[action]:
            yield (action, _request(example["input"]),
                   _json(example["output"]),
                   not example["input"].startswith("POST"))


def _json(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def _request(text):
    if text.startswith("POST"):
        return _json(re.split(r"\r?\n\r?\n", text, maxsplit=1)[1])
    # One parameter a line, `A.0.B=x` for what is nested.
    query = urllib.parse.urlsplit(re.sub(r"\s", "", text)).query
    request = {}
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if equals and name != "Action":
            _set(request, name.split("."), urllib.parse.unquote(value))
    return _lists(request)


def _set(place, path, value):
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value


def _lists(value):
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(inner) for key, inner in value.items()}
