#pragma once
// Linux calls that Swift's Glibc module does not bring: variadic ones, and headers it leaves out.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// pidfd_open(2): a descriptor that becomes readable when the process has ended; -1 and errno else.
static inline int tq_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

/// waitid(2) by pidfd, which cannot name another process that took over the number.
static inline int tq_wait_pidfd(int descriptor, siginfo_t *info) {
    return waitid((idtype_t)3 /* P_PIDFD */, (id_t)descriptor, info, WEXITED);
}

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

/// pipe2(2), both ends closed in commands that are started.
static inline int tq_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

// In glibc since 2.34 and 2.29, declared for _GNU_SOURCE only, which would clash with the module Glibc.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);

/// Closes all descriptors from 3 on in a command to be started.
static inline int tq_spawn_close_others(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

static inline int tq_spawn_chdir(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}
