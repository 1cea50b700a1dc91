import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.tencentcloudapi.common.AbstractModel;
import com.tencentcloudapi.common.CommonClient;
import com.tencentcloudapi.common.CommonRequest;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.SSEResponseModel;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

// Calls the sandbox with the official Java SDK, unchanged but for endpoint and
// scheme: reads a call a line, makes it, prints a line of what came back. See
// ../README.md.
public class Calls {
  static class Call {
    String product, version, action, secret_id, secret_key, method;
    JsonObject params;
    boolean unsigned, raw;
  }

  static JsonElement parse(String json) {
    return JsonParser.parseString(json);
  }

  static Object make(Call call) throws Exception {
    HttpProfile http = new HttpProfile();
    http.setProtocol(HttpProfile.REQ_HTTP);
    http.setEndpoint(System.getenv("TCGATE_SANDBOX"));
    http.setReqMethod(call.method);
    ClientProfile profile = new ClientProfile(ClientProfile.SIGN_TC3_256, http);
    profile.setUnsignedPayload(call.unsigned);
    Credential keys = new Credential(call.secret_id, call.secret_key);
    String region = "ap-guangzhou";
    String params = call.params.toString();

    if (call.raw) { // What the typed client has no names for.
      CommonClient client =
          new CommonClient(call.product, call.version, keys, region, profile);
      String reply = client.commonRequest(new CommonRequest(params), call.action);
      return Map.of("reply", parse(reply).getAsJsonObject().get("Response"));
    }
    String title = call.product.substring(0, 1).toUpperCase() + call.product.substring(1);
    String place =
        "com.tencentcloudapi." + call.product + ".v" + call.version.replace("-", "") + ".";
    Object client =
        Class.forName(place + title + "Client")
            .getConstructor(Credential.class, String.class, ClientProfile.class)
            .newInstance(keys, region, profile);
    Class<?> model = Class.forName(place + "models." + call.action + "Request");
    Object request = AbstractModel.fromJsonString(params, model);
    Object reply = client.getClass().getMethod(call.action, model).invoke(client, request);
    if (reply instanceof SSEResponseModel && ((SSEResponseModel) reply).isStream()) {
      List<JsonElement> events = new ArrayList<>();
      ((SSEResponseModel) reply).forEach(event -> events.add(parse(event.Data)));
      return Map.of("events", events);
    }
    return Map.of("reply", parse(AbstractModel.toJsonString((AbstractModel) reply)));
  }

  public static void main(String[] args) throws Exception {
    Gson gson = new Gson();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line; (line = lines.readLine()) != null; ) {
      Object answer;
      try {
        answer = make(gson.fromJson(line, Call.class));
      } catch (TencentCloudSDKException error) {
        answer = failure(error);
      } catch (InvocationTargetException error) {
        if (!(error.getCause() instanceof TencentCloudSDKException)) throw error;
        answer = failure((TencentCloudSDKException) error.getCause());
      }
      System.out.println(gson.toJson(answer));
    }
    System.exit(0); // The SDK's connection pool has threads of its own.
  }

  static Object failure(TencentCloudSDKException error) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("code", error.getErrorCode());
    members.put("message", error.getMessage());
    members.put("request_id", error.getRequestId());
    return Map.of("error", members);
  }
}
