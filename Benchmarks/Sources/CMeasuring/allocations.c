// A program that defines malloc gets every call of it, also those of shared libraries. These count and hand on to the C
// library under the other names that it has for the same functions.
#include "measuring.h"

#include <stdatomic.h>

static _Atomic uint64_t count;
static _Atomic uint64_t total;

struct allocations allocations_so_far(void) {
  return (struct allocations){.count = atomic_load(&count), .bytes = atomic_load(&total)};
}

#if defined(__GLIBC__) || defined(__linux__)

#include <errno.h>
#include <stddef.h>

bool allocations_are_counted(void) { return true; }

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static void note(size_t bytes) {
  atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&total, bytes, memory_order_relaxed);
}

void *malloc(size_t size) {
  note(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  note(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  note(size);
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment % sizeof(void *) != 0) return EINVAL;
  void *found = memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *memory = found;
  return 0;
}

void free(void *memory) { __libc_free(memory); }

#else

bool allocations_are_counted(void) { return false; }

#endif
