#ifndef MEASURING_H
#define MEASURING_H

#include <stdbool.h>
#include <stdint.h>

/// Memory that was asked for since the process began, by all threads.
struct allocations {
  uint64_t count;
  uint64_t bytes;
};

/// Whether allocations are counted on this platform; otherwise the counts stay 0.
bool allocations_are_counted(void);

struct allocations allocations_so_far(void);

/// Calls `body` with `context`. Nothing else: it is the name by which callgrind is told what to count.
void measured_round(void (*body)(void *context), void *context);

#endif
