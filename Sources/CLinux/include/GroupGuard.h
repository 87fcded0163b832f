#pragma once
#include <stdint.h>
#include <sys/types.h>

/// A process group to be killed when the process that filled in the slot has ended.
struct tq_guard_slot {
    /// 0: none.
    volatile int32_t group;
    int32_t reserved;
    /// When its leader was known to run, in clock ticks since the start of the machine; 0: not yet known.
    volatile int64_t seen_at;
};

/// Memory that is shared with the guard.
struct tq_guard_table {
    /// No slot from here on has been used.
    volatile int32_t used;
    int32_t reserved[3];
    struct tq_guard_slot slots[];
};

/// Room for so many slots, all empty; null and errno else. Ends with the process.
struct tq_guard_table *tq_guard_table_make(size_t slots);

void tq_guard_table_free(struct tq_guard_table *table, size_t slots);

static inline struct tq_guard_slot *tq_guard_slots(struct tq_guard_table *table) { return table->slots; }

/// Now, as in `seen_at`.
int64_t tq_guard_now(void);

/// Starts a process that waits for the end of this one, then kills what the table names, and ends.
///
/// It is in a session of its own, named `name` in ps(1), and has none of our descriptors.
/// Returns its number; -1 and errno else.
pid_t tq_guard_start(struct tq_guard_table *table, const char *name);

/// Kills the groups in the table.
void tq_guard_kill(const struct tq_guard_table *table);
