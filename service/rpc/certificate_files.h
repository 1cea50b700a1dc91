#ifndef TCGATE_SERVICE_RPC_CERTIFICATE_FILES_H_
#define TCGATE_SERVICE_RPC_CERTIFICATE_FILES_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/mutex.h"
#include "service/rpc/certificate_set.h"

namespace tcgate {

// The certificates of one listener, as its files change. A new set is read
// together, judged as a set and taken over whole, or not at all: what is there
// stays in use until what is to replace it holds.
//
// The bytes are compared, not the times of the files: whatever replaces them,
// and however fast, is seen. Thread-safe.
class CertificateFiles {
 public:
  // Told what an operator should know, one line without an end: that a new set
  // is in use, and once of a set that does not hold.
  using Report = std::function<void(absl::string_view line)>;

  // Reads the files. kInvalidArgument: they cannot be read or do not hold; the
  // message names the file.
  static absl::StatusOr<std::unique_ptr<CertificateFiles>> Load(
      TlsFiles files, const Clock& clock, Report report);

  // Reads the files again. Blocks as long as the disk does. A set that does not
  // hold is reported when it is seen the second time: the first look may have
  // come between two files.
  void Look() ABSL_LOCKS_EXCLUDED(mu_);

  // Whether clients must have a certificate.
  bool asks_clients() const { return !files_.client_ca_file.empty(); }

  // Gives out the set in use, once; null if the last one given out still is.
  // So no copy of the key stays here.
  std::unique_ptr<CertificateSet> TakeNew() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // A set and what tells it from others without keeping its key: digests.
  struct Read {
    std::unique_ptr<CertificateSet> set;  // Null: the files cannot be read.
    std::string mark;
    absl::Status status;
  };

  CertificateFiles(TlsFiles files, const Clock& clock, Report report);

  Read ReadFiles() const;
  absl::Status Judge(const Read& read) const;

  const TlsFiles files_;
  const Clock& clock_;
  const Report report_;

  Mutex mu_;
  std::unique_ptr<CertificateSet> new_ ABSL_GUARDED_BY(mu_);
  // For `Look` alone, which is not called concurrently with itself.
  std::string in_use_;
  std::string refused_;    // The last set that did not hold.
  bool reported_ = false;  // Of that set.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_CERTIFICATE_FILES_H_
