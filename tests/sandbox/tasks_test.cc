// What TRTC remembers, kind by kind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/sandbox/world_fixture.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr std::int64_t kApp = 1'400'000'001;

class TasksTest : public WorldTest {};

struct TaskKind {
  const char* create;
  const char* describe;  // Empty: there is none.
  const char* change;    // The same.
  const char* stop;
  const char* gone;  // Code when it has been stopped.
};

const TaskKind kTaskKinds[] = {
    {"CreateCloudRecording", "DescribeCloudRecording", "ModifyCloudRecording",
     "DeleteCloudRecording", "ResourceNotFound"},
    {"CreateCloudModeration", "DescribeCloudModeration",
     "ModifyCloudModeration", "DeleteCloudModeration", "ResourceNotFound"},
    {"CreateCloudSliceTask", "DescribeCloudSliceTask", "ModifyCloudSliceTask",
     "DeleteCloudSliceTask", "ResourceNotFound"},
    {"CreateCloudTranscription", "DescribeCloudTranscription", "",
     "DeleteCloudTranscription", "ResourceNotFound"},
    {"CreateLiveStreamModeration", "DescribeLiveStreamModeration", "",
     "DeleteLiveStreamModeration", "ResourceNotFound"},
    {"StartPublishCdnStream", "", "", "StopPublishCdnStream",
     "ResourceNotFound"},
    {"StartWebRecord", "DescribeWebRecord", "", "StopWebRecord",
     "FailedOperation.TaskNotExist"},
    {"StartAIConversation", "DescribeAIConversation", "UpdateAIConversation",
     "StopAIConversation", "FailedOperation.TaskNotExist"},
    {"StartAITranscription", "DescribeAITranscription", "",
     "StopAITranscription", "FailedOperation.TaskNotExist"},
};

TEST_F(TasksTest, ATaskIsStartedShownStoppedAndGone) {
  for (const TaskKind& kind : kTaskKinds) {
    const auto label = [](const char* action) {
      return std::string("trtc.") + action;
    };
    const std::string id =
        Run(label(kind.create), {{"SdkAppId", kApp}, {"RoomId", "7"}})
            .value("TaskId", "");
    EXPECT_EQ(id.size(), 40U) << kind.create;
    const json same = {{"SdkAppId", kApp}, {"TaskId", id}};
    const json other = {{"SdkAppId", kApp + 1}, {"TaskId", id}};
    for (const char* action : {kind.describe, kind.change}) {
      if (*action == '\0') continue;
      EXPECT_EQ(Code(label(action), same), "") << action;
      EXPECT_EQ(Code(label(action), other), kind.gone) << action;
    }
    if (*kind.describe != '\0') {
      const json shown = Run(label(kind.describe), same);
      EXPECT_TRUE(shown["Status"] == "InProgress" || shown["Status"] == 1)
          << kind.describe << " " << shown;
      EXPECT_EQ(shown["TaskId"], id);
    }
    EXPECT_EQ(Code(label(kind.stop), same), "") << kind.stop;
    for (const char* action : {kind.describe, kind.change, kind.stop}) {
      if (*action != '\0') {
        EXPECT_EQ(Code(label(action), same), kind.gone) << action;
      }
    }
  }
}

TEST_F(TasksTest, AnIngestDoesNotExistRatherThanFail) {
  const json start = {{"SdkAppId", kApp},
                      {"RoomId", "7"},
                      {"RoomIdType", 0},
                      {"UserId", "camera"}};
  const std::string id = Run("trtc.StartStreamIngest", start)["TaskId"];
  EXPECT_EQ(Code("trtc.StartStreamIngest", start), "FailedOperation.TaskExist");
  const json same = {{"SdkAppId", kApp}, {"TaskId", id}};
  const auto status = [&](const char* action) {
    return Run(action, same).value("Status", "");
  };
  EXPECT_EQ(status("trtc.DescribeStreamIngest"), "InProgress");
  EXPECT_EQ(status("trtc.UpdateStreamIngest"), "InProgress");
  EXPECT_EQ(Code("trtc.StopStreamIngest", same), "");
  EXPECT_EQ(status("trtc.DescribeStreamIngest"), "NotExist");
  EXPECT_EQ(Code("trtc.UpdateStreamIngest", same),
            "FailedOperation.TaskNotExist");
  EXPECT_EQ(Code("trtc.StopStreamIngest", same), "InvalidParameter.TaskId");
}

TEST_F(TasksTest, AConversationIsFoundByItsSessionToo) {
  const json start = {
      {"SdkAppId", kApp}, {"RoomId", "7"}, {"SessionId", "mine"}};
  const std::string id = Run("trtc.StartAIConversation", start)["TaskId"];
  EXPECT_EQ(Code("trtc.StartAIConversation", start),
            "FailedOperation.TaskExist");
  EXPECT_EQ(Run("trtc.DescribeAIConversation",
                {{"SdkAppId", kApp}, {"SessionId", "mine"}})["TaskId"],
            id);
  EXPECT_EQ(Code("trtc.DescribeAIConversation",
                 {{"SdkAppId", kApp}, {"SessionId", "other"}}),
            "FailedOperation.TaskNotExist");
  EXPECT_EQ(Code("trtc.ControlAIConversation", {{"TaskId", id}}), "");
  EXPECT_EQ(Code("trtc.ControlAIConversation", {{"TaskId", "other"}}),
            "FailedOperation.TaskNotExist");
}

TEST_F(TasksTest, AnUpdateOfARelayMustBeNewer) {
  const std::string id = Run("trtc.StartPublishCdnStream",
                             {{"SdkAppId", kApp}, {"RoomId", "7"}})["TaskId"];
  const auto update = [&](int number) {
    return Code(
        "trtc.UpdatePublishCdnStream",
        {{"SdkAppId", kApp}, {"TaskId", id}, {"SequenceNumber", number}});
  };
  EXPECT_EQ(update(1), "");
  EXPECT_EQ(update(3), "");
  EXPECT_EQ(update(3), "FailedOperation.RequestOutdated");
  EXPECT_EQ(update(2), "FailedOperation.RequestOutdated");
  EXPECT_EQ(update(4), "");
}

TEST_F(TasksTest, SpeechIsReadyTwoSecondsLater) {
  const std::string id = Run("trtc.AsyncTextToSpeech",
                             {{"SdkAppId", kApp}, {"Text", "a"}})["TaskId"];
  const auto show = [&] {
    return Run("trtc.DescribeAsyncTextToSpeech", {{"TaskId", id}});
  };
  EXPECT_EQ(show()["Status"], "Processing");
  EXPECT_EQ(show()["AudioDownloadUrl"], "");
  Pass(std::chrono::seconds(2));
  EXPECT_EQ(show()["Status"], "Success");
  EXPECT_THAT(show()["AudioDownloadUrl"].get<std::string>(),
              testing::HasSubstr(id));
}

TEST_F(TasksTest, MixingEndsByRoom) {
  const json number = {{"SdkAppId", kApp}, {"RoomId", 7}};
  EXPECT_EQ(Code("trtc.StopMCUMixTranscode", number),
            "FailedOperation.MixSessionNotExist");
  EXPECT_EQ(Code("trtc.StartMCUMixTranscode", number), "");
  EXPECT_EQ(Code("trtc.StartMCUMixTranscode", number), "") << "a new layout";
  EXPECT_EQ(Code("trtc.StopMCUMixTranscode", number), "");
  const json text = {{"SdkAppId", kApp}, {"StrRoomId", "hall"}};
  EXPECT_EQ(Code("trtc.StartMCUMixTranscodeByStrRoomId", text), "");
  EXPECT_EQ(Code("trtc.StopMCUMixTranscodeByStrRoomId", text), "");
  EXPECT_EQ(Code("trtc.StopMCUMixTranscodeByStrRoomId", text),
            "FailedOperation.MixSessionNotExist");
}

TEST_F(TasksTest, ARoomIsThereOnceSomethingRunsInItUntilItIsDismissed) {
  const json room = {{"SdkAppId", kApp}, {"RoomId", "new"}};
  json users = room;
  users["UserIds"] = {"a"};
  EXPECT_EQ(Code("trtc.DismissRoomByStrRoomId", room),
            "FailedOperation.RoomNotExist");
  EXPECT_EQ(Code("trtc.RemoveUserByStrRoomId", users),
            "FailedOperation.RoomNotExist");
  Run("trtc.CreateCloudRecording", room);
  EXPECT_EQ(Code("trtc.RemoveUserByStrRoomId", users), "");
  EXPECT_EQ(Code("trtc.DismissRoomByStrRoomId", room), "");
  EXPECT_EQ(Code("trtc.DismissRoomByStrRoomId", room),
            "FailedOperation.RoomNotExist");
  EXPECT_EQ(Code("trtc.DismissRoom", {{"SdkAppId", kApp}, {"RoomId", 1234}}),
            "")
      << "seeded";
}

TEST_F(TasksTest, APictureIsOfItsApplication) {
  const json picture = {{"SdkAppId", kApp}, {"Content", "aaaa"},
                        {"Suffix", "jpg"},  {"Height", 15},
                        {"Width", 16},      {"XPosition", 1},
                        {"YPosition", 2}};
  const json id = Run("trtc.CreatePicture", picture)["PictureId"];
  EXPECT_TRUE(id.is_number_unsigned()) << id;
  Run("trtc.CreatePicture", picture);
  EXPECT_EQ(Run("trtc.DescribePicture", {{"SdkAppId", kApp}})["Total"], 2);
  const json one = {{"SdkAppId", kApp}, {"PictureId", id}};
  json change = one;
  change["Width"] = 99;
  EXPECT_EQ(Code("trtc.ModifyPicture", change), "");
  const json shown = Run("trtc.DescribePicture", one)["PictureInfo"];
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0]["Width"], 99);
  EXPECT_EQ(shown[0]["Height"], 15);
  EXPECT_EQ(Code("trtc.DeletePicture", {{"SdkAppId", 1}, {"PictureId", id}}),
            "InvalidParameter.PictureNotFound");
  EXPECT_EQ(Code("trtc.DeletePicture", one), "");
  EXPECT_EQ(Code("trtc.DeletePicture", one),
            "InvalidParameter.PictureNotFound");
  EXPECT_EQ(Run("trtc.DescribePicture", {{"SdkAppId", kApp}})["Total"], 1);
}

TEST_F(TasksTest, VoicePrintsAreListedAndLookedUp) {
  std::string first;
  for (int i = 0; i < 3; ++i) {
    const json reply =
        Run("trtc.RegisterVoicePrint", {{"Audio", "aaaa"},
                                        {"ReqTimestamp", 1749119700000 + i},
                                        {"AudioFormat", 0},
                                        {"AudioName", "jackson"},
                                        {"AudioMetaInfo", "meta"}});
    if (i == 0) first = reply["VoicePrintId"];
  }
  const json page =
      Run("trtc.DescribeVoicePrint",
          {{"DescribeMode", 1}, {"PageIndex", 1}, {"PageSize", 2}});
  EXPECT_EQ(page["TotalCount"], 3);
  EXPECT_EQ(page["Data"].size(), 2U);
  EXPECT_EQ(page["Data"][0]["VoicePrintMetaInfo"], "meta");
  const auto look_up = [&] {
    return Run(
        "trtc.DescribeVoicePrint",
        {{"DescribeMode", 0}, {"VoicePrintIdList", {first, "ghost"}}})["Data"];
  };
  EXPECT_EQ(look_up().size(), 1U);
  EXPECT_EQ(Code("trtc.UpdateVoicePrint", {{"VoicePrintId", first},
                                           {"ReqTimestamp", 1},
                                           {"AudioMetaInfo", "other"}}),
            "");
  EXPECT_EQ(look_up()[0]["VoicePrintMetaInfo"], "other");
  EXPECT_EQ(Code("trtc.DeleteVoicePrint", {{"VoicePrintId", first}}), "");
  EXPECT_EQ(Code("trtc.DeleteVoicePrint", {{"VoicePrintId", first}}),
            "FailedOperation.UpdateVoicePrintIdNotFound");
  EXPECT_EQ(look_up().size(), 0U);
}

TEST_F(TasksTest, AVocabularyIsListedByOffset) {
  std::string id;
  for (int i = 0; i < 5; ++i) {
    id = Run("trtc.CreateRecognizeVocabV3",
             {{"SdkAppId", kApp}, {"Name", "words"}})["VocabId"];
  }
  const json list = Run("trtc.GetRecognizeVocabListV3",
                        {{"SdkAppId", kApp}, {"Offset", 3}, {"Limit", 10}});
  EXPECT_EQ(list["TotalCount"], 5);
  ASSERT_EQ(list["VocabList"].size(), 2U);
  EXPECT_EQ(list["VocabList"][1]["VocabId"], id);
  const json one = {{"SdkAppId", kApp}, {"VocabId", id}};
  json state = one;
  state["State"] = 1;
  EXPECT_EQ(Run("trtc.SetVocabStateV3", state)["VocabId"], id);
  EXPECT_EQ(Run("trtc.GetRecognizeVocabV3", one)["State"], 1);
  EXPECT_EQ(Code("trtc.DeleteRecognizeVocabV3", one), "");
  EXPECT_EQ(Code("trtc.GetRecognizeVocabV3", one), "FailedOperation");
}

}  // namespace
}  // namespace tcgate
