#ifndef GODWIT_MEMORY_H
#define GODWIT_MEMORY_H

#include <stddef.h>

// What a process can say to its C library and its kernel about memory. Elsewhere than on Linux with glibc the
// functions do nothing.

/// Lets all threads allocate from `arenas` heaps at most. To be called before the second thread starts.
///
/// By default glibc gives each thread a heap of its own, up to eight for a core, and what one thread has freed serves
/// no other. Threads keep their small free blocks to themselves either way, so few calls meet at a heap.
void godwit_memory_share_heaps(int arenas);

/// Takes blocks of `bytes` and more from the kernel and gives them back there, instead of from a heap, and gives back
/// the end of a heap when so much of it is free.
///
/// By default glibc raises that bound to the largest block that was freed, up to 32 MiB. An array that grows then leaves
/// its former places in the heap, as holes that only something smaller fits into.
void godwit_memory_return_blocks(size_t bytes);

/// Takes the pages of code and constants, those of the program and of its libraries, out of this process's memory.
///
/// What is used again comes back by itself from the page cache, at the price of a minor fault for each 64 KiB. May be
/// called at any time from any thread. Returns how many bytes of mappings were covered, whether they were resident or
/// not.
size_t godwit_memory_release_code(void);

#endif
