// What the thread sanitizer does not see by itself. It knows POSIX threads only, and traps in a thread that it has not seen
// begin: librdkafka begins and locks with those of C11, which are the same underneath in glibc.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>

struct start { thrd_start_t body; void *argument; };

static void *begin(void *given) {
    struct start start = *(struct start *)given;
    free(given);
    return (void *)(long)start.body(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t body, void *argument) {
    struct start *start = malloc(sizeof *start);
    if (!start) return thrd_nomem;
    *start = (struct start){body, argument};
    return pthread_create((pthread_t *)thread, NULL, begin, start) ? thrd_error : thrd_success;
}

int thrd_join(thrd_t thread, int *result) {
    void *value;
    if (pthread_join((pthread_t)thread, &value)) return thrd_error;
    if (result) *result = (int)(long)value;
    return thrd_success;
}

int thrd_detach(thrd_t thread) { return pthread_detach((pthread_t)thread) ? thrd_error : thrd_success; }

int mtx_init(mtx_t *lock, int kind) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (kind & mtx_recursive) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    int failure = pthread_mutex_init((pthread_mutex_t *)lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return failure ? thrd_error : thrd_success;
}

int mtx_lock(mtx_t *lock) { return pthread_mutex_lock((pthread_mutex_t *)lock) ? thrd_error : thrd_success; }
int mtx_unlock(mtx_t *lock) { return pthread_mutex_unlock((pthread_mutex_t *)lock) ? thrd_error : thrd_success; }
int cnd_signal(cnd_t *condition) { return pthread_cond_signal((pthread_cond_t *)condition) ? thrd_error : thrd_success; }
int cnd_broadcast(cnd_t *condition) { return pthread_cond_broadcast((pthread_cond_t *)condition) ? thrd_error : thrd_success; }

int cnd_wait(cnd_t *condition, mtx_t *lock) {
    return pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)lock) ? thrd_error : thrd_success;
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict lock, const struct timespec *restrict until) {
    switch (pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)lock, until)) {
    case 0: return thrd_success;
    case 110: return thrd_timedout;  // ETIMEDOUT
    default: return thrd_error;
    }
}

// Swift's Mutex is seen where it is inlined; where it has to wait it is in a library that is not built with the sanitizer.
#define swift __attribute__((swiftcall))
#define context __attribute__((swift_context))

__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

swift void lock_slow(unsigned owner, context void *mutex) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
swift void lock_slow(unsigned owner, context void *mutex) {
    static swift void (*real)(unsigned, context void *);
    if (!real) real = next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    real(owner, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

swift void unlock_slow(context void *mutex) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
swift void unlock_slow(context void *mutex) {
    static swift void (*real)(context void *);
    if (!real) real = next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    if (__tsan_release) __tsan_release(mutex);
    real(mutex);
}

// A continuation that is resumed before its task has gone to sleep: the runtime goes on at once, in the same thread, and tells
// the sanitizer only of tasks that slept. What the resuming thread did before comes before what the task does afterwards.
#define async __attribute__((swiftasynccall))

typedef async void resumption(__attribute__((swift_async_context)) void *);
struct continuation { void *parent; resumption *resumption; };

extern swift void *swift_task_getCurrent(void) __attribute__((weak));
static _Thread_local resumption *ahead;

static async void resumed(__attribute__((swift_async_context)) void *given) {
    struct continuation *continuation = given;
    continuation->resumption = ahead;
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return continuation->resumption(given);
}

async void swift_continuation_await(void *given) {
    static async void (*real)(void *);
    if (!real) real = next("swift_continuation_await");
    struct continuation *continuation = given;
    if (__tsan_acquire) {
        // A task that sleeps wakes up where it was told to when it made the continuation, and does not look here again.
        ahead = continuation->resumption;
        continuation->resumption = resumed;
    }
    __attribute__((musttail)) return real(given);
}

// What ends a continuation, with or without an error.
#define resuming(name, parameters, ...) \
    swift void name parameters { \
        static swift void (*real) parameters; \
        if (!real) real = next(#name); \
        if (__tsan_release) __tsan_release(task); \
        real(__VA_ARGS__); \
    }

resuming(swift_continuation_resume, (void *task), task)
resuming(swift_continuation_throwingResume, (void *task), task)
resuming(swift_continuation_throwingResumeWithError, (void *task, void *error), task, error)
