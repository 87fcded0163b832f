#pragma once
// Linux calls that Swift's Glibc module does not bring: variadic ones, and headers it leaves out.
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "ChildSpawn.h"
#include "GroupGuard.h"
#include "SignalPipe.h"
#include "ThreadJoin.h"

/// waitid(2) by pidfd, which cannot name another process that took over the number.
///
/// The system call itself also says what the process used, which the function of that name does not.
static inline int tq_wait_pidfd(int descriptor, siginfo_t *info, struct rusage *usage) {
    return (int)syscall(SYS_waitid, 3 /* P_PIDFD */, descriptor, info, WEXITED, usage);
}

static inline int tq_is_ignored(const struct sigaction *action) { return action->sa_handler == SIG_IGN; }

static inline int tq_siginfo_status(const siginfo_t *info) { return info->si_status; }

static inline int tq_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

static inline int tq_fcntl(int descriptor, int command, int argument) {
    return fcntl(descriptor, command, argument);
}

/// Where an epoll event's number is kept: a union in C.
static inline struct epoll_event tq_epoll_event(uint32_t events, uint64_t number) {
    struct epoll_event event = {.events = events};
    event.data.u64 = number;
    return event;
}

static inline uint64_t tq_epoll_number(const struct epoll_event *event) { return event->data.u64; }

/// The number of the file system that holds a file, as statfs(2) names it; -1 and errno else.
static inline int64_t tq_file_system(const char *path) {
    struct statfs information;
    return statfs(path, &information) == 0 ? (int64_t)information.f_type : -1;
}

/// User and system time together, in microseconds.
static inline int64_t tq_processor_time(const struct rusage *usage) {
    return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000
        + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

/// How many bytes can be read from a pipe now.
static inline int tq_readable(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) == 0 ? count : 0;
}

/// Whether a file has an access control list beside its mode, acl(5).
static inline int tq_has_access_list(const char *path) {
    return getxattr(path, "system.posix_acl_access", 0, 0) > 0;
}

/// A descriptor that becomes readable when a process ends; -1 and errno else.
static inline int tq_open_pidfd(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

/// A child that has ended and was not waited for, which it stays; 0: there is none.
static inline pid_t tq_ended_child(void) {
    siginfo_t info = {0};
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ? info.si_pid : 0;
}

/// Whether processes whose parents have ended become children of this one.
static inline int tq_is_reaper(void) {
    int is_subreaper = 0;
    return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &is_subreaper) == 0 && is_subreaper);
}

/// pipe2(2), both ends closed in commands that are started.
static inline int tq_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

/// eventfd(2), closed in commands that are started; -1 and errno if there is no descriptor left.
static inline int tq_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
