// What the programs share that speak to RabbitMQ by librabbitmq.
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static amqp_connection_state_t server;

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void check(int status) {
    if (status != AMQP_STATUS_OK) fail(amqp_error_string2(status));
}

/// Of the last call that has an answer.
static void check_answer(amqp_rpc_reply_t answer) {
    if (answer.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) fail(amqp_error_string2(answer.library_error));
    if (answer.reply_type != AMQP_RESPONSE_NORMAL) fail("the server has closed a channel");
}

static amqp_bytes_t text(const char *text) { return amqp_cstring_bytes(text); }

/// Connects to the port as guest, and opens channel 1.
static void connect_to(const char *port) {
    server = amqp_new_connection();
    check(amqp_socket_open(amqp_tcp_socket_new(server), "127.0.0.1", atoi(port)));
    check_answer(amqp_login(server, "/", 0, 131072, 60, AMQP_SASL_METHOD_PLAIN, "guest", "guest"));
    amqp_channel_open(server, 1);
    check_answer(amqp_get_rpc_reply(server));
}

static void disconnect(void) {
    check_answer(amqp_connection_close(server, AMQP_REPLY_SUCCESS));
    amqp_destroy_connection(server);
}

/// The next method that the server sends; what came with the last one is gone.
static amqp_method_t next_method(void) {
    amqp_frame_t frame;
    do {
        amqp_maybe_release_buffers(server);
        check(amqp_simple_wait_frame(server, &frame));
    } while (frame.frame_type != AMQP_FRAME_METHOD);
    if (frame.payload.method.id == AMQP_CHANNEL_CLOSE_METHOD) fail("the server has closed the channel");
    if (frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD) fail("the server has closed the connection");
    return frame.payload.method;
}

// Whether each message that was published is confirmed, by its number, from 1; and how many are not.
static char *is_confirmed;
static unsigned long first_open = 1, open_count;

/// Has the server confirm what is published from now on, up to so many messages.
static void select_confirms(unsigned long most) {
    amqp_confirm_select(server, 1);
    check_answer(amqp_get_rpc_reply(server));
    is_confirmed = calloc(most + 1, 1);
}

static void note_published(void) { open_count++; }

static void note_confirm(const amqp_basic_ack_t *ack) {
    if (!ack->multiple) {
        is_confirmed[ack->delivery_tag] = 1;
        open_count--;
        return;
    }
    for (; first_open <= ack->delivery_tag; first_open++) {
        if (!is_confirmed[first_open]) is_confirmed[first_open] = 1, open_count--;
    }
}
