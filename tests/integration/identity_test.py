#!/usr/bin/env python3
"""Callers with identities: certificates, Unix sockets and what a proxy says,
each with the status that is documented; certificates replaced under load."""

import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

import grpc
from grpc._cython import cygrpc

import tcgate_harness as harness
from tcgate_authority import Authority
from tcgate_errors import details
from tcgate_load import Load

SERVICE = "tencentcloudapi.trro.v20220325.TrroService"
MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
REQUEST = MESSAGES.GetDevicesRequest(page_num=1, page_size=1)
WEB, AUDIT, PROXY = (f"spiffe://example.org/{name}"
                     for name in ("ns/web", "ns/audit", "proxy"))
XFCC = "x-forwarded-client-cert"
REPLACED = 20
SHORT_S = 6  # Enough for two calls on a slow machine.
DATA = {"GetDevices": '{"PageNum": 1, "PageSize": 1}',
        "CreateProject": '{"ProjectName": "p"}'}

# What grpcurl exits with: 64 and the gRPC code.
OK, UNAUTHENTICATED, PERMISSION_DENIED = 0, 64 + 16, 64 + 7
NO_CONNECTION = 1


class Clients(Authority):
    """An authority that also issues what has expired."""

    @property
    def pem(self):
        return (self._path / "ca.crt").read_bytes()

    def expired(self, name, spiffe):
        folder = self.issue(name, spiffe=spiffe)
        self._openssl("x509", "-req", "-in", f"{name}/csr", "-CA", "ca.crt",
                      "-CAkey", "ca.key", "-days", "-1", "-extfile",
                      f"{name}/ext", "-out", f"{name}/tls.crt")
        return folder


    def short_lived(self, name, spiffe, seconds):
        """One that expires soon: `openssl x509` counts in days."""
        folder = self.issue(name, spiffe=spiffe)
        (self._path / "index").touch()
        (self._path / "ca.cnf").write_text(
            "[ca]\ndefault_ca = own\n[own]\ndatabase = index\n"
            "new_certs_dir = .\nrand_serial = yes\ncertificate = ca.crt\n"
            "private_key = ca.key\ndefault_md = sha256\npolicy = any\n"
            "[any]\ncommonName = supplied\n")
        begins, ends = (time.strftime("%Y%m%d%H%M%SZ", time.gmtime(
            time.time() + after)) for after in (-60, seconds))
        self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf",
                      "-startdate", begins, "-enddate", ends, "-in",
                      f"{name}/csr", "-extfile", f"{name}/ext", "-out",
                      f"{name}/tls.crt")
        return folder


class Certificates:
    """The files of a listener, replaced as a mounted secret is, by one link, or
    one by one."""

    def __init__(self, folder, pair, client_ca):
        self.folder = pathlib.Path(folder)
        self.version = 0
        self._write(pair, client_ca)
        for name in ("tls.crt", "tls.key", "ca.crt"):
            (self.folder / name).symlink_to(f"..data/{name}")

    def _write(self, pair, client_ca):
        self.version += 1
        data = self.folder / f"v{self.version}"
        data.mkdir()
        for name in ("tls.crt", "tls.key"):
            shutil.copy(pair / name, data / name)
        (data / "ca.crt").write_bytes(client_ca)
        link = self.folder / "next"
        link.symlink_to(data.name)
        os.replace(link, self.folder / "..data")

    def replace_whole(self, pair, client_ca):
        self._write(pair, client_ca)

    def replace(self, name, content):
        """One file; the others stay."""
        data = self.folder / f"v{self.version}"
        (data / "next").write_bytes(content)
        os.replace(data / "next", data / name)

    def tls(self):
        return (f"{{cert_file: {self.folder}/tls.crt, "
                f"key_file: {self.folder}/tls.key, "
                f"client_ca_file: {self.folder}/ca.crt}}")


def config(listen, callers, proxies="[]", age="20s"):
    return f"""
listen: [{listen}]
admin: {{address: "127.0.0.1:0"}}
accounts: {{default: {{region: ap-guangzhou}}}}
proxies: {proxies}
drain: {{max_connection_age: {age}}}
callers:
{callers}
"""


CALLERS = f"""
  - {{match: {{spiffe: {WEB}}}, actions: ["trro.Get*", "trro.CreateProject"]}}
  - {{match: {{spiffe: {AUDIT}}}, actions: ["*"], read_only: true}}
"""


def grpcurl(address, *args, method="GetDevices", pair=None, ca=None):
    """Returns the exit code and what was said. Times out on its own."""
    command = [os.environ["TCGATE_GRPCURL"], "-connect-timeout", "3",
               "-max-time", "20"]
    if ca is None:
        command += ["-plaintext"]
    else:
        command += ["-cacert", str(ca)]
    if pair is not None:
        command += ["-cert", str(pair / "tls.crt"), "-key",
                    str(pair / "tls.key")]
    path = address.removeprefix("unix:")
    command += ["-unix", "-authority", "localhost"] * (path != address)
    command += ["-import-path", str(harness.ROOT / "proto"), "-proto",
                "tencentcloudapi/trro/v20220325/trro.proto", *args, "-d",
                DATA.get(method, "{}"), path, f"{SERVICE}/{method}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


class Certified(unittest.TestCase):
    """One listener that asks for certificates."""

    @classmethod
    def setUpClass(cls):
        cls.servers = cls.enterClassContext(Clients())
        cls.clients = cls.enterClassContext(Clients())
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.files = Certificates(cls.folder, cls.servers.issue(
            "server", dns="localhost"), cls.clients.pem)
        cls.ca = pathlib.Path(cls.folder, "servers.crt")
        cls.ca.write_bytes(cls.servers.pem)
        cls.web = cls.clients.issue("web", spiffe=WEB)
        cls.proxy = cls.clients.issue("proxy", spiffe=PROXY)
        cls.gateway = cls.enterClassContext(harness.Tcgate(
            "--sandbox", key=False, config=config(
                f'{{address: "127.0.0.1:0", tls: {cls.files.tls()}}}', CALLERS,
                proxies=f"[{{spiffe: {PROXY}}}]")))

    def call(self, *args, **settings):
        return grpcurl(self.gateway.grpc, *args, ca=self.ca, **settings)

    def ends(self, expected, *args, says="", **settings):
        code, said = self.call(*args, **settings)
        self.assertEqual(code, expected, said)
        self.assertIn(says, said)

    def test_a_certificate_gives_what_its_rule_says(self):
        self.ends(OK, pair=self.web)
        self.ends(OK, pair=self.web, method="CreateProject")
        self.ends(PERMISSION_DENIED, pair=self.web, method="DeleteProject",
                  says=f"the caller `{WEB}` may not call trro.DeleteProject")
        audit = self.clients.issue("audit", spiffe=AUDIT)
        self.ends(OK, pair=audit)
        self.ends(PERMISSION_DENIED, pair=audit, method="CreateProject",
                  says="`read_only`")

    def test_an_id_that_no_rule_knows(self):
        pair = self.clients.issue("other", spiffe="spiffe://example.org/other")
        self.ends(UNAUTHENTICATED, pair=pair, says="`callers`")
        with secure_channel(self.gateway.grpc, self.servers.pem,
                            pair) as channel:
            with self.assertRaises(grpc.RpcError) as raised:
                STUBS.TrroServiceStub(channel).GetDevices(REQUEST, timeout=10)
        found = details(raised.exception)
        self.assertEqual((found.domain, found.reason),
                         ("tcgate", "NO_IDENTITY"))
        self.assertEqual(found.metadata,
                         {"caller": "spiffe://example.org/other",
                          "action": "trro.GetDevices"})

    def test_a_certificate_without_a_spiffe_id(self):
        self.ends(UNAUTHENTICATED, pair=self.clients.issue("plain", dns="x"),
                  says="exactly one URI")

    def test_without_a_certificate_there_is_no_connection(self):
        self.ends(NO_CONNECTION, says="Failed to dial")

    def test_a_certificate_of_another_authority(self):
        with Clients() as others:
            self.ends(NO_CONNECTION, pair=others.issue("web", spiffe=WEB),
                      says="Failed to dial")

    def test_an_expired_certificate(self):
        self.ends(NO_CONNECTION, pair=self.clients.expired("old", WEB),
                  says="Failed to dial")

    def test_a_tls_session_does_not_outlive_the_certificate(self):
        sessions = cygrpc.SSLSessionCacheLRU(1)
        pair = self.clients.short_lived("short", WEB, SHORT_S)
        expired = time.time() + SHORT_S
        with self.resuming(sessions, pair) as channel:
            STUBS.TrroServiceStub(channel).GetDevices(REQUEST, timeout=10)
        with self.resuming(sessions, pair) as channel:
            STUBS.TrroServiceStub(channel).GetDevices(REQUEST, timeout=10)
            # Here too, while the connection is open.
            time.sleep(max(0, expired + 1 - time.time()))
            self.outlived(channel)
        with self.resuming(sessions, pair) as channel:
            self.outlived(channel)

    def resuming(self, sessions, pair):
        return secure_channel(
            self.gateway.grpc, self.servers.pem, pair,
            ("grpc.ssl_session_cache", sessions),
            # gRPC looks for sessions by name, not by IP address.
            ("grpc.ssl_target_name_override", "localhost"))

    def outlived(self, channel):
        with self.assertRaises(grpc.RpcError) as raised:
            STUBS.TrroServiceStub(channel).GetDevices(REQUEST, timeout=10)
        self.assertEqual(raised.exception.code(),
                         grpc.StatusCode.UNAUTHENTICATED, raised.exception)
        self.assertIn("certificate has expired", raised.exception.details())
        self.assertEqual(details(raised.exception).reason, "NO_IDENTITY")

    def test_a_client_that_speaks_plain_text(self):
        code, said = grpcurl(self.gateway.grpc)
        self.assertEqual(code, NO_CONNECTION, said)

    def test_a_client_of_a_library_sees_unavailable(self):
        credentials = grpc.ssl_channel_credentials(self.servers.pem)
        with grpc.secure_channel(self.gateway.grpc, credentials) as channel:
            with self.assertRaises(grpc.RpcError) as raised:
                STUBS.TrroServiceStub(channel).GetDevices(REQUEST, timeout=10)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)

    def test_what_a_caller_says_of_itself_is_not_believed(self):
        header = ["-H", f"{XFCC}: URI={AUDIT}"]
        self.ends(OK, *header, pair=self.web, method="CreateProject")
        self.ends(UNAUTHENTICATED, *header,
                  pair=self.clients.issue("x", dns="x"))

    def test_only_the_last_element_of_a_proxy_counts(self):
        forged = f"By=x;URI={WEB},Hash=1;Subject=\"CN=a,b\";URI="
        self.ends(OK, "-H", f"{XFCC}: {forged}{WEB}", pair=self.proxy)
        self.ends(UNAUTHENTICATED, "-H",
                  f"{XFCC}: {forged}spiffe://example.org/stranger",
                  pair=self.proxy,
                  says="the caller `spiffe://example.org/stranger`")
        self.ends(UNAUTHENTICATED, "-H", f"{XFCC}: {forged}", pair=self.proxy,
                  says="last element")
        self.ends(UNAUTHENTICATED, "-H", f"{XFCC}: URI={WEB};X=\"",
                  pair=self.proxy, says="cannot be read")
        # Without the header the proxy itself calls, which no rule knows.
        self.ends(UNAUTHENTICATED, pair=self.proxy, says=PROXY)

    def test_the_log_has_the_caller_and_never_the_header(self):
        marker = "spiffe://example.org/never-logged"
        self.ends(OK, "-H", f"{XFCC}: URI={marker}", pair=self.web,
                  method="GetLicenseStat")
        line = self.gateway.wait_for_log(
            lambda l: l["action"] == "trro.GetLicenseStat")
        self.assertEqual(line["caller"], WEB)
        said = "".join(l for l in self.gateway.lines if l)
        self.assertNotIn("never-logged", said + self.gateway.errors())


class Revoked(unittest.TestCase):
    def test_an_authority_that_is_taken_out_ends_its_callers_connections(self):
        with Clients() as servers, Clients() as old, Clients() as new, \
                tempfile.TemporaryDirectory() as folder:
            server = servers.issue("server", dns="localhost")
            files = Certificates(folder, server, old.pem + new.pem)
            ca = pathlib.Path(folder, "servers.crt")
            ca.write_bytes(servers.pem)
            before = old.issue("web", spiffe=WEB)
            after = new.issue("web", spiffe=WEB)
            text = config(f'{{address: "127.0.0.1:0", tls: {files.tls()}}}',
                          CALLERS, age="3s")
            with harness.Tcgate("--sandbox", key=False,
                                config=text) as gateway, \
                    secure_channel(gateway.grpc, servers.pem,
                                   before) as channel:
                stub = STUBS.TrroServiceStub(channel)
                stub.GetDevices(REQUEST, timeout=10)
                self.assertEqual(grpcurl(gateway.grpc, ca=ca, pair=before)[0],
                                 OK)
                files.replace("ca.crt", new.pem)
                wait_for_errors(gateway, "new certificates are in use")
                # An open connection lives until it has its age.
                stub.GetDevices(REQUEST, timeout=10)
                self.assertEqual(grpcurl(gateway.grpc, ca=ca, pair=before)[0],
                                 NO_CONNECTION)
                self.assertEqual(grpcurl(gateway.grpc, ca=ca, pair=after)[0],
                                 OK)
                deadline = time.monotonic() + 10
                while time.monotonic() < deadline:
                    try:
                        stub.GetDevices(REQUEST, timeout=10)
                    except grpc.RpcError as error:
                        self.assertEqual(error.code(),
                                         grpc.StatusCode.UNAVAILABLE)
                        return
                self.fail("the connection outlived its age")


class UnixSockets(unittest.TestCase):
    def test_each_socket_is_an_identity(self):
        with tempfile.TemporaryDirectory() as folder:
            a, b, c = (f"{folder}/{name}.sock" for name in "abc")
            text = config(
                ", ".join(f'{{address: "unix:{path}"}}' for path in (a, b, c)),
                f"  - {{match: {{unix: {a}}}, actions: [trro.GetDevices]}}\n"
                f"  - {{match: {{unix: {b}}}, actions: [trro.CreateProject]}}\n"
                f"  - {{match: {{spiffe: {WEB}}}, actions: ['*']}}\n",
                proxies=f"[{{unix: {c}}}]")
            with harness.Tcgate("--sandbox", key=False, config=text) as gateway:
                gateway.wait_for_line(lambda l: l.endswith(f"unix:{c}"))
                forwards = ["-H", f"{XFCC}: URI=spiffe://example.org/x,URI="]
                for socket_path, args, method, expected in (
                        (a, [], "GetDevices", OK),
                        (a, [], "CreateProject", PERMISSION_DENIED),
                        (b, [], "GetDevices", PERMISSION_DENIED),
                        (b, [], "CreateProject", OK),
                        (c, [], "GetDevices", UNAUTHENTICATED),
                        (c, [forwards[0], forwards[1] + WEB], "CreateProject",
                         OK),
                        (a, [forwards[0], forwards[1] + WEB], "CreateProject",
                         PERMISSION_DENIED)):
                    with self.subTest(socket=socket_path, method=method,
                                      args=args):
                        code, said = grpcurl(f"unix:{socket_path}", *args,
                                             method=method)
                        self.assertEqual(code, expected, said)
                self.assertEqual(os.stat(a).st_mode & 0o777, 0o660)
                line = gateway.wait_for_log(
                    lambda l: l["caller"] == f"unix:{a}")
                self.assertEqual(line["code"], "OK")
                # What a second gateway must not take away.
                second = subprocess.run(
                    [harness.binary(), "serve", "--sandbox", "--listen",
                     f"unix:{a}", "--admin", "127.0.0.1:0"],
                    capture_output=True, text=True, timeout=60)
                self.assertEqual(second.returncode, 1)
                self.assertIn(a, second.stderr)
                self.assertEqual(grpcurl(f"unix:{a}")[0], OK)
            self.assertEqual(os.listdir(folder), [])


class PlainText(unittest.TestCase):
    ANYWHERE = '{address: "0.0.0.0:0", plaintext: true}'
    HERE = "  - {match: {anonymous: true}, actions: ['*']}"
    REMOTE = "  - {match: {anonymous: true, remote: true}, actions: ['*']}"

    def refused(self, text, says):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            for command in ("check", "serve"):
                done = subprocess.run(
                    [harness.binary(), command, "--config", file.name],
                    capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(says, done.stderr)

    def test_off_loopback_it_must_be_said_twice(self):
        self.refused(config('{address: "0.0.0.0:0"}', self.REMOTE),
                     "listen[0]: other machines reach 0.0.0.0:0")
        self.refused(config(self.ANYWHERE, self.HERE),
                     "listen[0].plaintext: must be said twice")
        with harness.Tcgate("--sandbox", key=False, config=config(
                self.ANYWHERE, self.REMOTE)) as gateway:
            port = gateway.grpc.rpartition(":")[2]
            self.assertEqual(grpcurl(f"127.0.0.1:{port}")[0], OK)

    def test_off_loopback_tls_alone_makes_nobody_known(self):
        with Clients() as servers, tempfile.TemporaryDirectory() as folder:
            pair = servers.issue("server", dns="localhost")
            ca = pathlib.Path(folder, "servers.crt")
            ca.write_bytes(servers.pem)
            listen = (f'{{address: "0.0.0.0:0", tls: {{cert_file: '
                      f"{pair}/tls.crt, key_file: {pair}/tls.key}}}}")
            for rule, expected in ((self.HERE, UNAUTHENTICATED),
                                   (self.REMOTE, OK)):
                with harness.Tcgate("--sandbox", key=False, config=config(
                        listen, rule)) as gateway:
                    port = gateway.grpc.rpartition(":")[2]
                    code, said = grpcurl(f"127.0.0.1:{port}", ca=ca)
                    self.assertEqual(code, expected, said)


def secure_channel(address, roots, pair, *options):
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(
        roots, (pair / "tls.key").read_bytes(),
        (pair / "tls.crt").read_bytes()),
        options=[("grpc.use_local_subchannel_pool", 1), *options])


def wait_for_errors(gateway, text, count=1):
    """Until standard error has said `text` so many times."""
    deadline = time.monotonic() + 10
    while gateway.errors().count(text) < count:
        assert time.monotonic() < deadline, gateway.errors()
        time.sleep(0.01)


def load(address, roots, pair):
    """Four callers on a connection each, which live a second: new handshakes
    all the time."""
    return Load(
        [secure_channel(address, roots, pair) for _ in range(4)],
        lambda channel: STUBS.TrroServiceStub(channel).GetDevices(
            REQUEST, timeout=20))


class Replaced(unittest.TestCase):
    def setUp(self):
        self.servers = self.enterContext(Clients())
        self.clients = self.enterContext(Clients())
        self.web = self.clients.issue("web", spiffe=WEB)
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.files = Certificates(
            folder, self.servers.issue("s0", dns="localhost"),
            self.clients.pem)
        self.ca = pathlib.Path(folder, "servers.crt")
        self.ca.write_bytes(self.servers.pem)
        self.gateway = self.enterContext(harness.Tcgate(
            "--sandbox", "--no-limits", key=False, config=config(
                f'{{address: "127.0.0.1:0", tls: {self.files.tls()}}}',
                CALLERS, age="1s")))

    def served(self):
        """The certificate that a new handshake is shown, PEM."""
        context = ssl.create_default_context(cafile=str(self.ca))
        context.load_cert_chain(self.web / "tls.crt", self.web / "tls.key")
        context.set_alpn_protocols(["h2"])
        host, _, port = self.gateway.grpc.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as raw, \
                context.wrap_socket(raw, server_hostname=host) as connection:
            shown = connection.getpeercert(binary_form=True)
        return ssl.DER_cert_to_PEM_cert(shown)

    @staticmethod
    def certificate(pair):
        text = (pair / "tls.crt").read_text()
        return ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(
            re.search("-----BEGIN.*END CERTIFICATE-----", text, re.S)[0]))

    def test_under_load_no_call_fails_and_new_handshakes_use_the_new(self):
        pairs = [self.servers.issue(f"s{n}", dns="localhost")
                 for n in range(1, REPLACED + 1)]
        longest = 0
        with load(self.gateway.grpc, self.servers.pem, self.web) as callers:
            for number, pair in enumerate(pairs):
                callers.wait_for(5)
                if number % 2:
                    self.files.replace_whole(pair, self.clients.pem)
                else:
                    for name in ("tls.crt", "tls.key"):
                        self.files.replace(name, (pair / name).read_bytes())
                start = time.monotonic()
                while self.served() != self.certificate(pair):
                    self.assertLess(time.monotonic() - start, 10)
                longest = max(longest, time.monotonic() - start)
            callers.wait_for(5)
        self.assertEqual(callers.failed, [])
        self.assertLess(longest, 1)
        peers = {line["peer"] for line in self.gateway.log()}
        print(f"{sum(callers.made)} calls over {len(peers)} connections, "
              f"{REPLACED} replacements: 0 failed, new certificates in use "
              f"after at most {longest:.2f} s")

    def test_a_pair_that_does_not_match_keeps_the_old_and_is_said_once(self):
        before = self.served()
        other = self.servers.issue("other", dns="localhost")
        said = "not the key of the certificate"
        with load(self.gateway.grpc, self.servers.pem, self.web) as callers:
            self.files.replace("tls.crt", (other / "tls.crt").read_bytes())
            wait_for_errors(self.gateway, said)
            callers.wait_for(20)
            self.assertEqual(self.served(), before)
            # More than a second of looks later it is still said once.
            time.sleep(1.2)
            self.assertEqual(self.gateway.errors().count(said), 1)
            self.files.replace("tls.key", (other / "tls.key").read_bytes())
            wait_for_errors(self.gateway, "new certificates are in use")
            callers.wait_for(5)
        self.assertEqual(self.served(), self.certificate(other))
        self.assertEqual(callers.failed, [])
        self.assertNotIn("PRIVATE KEY", self.gateway.errors())


if __name__ == "__main__":
    sys.exit(unittest.main())
