#include "service/rpc/certificate_files.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/credentials/secret_file.h"
#include "service/signing/hash.h"

namespace tcgate {
namespace {

// Of each file: chosen, more than a system's whole bundle of authorities.
constexpr std::size_t kMostBytes = std::size_t{512} << 10;

// Appends to `mark` what tells the content from any other.
absl::StatusOr<Secret> ReadPart(const std::string& path, std::string& mark) {
  if (path.empty()) return Secret();
  absl::StatusOr<Secret> content = ReadSecretFile(path, kMostBytes);
  if (content.ok()) {
    tc3::AppendHex(tc3::Sha256().Of(content->Reveal()), mark);
  } else {
    absl::StrAppend(&mark, content.status().message());
  }
  return content;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CertificateFiles>> CertificateFiles::Load(
    TlsFiles files, const Clock& clock, Report report) {
  std::unique_ptr<CertificateFiles> loaded(
      new CertificateFiles(std::move(files), clock, std::move(report)));
  Read read = loaded->ReadFiles();
  if (absl::Status status = loaded->Judge(read); !status.ok()) {
    return absl::InvalidArgumentError(status.message());
  }
  loaded->in_use_ = std::move(read.mark);
  MutexLock lock(loaded->mu_);
  loaded->new_ = std::move(read.set);
  return loaded;
}

CertificateFiles::CertificateFiles(TlsFiles files, const Clock& clock,
                                   Report report)
    : files_(std::move(files)), clock_(clock), report_(std::move(report)) {}

CertificateFiles::Read CertificateFiles::ReadFiles() const {
  Read read;
  absl::StatusOr<Secret> chain = ReadPart(files_.cert_file, read.mark);
  absl::StatusOr<Secret> key = ReadPart(files_.key_file, read.mark);
  absl::StatusOr<Secret> client_ca = ReadPart(files_.client_ca_file, read.mark);
  for (const auto* part : {&chain, &key, &client_ca}) {
    if (!part->ok()) {
      read.status = part->status();
      return read;
    }
  }
  read.set = std::make_unique<CertificateSet>();
  read.set->chain = std::string(chain->Reveal());
  read.set->key = *std::move(key);
  read.set->client_ca = std::string(client_ca->Reveal());
  return read;
}

absl::Status CertificateFiles::Judge(const Read& read) const {
  if (read.set == nullptr) return read.status;
  return CheckCertificateSet(*read.set, files_, clock_.WallNow());
}

void CertificateFiles::Look() {
  Read read = ReadFiles();
  if (read.mark == in_use_) {
    refused_.clear();
    return;
  }
  // Judged each time: what is not valid yet may be later.
  const absl::Status status = Judge(read);
  if (status.ok()) {
    in_use_ = std::move(read.mark);
    refused_.clear();
    {
      MutexLock lock(mu_);
      new_ = std::move(read.set);
    }
    return report_(
        absl::StrCat("new certificates are in use, from ", files_.cert_file));
  }
  if (read.mark != refused_) {
    refused_ = std::move(read.mark);
    reported_ = false;
    return;
  }
  if (std::exchange(reported_, true)) return;
  report_(absl::StrCat(status.message(),
                       "; the certificates read before stay in use"));
}

std::unique_ptr<CertificateSet> CertificateFiles::TakeNew() {
  MutexLock lock(mu_);
  return std::move(new_);
}

}  // namespace tcgate
