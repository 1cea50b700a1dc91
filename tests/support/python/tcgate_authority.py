"""A throw-away certificate authority that issues what servers and callers
show."""

import pathlib
import subprocess
import tempfile

import grpc

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Authority:
    """Use it in a `with` statement."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self._path = pathlib.Path(self._folder.name)
        self._openssl("req", "-x509", *_NEW_KEY, "-keyout", "ca.key", "-out",
                      "ca.crt", "-days", "2", "-subj", "/CN=test authority")
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def _openssl(self, *args):
        subprocess.run(["openssl", *args], check=True, cwd=self._path,
                       capture_output=True)

    def issue(self, name, spiffe=None, dns=None):
        """Returns a folder with tls.crt, tls.key and ca.crt, as cert-manager
        fills a Secret."""
        folder = self._path / name
        folder.mkdir(exist_ok=True)
        names = ([f"URI:{spiffe}"] if spiffe else []) + (
            [f"DNS:{dns},IP:127.0.0.1"] if dns else []) or ["DNS:nobody"]
        (folder / "ext").write_text(f"subjectAltName={','.join(names)}\n")
        self._openssl("req", *_NEW_KEY, "-keyout", f"{name}/tls.key", "-out",
                      f"{name}/csr", "-subj", f"/CN={name}")
        self._openssl("x509", "-req", "-in", f"{name}/csr", "-CA", "ca.crt",
                      "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                      "-extfile", f"{name}/ext", "-out", f"{name}/tls.crt")
        (folder / "ca.crt").write_bytes((self._path / "ca.crt").read_bytes())
        return folder

    @staticmethod
    def credentials(folder, certificate=True):
        """What a channel of gRPC takes of such a folder."""
        key, chain = (((folder / name).read_bytes() for name in (
            "tls.key", "tls.crt")) if certificate else (None, None))
        return grpc.ssl_channel_credentials(
            (folder / "ca.crt").read_bytes(), key, chain)
