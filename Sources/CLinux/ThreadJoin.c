#define _GNU_SOURCE
#include "ThreadJoin.h"

#include <pthread.h>
#include <time.h>

int tq_join(pthread_t thread, int milliseconds) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec += 1;
        end.tv_nsec -= 1000000000;
    }
    return pthread_timedjoin_np(thread, NULL, &end);
}
