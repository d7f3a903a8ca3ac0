#ifndef GODWIT_LIBYAML_H
#define GODWIT_LIBYAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The event parser of libyaml behind plain functions. It builds no tree and resolves no aliases.

/// A text that is being read. To be used by one thread at a time.
typedef struct godwit_yaml godwit_yaml;

typedef enum {
  /// The end of the text; it comes again and again.
  GODWIT_YAML_END = 0,
  GODWIT_YAML_DOCUMENT_START = 1,
  GODWIT_YAML_DOCUMENT_END = 2,
  GODWIT_YAML_SCALAR = 3,
  GODWIT_YAML_SEQUENCE_START = 4,
  GODWIT_YAML_SEQUENCE_END = 5,
  GODWIT_YAML_MAPPING_START = 6,
  GODWIT_YAML_MAPPING_END = 7,
  GODWIT_YAML_ALIAS = 8,
} godwit_yaml_kind;

typedef struct {
  godwit_yaml_kind kind;
  /// Where it begins, both from 1; columns are characters.
  size_t line;
  size_t column;
  /// The text of a scalar, `count` bytes of UTF-8. Like the names below it is borrowed until the next event is asked for.
  const uint8_t *text;
  size_t count;
  /// A scalar without quotation marks.
  bool is_plain;
  /// The name that an alias refers to, or that is given to what begins here; null without one.
  const char *anchor;
  /// The tag of a scalar as it is after directives, for example `tag:yaml.org,2002:int`; null without one.
  const char *tag;
} godwit_yaml_event;

/// Why a text cannot be read on.
typedef struct {
  /// Null when memory was short.
  const char *problem;
  /// Where, from 1; 0 where only `offset` is known, in bytes of the text.
  size_t line;
  size_t column;
  size_t offset;
  /// What was being read, and where that began; null for nothing.
  const char *context;
  size_t context_line;
} godwit_yaml_problem;

/// Takes a copy of `count` bytes. Null when memory is short.
godwit_yaml *godwit_yaml_open(const uint8_t *text, size_t count);

/// The next event; false when the text cannot be read on, after which only the problem may be asked for.
bool godwit_yaml_next(godwit_yaml *yaml, godwit_yaml_event *event);

/// What is wrong, after `godwit_yaml_next` returned false. Its words are borrowed until the text is closed.
godwit_yaml_problem godwit_yaml_problem_of(const godwit_yaml *yaml);

void godwit_yaml_close(godwit_yaml *yaml);

#endif
