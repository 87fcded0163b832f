#define _GNU_SOURCE
#include "GroupGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static size_t size_of(size_t slots) {
    return sizeof(struct tq_guard_table) + slots * sizeof(struct tq_guard_slot);
}

struct tq_guard_table *tq_guard_table_make(size_t slots) {
    void *memory = mmap(NULL, size_of(slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void tq_guard_table_free(struct tq_guard_table *table, size_t slots) {
    munmap(table, size_of(slots));
}

/// Ticks of /proc/PID/stat: 100 a second on all machines that we build for (USER_HZ).
enum { ticks_a_second = 100 };

int64_t tq_guard_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * ticks_a_second + now.tv_nsec / (1000000000 / ticks_a_second);
}

/// Reads /proc/PID/stat (or "self") and returns what follows the program's name; null if there is none.
static const char *read_stat(const char *process, char *buffer, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/stat", process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    ssize_t count = read(file, buffer, size - 1);
    close(file);
    if (count <= 0) return NULL;
    buffer[count] = '\0';
    const char *name_end = strrchr(buffer, ')');
    return name_end == NULL ? NULL : name_end + 1;
}

/// A field of /proc/PID/stat by its number in proc(5), from 3 on; `rest` begins with the space before that.
static unsigned long long field(const char *rest, int number) {
    for (int i = 3; i < number && rest != NULL; i++) rest = strchr(rest + 1, ' ');
    return rest == NULL ? 0 : strtoull(rest, NULL, 10);
}

void tq_guard_kill(const struct tq_guard_table *table) {
    char number[16], buffer[1024];
    for (int32_t i = 0; i < table->used; i++) {
        const struct tq_guard_slot *slot = &table->slots[i];
        if (slot->group <= 0) continue;
        // The number of a group is not given to another process while a member is left. Should it have
        // been free in the meantime, who bears it now is younger than the slot.
        snprintf(number, sizeof number, "%d", slot->group);
        const char *stat = read_stat(number, buffer, sizeof buffer);
        if (stat != NULL && slot->seen_at != 0 && (int64_t)field(stat, 22) > slot->seen_at) continue;
        kill(-slot->group, SIGKILL);
    }
}

/// Shows another name in ps(1), in place of our own arguments.
static void become(const char *name) {
    prctl(PR_SET_NAME, name);
    char buffer[1024];
    const char *stat = read_stat("self", buffer, sizeof buffer);
    if (stat == NULL) return;
    char *arguments = (char *)(uintptr_t)field(stat, 48);
    char *arguments_end = (char *)(uintptr_t)field(stat, 49);
    // Fills what the name leaves with zeroes.
    if (arguments < arguments_end) strncpy(arguments, name, (size_t)(arguments_end - arguments) - 1);
}

static void guard(const struct tq_guard_table *table, pid_t parent, const char *name) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    setsid();
    if (chdir("/") != 0) _exit(0);
    if (syscall(SYS_close_range, 0, ~0U, 0) != 0) {
        for (int i = 0, last = (int)sysconf(_SC_OPEN_MAX); i < last; i++) close(i);
    }
    become(name);
    int worker = (int)syscall(SYS_pidfd_open, parent, 0);
    // Our parent may have ended before, and its number be another's now.
    if (worker >= 0 && getppid() == parent) {
        struct pollfd entry = {.fd = worker, .events = POLLIN};
        while (poll(&entry, 1, -1) < 0 && errno == EINTR) {}
    }
    tq_guard_kill(table);
    _exit(0);
}

pid_t tq_guard_start(struct tq_guard_table *table, const char *name) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) guard(table, parent, name);
    return child;
}
