#ifndef GODWIT_SNAPPY_H
#define GODWIT_SNAPPY_H

#include <snappy-c.h>

#endif
