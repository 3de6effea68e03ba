#ifndef SIMULATED_TIME_H
#define SIMULATED_TIME_H

#include <stdint.h>

/// From now on every clock of this process stands at this many nanoseconds, until it is set again.
void simulated_time_set(int64_t nanoseconds);

/// From now on the system's random numbers of this process follow from the seed.
void simulated_chance_seed(uint64_t seed);

#endif
