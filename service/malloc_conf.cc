// What jemalloc reads at start. After a flood memory goes back within seconds,
// where glibc's allocator keeps hundreds of megabytes (README, decisions).
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000";
}
