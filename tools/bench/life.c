/* The batch kernel of packages/simd-life in C for the processor that it is compiled on: the same bit-sliced algorithm,
   with the widest vectors there are. With AVX-512 these are sixteen 32x32 tori a vector instead of four, with rotations
   and three-input logic as instructions; with AVX2 eight. It is what `lifegpt bench life` measures the WebAssembly
   against; nothing else uses it.

   Usage: life BOARDS GENERATIONS REPEATS; prints the vectors' name, seconds of each repeat, then a checksum. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROWS 32

#if defined(__AVX512F__)
#include <immintrin.h>
#define VECTORS "AVX-512"
typedef __m512i V;
static inline V rol(V a) { return _mm512_rol_epi32(a, 1); }
static inline V ror(V a) { return _mm512_ror_epi32(a, 1); }
static inline V xor3(V a, V b, V c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
static inline V majority(V a, V b, V c) { return _mm512_ternarylogic_epi32(a, b, c, 0xe8); }
#else
#if defined(__AVX2__)
#define VECTORS "AVX2"
typedef uint32_t V __attribute__((vector_size(32)));
#else
#define VECTORS "128 bits"
typedef uint32_t V __attribute__((vector_size(16)));
#endif
static inline V rol(V a) { return a << 1 | a >> 31; }
static inline V ror(V a) { return a >> 1 | a << 31; }
static inline V xor3(V a, V b, V c) { return a ^ b ^ c; }
static inline V majority(V a, V b, V c) { return (a & b) | ((a ^ b) & c); }
#endif

#define BOARDS ((int)(sizeof(V) / sizeof(uint32_t)))

/* One generation of a vector of boards, in place. */
static inline void step_group(V *rows) {
  V first = rows[0], middle = rows[ROWS - 1];
  V left = rol(middle), right = ror(middle);
  V above_ones = xor3(left, right, middle), above_twos = majority(left, right, middle);
  V alive = first;
  left = rol(alive), right = ror(alive);
  V beside_ones = left ^ right, beside_twos = left & right;
  V here_ones = xor3(left, right, alive), here_twos = majority(left, right, alive);
  for (int row = 0; row < ROWS; row++) {
    V below = row == ROWS - 1 ? first : rows[row + 1];
    left = rol(below), right = ror(below);
    V below_ones = xor3(left, right, below), below_twos = majority(left, right, below);
    V ones = xor3(above_ones, beside_ones, below_ones);
    V carry = majority(above_ones, beside_ones, below_ones);
    V odd = xor3(above_twos, beside_twos, below_twos) ^ carry;
    V pairs = (above_twos & beside_twos) | (below_twos & carry);
    /* odd and not pairs and (ones or alive) */
    rows[row] = odd & ~pairs & (ones | alive);
    above_ones = here_ones, above_twos = here_twos;
    beside_ones = left ^ right, beside_twos = left & right;
    here_ones = below_ones, here_twos = below_twos;
    alive = below;
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int groups = atoi(argv[1]) / BOARDS, generations = atoi(argv[2]), repeats = atoi(argv[3]);
  V *rows = aligned_alloc(64, (size_t)groups * ROWS * sizeof(V));
  uint32_t *words = (uint32_t *)rows, state = 1;
  for (int i = 0; i < groups * ROWS * BOARDS; i++) {
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    words[i] = state;
  }
  puts(VECTORS);
  for (int repeat = 0; repeat < repeats; repeat++) {
    double began = now();
    for (int group = 0; group < groups; group++)
      for (int i = 0; i < generations; i++) step_group(rows + group * ROWS);
    printf("%.9f\n", now() - began);
  }
  uint32_t sum = 0;
  for (int i = 0; i < groups * ROWS * BOARDS; i++) sum = sum * 31 + words[i];
  printf("%u\n", sum);
  return 0;
}
