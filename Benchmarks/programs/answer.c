// A handler, of one task or as a stream command: answers each line of stdin with a line.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        if (puts("null") < 0 || fflush(stdout) != 0) return 1;
    }
    return 0;
}
