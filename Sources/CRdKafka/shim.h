#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// glibc declares it only under _GNU_SOURCE, which the importer does not define.
#include <pthread.h>
extern int pthread_setname_np(pthread_t thread, const char *name);
