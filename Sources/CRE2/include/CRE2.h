#ifndef GODWIT_CRE2_H
#define GODWIT_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled expression. Immutable; every function that takes a const one may be called from many threads at once.
typedef struct godwit_re2 godwit_re2;

/// Why an expression was refused, in the order of RE2's own codes.
typedef enum {
  GODWIT_RE2_OK = 0,
  GODWIT_RE2_INTERNAL = 1,
  GODWIT_RE2_BAD_ESCAPE = 2,
  GODWIT_RE2_BAD_CLASS = 3,
  GODWIT_RE2_BAD_RANGE = 4,
  GODWIT_RE2_MISSING_BRACKET = 5,
  GODWIT_RE2_MISSING_PAREN = 6,
  GODWIT_RE2_UNEXPECTED_PAREN = 7,
  GODWIT_RE2_TRAILING_BACKSLASH = 8,
  GODWIT_RE2_REPEAT_ARGUMENT = 9,
  GODWIT_RE2_REPEAT_SIZE = 10,
  GODWIT_RE2_REPEAT_OPERATOR = 11,
  GODWIT_RE2_BAD_GROUP_SYNTAX = 12,
  GODWIT_RE2_BAD_UTF8 = 13,
  GODWIT_RE2_BAD_GROUP_NAME = 14,
  GODWIT_RE2_TOO_LARGE = 15,
} godwit_re2_code;

/// Compiles `count` bytes of UTF-8 with leftmost-first semantics. Never logs.
///
/// `memory_bytes` bounds the program and later its match cache together. The result is never null; ask
/// `godwit_re2_code_of` whether it can be used, and free it either way.
godwit_re2 *godwit_re2_compile(const uint8_t *pattern, size_t count, int64_t memory_bytes);

void godwit_re2_free(godwit_re2 *expression);

godwit_re2_code godwit_re2_code_of(const godwit_re2 *expression);

/// The piece of the expression that RE2 objects to, not terminated; lives as long as the expression.
const uint8_t *godwit_re2_culprit(const godwit_re2 *expression, size_t *count);

/// The number of capturing groups, the whole match not counted.
int32_t godwit_re2_group_count(const godwit_re2 *expression);

/// The name of group `index` (from 1), or null when it has none; lives as long as the expression.
const uint8_t *godwit_re2_group_name(const godwit_re2 *expression, int32_t index, size_t *count);

/// Whether the expression is found anywhere in the text. Does not allocate once RE2's cache is warm.
bool godwit_re2_matches(const godwit_re2 *expression, const uint8_t *text, size_t count);

/// Finds the leftmost match at or after byte `start` and writes `pairs` pairs of begin and end offsets: the whole
/// match first, then the groups; −1 and −1 for a group that took no part.
bool godwit_re2_find(const godwit_re2 *expression, const uint8_t *text, size_t count, size_t start, int64_t *offsets,
                     size_t pairs);

#ifdef __cplusplus
}
#endif

#endif
