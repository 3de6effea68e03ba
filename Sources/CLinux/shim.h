#pragma once
// What the workers need of Linux and Swift's Glibc module leaves out.
#include <malloc.h>
#include <sys/random.h>
