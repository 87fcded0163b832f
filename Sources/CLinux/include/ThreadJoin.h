#pragma once
#include <pthread.h>

/// pthread_timedjoin_np(3), which is hidden without _GNU_SOURCE: 0, or an errno if the thread runs on.
int tq_join(pthread_t thread, int milliseconds);
