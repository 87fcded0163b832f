// Runs a command again and again, with the pipes that tq-work gives its commands, and no more than that:
// what this machine can do.
//
//   spawn COUNT WIDTH INPUT COMMAND [ARG...]
//
// Each has the file INPUT on its stdin; its stdout, stderr and descriptor 3 are read to their end. WIDTH run
// at once. It ends with status 1 as soon as one fails.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { outputs = 3, most_at_once = 64 };

extern char **environ;

/// A command that runs. Of those that do not, all descriptors are -1, which poll(2) passes over.
struct running {
    pid_t process;
    int open_outputs;
};

static struct pollfd ends[most_at_once][outputs];
static struct running running[most_at_once];
static posix_spawnattr_t attributes;
static char input[64 << 10];
static size_t input_size;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void read_input(const char *path) {
    int file = open(path, O_RDONLY);
    ssize_t count = file < 0 ? -1 : read(file, input, sizeof input);
    if (count < 0) fail(path);
    input_size = (size_t)count;
    close(file);
}

static void set_attributes(void) {
    // A command that does not read its input must not end us.
    signal(SIGPIPE, SIG_IGN);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
}

static void start(int slot, char **command) {
    int pipes[1 + outputs][2];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i <= outputs; i++) {
        if (pipe2(pipes[i], O_CLOEXEC) != 0) fail("pipe2");
        posix_spawn_file_actions_adddup2(&actions, pipes[i][i == 0 ? 0 : 1], i);
    }
    if (posix_spawnp(&running[slot].process, command[0], &actions, &attributes, command, environ) != 0) {
        fail(command[0]);
    }
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i <= outputs; i++) close(pipes[i][i == 0 ? 0 : 1]);
    if (write(pipes[0][1], input, input_size) < 0 && errno != EPIPE) fail("write");
    close(pipes[0][1]);
    running[slot].open_outputs = outputs;
    for (int i = 0; i < outputs; i++) {
        ends[slot][i] = (struct pollfd){.fd = pipes[1 + i][0], .events = POLLIN};
    }
}

/// Returns whether the command has ended.
static int advance(int slot) {
    static char buffer[64 << 10];
    for (int i = 0; i < outputs; i++) {
        struct pollfd *end = &ends[slot][i];
        if (end->fd < 0 || end->revents == 0) continue;
        ssize_t count = read(end->fd, buffer, sizeof buffer);
        if (count < 0) fail("read");
        if (count > 0) continue;
        close(end->fd);
        end->fd = -1;
        running[slot].open_outputs--;
    }
    if (running[slot].open_outputs > 0) return 0;
    int status;
    if (waitpid(running[slot].process, &status, 0) < 0) fail("waitpid");
    if (status != 0) exit(1);
    return 1;
}

int main(int count, char **arguments) {
    if (count < 5) return 64;
    int left = atoi(arguments[1]), width = atoi(arguments[2]), used = 0;
    if (width < 1 || width > most_at_once) return 64;
    read_input(arguments[3]);
    set_attributes();
    for (; used < width && left > 0; left--) start(used++, arguments + 4);
    for (int active = used; active > 0;) {
        if (poll(ends[0], (nfds_t)(used * outputs), -1) < 0) fail("poll");
        for (int slot = 0; slot < used; slot++) {
            if (running[slot].open_outputs == 0 || !advance(slot)) continue;
            if (left > 0) start(slot, arguments + 4), left--;
            else active--;
        }
    }
    return 0;
}
