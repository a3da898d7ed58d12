#include "thread_cpu.h"

#include <sched.h>

#include <vector>

#include "arguments.h"

namespace zrtc {

Napi::Value PinThread(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uint32_t index = 0;
  cpu_set_t allowed;
  if (!GetUint32(env, info[0], &index) || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return Napi::Number::New(env, -1);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
  }
  if (cpus.empty()) return Napi::Number::New(env, -1);
  const int chosen = cpus[index % cpus.size()];
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(chosen, &one);
  return Napi::Number::New(env, sched_setaffinity(0, sizeof one, &one) == 0 ? chosen : -1);
}

}  // namespace zrtc
