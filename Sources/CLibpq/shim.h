#pragma once
#include <libpq-fe.h>
// What the client's polling thread needs of Linux and Swift's Glibc module leaves out.
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
extern int pthread_setname_np(pthread_t thread, const char *name);
