// Publishes copies of a message, confirmed by the server, and does nothing else: what a sender on this server can
// come to.
//
//   publish PORT TEMPLATE QUEUE COUNT WINDOW
//
// The message is the first of the queue TEMPLATE, with all its headers, and stays there. As soon as WINDOW of the
// copies are not confirmed, half of those are waited for.
#include "rabbit.h"

static void await_confirms(unsigned long most) {
    while (open_count > most) {
        amqp_method_t method = next_method();
        if (method.id != AMQP_BASIC_ACK_METHOD) fail("a message was not stored");
        note_confirm(method.decoded);
    }
}

int main(int count, char **arguments) {
    if (count != 6) return 2;
    connect_to(arguments[1]);
    check_answer(amqp_basic_get(server, 1, text(arguments[2]), 0));
    amqp_message_t message;
    check_answer(amqp_read_message(server, 1, &message, 0));
    unsigned long messages = strtoul(arguments[4], NULL, 10), window = strtoul(arguments[5], NULL, 10);
    select_confirms(messages);
    for (unsigned long i = 0; i < messages; i++) {
        check(amqp_basic_publish(
            server, 1, amqp_empty_bytes, text(arguments[3]), 1, 0, &message.properties, message.body));
        note_published();
        if (open_count >= window) await_confirms(window / 2);
    }
    await_confirms(0);
    disconnect();
    return 0;
}
