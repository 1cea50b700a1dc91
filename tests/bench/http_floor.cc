// The floor under every upstream call: see bare_loop.h.

#include <curl/curl.h>

#include "tests/bench/bare_loop.h"
#include "tests/bench/http_load.h"

int main(int argc, char** argv) {
  const tcgate::HttpLoad load = tcgate::ReadHttpLoad(argc, argv);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  tcgate::Answers answers;
  tcgate::BareLoop loop(load);
  tcgate::RunHttpLoad(load, answers, [&loop, &answers] {
    loop.Submit([&answers](int status) { answers.Give(status); });
  });
}
