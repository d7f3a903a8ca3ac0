#ifndef GODWIT_POLLING_H
#define GODWIT_POLLING_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#endif
