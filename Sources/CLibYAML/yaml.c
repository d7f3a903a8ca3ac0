#include "CLibYAML.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct godwit_yaml {
  yaml_parser_t parser;
  yaml_event_t event;
  unsigned char text[];
};

godwit_yaml *godwit_yaml_open(const uint8_t *text, size_t count) {
  if (count > SIZE_MAX - sizeof(godwit_yaml)) return NULL;
  godwit_yaml *yaml = calloc(1, sizeof(godwit_yaml) + count);
  if (yaml == NULL) return NULL;
  if (!yaml_parser_initialize(&yaml->parser)) {
    free(yaml);
    return NULL;
  }
  if (count > 0) memcpy(yaml->text, text, count);
  yaml_parser_set_encoding(&yaml->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&yaml->parser, yaml->text, count);
  return yaml;
}

bool godwit_yaml_next(godwit_yaml *yaml, godwit_yaml_event *event) {
  memset(event, 0, sizeof *event);
  // An event that was deleted, or never was, is all zeros and may be deleted again.
  do {
    yaml_event_delete(&yaml->event);
    if (!yaml_parser_parse(&yaml->parser, &yaml->event)) return false;
  } while (yaml->event.type == YAML_STREAM_START_EVENT);
  event->line = yaml->event.start_mark.line + 1;
  event->column = yaml->event.start_mark.column + 1;
  switch (yaml->event.type) {
    case YAML_DOCUMENT_START_EVENT: event->kind = GODWIT_YAML_DOCUMENT_START; break;
    case YAML_DOCUMENT_END_EVENT: event->kind = GODWIT_YAML_DOCUMENT_END; break;
    case YAML_ALIAS_EVENT:
      event->kind = GODWIT_YAML_ALIAS;
      event->anchor = (const char *)yaml->event.data.alias.anchor;
      break;
    case YAML_SCALAR_EVENT:
      event->kind = GODWIT_YAML_SCALAR;
      event->text = yaml->event.data.scalar.value;
      event->count = yaml->event.data.scalar.length;
      event->is_plain = yaml->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
      event->anchor = (const char *)yaml->event.data.scalar.anchor;
      event->tag = (const char *)yaml->event.data.scalar.tag;
      break;
    case YAML_SEQUENCE_START_EVENT:
      event->kind = GODWIT_YAML_SEQUENCE_START;
      event->anchor = (const char *)yaml->event.data.sequence_start.anchor;
      break;
    case YAML_SEQUENCE_END_EVENT: event->kind = GODWIT_YAML_SEQUENCE_END; break;
    case YAML_MAPPING_START_EVENT:
      event->kind = GODWIT_YAML_MAPPING_START;
      event->anchor = (const char *)yaml->event.data.mapping_start.anchor;
      break;
    case YAML_MAPPING_END_EVENT: event->kind = GODWIT_YAML_MAPPING_END; break;
    default: event->kind = GODWIT_YAML_END; break;
  }
  return true;
}

godwit_yaml_problem godwit_yaml_problem_of(const godwit_yaml *yaml) {
  const yaml_parser_t *parser = &yaml->parser;
  godwit_yaml_problem problem = {0};
  if (parser->error == YAML_MEMORY_ERROR || parser->error == YAML_NO_ERROR) return problem;
  problem.problem = parser->problem;
  if (parser->error == YAML_READER_ERROR) {
    problem.offset = parser->problem_offset;
    return problem;
  }
  problem.line = parser->problem_mark.line + 1;
  problem.column = parser->problem_mark.column + 1;
  problem.context = parser->context;
  problem.context_line = parser->context_mark.line + 1;
  return problem;
}

void godwit_yaml_close(godwit_yaml *yaml) {
  yaml_event_delete(&yaml->event);
  yaml_parser_delete(&yaml->parser);
  free(yaml);
}
