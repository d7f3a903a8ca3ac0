#include "CResolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

struct godwit_resolver {
  struct __res_state state;
};

// A question: a header, a name of at most 255 bytes, type and class.
enum { QUESTION_BYTES_MAX = 512 };

godwit_resolver *godwit_resolver_open(void) {
  godwit_resolver *resolver = calloc(1, sizeof *resolver);
  if (resolver == NULL) return NULL;
  if (res_ninit(&resolver->state) != 0) {
    free(resolver);
    return NULL;
  }
  return resolver;
}

int godwit_resolver_use_server(godwit_resolver *resolver, const char *address, uint16_t port, int timeout_seconds) {
  struct sockaddr_in server;
  memset(&server, 0, sizeof server);
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  if (inet_pton(AF_INET, address, &server.sin_addr) != 1) return -1;
  resolver->state.nsaddr_list[0] = server;
  resolver->state.nscount = 1;
  resolver->state.retrans = timeout_seconds;
  resolver->state.retry = 1;
  return 0;
}

int godwit_resolver_dots(const godwit_resolver *resolver) { return (int)resolver->state.ndots; }

const char *godwit_resolver_search_domain(const godwit_resolver *resolver, int index) {
  if (index < 0 || index >= MAXDNSRCH) return NULL;
  return resolver->state.dnsrch[index];
}

int godwit_resolver_query(
  godwit_resolver *resolver, const char *name, int type, unsigned char *answer, int size) {
  unsigned char question[QUESTION_BYTES_MAX];
  errno = 0;
  int length = res_nmkquery(
    &resolver->state, ns_o_query, name, ns_c_in, type, NULL, 0, NULL, question, sizeof question);
  if (length < 0) {
    errno = EINVAL;
    return -1;
  }
  int answered = res_nsend(&resolver->state, question, length, answer, size);
  // The resolver counts what an answer would have taken; what did not fit is not there.
  if (answered > size) {
    errno = EMSGSIZE;
    return -1;
  }
  return answered;
}

void godwit_resolver_close(godwit_resolver *resolver) {
  if (resolver == NULL) return;
  res_nclose(&resolver->state);
  free(resolver);
}
