#include "field_sums.h"

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace zrtc {
namespace {

constexpr unsigned kPolynomial = 0x11d;

constexpr uint8_t Multiply(unsigned one, unsigned other) {
  unsigned product = 0;
  for (int bit = 7; bit >= 0; --bit) {
    product <<= 1;
    if (product > 0xff) product ^= kPolynomial;
    if ((other >> bit) & 1) product ^= one;
  }
  return static_cast<uint8_t>(product);
}

// The products of a factor with all low halves of a byte, and with all high ones: the product with any byte is the sum of two
// that are looked up, and a processor looks up sixteen or more at a time.
struct Products {
  alignas(16) uint8_t low[16];
  alignas(16) uint8_t high[16];
};

constexpr std::array<Products, 256> MakeProducts() {
  std::array<Products, 256> all{};
  for (unsigned factor = 0; factor < 256; ++factor) {
    for (unsigned half = 0; half < 16; ++half) {
      all[factor].low[half] = Multiply(factor, half);
      all[factor].high[half] = Multiply(factor, half << 4);
    }
  }
  return all;
}

constexpr std::array<Products, 256> kProducts = MakeProducts();

void AddByteByByte(uint8_t* into, const uint8_t* from, size_t count, const Products& products) {
  for (size_t i = 0; i < count; ++i)
    into[i] ^= static_cast<uint8_t>(products.low[from[i] & 0xf] ^ products.high[from[i] >> 4]);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void AddByAvx2(uint8_t* into, const uint8_t* from, size_t count, const Products& products) {
  constexpr size_t kStep = 32;
  const __m256i low = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(products.low)));
  const __m256i high = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(products.high)));
  const __m256i mask = _mm256_set1_epi8(0xf);
  size_t at = 0;
  for (; at + kStep <= count; at += kStep) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + at));
    const __m256i of_low = _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, mask));
    const __m256i of_high = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi64(bytes, 4), mask));
    auto* place = reinterpret_cast<__m256i*>(into + at);
    const __m256i sum = _mm256_xor_si256(_mm256_loadu_si256(place), _mm256_xor_si256(of_low, of_high));
    _mm256_storeu_si256(place, sum);
  }
  AddByteByByte(into + at, from + at, count - at, products);
}
#endif

using Add = void (*)(uint8_t*, const uint8_t*, size_t, const Products&);

Add Choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return AddByAvx2;
#endif
  return AddByteByByte;
}

}  // namespace

void AddMultiple(uint8_t* into, const uint8_t* from, size_t count, uint8_t factor) {
  static const Add add = Choose();
  add(into, from, count, kProducts[factor]);
}

}  // namespace zrtc
