#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What could not be done for a command that was to be started.
enum tq_spawn_step {
    TQ_SPAWN_PROCESS,
    TQ_SPAWN_NICENESS,
    TQ_SPAWN_USER,
    TQ_SPAWN_DIRECTORY,
    TQ_SPAWN_PROGRAM,
};

/// A command to be started.
struct tq_spawn_request {
    /// The program first; ends in a null pointer, as the environment does.
    char *const *arguments;
    char *const *environment;
    /// Folders with colons between them, for a program without slash.
    const char *search_path;
    /// Null: ours.
    const char *directory;
    /// Become 0, 1, 2 and 3; no other descriptor stays open.
    int32_t descriptors[4];
    /// Is added to ours.
    int32_t niceness;
    /// Negative: ours.
    int32_t umask;
    /// Whether the next four are to be taken on.
    int32_t changes_user;
    uid_t uid;
    gid_t gid;
    const gid_t *groups;
    size_t group_count;
    /// Where the number of the process group is left before the program begins; null: nowhere.
    volatile int32_t *group_cell;
};

/// A command that was started, or why it was not.
struct tq_spawn_reply {
    /// -1 if it was not started.
    pid_t process;
    /// Becomes readable when it has ended: a pidfd.
    int32_t descriptor;
    enum tq_spawn_step failed_step;
    /// An errno; 0 if it was started.
    int32_t error;
};

/// Starts a command in a process group of its own, without a terminal, which ends when the calling thread does.
///
/// It has default signal handling and no signal blocked: what this process handles or ignores is looked up
/// with the first command, and by `tq_spawn_look_at_signals`. Returns when its program runs.
struct tq_spawn_reply tq_spawn(const struct tq_spawn_request *request);

/// To be called by who handles or ignores other signals after the first command.
void tq_spawn_look_at_signals(void);
