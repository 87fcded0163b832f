#pragma once
// AMQP by librabbitmq, which is loaded when it is asked for first: programs that speak to no RabbitMQ pay for
// neither the library nor the OpenSSL that comes with it, and run where they are not installed.
#include <amqp.h>
#include <amqp_framing.h>
#include <stdbool.h>
#include <stdint.h>

/// Why a call failed.
typedef enum {
    TQ_AMQP_FINE,
    /// The library cannot be loaded.
    TQ_AMQP_NO_LIBRARY,
    /// `code` is one of the library's statuses, or a negative errno of the socket; the connection is of no use.
    TQ_AMQP_BROKEN,
    /// The server has closed a channel, or the connection: `code` is AMQP's reply code.
    TQ_AMQP_CHANNEL_CLOSED,
    TQ_AMQP_CONNECTION_CLOSED,
} tq_amqp_failure;

typedef struct {
    tq_amqp_failure kind;
    int code;
    /// In the server's words, or the library's; may be empty.
    char text[400];
} tq_amqp_error;

/// Where a server is, and as whom to speak to it. A text that is NULL is none.
typedef struct {
    const char *host;
    int port;
    const char *vhost;
    const char *user;
    const char *password;
    /// Shown in the server's list of connections.
    const char *name;
    /// In seconds; 0: none.
    int heartbeat;
    int frame_max;
    /// For connecting and the handshake, and then for each answer, in milliseconds.
    int connect_timeout;
    int reply_timeout;
    bool uses_tls;
    /// Whether the certificate has to lead to an authority that is trusted, and be for the host.
    bool verifies;
    bool checks_host;
    /// A file, or a folder made by openssl-rehash(1); NULL: the system's.
    const char *authorities;
    const char *certificate;
    const char *key;
} tq_amqp_settings;

/// Connects and logs in; NULL, with the reason in `error`.
amqp_connection_state_t tq_amqp_open(const tq_amqp_settings *settings, tq_amqp_error *error);

/// Tells the server, if `politely`, and frees everything.
void tq_amqp_close(amqp_connection_state_t state, bool politely);

int tq_amqp_descriptor(amqp_connection_state_t state);
/// As agreed upon with the server.
int tq_amqp_heartbeat(amqp_connection_state_t state);
/// Whether something has been read that `tq_amqp_wait` returns without asking the socket.
bool tq_amqp_has_input(amqp_connection_state_t state);
/// Frees what was read, where nothing is left of it.
void tq_amqp_release(amqp_connection_state_t state);

// Each returns whether it succeeded, with the reason in `error` if not.

bool tq_amqp_open_channel(amqp_connection_state_t state, int channel, tq_amqp_error *error);
bool tq_amqp_select_confirms(amqp_connection_state_t state, int channel, tq_amqp_error *error);
/// What is published and acknowledged over the channel takes effect together, when it is committed.
bool tq_amqp_select_transactions(amqp_connection_state_t state, int channel, tq_amqp_error *error);

/// A durable exchange.
bool tq_amqp_declare_exchange(
    amqp_connection_state_t state, int channel, amqp_bytes_t name, const char *type, tq_amqp_error *error);
/// The channel is closed if it is not there.
bool tq_amqp_find_exchange(
    amqp_connection_state_t state, int channel, amqp_bytes_t name, tq_amqp_error *error);
/// A durable queue, which has to be there already if it is `passive`; `waiting` becomes how many messages are ready, and
/// `consumers` how many consume it; both may be NULL.
bool tq_amqp_declare_queue(
    amqp_connection_state_t state, int channel, amqp_bytes_t name, bool passive, amqp_table_t arguments,
    uint32_t *waiting, uint32_t *consumers, tq_amqp_error *error);
bool tq_amqp_bind_queue(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, amqp_bytes_t exchange, amqp_bytes_t key,
    tq_amqp_error *error);
bool tq_amqp_bind_exchange(
    amqp_connection_state_t state, int channel, amqp_bytes_t destination, amqp_bytes_t source, amqp_bytes_t key,
    tq_amqp_error *error);
bool tq_amqp_delete_queue(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, tq_amqp_error *error);
/// With `no_ack` a message is acknowledged as it is sent. An `exclusive` consumer is alone, or refused.
bool tq_amqp_consume(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, amqp_bytes_t tag, bool no_ack, bool exclusive,
    tq_amqp_error *error);
bool tq_amqp_cancel(amqp_connection_state_t state, int channel, amqp_bytes_t tag, tq_amqp_error *error);

// These are sent, and no answer is waited for: it comes as an event, where there is one.

bool tq_amqp_publish(
    amqp_connection_state_t state, int channel, amqp_bytes_t exchange, amqp_bytes_t key, bool mandatory,
    const amqp_basic_properties_t *properties, amqp_bytes_t body, tq_amqp_error *error);
bool tq_amqp_qos(amqp_connection_state_t state, int channel, int prefetch, bool global, tq_amqp_error *error);
bool tq_amqp_ack(amqp_connection_state_t state, int channel, uint64_t tag, tq_amqp_error *error);
/// Puts a message back where it was, as far as the server can.
bool tq_amqp_nack(amqp_connection_state_t state, int channel, uint64_t tag, tq_amqp_error *error);
/// Has all take effect that was told to a channel with transactions: `TQ_AMQP_COMMITTED` says when it has.
bool tq_amqp_commit(amqp_connection_state_t state, int channel, tq_amqp_error *error);
/// Asks for the first message of a queue, which is acknowledged by that with `no_ack`: it comes as `TQ_AMQP_GOT`, or
/// `TQ_AMQP_EMPTY`.
bool tq_amqp_get(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, bool no_ack, tq_amqp_error *error);

/// What the server says by itself.
typedef enum {
    /// Nothing came in time.
    TQ_AMQP_NOTHING,
    /// `tag`, `is_redelivered`, `consumer`, `exchange`, `key` and `message`, which is to be given back.
    TQ_AMQP_DELIVERED,
    /// The message of `tq_amqp_get`: the same, without a consumer.
    TQ_AMQP_GOT,
    /// Nothing was there for `tq_amqp_get`.
    TQ_AMQP_EMPTY,
    /// Published messages up to `tag`, if it `is_multiple`, or that one, are stored.
    TQ_AMQP_CONFIRMED,
    /// … are not.
    TQ_AMQP_REFUSED,
    /// A message fits no queue: `key`; it is confirmed besides. `message` is to be given back.
    TQ_AMQP_RETURNED,
    /// The server has stopped a consumer: its queue is gone. `consumer`.
    TQ_AMQP_CANCELLED,
    /// It takes no messages for now: `text` says why.
    TQ_AMQP_BLOCKED,
    TQ_AMQP_UNBLOCKED,
    /// What `tq_amqp_commit` asked for is done, and all was sent that was let through before.
    TQ_AMQP_COMMITTED,
    /// Something else, of no interest.
    TQ_AMQP_OTHER,
} tq_amqp_event_kind;

typedef struct {
    tq_amqp_event_kind kind;
    int channel;
    uint64_t tag;
    bool is_redelivered;
    bool is_multiple;
    /// Valid until the next call.
    amqp_bytes_t consumer, exchange, key, text;
    amqp_message_t message;
} tq_amqp_event;

/// Waits for the next event for up to `milliseconds`, and keeps the connection alive meanwhile.
bool tq_amqp_wait(amqp_connection_state_t state, int milliseconds, tq_amqp_event *event, tq_amqp_error *error);

/// Gives back the message of an event.
void tq_amqp_free_message(tq_amqp_event *event);
