/* The batch kernel of packages/simd-life in C with AVX-512: the same bit-sliced algorithm, sixteen
   32x32 tori a vector instead of four, with rotations and three-input logic as instructions. It is
   what `lifegpt bench life` measures the WebAssembly against; nothing else uses it.

   Usage: life-avx512 BOARDS GENERATIONS REPEATS; prints seconds of each repeat, then a checksum. */

#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROWS 32
#define XOR3 0x96
#define MAJORITY 0xe8

typedef __m512i V;

static inline V xor3(V a, V b, V c) { return _mm512_ternarylogic_epi32(a, b, c, XOR3); }
static inline V majority(V a, V b, V c) { return _mm512_ternarylogic_epi32(a, b, c, MAJORITY); }

/* One generation of sixteen boards, in place. */
static inline void step_group(V *rows) {
  V first = rows[0], middle = rows[ROWS - 1];
  V left = _mm512_rol_epi32(middle, 1), right = _mm512_ror_epi32(middle, 1);
  V above_ones = xor3(left, right, middle), above_twos = majority(left, right, middle);
  V alive = first;
  left = _mm512_rol_epi32(alive, 1), right = _mm512_ror_epi32(alive, 1);
  V beside_ones = _mm512_xor_si512(left, right), beside_twos = _mm512_and_si512(left, right);
  V here_ones = xor3(left, right, alive), here_twos = majority(left, right, alive);
  for (int row = 0; row < ROWS; row++) {
    V below = row == ROWS - 1 ? first : rows[row + 1];
    left = _mm512_rol_epi32(below, 1), right = _mm512_ror_epi32(below, 1);
    V below_ones = xor3(left, right, below), below_twos = majority(left, right, below);
    V ones = xor3(above_ones, beside_ones, below_ones);
    V carry = majority(above_ones, beside_ones, below_ones);
    V odd = _mm512_xor_si512(xor3(above_twos, beside_twos, below_twos), carry);
    V pairs = _mm512_ternarylogic_epi32(above_twos, beside_twos, _mm512_and_si512(below_twos, carry), 0xea);
    /* odd and not pairs and (ones or alive) */
    V lives = _mm512_or_si512(ones, alive);
    rows[row] = _mm512_ternarylogic_epi32(odd, pairs, lives, 0x20);
    above_ones = here_ones, above_twos = here_twos;
    beside_ones = _mm512_xor_si512(left, right), beside_twos = _mm512_and_si512(left, right);
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
  int groups = atoi(argv[1]) / 16, generations = atoi(argv[2]), repeats = atoi(argv[3]);
  V *rows = aligned_alloc(64, (size_t)groups * ROWS * sizeof(V));
  uint32_t *words = (uint32_t *)rows, state = 1;
  for (int i = 0; i < groups * ROWS * 16; i++) {
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    words[i] = state;
  }
  for (int repeat = 0; repeat < repeats; repeat++) {
    double began = now();
    for (int group = 0; group < groups; group++)
      for (int i = 0; i < generations; i++) step_group(rows + group * ROWS);
    printf("%.9f\n", now() - began);
  }
  uint32_t sum = 0;
  for (int i = 0; i < groups * ROWS * 16; i++) sum = sum * 31 + words[i];
  printf("%u\n", sum);
  return 0;
}
