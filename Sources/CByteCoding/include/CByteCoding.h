#ifndef GODWIT_BYTE_CODING_H
#define GODWIT_BYTE_CODING_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C of `count` bytes, continuing from `seed` (0 to begin). Uses the processor's own instruction where there
/// is one.
uint32_t godwit_crc32c(uint32_t seed, const void *bytes, size_t count);

/// The same by tables alone, as on a processor without the instruction; for the test that both agree.
uint32_t godwit_crc32c_portable(uint32_t seed, const void *bytes, size_t count);

#endif
