package example;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import tencentcloudapi.trro.v20220325.CreateProjectRequest;
import tencentcloudapi.trro.v20220325.DescribeProjectListRequest;
import tencentcloudapi.trro.v20220325.GetDevicesRequest;
import tencentcloudapi.trro.v20220325.TrroServiceGrpc;
import tencentcloudapi.trro.v20220325.TrroServiceGrpc.TrroServiceBlockingStub;
import tencentcloudapi.trtc.v20190722.TextToSpeechSSERequest;
import tencentcloudapi.trtc.v20190722.TrtcServiceGrpc;
import tencentcloudapi.trtc.v20190722.TrtcServiceGrpc.TrtcServiceBlockingStub;
import tencentcloudapi.trtc.v20190722.Voice;

/**
 * Four calls through tcgate: a list, a write, a failing call with its details, and a stream.
 * TCGATE_ADDRESS is where the gateway listens.
 */
public final class Main {
  /** gRPC for Java itself takes 4 MiB; the gateway sends up to 16. */
  private static final int MAX_REPLY_BYTES = 16 << 20;

  private static void list(TrroServiceBlockingStub trro) {
    // Without a deadline a call may take as long as the gateway lets it.
    var reply =
        trro.withDeadlineAfter(10, TimeUnit.SECONDS)
            .describeProjectList(
                DescribeProjectListRequest.newBuilder().setPageNumber(1).setPageSize(10).build());
    System.out.printf(
        "list: DescribeProjectList: %d of %d projects, request id %s%n",
        reply.getProjectsCount(), reply.getTotal(), reply.getRequestId());
  }

  private static void write(TrroServiceBlockingStub trro) {
    var reply =
        trro.withDeadlineAfter(10, TimeUnit.SECONDS)
            .createProject(
                CreateProjectRequest.newBuilder().setProjectName("made by Java").build());
    System.out.printf(
        "write: CreateProject: project %s, request id %s%n",
        reply.getProjectId(), reply.getRequestId());
  }

  private static void fail(TrroServiceBlockingStub trro) throws Exception {
    try {
      // Lacks PageNum and PageSize.
      trro.withDeadlineAfter(10, TimeUnit.SECONDS)
          .getDevices(GetDevicesRequest.getDefaultInstance());
    } catch (StatusRuntimeException error) {
      var details = ErrorDetails.of(error);
      System.out.printf(
          "failure: GetDevices: %s, %s says %s of %s, request id %s%n",
          error.getStatus().getCode(),
          details.domain(),
          details.reason(),
          String.join(", ", details.fields()),
          details.requestId());
      return;
    }
    throw new IllegalStateException("a request without its parameters did not fail");
  }

  private static void stream(TrtcServiceBlockingStub trtc) {
    var request =
        TextToSpeechSSERequest.newBuilder()
            .setText("Hello from Java.")
            .setVoice(Voice.newBuilder().setVoiceId("v-female-R2s4N9qJ"))
            .setSdkAppId(14600000000L) // Does not fit 32 bits.
            .build();
    var count = 0;
    var audio = 0;
    var ended = false;
    // An error of the stream is thrown by the iterator.
    var events = trtc.withDeadlineAfter(60, TimeUnit.SECONDS).textToSpeechSSE(request);
    while (events.hasNext()) {
      var event = events.next();
      ++count;
      audio += event.getAudio().length();
      ended = event.getIsEnd();
    }
    System.out.printf(
        "stream: TextToSpeechSSE: %d events, %d characters of audio, %s%n",
        count, audio, ended ? "whole" : "cut");
  }

  public static void main(String[] args) throws Exception {
    var address = System.getenv().getOrDefault("TCGATE_ADDRESS", "127.0.0.1:50051");
    ManagedChannel channel =
        Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
            .maxInboundMessageSize(MAX_REPLY_BYTES)
            .build();
    try {
      var trro = TrroServiceGrpc.newBlockingStub(channel);
      list(trro);
      write(trro);
      fail(trro);
      stream(TrtcServiceGrpc.newBlockingStub(channel));
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
