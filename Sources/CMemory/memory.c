#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "CMemory.h"

// Says which C library this is; a header of the compiler alone does not.
#include <stdint.h>

#ifdef __GLIBC__
#include <limits.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

void godwit_memory_share_heaps(int arenas) { mallopt(M_ARENA_MAX, arenas); }

void godwit_memory_return_blocks(size_t bytes) {
  const int bound = bytes > INT_MAX ? INT_MAX : (int)bytes;
  mallopt(M_MMAP_THRESHOLD, bound);
  mallopt(M_TRIM_THRESHOLD, bound);
}

struct release {
  uintptr_t page;
  size_t images;
  size_t covered;
};

static int has_patched_code(const struct dl_phdr_info *image) {
  for (int i = 0; i < image->dlpi_phnum; i++) {
    if (image->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(image->dlpi_addr + image->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL))) return 1;
    }
  }
  return 0;
}

static int release_image(struct dl_phdr_info *image, size_t size, void *context) {
  (void)size;
  struct release *release = context;
  // The first is the program, without a name. What else has no path is the kernel's (vdso), and no file behind it.
  const int is_program = release->images++ == 0;
  if (!is_program && (image->dlpi_name == NULL || image->dlpi_name[0] != '/')) return 0;
  if (has_patched_code(image)) return 0;
  for (int i = 0; i < image->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &image->dlpi_phdr[i];
    // A part that may be written holds relocated addresses, even where it has been made read-only since: those would
    // be lost. A part that never could is as it is in the file, and comes back from there.
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    const uintptr_t start = (image->dlpi_addr + part->p_vaddr + release->page - 1) & ~(release->page - 1);
    const uintptr_t end = (image->dlpi_addr + part->p_vaddr + part->p_memsz) & ~(release->page - 1);
    if (end > start && madvise((void *)start, end - start, MADV_DONTNEED) == 0) release->covered += end - start;
  }
  return 0;
}

size_t godwit_memory_release_code(void) {
  struct release release = {.page = (uintptr_t)sysconf(_SC_PAGESIZE)};
  dl_iterate_phdr(release_image, &release);
  return release.covered;
}

#else

void godwit_memory_share_heaps(int arenas) { (void)arenas; }

void godwit_memory_return_blocks(size_t bytes) { (void)bytes; }

size_t godwit_memory_release_code(void) { return 0; }

#endif
