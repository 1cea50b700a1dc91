"""Which members hold a secret, judged by their names, so that a product
without an overlay does not log its passwords. An overlay has the last word."""

import re

_SECRETS = re.compile(
    r"(Password|Passwd|SecretKey|SecretAccessKey|PrivateKey|AccessKey"
    r"|Kubeconfig)$|^(Tmp|Session|Security|Login|Auth)?Token$")


def by_name(member):
    """`member` as the API spells it."""
    return bool(_SECRETS.search(member))
