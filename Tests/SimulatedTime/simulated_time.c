// The executable's own definitions of these two functions come before the C library's: the clocks and the random number
// generator of the Swift runtime read from here.
#define _GNU_SOURCE
#include "simulated_time.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t now = 0;
static int is_seeded = 0;
static uint64_t state = 0;

void simulated_time_set(int64_t nanoseconds) { now = nanoseconds; }

void simulated_chance_seed(uint64_t seed) {
    state = seed;
    is_seeded = 1;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (now == 0) return (int)syscall(SYS_clock_gettime, clock, time);
    time->tv_sec = now / 1000000000;
    time->tv_nsec = now % 1000000000;
    return 0;
}

static uint64_t next(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

long syscall(long number, ...) {
    static long (*real)(long, ...) = 0;
    if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    va_list list;
    va_start(list, number);
    long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long), d = va_arg(list, long),
         e = va_arg(list, long), f = va_arg(list, long);
    va_end(list);
    if (number != SYS_getrandom || !is_seeded) return real(number, a, b, c, d, e, f);
    unsigned char *bytes = (unsigned char *)a;
    for (long i = 0; i < b; i += 8) {
        uint64_t word = next();
        memcpy(bytes + i, &word, b - i < 8 ? b - i : 8);
    }
    return b;
}
