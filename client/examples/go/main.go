// Four calls through tcgate: a list, a write, a failing call with its details,
// and a stream. TCGATE_ADDRESS is where the gateway listens.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	trro "example.com/tcgate/gen/tencentcloudapi/trro/v20220325"
	trtc "example.com/tcgate/gen/tencentcloudapi/trtc/v20190722"
)

// Go's gRPC itself takes 4 MiB; the gateway sends up to 16.
const maxReplyBytes = 16 << 20

func list(ctx context.Context, client trro.TrroServiceClient) error {
	// Without a deadline a call may take as long as the gateway lets it.
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	reply, err := client.DescribeProjectList(ctx, &trro.DescribeProjectListRequest{
		PageNumber: proto.Int64(1), PageSize: proto.Int64(10),
	})
	if err != nil {
		return err
	}
	fmt.Printf("list: DescribeProjectList: %d of %d projects, request id %s\n",
		len(reply.Projects), reply.GetTotal(), reply.GetRequestId())
	return nil
}

func write(ctx context.Context, client trro.TrroServiceClient) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	reply, err := client.CreateProject(ctx, &trro.CreateProjectRequest{
		ProjectName: proto.String("made by Go"),
	})
	if err != nil {
		return err
	}
	fmt.Printf("write: CreateProject: project %s, request id %s\n",
		reply.GetProjectId(), reply.GetRequestId())
	return nil
}

func fail(ctx context.Context, client trro.TrroServiceClient) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	// Lacks PageNum and PageSize.
	_, err := client.GetDevices(ctx, &trro.GetDevicesRequest{})
	if err == nil {
		return errors.New("a request without its parameters did not fail")
	}
	found := readDetails(err)
	fmt.Printf("failure: GetDevices: %s, %s says %s of %s, request id %s\n",
		status.Code(err), found.domain, found.reason,
		strings.Join(found.fields, ", "), found.requestID)
	return nil
}

func stream(ctx context.Context, client trtc.TrtcServiceClient) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel() // Also ends the stream where this returns early.
	events, err := client.TextToSpeechSSE(ctx, &trtc.TextToSpeechSSERequest{
		Text:     proto.String("Hello from Go."),
		Voice:    &trtc.Voice{VoiceId: proto.String("v-female-R2s4N9qJ")},
		SdkAppId: proto.Uint64(14600000000), // Does not fit 32 bits.
	})
	if err != nil {
		return err
	}
	count, audio, ended := 0, 0, "cut"
	for {
		event, err := events.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		count++
		audio += len(event.GetAudio())
		if event.GetIsEnd() {
			ended = "whole"
		}
	}
	fmt.Printf("stream: TextToSpeechSSE: %d events, %d characters of audio, %s\n",
		count, audio, ended)
	return nil
}

func run(address string) error {
	channel, err := grpc.Dial(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReplyBytes)))
	if err != nil {
		return err
	}
	defer channel.Close()
	ctx := context.Background()
	client := trro.NewTrroServiceClient(channel)
	if err := list(ctx, client); err != nil {
		return err
	}
	if err := write(ctx, client); err != nil {
		return err
	}
	if err := fail(ctx, client); err != nil {
		return err
	}
	return stream(ctx, trtc.NewTrtcServiceClient(channel))
}

func main() {
	address, ok := os.LookupEnv("TCGATE_ADDRESS")
	if !ok {
		address = "127.0.0.1:50051"
	}
	if err := run(address); err != nil {
		log.Fatal(err)
	}
}
