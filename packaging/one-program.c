// All programs in one file: which one it is, its name says. Each has the Swift library in it, which is most of its
// size; together they have it once.
//
// PROGRAMS is X(send) X(work) …
#include <stdio.h>
#include <string.h>

// SwiftPM calls the `main` of the module tq_send so.
#define X(name) int tq_##name##_main(int count, char **arguments);
PROGRAMS
#undef X

int main(int count, char **arguments) {
    const char *path = count > 0 ? arguments[0] : "";
    const char *slash = strrchr(path, '/');
    const char *called = slash != NULL ? slash + 1 : path;
#define X(name) \
    if (strcmp(called, "tq-" #name) == 0) return tq_##name##_main(count, arguments);
    PROGRAMS
#undef X
    fprintf(stderr, "%s: this file holds several programs, and its name says which to run: call it one of", called);
#define X(name) fputs(" tq-" #name, stderr);
    PROGRAMS
#undef X
    fputc('\n', stderr);
    return 64;  // EX_USAGE, as of every program of tq.
}
