#include "measuring.h"

// Not inlined, and not left by a jump: callgrind has to see it begin and end.
__attribute__((noinline)) void measured_round(void (*body)(void *context), void *context) {
  body(context);
  __asm__ volatile("" ::: "memory");
}
