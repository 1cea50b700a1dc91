#!/usr/bin/env python3
"""Names of fields from names of members."""

import unittest

import import_tool  # noqa: F401: puts the tool on the path.
import effect
import naming
import secret

SNAKE = {
    "ProjectId": "project_id",
    "SdkAppId": "sdk_app_id",
    "DeviceIds": "device_ids",
    "InstanceIDs": "instance_ids",
    "VPCsInfo": "vpcs_info",
    "APIKey": "api_key",
    "TRTCDataURL": "trtc_data_url",
    "IPv6Address": "ipv6_address",
    "IoTDevice": "iot_device",
    "K100": "k100",
    "TwoK": "two_k",
    "VideoTimeHdp": "video_time_hdp",
    "NACK": "nack",
    "hadAutoFixVul": "had_auto_fix_vul",
    "Sdkappid": "sdkappid",
    "Errno": "errno_value",
    "Linux": "linux_value",
    "2ndName": "f_2nd_name",
}


class Names(unittest.TestCase):
    def test_snake_case(self):
        for member, name in SNAKE.items():
            with self.subTest(member):
                self.assertEqual(naming.snake(member), name)

    def test_a_name_that_is_taken_gets_a_number(self):
        for member, repeated, taken, name in [
                ("SubDomain", False, [("subdomain", False)], "sub_domain_2"),
                ("SubDomain", False,
                 [("sub_domain", False), ("sub_domain_2", False)],
                 "sub_domain_3"),
                ("HasPwd", False, [("pwd", False)], "has_pwd_2"),
                ("Pwd", False, [("has_pwd", False)], "pwd_2"),
                ("ItemsSize", False, [("items", True)], "items_size_2"),
                ("ItemsSize", False, [("items", False)], "items_size"),
                ("Items", True, [("items_size", False)], "items_2")]:
            with self.subTest(member=member, taken=taken):
                self.assertEqual(naming.free(member, repeated, taken), name)

    def test_a_service_makes_way_for_a_message_of_its_name(self):
        self.assertEqual(naming.service("trro/v20220325", {"Device"}),
                         "TrroService")
        self.assertEqual(naming.service("tem/v20210701", {"TemService"}),
                         "TemApi")


class Judgements(unittest.TestCase):
    def test_effects_follow_the_first_word_and_the_exceptions(self):
        for folder, action, expected in [
                ("cvm/v20170312", "DescribeInstances", "READ"),
                ("cvm/v20170312", "InquiryPriceRunInstances", "READ"),
                ("x/v20200101", "DescribleThing", "READ"),
                ("x/v20200101", "Describe", "READ"),
                ("x/v20200101", "Describer", "WRITE"),
                ("x/v20200101", "Listen", "WRITE"),
                ("x/v20200101", "ExportImages", "WRITE"),
                ("x/v20200101", "DownloadBill", "WRITE"),
                ("sts/v20180813", "GetCallerIdentity", "READ"),
                ("sts/v20180813", "GetFederationToken", "WRITE"),
                ("tke/v20180525", "DescribeClusterKubeconfig", "WRITE"),
                ("tke/v20220501", "DescribeClusterKubeconfig", "READ")]:
            with self.subTest(folder=folder, action=action):
                self.assertEqual(effect.by_name(folder, action), expected)

    def test_61_actions_are_called_like_reads_and_act(self):
        self.assertEqual(len(effect._EXCEPTIONS), 61)
        for name in effect._EXCEPTIONS:
            with self.subTest(name):
                self.assertTrue(effect._READS.match(name.split("/")[2]))

    def test_secrets_are_told_by_their_names(self):
        for member, expected in [
                ("Password", True), ("LoginPassword", True),
                ("TmpSecretKey", True), ("Token", True),
                ("NextToken", False), ("TokenType", False),
                ("SecretId", False), ("PasswordResetTime", False)]:
            with self.subTest(member):
                self.assertEqual(secret.by_name(member), expected)


if __name__ == "__main__":
    unittest.main()
