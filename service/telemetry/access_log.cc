#include "service/telemetry/access_log.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/mutex.h"
#include "service/telemetry/metrics.h"

namespace tcgate {
namespace {

// Chosen: to wake the writer costs microseconds, which some 600 lines share;
// and it is far from the bound.
constexpr std::size_t kWriteNowBytes = 256 << 10;
// How long a reader that stands still may hold up the end of the process.
constexpr std::chrono::seconds kLastWait{1};

}  // namespace

struct AccessLog::Parts {
  Parts(int output, Level what, Metrics* counters)
      : fd(output), level(what), metrics(counters) {
    writer = std::thread([this] { Run(); });
  }

  ~Parts() {
    {
      MutexLock lock(mu);
      stopping = true;
      stop_by = SystemClock().MonoNow() + kLastWait;
      work.notify_one();
    }
    writer.join();
  }

  bool Wanted(const AccessEntry& entry) {
    if (level == Level::kAll) return true;
    if (entry.outcome == nullptr || !entry.outcome->ok()) return true;
    if (level == Level::kErrors) return false;
    return successes.fetch_add(1, std::memory_order_relaxed) % kSampleOf == 0;
  }

  void Append(std::string& line) ABSL_LOCKS_EXCLUDED(mu) {
    MutexLock lock(mu);
    if (pending.size() + line.size() > kMaxPendingBytes) {
      ++dropped;
      if (metrics != nullptr) metrics->LogLinesDropped(1);
      return;
    }
    const std::size_t before = pending.size();
    pending += line;
    if (dropped > 0) {
      pending.pop_back();  // The brace.
      absl::StrAppend(&pending, ",\"dropped\":", dropped, "}");
      dropped = 0;
    }
    pending += '\n';
    // Only at these two sizes does the writer have a reason to wake.
    if (before == 0 ||
        (before < kWriteNowBytes && pending.size() >= kWriteNowBytes)) {
      work.notify_one();
    }
  }

  void Flush() ABSL_LOCKS_EXCLUDED(mu) {
    MutexLock lock(mu);
    // One more than what the writer may have begun with.
    const std::uint64_t wanted = batches + (pending.empty() ? 0 : 1);
    flush_to = std::max(flush_to, wanted);
    work.notify_one();
    while (written < wanted) done.wait(mu);
  }

  // The writer's thread: gathers, takes all there is, writes it.
  void Run() ABSL_LOCKS_EXCLUDED(mu) {
    std::string batch;
    mu.lock();
    while (true) {
      while (pending.empty() && !stopping) work.wait(mu);
      if (pending.empty()) break;
      const MonoTime then = SystemClock().MonoNow() + kGather;
      while (!stopping && pending.size() < kWriteNowBytes &&
             flush_to <= batches) {
        if (work.wait_until(mu, then) == std::cv_status::timeout) break;
      }
      std::swap(batch, pending);
      ++batches;
      mu.unlock();
      WriteOut(batch);
      batch.clear();
      mu.lock();
      written = batches;
      done.notify_all();
    }
    mu.unlock();
  }

  // Writes no more than a pipe with room is sure to take at once, so that a
  // reader that stands still cannot keep the process from ending.
  void WriteOut(absl::string_view text) ABSL_LOCKS_EXCLUDED(mu) {
    while (!text.empty() && WaitUntilWritable()) {
      const ssize_t size =
          write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
      if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (size < 0) break;
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    if (text.empty() || metrics == nullptr) return;
    metrics->LogLinesDropped(
        static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  }

  // False once the log stops and its last wait is over.
  bool WaitUntilWritable() ABSL_LOCKS_EXCLUDED(mu) {
    while (true) {
      pollfd output = {fd, POLLOUT, 0};
      const int ready = poll(&output, 1, static_cast<int>(kGather.count()));
      // A closed or a broken output is for `write` to find.
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return true;
      MutexLock lock(mu);
      if (stopping && SystemClock().MonoNow() >= stop_by) return false;
    }
  }

  const int fd;
  const Level level;
  Metrics* const metrics;
  std::atomic<unsigned> successes{0};

  Mutex mu;
  std::condition_variable_any work;  // For the writer.
  std::condition_variable_any done;  // For those who flush.
  std::string pending ABSL_GUARDED_BY(mu);
  std::size_t dropped ABSL_GUARDED_BY(mu) = 0;    // Since the last line kept.
  std::uint64_t batches ABSL_GUARDED_BY(mu) = 0;  // Taken by the writer.
  std::uint64_t written ABSL_GUARDED_BY(mu) = 0;  // Of them, done with.
  std::uint64_t flush_to ABSL_GUARDED_BY(mu) = 0;
  bool stopping ABSL_GUARDED_BY(mu) = false;
  MonoTime stop_by ABSL_GUARDED_BY(mu);

  std::thread writer;  // Last: it uses everything above.
};

AccessLog::AccessLog(int fd, Level level, Metrics* metrics)
    : parts_(std::make_unique<Parts>(fd, level, metrics)) {}

AccessLog::~AccessLog() = default;

void AccessLog::Write(const AccessEntry& entry) {
  if (!parts_->Wanted(entry)) return;
  static thread_local std::string line;
  line.clear();
  AppendAccessLine(entry, line);
  parts_->Append(line);
}

void AccessLog::Flush() { parts_->Flush(); }

}  // namespace tcgate
