#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// glibc declares it only under _GNU_SOURCE, which the importer does not define.
#include <pthread.h>
extern int pthread_setname_np(pthread_t thread, const char *name);

// Variadic, and so out of Swift's reach: one answer of a kind is an error (or none), and comes late.
static inline rd_kafka_resp_err_t tuesday_mock_answer_next(
    rd_kafka_mock_cluster_t *cluster, int32_t broker, int16_t api, rd_kafka_resp_err_t error, int milliseconds) {
    return rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, api, 1, error, milliseconds);
}
