#ifndef GODWIT_ZLIB_H
#define GODWIT_ZLIB_H

#include <zlib.h>

#endif
