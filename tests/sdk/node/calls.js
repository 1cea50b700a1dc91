// Calls the sandbox with the official Node SDK, unchanged but for endpoint and
// scheme: reads a call a line, makes it, prints a line of what came back. See
// ../README.md.
"use strict";

const readline = require("readline");
const sdk = require("tencentcloud-sdk-nodejs");
const { CommonClient } = require(
  "tencentcloud-sdk-nodejs/tencentcloud/common/common_client");

async function make(call) {
  const config = {
    credential: { secretId: call.secret_id, secretKey: call.secret_key },
    region: "ap-guangzhou",
    profile: {
      httpProfile: {
        endpoint: process.env.TCGATE_SANDBOX,
        protocol: "http://",
        reqMethod: call.method,
      },
    },
  };
  if (call.raw) {  // What the typed client has no names for.
    const client = new CommonClient("", call.version, config);
    return { reply: await client.request(call.action, call.params) };
  }
  const version = "v" + call.version.replaceAll("-", "");
  const client = new sdk[call.product][version].Client(config);
  const reply = await client[call.action](call.params);
  if (!call.stream) return { reply };
  const events = [];
  for await (const event of reply) events.push(JSON.parse(event.data));
  return { events };
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await make(JSON.parse(line));
    } catch (error) {
      if (!error.code) throw error;
      answer = {
        error: {
          code: error.code,
          message: error.message,
          request_id: error.requestId,
        },
      };
    }
    console.log(JSON.stringify(answer));
  }
}

main();
