// Takes and finishes tasks with the commands of a worker, and does nothing else: what a worker on this server
// can come to.
//
//   drain PORT TAKE FINISH BATCH
//
// The files TAKE and FINISH hold the commands by which a worker took and finished one task, a word a line.
// BATCH tasks are taken at a time. What finishes a batch is sent along with what takes the next; the end
// is when none is left. Of a message only the id is read; the result is that of FINISH, with the id in it.
#define _GNU_SOURCE
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    most_words = 2048,
    id_size = 36,
    tag_size = 128,
    // Of both commands, what stands before KEYS: EVALSHA, digest, number of keys.
    prologue = 3,
};

struct command {
    int count;
    const char *words[most_words];
    size_t sizes[most_words];
};

static redisContext *server;

static void fail(const char *what) {
    fprintf(stderr, "drain: %s\n", what);
    exit(1);
}

static void set(struct command *command, int index, const char *word, size_t size) {
    if (index >= most_words) fail("too many words");
    command->words[index] = word;
    command->sizes[index] = size;
}

static void add(struct command *command, const char *word, size_t size) {
    set(command, command->count++, word, size);
}

static void read_command(const char *path, struct command *command) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail(path);
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, file)) > 0) {
        // A newline in a word stands there as a NUL.
        for (char *byte = line; byte < line + size - 1; byte++) {
            if (*byte == 0) *byte = '\n';
        }
        char *word = malloc(size);
        memcpy(word, line, size - 1);
        add(command, word, size - 1);
    }
    free(line);
    fclose(file);
    if (command->count <= prologue || prologue + atoi(command->words[2]) >= command->count) fail(path);
}

static void send_command(const struct command *command) {
    redisAppendCommandArgv(server, command->count, (const char **)command->words, command->sizes);
}

static redisReply *receive(void) {
    redisReply *reply;
    if (redisGetReply(server, (void **)&reply) != REDIS_OK) fail(server->errstr);
    if (reply->type != REDIS_REPLY_ARRAY) fail(reply->str != NULL ? reply->str : "no array");
    return reply;
}

/// TAKE, with a number of the first tag that was not used yet.
static int send_take(struct command *take, const char *batch, long number) {
    static char first[32];
    int arguments = prologue + atoi(take->words[2]);
    set(take, arguments, batch, strlen(batch));
    set(take, arguments + 2, first, sprintf(first, "%ld", number));
    send_command(take);
    return arguments + 1;
}

/// Where the id stands in a text that has it; what is not there ends the program.
static const char *id_in(const char *text, size_t size, const char *before) {
    const char *found = memmem(text, size, before, strlen(before));
    if (found == NULL || found + strlen(before) + id_size > text + size) fail("there is no id");
    return found + strlen(before);
}

/// Of an answer to TAKE, how much stands before the tasks, which are a position and an envelope each.
static size_t head(const redisReply *taken) {
    for (size_t i = 0; i + 1 < taken->elements; i++) {
        const redisReply *next = taken->element[i + 1];
        if (next->type == REDIS_REPLY_STRING && next->len > 0 && next->str[0] == '{') return i;
    }
    return taken->elements;
}

/// FINISH for all tasks of an answer to TAKE.
static void send_finish(const struct command *one, const redisReply *taken, const char *prefix, long number) {
    static struct command all;
    static char *memory;
    const char *result_key = one->words[prologue + 2], *record = one->words[one->count - 1];
    size_t key_size = one->sizes[prologue + 2], record_size = one->sizes[one->count - 1];
    size_t first = head(taken), tasks = (taken->elements - first) / 2;
    char keys[32];
    memory = realloc(memory, tasks * (key_size + tag_size + record_size) + 1);
    char *key = memory, *tag = key + tasks * key_size, *records = tag + tasks * tag_size;
    // A result that is not kept is an hour.
    int has_id = record_size > 0 && record[0] == '{';
    size_t id_in_record = has_id ? id_in(record, record_size, "\"task_id\":\"") - record : 0;
    all.count = 0;
    for (int i = 0; i < prologue + 2; i++) add(&all, one->words[i], one->sizes[i]);
    set(&all, 2, keys, sprintf(keys, "%zu", tasks + 2));
    for (size_t i = 0; i < tasks; i++, key += key_size) {
        const redisReply *message = taken->element[first + 2 * i + 1];
        memcpy(key, result_key, key_size);
        // A task without a result has a key without an id.
        if (record_size > 0) {
            memcpy(key + key_size - id_size, id_in(message->str, message->len, "\"id\":\""), id_size);
        }
        add(&all, key, key_size);
    }
    add(&all, one->words[prologue + 3], one->sizes[prologue + 3]);
    key = memory;
    for (size_t i = 0; i < tasks; i++, key += key_size, tag += tag_size, records += record_size) {
        add(&all, tag, snprintf(tag, tag_size, "%s%ld", prefix, number + (long)i));
        memcpy(records, record, record_size);
        if (has_id) memcpy(records + id_in_record, key + key_size - id_size, id_size);
        add(&all, records, record_size);
    }
    send_command(&all);
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    static struct command take, finish;
    read_command(arguments[2], &take);
    read_command(arguments[3], &finish);
    server = redisConnect("127.0.0.1", atoi(arguments[1]));
    if (server == NULL || server->err != 0) fail("cannot connect");
    long number = 0, batch = atol(arguments[4]);
    const char *prefix = take.words[send_take(&take, arguments[4], number)];
    redisReply *taken = receive();
    while (head(taken) < taken->elements) {
        send_finish(&finish, taken, prefix, number);
        freeReplyObject(taken);
        send_take(&take, arguments[4], number += batch);
        redisReply *lost = receive();
        if (lost->elements > 0) fail("a task was not held any more");
        freeReplyObject(lost);
        taken = receive();
    }
    return 0;
}
