// A group's viewers are sealed for one after the other, and what is kept for each lies somewhere else: thousands of them fill
// more than the caches hold. So what the next ones need is asked for while the present one is sealed for.
#pragma once

#include <cstddef>

namespace zrtc {

constexpr size_t kCacheLineBytes = 64;

inline void PrefetchLines(const void* at, size_t lines) {
  for (size_t i = 0; i < lines; ++i) __builtin_prefetch(static_cast<const char*>(at) + i * kCacheLineBytes);
}

}  // namespace zrtc
