#ifndef GODWIT_CRYPT_H
#define GODWIT_CRYPT_H

/// The room that a hash takes, with its terminating zero.
#define GODWIT_CRYPT_BYTES 384

/// Hashes `password` as `setting` says, a hash of the same kind. Both end with a zero. Returns 1 with the hash in
/// `hash`, or 0 when the system's library cannot do what `setting` asks for. May take seconds; any thread may call it.
int godwit_crypt(const char *password, const char *setting, char hash[GODWIT_CRYPT_BYTES]);

#endif
