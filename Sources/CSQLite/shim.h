#pragma once
#include <sqlite3.h>

/// Copies the bytes: SQLITE_TRANSIENT is a cast pointer, which Swift cannot import.
static inline int tq_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
    return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}

/// Copies the bytes, as above.
static inline int tq_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_TRANSIENT);
}
