// Four calls through tcgate: a list, a write, a failing call with its details,
// and a stream. TCGATE_ADDRESS is where the gateway listens.

import { credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import {
  CreateProjectRequest,
  type CreateProjectResponse,
  DescribeProjectListRequest,
  type DescribeProjectListResponse,
  GetDevicesRequest,
  type GetDevicesResponse,
  TrroServiceClient,
} from "../gen/tencentcloudapi/trro/v20220325/trro.js";
import {
  TextToSpeechSSERequest,
  TrtcServiceClient,
} from "../gen/tencentcloudapi/trtc/v20190722/trtc.js";
import { readDetails } from "./error_details.js";

const address = process.env.TCGATE_ADDRESS ?? "127.0.0.1:50051";
// grpc-js itself takes 4 MiB; the gateway sends up to 16.
const channelOptions = { "grpc.max_receive_message_length": 16 * 1024 * 1024 };
const trro = new TrroServiceClient(address, credentials.createInsecure(), channelOptions);
const trtc = new TrtcServiceClient(address, credentials.createInsecure(), channelOptions);

// Makes a promise of a call.
function promise<Reply>(
  start: (done: (error: ServiceError | null, reply: Reply) => void) => unknown,
): Promise<Reply> {
  return new Promise((resolve, reject) =>
    start((error, reply) => (error ? reject(error) : resolve(reply))));
}

// Where `tcgate-region` and the like would stand.
const metadata = new Metadata();
// Without a deadline a call may take as long as the gateway lets it.
const within = (seconds: number) => ({ deadline: Date.now() + seconds * 1000 });

async function list(): Promise<void> {
  const request = DescribeProjectListRequest.fromPartial({ pageNumber: 1n, pageSize: 10n });
  const reply = await promise<DescribeProjectListResponse>((done) =>
    trro.describeProjectList(request, metadata, within(10), done));
  console.log(`list: DescribeProjectList: ${reply.projects.length} of ${reply.total} projects,`
    + ` request id ${reply.requestId}`);
}

async function write(): Promise<void> {
  const request = CreateProjectRequest.fromPartial({ projectName: "made by TypeScript" });
  const reply = await promise<CreateProjectResponse>((done) =>
    trro.createProject(request, metadata, within(10), done));
  console.log(`write: CreateProject: project ${reply.projectId}, request id ${reply.requestId}`);
}

async function fail(): Promise<void> {
  const request = GetDevicesRequest.fromPartial({}); // Lacks PageNum and PageSize.
  try {
    await promise<GetDevicesResponse>((done) =>
      trro.getDevices(request, metadata, within(10), done));
  } catch (thrown) {
    const error = thrown as ServiceError;
    const { domain, reason, fields, requestId } = readDetails(error);
    console.log(`failure: GetDevices: ${status[error.code]}, ${domain} says ${reason}`
      + ` of ${fields.join(", ")}, request id ${requestId}`);
    return;
  }
  throw new Error("a request without its parameters did not fail");
}

async function stream(): Promise<void> {
  const request = TextToSpeechSSERequest.fromPartial({
    text: "Hello from TypeScript.",
    voice: { voiceId: "v-female-R2s4N9qJ" },
    sdkAppId: 14600000000n, // Does not fit 32 bits.
  });
  let events = 0;
  let audio = 0;
  let ended = false;
  // An error of the stream is thrown here; leaving the loop cancels the call.
  for await (const event of trtc.textToSpeechSse(request, metadata, within(60))) {
    ++events;
    audio += event.audio?.length ?? 0;
    ended = event.isEnd ?? false;
  }
  console.log(`stream: TextToSpeechSSE: ${events} events, ${audio} characters of audio,`
    + ` ${ended ? "whole" : "cut"}`);
}

await list();
await write();
await fail();
await stream();
trro.close();
trtc.close();
