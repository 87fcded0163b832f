#define _GNU_SOURCE
#include "ChildSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

// posix_spawn(3) cannot set the parent-death signal, niceness, umask or user. As there, the child borrows
// our memory and we sleep until its program runs: no page table is copied. So it may call nothing that
// takes a lock or keeps a state, and makes system calls itself where the C library would tell other
// threads (setuid(2) is the process' own affair to the kernel, and all threads' to POSIX).

enum { kept_descriptors = 4, kernel_signal_set = 8, last_signal = 64, child_stack = 32 << 10 };

/// What parent and child share.
struct birth {
    const struct tq_spawn_request *request;
    pid_t parent;
    uint64_t changed_signals;
    volatile int step;
    volatile int error;
};

/// The kernel's `struct sigaction` for SIG_DFL: zeroes everywhere, whatever the order of its members.
static const uint64_t default_action[8];

/// The signals, a bit each from the first on, that this process does not leave to the kernel's default.
static uint64_t changed_signals(void) {
    uint64_t changed = 0;
    for (int signal = 1; signal <= last_signal; signal++) {
        uint64_t action[8] = {0};
        if (syscall(SYS_rt_sigaction, signal, NULL, action, kernel_signal_set) != 0) continue;
        // The handler comes first, on all machines but MIPS: SIG_DFL is zero.
        if (action[0] != 0) changed |= (uint64_t)1 << (signal - 1);
    }
    return changed;
}

// Looked up once: a child then resets the two or three that there are, and not all 62.
static _Atomic uint64_t known_signals;
static _Atomic int knows_signals;

void tq_spawn_look_at_signals(void) {
    known_signals = changed_signals();
    knows_signals = 1;
}

static void reset_signals(uint64_t changed) {
    for (int signal = 1; signal <= last_signal; signal++) {
        if (changed & (uint64_t)1 << (signal - 1)) {
            syscall(SYS_rt_sigaction, signal, default_action, NULL, kernel_signal_set);
        }
    }
}

/// Moves the request's descriptors to 0-3 and closes all others.
static int set_descriptors(const int32_t given[kept_descriptors]) {
    int from[kept_descriptors];
    for (int i = 0; i < kept_descriptors; i++) {
        // One that is in the way of another is moved out of it.
        from[i] = given[i] < kept_descriptors
            ? fcntl(given[i], F_DUPFD_CLOEXEC, kept_descriptors) : given[i];
        if (from[i] < 0) return -1;
    }
    for (int i = 0; i < kept_descriptors; i++) {
        if (dup2(from[i], i) < 0) return -1;
    }
    if (syscall(SYS_close_range, kept_descriptors, ~0U, 0) == 0) return 0;
    // Linux before 5.9, and containers that do not know the call.
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    for (rlim_t i = kept_descriptors; i < limit.rlim_cur; i++) close((int)i);
    return 0;
}

static int set_user(const struct tq_spawn_request *request) {
    if (syscall(SYS_setgroups, request->group_count, request->groups) != 0) return -1;
    if (syscall(SYS_setresgid, request->gid, request->gid, request->gid) != 0) return -1;
    return (int)syscall(SYS_setresuid, request->uid, request->uid, request->uid);
}

static int add_niceness(int niceness) {
    errno = 0;
    int current = getpriority(PRIO_PROCESS, 0);
    if (current == -1 && errno != 0) return -1;
    return setpriority(PRIO_PROCESS, 0, current + niceness);
}

/// As execvpe(3), but for a file that is neither a program nor begins with `#!`: that is an error.
static void execute(const struct tq_spawn_request *request) {
    const char *program = request->arguments[0];
    size_t length = strlen(program);
    if (length == 0 || strchr(program, '/') != NULL) {
        execve(program, request->arguments, request->environment);
        return;
    }
    char path[PATH_MAX];
    int was_refused = 0;
    for (const char *folder = request->search_path;; ) {
        size_t folder_length = (size_t)(strchrnul(folder, ':') - folder);
        if (folder_length + 1 + length < sizeof path) {
            char *end = mempcpy(path, folder, folder_length);
            // An empty entry is the working directory.
            if (folder_length > 0) *end++ = '/';
            memcpy(end, program, length + 1);
            execve(path, request->arguments, request->environment);
            switch (errno) {
            case EACCES: was_refused = 1;
            case ENOENT: case ENOTDIR: case ESTALE: case ENODEV: case ETIMEDOUT: case ENAMETOOLONG: break;
            default: return;
            }
        }
        if (folder[folder_length] == '\0') break;
        folder += folder_length + 1;
    }
    errno = was_refused ? EACCES : ENOENT;
}

static int fail(struct birth *birth, enum tq_spawn_step step) {
    birth->step = (int)step;
    birth->error = errno;
    _exit(127);
}

/// Gives the child a process group of its own, and takes the terminal from it.
///
/// A command that asked ours would be stopped until somebody noticed. In a session of its own it is told that there
/// is no terminal. A session costs: where the kernel groups sessions (sched_autogroup_enabled), 25 us of CPU for each
/// command. So a command gets one only if we have a terminal.
static int leave_group(void) {
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal < 0 && (errno == ENXIO || errno == ENOENT)) return setpgid(0, 0);
    if (terminal >= 0) close(terminal);
    return setsid() < 0 ? -1 : 0;
}

static int run_child(void *argument) {
    struct birth *birth = argument;
    const struct tq_spawn_request *request = birth->request;
    if (leave_group() != 0) return fail(birth, TQ_SPAWN_PROCESS);
    if (request->group_cell != NULL) *request->group_cell = getpid();
    // Before any signal may come: its handler would run in our memory.
    reset_signals(birth->changed_signals);
    if (set_descriptors(request->descriptors) != 0) return fail(birth, TQ_SPAWN_PROCESS);
    if (request->umask >= 0) umask((mode_t)request->umask);
    if (request->niceness != 0 && add_niceness(request->niceness) != 0) return fail(birth, TQ_SPAWN_NICENESS);
    if (request->changes_user && set_user(request) != 0) return fail(birth, TQ_SPAWN_USER);
    if (request->directory != NULL && chdir(request->directory) != 0) return fail(birth, TQ_SPAWN_DIRECTORY);
    // A change of user would have taken it back.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return fail(birth, TQ_SPAWN_PROCESS);
    // The parent may have died before.
    if (getppid() != birth->parent) _exit(127);
    uint64_t none = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, kernel_signal_set);
    execute(request);
    return fail(birth, TQ_SPAWN_PROGRAM);
}

struct tq_spawn_reply tq_spawn(const struct tq_spawn_request *request) {
    if (!knows_signals) tq_spawn_look_at_signals();
    struct birth birth = {.request = request, .parent = getpid(), .changed_signals = known_signals};
    // glibc maps and unmaps a stack for each child; ours is used by nobody while we sleep.
    char stack[child_stack] __attribute__((aligned(16)));
    int descriptor = -1;
    // Also those that glibc keeps for itself, which pthread_sigmask(3) leaves out.
    uint64_t all = ~(uint64_t)0, before;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, kernel_signal_set);
    pid_t child = clone(
        run_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &birth, &descriptor
    );
    int error = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, kernel_signal_set);
    if (child < 0) {
        return (struct tq_spawn_reply){-1, -1, TQ_SPAWN_PROCESS, error};
    }
    if (birth.error == 0) {
        return (struct tq_spawn_reply){child, descriptor, TQ_SPAWN_PROCESS, 0};
    }
    if (request->group_cell != NULL) *request->group_cell = 0;
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    close(descriptor);
    return (struct tq_spawn_reply){-1, -1, (enum tq_spawn_step)birth.step, birth.error};
}
