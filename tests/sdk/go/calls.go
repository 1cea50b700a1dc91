// Calls the sandbox with the official Go SDK, unchanged but for endpoint and
// scheme: reads a call a line, makes it, prints a line of what came back. See
// ../README.md.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

type call struct {
	Product   string
	Version   string
	Action    string
	Params    json.RawMessage
	SecretID  string `json:"secret_id"`
	SecretKey string `json:"secret_key"`
	Method    string
	Unsigned  bool
	Stream    bool
}

type failure struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

type answer struct {
	Reply  json.RawMessage   `json:"reply,omitempty"`
	Events []json.RawMessage `json:"events,omitempty"`
	Error  *failure          `json:"error,omitempty"`
}

// The members of a reply, whatever the action.
type reply struct {
	Response json.RawMessage
}

func send(c call) (answer, error) {
	settings := profile.NewClientProfile()
	settings.HttpProfile.Endpoint = os.Getenv("TCGATE_SANDBOX")
	settings.HttpProfile.Scheme = "HTTP"
	settings.HttpProfile.ReqMethod = c.Method
	settings.UnsignedPayload = c.Unsigned
	client := common.NewCommonClient(
		common.NewCredential(c.SecretID, c.SecretKey), "ap-guangzhou", settings)

	request := tchttp.NewCommonRequest(c.Product, c.Version, c.Action)
	if err := request.SetActionParameters([]byte(c.Params)); err != nil {
		return answer{}, err
	}
	if !c.Stream {
		response := tchttp.NewCommonResponse()
		if err := client.Send(request, response); err != nil {
			return answer{}, err
		}
		var body reply
		err := json.Unmarshal(response.GetBody(), &body)
		return answer{Reply: body.Response}, err
	}
	response := &tchttp.BaseSSEResponse{}
	if err := client.Send(request, response); err != nil {
		return answer{}, err
	}
	var got answer
	for event := range response.Events {
		if event.Err != nil {
			return answer{}, event.Err
		}
		got.Events = append(got.Events, event.Data)
	}
	return got, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var c call
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			log.Fatal(err)
		}
		got, err := send(c)
		if sdk, ok := err.(*tcerr.TencentCloudSDKError); ok {
			got = answer{Error: &failure{sdk.Code, sdk.Message, sdk.RequestId}}
		} else if err != nil {
			log.Fatal(err)
		}
		line, err := json.Marshal(got)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(line))
	}
}
