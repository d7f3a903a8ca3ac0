#ifndef GODWIT_MEMORY_H
#define GODWIT_MEMORY_H

#include <stddef.h>

// What a process can say to its C library and its kernel about memory. Elsewhere than on Linux with glibc both
// functions do nothing.

/// Lets all threads allocate from `arenas` heaps at most. To be called before the second thread starts.
///
/// By default glibc gives each thread a heap of its own, up to eight for a core, and what one thread has freed serves
/// no other. Threads keep their small free blocks to themselves either way, so few calls meet at a heap.
void godwit_memory_share_heaps(int arenas);

/// Takes the pages of code and constants, those of the program and of its libraries, out of this process's memory.
///
/// What is used again comes back by itself from the page cache, at the price of a minor fault for each 64 KiB. May be
/// called at any time from any thread. Returns how many bytes of mappings were covered, whether they were resident or
/// not.
size_t godwit_memory_release_code(void);

#endif
