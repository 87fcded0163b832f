#include "CLinux.h"

#include <errno.h>
#include <stdatomic.h>

/// Written by the handler; -1: by nobody.
static _Atomic int pipe_end = -1;

static void write_number(int signal) {
    int error = errno;
    unsigned char number = (unsigned char)signal;
    int descriptor = pipe_end;
    if (descriptor >= 0 && write(descriptor, &number, 1) < 0) {
        // Full: so many signals have not been looked at yet that one more says nothing new.
    }
    errno = error;
}

int tq_write_signals(int descriptor) { return atomic_exchange(&pipe_end, descriptor); }

int tq_write_signal(int signal) {
    struct sigaction action = {.sa_handler = write_number, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    return sigaction(signal, &action, NULL);
}
