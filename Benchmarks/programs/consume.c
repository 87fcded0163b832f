// Takes and finishes the tasks of a queue with the frames of a worker, and does nothing else: what a worker on this
// server can come to.
//
//   consume PORT QUEUE BATCH HOW RESULT [REDIS STORE]
//
// The file RESULT holds the result of a task, with its id. With REDIS, the port of a Redis server, the results
// are stored there, by the command in the file STORE: that of a worker for one result, a word a line. Without,
// they are published to the senders.
//
// BATCH tasks are finished at a time, and so many more are on their way meanwhile; the end is when none is left.
// HOW is "transactions", each of which publishes and acknowledges a batch; or "confirms": a batch is acknowledged
// when the server has confirmed its results.
#include "rabbit.h"
#include <hiredis/hiredis.h>

enum {
    most_tasks = 256,
    id_size = 36,
    record_size = 1024,
};

static struct task {
    uint64_t tag;
    char id[id_size], reply_to[128];
} tasks[4 * most_tasks];

// How many of them have come, and how many of those are being finished; how many are not finished of all.
static unsigned long taken, finishing, left;
static int uses_transactions;

static char record[record_size];
static size_t record_length, id_in_record;

static redisContext *redis;
// EVALSHA, digest, number of keys, key, lifetime, record.
static char *store[6];

static char *read_line(FILE *file, const char *path) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size = getline(&line, &capacity, file);
    if (size < 1) fail(path);
    if (line[size - 1] == '\n') line[size - 1] = 0;
    return line;
}

static void read_record(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail(path);
    snprintf(record, sizeof record, "%s", read_line(file, path));
    fclose(file);
    const char *before = "\"task_id\":\"", *found = strstr(record, before);
    if (found == NULL) fail("the result has no id");
    record_length = strlen(record);
    id_in_record = found + strlen(before) - record;
}

static void read_store(const char *port, const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail(path);
    for (int i = 0; i < 6; i++) store[i] = read_line(file, path);
    fclose(file);
    redis = redisConnect("127.0.0.1", atoi(port));
    if (redis == NULL || redis->err != 0) fail("cannot connect to Redis");
}

static void note_task(const amqp_basic_deliver_t *delivery) {
    // The server lets more come before it says that a batch is finished.
    if (taken == sizeof tasks / sizeof *tasks) fail("too many tasks have come");
    struct task *task = &tasks[taken++];
    task->tag = delivery->delivery_tag;
    amqp_message_t message;
    check_answer(amqp_read_message(server, 1, &message, 0));
    amqp_bytes_t id = message.properties.correlation_id, address = message.properties.reply_to;
    if (id.len != id_size || address.len >= sizeof task->reply_to) fail("a message has another id");
    memcpy(task->id, id.bytes, id_size);
    memcpy(task->reply_to, address.bytes, address.len);
    task->reply_to[address.len] = 0;
    amqp_destroy_message(&message);
}

static void publish_result(const struct task *task) {
    memcpy(record + id_in_record, task->id, id_size);
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG | AMQP_BASIC_HEADERS_FLAG
            | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_PRIORITY_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG,
        .content_type = text("application/json"),
        .content_encoding = text("utf-8"),
        .delivery_mode = 2,
        .correlation_id = {id_size, (void *)task->id},
    };
    amqp_bytes_t body = {record_length, record};
    check(amqp_basic_publish(server, 1, amqp_empty_bytes, text(task->reply_to), 0, 0, &properties, body));
    note_published();
}

static void store_results(unsigned long count) {
    static const char *words[5 + 2 * most_tasks];
    static size_t sizes[5 + 2 * most_tasks];
    static char keys[most_tasks][128], records[most_tasks][record_size];
    char number[16];
    snprintf(number, sizeof number, "%lu", count);
    int used = 0;
    words[used++] = store[0];
    words[used++] = store[1];
    words[used++] = number;
    size_t key_length = strlen(store[3]);
    for (unsigned long i = 0; i < count; i++) {
        memcpy(keys[i], store[3], key_length + 1);
        memcpy(keys[i] + key_length - id_size, tasks[i].id, id_size);
        words[used++] = keys[i];
    }
    words[used++] = store[4];
    for (unsigned long i = 0; i < count; i++) {
        memcpy(records[i], record, record_length + 1);
        memcpy(records[i] + id_in_record, tasks[i].id, id_size);
        words[used++] = records[i];
    }
    for (int i = 0; i < used; i++) sizes[i] = strlen(words[i]);
    redisReply *reply = redisCommandArgv(redis, used, words, sizes);
    if (reply == NULL || reply->type != REDIS_REPLY_INTEGER) fail("Redis has stored no results");
    freeReplyObject(reply);
}

static void acknowledge(void) {
    for (unsigned long i = 0; i < finishing; i++) check(amqp_basic_ack(server, 1, tasks[i].tag, 0));
}

static void forget_finished(void) {
    left -= finishing;
    taken -= finishing;
    memmove(tasks, tasks + finishing, taken * sizeof *tasks);
    finishing = 0;
}

/// Sends what finishes the tasks that have come.
static void finish(unsigned long most) {
    finishing = taken < most ? taken : most;
    if (redis != NULL) store_results(finishing);
    else for (unsigned long i = 0; i < finishing; i++) publish_result(&tasks[i]);
    if (uses_transactions) {
        acknowledge();
        amqp_tx_commit_t commit = {0};
        check(amqp_send_method(server, 1, AMQP_TX_COMMIT_METHOD, &commit));
    } else if (redis != NULL) {
        acknowledge();
        forget_finished();
    }
}

static void read_method(void) {
    amqp_method_t method = next_method();
    switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: note_task(method.decoded); break;
    case AMQP_TX_COMMIT_OK_METHOD: forget_finished(); break;
    case AMQP_BASIC_ACK_METHOD:
        note_confirm(method.decoded);
        if (open_count > 0) break;
        acknowledge();
        forget_finished();
        break;
    default: fail("the server has sent something else");
    }
}

static void consume(amqp_bytes_t queue, unsigned long batch) {
    amqp_queue_declare_ok_t *declared = amqp_queue_declare(server, 1, queue, 1, 0, 0, 0, amqp_empty_table);
    check_answer(amqp_get_rpc_reply(server));
    left = declared->message_count;
    if (uses_transactions) amqp_tx_select(server, 1);
    else select_confirms(left);
    check_answer(amqp_get_rpc_reply(server));
    amqp_basic_qos(server, 1, 0, (uint16_t)(2 * batch), 1);
    amqp_basic_consume(server, 1, queue, amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    check_answer(amqp_get_rpc_reply(server));
}

int main(int count, char **arguments) {
    if (count != 6 && count != 8) return 2;
    unsigned long batch = strtoul(arguments[3], NULL, 10);
    if (batch < 1 || batch > most_tasks) return 2;
    uses_transactions = strcmp(arguments[4], "transactions") == 0;
    read_record(arguments[5]);
    if (count == 8) read_store(arguments[6], arguments[7]);
    connect_to(arguments[1]);
    consume(text(arguments[2]), batch);
    while (left > 0) {
        if (finishing == 0 && (taken >= batch || taken == left)) finish(batch);
        else read_method();
    }
    disconnect();
    return 0;
}
