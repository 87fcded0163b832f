// Sends messages one by one at an even rate, each as a client's single LPUSH on one connection.
//
//   trickle PORT STORE QUEUE COUNT RATE
//
// The messages are those of the list STORE, oldest first; RATE is how many go in a second. Prints a line for
// each, just before it goes: the nanoseconds of CLOCK_MONOTONIC. What cannot be sent in time is sent as soon
// as it can.
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const long long second = 1000000000;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * second + time.tv_nsec;
}

static void wait_until(long long time) {
    struct timespec end = {.tv_sec = time / second, .tv_nsec = time % second};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) != 0) {}
}

static redisReply *checked(redisContext *server, redisReply *reply, int type) {
    if (reply != NULL && reply->type == type) return reply;
    fprintf(stderr, "trickle: %s\n", reply != NULL && reply->str ? reply->str : server->errstr);
    exit(1);
}

int main(int count, char **arguments) {
    if (count != 6) return 2;
    redisContext *server = redisConnect("127.0.0.1", atoi(arguments[1]));
    if (server == NULL || server->err != 0) return 1;
    size_t messages = strtoul(arguments[4], NULL, 10);
    long long *sent = malloc(messages * sizeof *sent), step = second / atoll(arguments[5]);
    redisReply *stored = redisCommand(server, "LRANGE %s 0 -1", arguments[2]);
    checked(server, stored, REDIS_REPLY_ARRAY);
    if (stored->elements < messages) return 1;
    long long start = now() + step;
    for (size_t i = 0; i < messages; i++) {
        redisReply *message = stored->element[stored->elements - 1 - i];
        wait_until(start + (long long)i * step);
        sent[i] = now();
        redisReply *reply =
            redisCommand(server, "LPUSH %s %b", arguments[3], message->str, message->len);
        freeReplyObject(checked(server, reply, REDIS_REPLY_INTEGER));
    }
    for (size_t i = 0; i < messages; i++) printf("%lld\n", sent[i]);
    return 0;
}
