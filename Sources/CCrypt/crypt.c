#include "CCrypt.h"

#if __has_include(<crypt.h>)
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

int godwit_crypt(const char *password, const char *setting, char hash[GODWIT_CRYPT_BYTES]) {
  // The library's room for its work is some 32 KiB, too much for the stack of a small thread.
  struct crypt_data *room = calloc(1, sizeof *room);
  if (room == NULL) return 0;
  const char *result = crypt_r(password, setting, room);
  // A hash that begins with an asterisk is the library's word for failure.
  int succeeded = result != NULL && result[0] != '*' && strlen(result) < GODWIT_CRYPT_BYTES;
  if (succeeded) strcpy(hash, result);
  memset(room, 0, sizeof *room);
  free(room);
  return succeeded;
}
#else
int godwit_crypt(const char *password, const char *setting, char hash[GODWIT_CRYPT_BYTES]) {
  (void)password;
  (void)setting;
  (void)hash;
  return 0;
}
#endif
