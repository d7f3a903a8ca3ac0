#ifndef GODWIT_RESOLVER_H
#define GODWIT_RESOLVER_H

#include <stdint.h>

// The system's resolver (resolv.h) behind plain functions: servers, search domains and options of /etc/resolv.conf,
// retries, and TCP where an answer over UDP was cut off. It does not read answers.

typedef struct godwit_resolver godwit_resolver;

// Reads the system's settings. Returns NULL where they cannot be read or memory is short.
godwit_resolver *godwit_resolver_open(void);

// Asks only the server at this IPv4 address, with one try of so many seconds. Returns 0, or -1 for no such address.
int godwit_resolver_use_server(godwit_resolver *resolver, const char *address, uint16_t port, int timeout_seconds);

// How many dots a name needs to be tried as it is first.
int godwit_resolver_dots(const godwit_resolver *resolver);

// The search domain number `index`, owned by the resolver; NULL behind the last.
const char *godwit_resolver_search_domain(const godwit_resolver *resolver, int index);

// Asks for records of `type` (class IN) with the full name `name` and waits for the answer.
//
// Returns the length of the answer in `answer`, whatever the answer's code says, or -1 where no server gave one; then
// errno says why. An answer longer than `size` counts as none.
int godwit_resolver_query(
  godwit_resolver *resolver, const char *name, int type, unsigned char *answer, int size);

void godwit_resolver_close(godwit_resolver *resolver);

#endif
