"""Names of proto fields, services and files from names of the vendor."""

import re

# Macros of the C library and of compilers: no C++ accessor can have the name.
_MACROS = {
    "errno", "stdin", "stdout", "stderr", "assert", "offsetof", "unix",
    "linux", "signals", "slots",
}
# What C++ accessors put before the name of a field.
_ACCESSORS = ("has_", "clear_", "set_", "mutable_", "add_", "release_")


def snake(member):
    """`SdkAppId` -> `sdk_app_id`. Acronyms are one word, their plurals too."""
    name = re.sub(r"IPv([46])", r"Ipv\1", member).replace("IoT", "Iot")
    name = re.sub(
        r"([A-Z]{2,})s(?=[A-Z0-9]|$)",
        lambda m: m[1][0] + m[1][1:].lower() + "s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"[^A-Za-z0-9]+", "_", name).lower()
    name = re.sub(r"_+", "_", name).strip("_")
    if not name or name[0].isdigit():
        name = "f_" + name
    return name + "_value" if name in _MACROS else name


def _flat(name):
    return name.replace("_", "")


def _clash(left, left_repeated, right, right_repeated):
    if _flat(left) == _flat(right):  # protoc and JSON names compare like this.
        return True
    for name, other, other_repeated in ((left, right, right_repeated),
                                        (right, left, left_repeated)):
        if any(name == prefix + other for prefix in _ACCESSORS):
            return True
        if other_repeated and name == other + "_size":
            return True
    return False


def free(member, repeated, taken):
    """The first of `n`, `n_2`, `n_3`... that clashes with no name of `taken`,
    which holds pairs of name and whether that field is repeated."""
    base = snake(member)
    number, name = 1, base
    while any(_clash(name, repeated, other, many) for other, many in taken):
        number += 1
        name = f"{base}_{number}"
    return name


def package(folder):
    """`trro/v20220325` -> `tencentcloudapi.trro.v20220325`."""
    return "tencentcloudapi." + folder.replace("/", ".")


def service(folder, messages):
    """`TrroService`; `TemApi` where a message has that name already."""
    product = folder.split("/")[0]
    stem = product[0].upper() + product[1:]
    return stem + ("Api" if stem + "Service" in messages else "Service")
