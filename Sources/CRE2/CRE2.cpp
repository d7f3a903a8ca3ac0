#include "CRE2.h"

#include <re2/re2.h>

#include <map>
#include <string>
#include <vector>

struct godwit_re2 {
  godwit_re2(re2::StringPiece pattern, const RE2::Options &options) : expression(pattern, options) {}
  RE2 expression;
};

namespace {

// RE2 tells "matched nothing" from "took no part" by a null pointer, so an empty text needs a real address.
re2::StringPiece piece(const uint8_t *text, size_t count) {
  return count == 0 ? re2::StringPiece("", 0) : re2::StringPiece(reinterpret_cast<const char *>(text), count);
}

const uint8_t *bytes(const std::string &text, size_t *count) {
  *count = text.size();
  return reinterpret_cast<const uint8_t *>(text.data());
}

}  // namespace

extern "C" {

godwit_re2 *godwit_re2_compile(const uint8_t *pattern, size_t count, int64_t memory_bytes) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_longest_match(false);
  options.set_encoding(RE2::Options::EncodingUTF8);
  options.set_max_mem(memory_bytes);
  return new godwit_re2(piece(pattern, count), options);
}

void godwit_re2_free(godwit_re2 *expression) { delete expression; }

godwit_re2_code godwit_re2_code_of(const godwit_re2 *expression) {
  switch (expression->expression.error_code()) {
    case RE2::NoError: return GODWIT_RE2_OK;
    case RE2::ErrorInternal: return GODWIT_RE2_INTERNAL;
    case RE2::ErrorBadEscape: return GODWIT_RE2_BAD_ESCAPE;
    case RE2::ErrorBadCharClass: return GODWIT_RE2_BAD_CLASS;
    case RE2::ErrorBadCharRange: return GODWIT_RE2_BAD_RANGE;
    case RE2::ErrorMissingBracket: return GODWIT_RE2_MISSING_BRACKET;
    case RE2::ErrorMissingParen: return GODWIT_RE2_MISSING_PAREN;
    case RE2::ErrorUnexpectedParen: return GODWIT_RE2_UNEXPECTED_PAREN;
    case RE2::ErrorTrailingBackslash: return GODWIT_RE2_TRAILING_BACKSLASH;
    case RE2::ErrorRepeatArgument: return GODWIT_RE2_REPEAT_ARGUMENT;
    case RE2::ErrorRepeatSize: return GODWIT_RE2_REPEAT_SIZE;
    case RE2::ErrorRepeatOp: return GODWIT_RE2_REPEAT_OPERATOR;
    case RE2::ErrorBadPerlOp: return GODWIT_RE2_BAD_GROUP_SYNTAX;
    case RE2::ErrorBadUTF8: return GODWIT_RE2_BAD_UTF8;
    case RE2::ErrorBadNamedCapture: return GODWIT_RE2_BAD_GROUP_NAME;
    case RE2::ErrorPatternTooLarge: return GODWIT_RE2_TOO_LARGE;
  }
  return GODWIT_RE2_INTERNAL;
}

const uint8_t *godwit_re2_culprit(const godwit_re2 *expression, size_t *count) {
  return bytes(expression->expression.error_arg(), count);
}

int32_t godwit_re2_group_count(const godwit_re2 *expression) {
  return expression->expression.NumberOfCapturingGroups();
}

const uint8_t *godwit_re2_group_name(const godwit_re2 *expression, int32_t index, size_t *count) {
  const std::map<int, std::string> &names = expression->expression.CapturingGroupNames();
  const auto found = names.find(index);
  if (found == names.end()) return nullptr;
  return bytes(found->second, count);
}

bool godwit_re2_matches(const godwit_re2 *expression, const uint8_t *text, size_t count) {
  return expression->expression.Match(piece(text, count), 0, count, RE2::UNANCHORED, nullptr, 0);
}

bool godwit_re2_find(const godwit_re2 *expression, const uint8_t *text, size_t count, size_t start, int64_t *offsets,
                     size_t pairs) {
  constexpr size_t pairs_without_allocation = 16;
  re2::StringPiece few[pairs_without_allocation];
  std::vector<re2::StringPiece> many;
  re2::StringPiece *groups = few;
  if (pairs > pairs_without_allocation) {
    many.resize(pairs);
    groups = many.data();
  }
  const re2::StringPiece whole = piece(text, count);
  if (!expression->expression.Match(whole, start, count, RE2::UNANCHORED, groups, static_cast<int>(pairs))) {
    return false;
  }
  for (size_t index = 0; index < pairs; index++) {
    const bool present = groups[index].data() != nullptr;
    offsets[2 * index] = present ? groups[index].data() - whole.data() : -1;
    offsets[2 * index + 1] = present ? groups[index].data() + groups[index].size() - whole.data() : -1;
  }
  return true;
}

}  // extern "C"
