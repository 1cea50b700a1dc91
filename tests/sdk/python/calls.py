#!/usr/bin/env python3
"""Calls the sandbox with the official Python SDK, unchanged but for endpoint
and scheme: reads a call a line, makes it, prints a line of what came back. See
../README.md."""

import importlib
import json
import os
import sys

from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import (
    TencentCloudSDKException)
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile


def make(call):
    profile = ClientProfile(httpProfile=HttpProfile(
        protocol="http", endpoint=os.environ["TCGATE_SANDBOX"],
        reqMethod=call["method"]))
    profile.unsignedPayload = call["unsigned"]
    keys = credential.Credential(call["secret_id"], call["secret_key"])
    region, params = "ap-guangzhou", call["params"]

    if call["raw"]:  # What the typed client has no names for.
        client = CommonClient(call["product"], call["version"], keys, region,
                              profile)
        return {"reply": client.call_json(call["action"], params)["Response"]}

    product, date = call["product"], call["version"].replace("-", "")
    package = f"tencentcloud.{product}.v{date}"
    module = importlib.import_module(f"{package}.{product}_client")
    models = importlib.import_module(f"{package}.models")
    client = getattr(module, product.capitalize() + "Client")(
        keys, region, profile)
    request = getattr(models, call["action"] + "Request")()
    request.from_json_string(json.dumps(params))
    reply = getattr(client, call["action"])(request)
    if call["stream"]:
        return {"events": [json.loads(event["data"]) for event in reply]}
    return {"reply": json.loads(reply.to_json_string())}


for line in sys.stdin:
    try:
        answer = make(json.loads(line))
    except TencentCloudSDKException as error:
        answer = {"error": {"code": error.get_code(),
                            "message": error.get_message(),
                            "request_id": error.get_request_id()}}
    print(json.dumps(answer), flush=True)
