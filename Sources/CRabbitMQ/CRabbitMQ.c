#include "CRabbitMQ.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define FUNCTIONS(F) \
    F(amqp_new_connection) F(amqp_destroy_connection) F(amqp_get_sockfd) F(amqp_get_heartbeat) \
    F(amqp_tcp_socket_new) F(amqp_ssl_socket_new) F(amqp_ssl_socket_set_cacert) F(amqp_ssl_socket_set_key) \
    F(amqp_ssl_socket_set_verify_peer) F(amqp_ssl_socket_set_verify_hostname) F(amqp_ssl_socket_get_context) \
    F(amqp_socket_open_noblock) F(amqp_set_handshake_timeout) F(amqp_set_rpc_timeout) F(amqp_login_with_properties) \
    F(amqp_connection_close) F(amqp_simple_rpc) F(amqp_simple_wait_frame_noblock) \
    F(amqp_send_method) F(amqp_read_message) F(amqp_destroy_message) F(amqp_basic_publish) F(amqp_basic_ack) \
    F(amqp_basic_nack) F(amqp_frames_enqueued) F(amqp_data_in_buffer) F(amqp_maybe_release_buffers) \
    F(amqp_error_string2)

static struct {
#define FUNCTION(name) __typeof__(name) *name;
    FUNCTIONS(FUNCTION)
#undef FUNCTION
} library;

static pthread_once_t loading = PTHREAD_ONCE_INIT;
static void *handle;
static bool is_loaded;
static char load_problem[300];

static void load(void) {
    handle = dlopen("librabbitmq.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *problem = dlerror();
        snprintf(load_problem, sizeof load_problem, "%s", problem ? problem : "");
        return;
    }
#define FUNCTION(name) \
    if (!(library.name = (__typeof__(name) *)dlsym(handle, #name))) { \
        snprintf(load_problem, sizeof load_problem, "librabbitmq.so.4 has no %s", #name); \
        return; \
    }
    FUNCTIONS(FUNCTION)
#undef FUNCTION
    is_loaded = true;
}

static bool fail(tq_amqp_error *error, tq_amqp_failure kind, int code, const void *text, size_t length) {
    error->kind = kind;
    error->code = code;
    if (length >= sizeof error->text) length = sizeof error->text - 1;
    memcpy(error->text, text, length);
    error->text[length] = 0;
    return false;
}

/// Of a status of the library's.
static bool broken(tq_amqp_error *error, int status) {
    const char *text = library.amqp_error_string2(status);
    return fail(error, TQ_AMQP_BROKEN, status, text, strlen(text));
}

static bool check(int status, tq_amqp_error *error) {
    return status == AMQP_STATUS_OK || broken(error, status);
}

/// The server has closed a channel or the connection, and is told that this was understood.
static bool closed(
    amqp_connection_state_t state, int channel, amqp_method_number_t id, void *decoded, tq_amqp_error *error) {
    if (id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_channel_close_t *close = decoded;
        fail(error, TQ_AMQP_CHANNEL_CLOSED, close->reply_code, close->reply_text.bytes, close->reply_text.len);
        amqp_channel_close_ok_t answer = {0};
        library.amqp_send_method(state, (amqp_channel_t)channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &answer);
    } else {
        amqp_connection_close_t *close = decoded;
        fail(error, TQ_AMQP_CONNECTION_CLOSED, close->reply_code, close->reply_text.bytes, close->reply_text.len);
        amqp_connection_close_ok_t answer = {0};
        library.amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &answer);
    }
    return false;
}

static bool understood(amqp_connection_state_t state, int channel, amqp_rpc_reply_t reply, tq_amqp_error *error) {
    switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL: return true;
    case AMQP_RESPONSE_SERVER_EXCEPTION:
        if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD || reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD)
            return closed(state, channel, reply.reply.id, reply.reply.decoded, error);
        return broken(error, AMQP_STATUS_UNEXPECTED_STATE);
    default: return broken(error, reply.library_error ? reply.library_error : AMQP_STATUS_UNEXPECTED_STATE);
    }
}

static bool call(
    amqp_connection_state_t state, int channel, amqp_method_number_t request, amqp_method_number_t answer, void *decoded,
    void **result, tq_amqp_error *error) {
    amqp_method_number_t expected[] = {answer, 0};
    amqp_rpc_reply_t reply = library.amqp_simple_rpc(state, (amqp_channel_t)channel, request, expected, decoded);
    if (result) *result = reply.reply.decoded;
    return understood(state, channel, reply, error);
}

static bool tell(
    amqp_connection_state_t state, int channel, amqp_method_number_t request, void *decoded, tq_amqp_error *error) {
    return check(library.amqp_send_method(state, (amqp_channel_t)channel, request, decoded), error);
}

// Connecting

static struct timeval time_of(int milliseconds) {
    return (struct timeval){milliseconds / 1000, milliseconds % 1000 * 1000};
}

static amqp_table_entry_t entry(const char *key, amqp_field_value_t value) {
    return (amqp_table_entry_t){{strlen(key), (void *)key}, value};
}

static amqp_field_value_t yes(void) {
    amqp_field_value_t value = {.kind = AMQP_FIELD_KIND_BOOLEAN};
    value.value.boolean = 1;
    return value;
}

static amqp_field_value_t text(const char *text) {
    amqp_field_value_t value = {.kind = AMQP_FIELD_KIND_UTF8};
    value.value.bytes = (amqp_bytes_t){strlen(text), (void *)text};
    return value;
}

/// The library has a call for a file of authorities alone; the OpenSSL that has come with it has the others.
static bool trust(amqp_socket_t *socket, const char *authorities) {
    void *context = library.amqp_ssl_socket_get_context(socket);
    struct stat status;
    if (!authorities) {
        int (*trust)(void *) = (int (*)(void *))dlsym(handle, "SSL_CTX_set_default_verify_paths");
        return trust && trust(context) == 1;
    }
    if (stat(authorities, &status) == 0 && S_ISDIR(status.st_mode)) {
        int (*trust)(void *, const char *, const char *) =
            (int (*)(void *, const char *, const char *))dlsym(handle, "SSL_CTX_load_verify_locations");
        return trust && trust(context, NULL, authorities) == 1;
    }
    return library.amqp_ssl_socket_set_cacert(socket, authorities) == AMQP_STATUS_OK;
}

static bool set_up_tls(amqp_socket_t *socket, const tq_amqp_settings *settings, tq_amqp_error *error) {
    library.amqp_ssl_socket_set_verify_peer(socket, settings->verifies);
    library.amqp_ssl_socket_set_verify_hostname(socket, settings->verifies && settings->checks_host);
    if (settings->verifies && !trust(socket, settings->authorities))
        return broken(error, AMQP_STATUS_SSL_ERROR);
    return !settings->certificate
        || check(library.amqp_ssl_socket_set_key(socket, settings->certificate, settings->key), error);
}

/// What a peer that does not read may take: a send has no other limit.
static void limit_silence(int descriptor, int milliseconds) {
    unsigned limit = milliseconds > 0 ? (unsigned)milliseconds : 0;
    setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
}

static bool log_in(amqp_connection_state_t state, const tq_amqp_settings *settings, tq_amqp_error *error) {
    struct timeval timeout = time_of(settings->connect_timeout);
    amqp_socket_t *socket =
        settings->uses_tls ? library.amqp_ssl_socket_new(state) : library.amqp_tcp_socket_new(state);
    if (!socket) return broken(error, AMQP_STATUS_NO_MEMORY);
    if (settings->uses_tls && !set_up_tls(socket, settings, error)) return false;
    if (!check(library.amqp_set_handshake_timeout(state, &timeout), error)) return false;
    int status = library.amqp_socket_open_noblock(socket, settings->host, settings->port, &timeout);
    if (status == AMQP_STATUS_SOCKET_ERROR) {
        // The library says "a socket error occurred", and has forgotten which.
        const char *refused = "no server takes connections there";
        return fail(error, TQ_AMQP_BROKEN, status, refused, strlen(refused));
    }
    if (!check(status, error)) return false;
    limit_silence(library.amqp_get_sockfd(state), settings->reply_timeout);

    amqp_table_entry_t abilities[] = {
        entry("consumer_cancel_notify", yes()),
        entry("connection.blocked", yes()),
        entry("authentication_failure_close", yes()),
        entry("publisher_confirms", yes()),
        entry("basic.nack", yes()),
    };
    amqp_field_value_t capabilities = {.kind = AMQP_FIELD_KIND_TABLE};
    capabilities.value.table = (amqp_table_t){sizeof abilities / sizeof *abilities, abilities};
    amqp_table_entry_t entries[] = {
        entry("product", text("tq")),
        entry("capabilities", capabilities),
        entry("connection_name", text(settings->name ? settings->name : "tq")),
    };
    amqp_table_t properties = {sizeof entries / sizeof *entries, entries};
    amqp_rpc_reply_t reply = library.amqp_login_with_properties(
        state, settings->vhost, 0, settings->frame_max, settings->heartbeat, &properties, AMQP_SASL_METHOD_PLAIN,
        settings->user, settings->password);
    if (!understood(state, 0, reply, error)) return false;
    timeout = time_of(settings->reply_timeout);
    return check(library.amqp_set_rpc_timeout(state, &timeout), error);
}

amqp_connection_state_t tq_amqp_open(const tq_amqp_settings *settings, tq_amqp_error *error) {
    pthread_once(&loading, load);
    if (!is_loaded) {
        fail(error, TQ_AMQP_NO_LIBRARY, 0, load_problem, strlen(load_problem));
        return NULL;
    }
    amqp_connection_state_t state = library.amqp_new_connection();
    if (!state) {
        broken(error, AMQP_STATUS_NO_MEMORY);
        return NULL;
    }
    if (log_in(state, settings, error)) return state;
    library.amqp_destroy_connection(state);
    return NULL;
}

void tq_amqp_close(amqp_connection_state_t state, bool politely) {
    if (politely) {
        struct timeval timeout = time_of(1000);
        library.amqp_set_rpc_timeout(state, &timeout);
        library.amqp_connection_close(state, AMQP_REPLY_SUCCESS);
    }
    library.amqp_destroy_connection(state);
}

int tq_amqp_descriptor(amqp_connection_state_t state) { return library.amqp_get_sockfd(state); }
int tq_amqp_heartbeat(amqp_connection_state_t state) { return library.amqp_get_heartbeat(state); }

bool tq_amqp_has_input(amqp_connection_state_t state) {
    return library.amqp_frames_enqueued(state) || library.amqp_data_in_buffer(state);
}

void tq_amqp_release(amqp_connection_state_t state) { library.amqp_maybe_release_buffers(state); }

// Calls

bool tq_amqp_open_channel(amqp_connection_state_t state, int channel, tq_amqp_error *error) {
    amqp_channel_open_t request = {0};
    return call(state, channel, AMQP_CHANNEL_OPEN_METHOD, AMQP_CHANNEL_OPEN_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_select_confirms(amqp_connection_state_t state, int channel, tq_amqp_error *error) {
    amqp_confirm_select_t request = {0};
    return call(state, channel, AMQP_CONFIRM_SELECT_METHOD, AMQP_CONFIRM_SELECT_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_select_transactions(amqp_connection_state_t state, int channel, tq_amqp_error *error) {
    amqp_tx_select_t request = {0};
    return call(state, channel, AMQP_TX_SELECT_METHOD, AMQP_TX_SELECT_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_declare_exchange(
    amqp_connection_state_t state, int channel, amqp_bytes_t name, const char *type, tq_amqp_error *error) {
    amqp_exchange_declare_t request = {
        .exchange = name,
        .type = {strlen(type), (void *)type},
        .durable = true,
    };
    return call(state, channel, AMQP_EXCHANGE_DECLARE_METHOD, AMQP_EXCHANGE_DECLARE_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_find_exchange(
    amqp_connection_state_t state, int channel, amqp_bytes_t name, tq_amqp_error *error) {
    amqp_exchange_declare_t request = {.exchange = name, .passive = true};
    return call(state, channel, AMQP_EXCHANGE_DECLARE_METHOD, AMQP_EXCHANGE_DECLARE_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_declare_queue(
    amqp_connection_state_t state, int channel, amqp_bytes_t name, bool passive, amqp_table_t arguments,
    uint32_t *waiting, uint32_t *consumers, tq_amqp_error *error) {
    amqp_queue_declare_t request = {
        .queue = name,
        .passive = passive,
        .durable = true,
        .arguments = arguments,
    };
    void *result;
    if (!call(state, channel, AMQP_QUEUE_DECLARE_METHOD, AMQP_QUEUE_DECLARE_OK_METHOD, &request, &result, error))
        return false;
    if (waiting) *waiting = ((amqp_queue_declare_ok_t *)result)->message_count;
    if (consumers) *consumers = ((amqp_queue_declare_ok_t *)result)->consumer_count;
    return true;
}

bool tq_amqp_bind_queue(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, amqp_bytes_t exchange, amqp_bytes_t key,
    tq_amqp_error *error) {
    amqp_queue_bind_t request = {.queue = queue, .exchange = exchange, .routing_key = key};
    return call(state, channel, AMQP_QUEUE_BIND_METHOD, AMQP_QUEUE_BIND_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_bind_exchange(
    amqp_connection_state_t state, int channel, amqp_bytes_t destination, amqp_bytes_t source, amqp_bytes_t key,
    tq_amqp_error *error) {
    amqp_exchange_bind_t request = {.destination = destination, .source = source, .routing_key = key};
    return call(state, channel, AMQP_EXCHANGE_BIND_METHOD, AMQP_EXCHANGE_BIND_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_delete_queue(amqp_connection_state_t state, int channel, amqp_bytes_t queue, tq_amqp_error *error) {
    amqp_queue_delete_t request = {.queue = queue};
    return call(state, channel, AMQP_QUEUE_DELETE_METHOD, AMQP_QUEUE_DELETE_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_consume(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, amqp_bytes_t tag, bool no_ack, bool exclusive,
    tq_amqp_error *error) {
    amqp_basic_consume_t request = {.queue = queue, .consumer_tag = tag, .no_ack = no_ack, .exclusive = exclusive};
    return call(state, channel, AMQP_BASIC_CONSUME_METHOD, AMQP_BASIC_CONSUME_OK_METHOD, &request, NULL, error);
}

bool tq_amqp_cancel(amqp_connection_state_t state, int channel, amqp_bytes_t tag, tq_amqp_error *error) {
    amqp_basic_cancel_t request = {.consumer_tag = tag};
    return call(state, channel, AMQP_BASIC_CANCEL_METHOD, AMQP_BASIC_CANCEL_OK_METHOD, &request, NULL, error);
}

// What is sent only

bool tq_amqp_publish(
    amqp_connection_state_t state, int channel, amqp_bytes_t exchange, amqp_bytes_t key, bool mandatory,
    const amqp_basic_properties_t *properties, amqp_bytes_t body, tq_amqp_error *error) {
    return check(
        library.amqp_basic_publish(state, (amqp_channel_t)channel, exchange, key, mandatory, 0, properties, body), error);
}

bool tq_amqp_qos(amqp_connection_state_t state, int channel, int prefetch, bool global, tq_amqp_error *error) {
    amqp_basic_qos_t request = {.prefetch_count = (uint16_t)(prefetch > 65535 ? 65535 : prefetch), .global = global};
    return tell(state, channel, AMQP_BASIC_QOS_METHOD, &request, error);
}

bool tq_amqp_ack(amqp_connection_state_t state, int channel, uint64_t tag, tq_amqp_error *error) {
    return check(library.amqp_basic_ack(state, (amqp_channel_t)channel, tag, 0), error);
}

bool tq_amqp_nack(amqp_connection_state_t state, int channel, uint64_t tag, tq_amqp_error *error) {
    return check(library.amqp_basic_nack(state, (amqp_channel_t)channel, tag, 0, 1), error);
}

bool tq_amqp_commit(amqp_connection_state_t state, int channel, tq_amqp_error *error) {
    amqp_tx_commit_t request = {0};
    return tell(state, channel, AMQP_TX_COMMIT_METHOD, &request, error);
}

bool tq_amqp_get(
    amqp_connection_state_t state, int channel, amqp_bytes_t queue, bool no_ack, tq_amqp_error *error) {
    amqp_basic_get_t request = {.queue = queue, .no_ack = no_ack};
    return tell(state, channel, AMQP_BASIC_GET_METHOD, &request, error);
}

// Events

static bool read_message(amqp_connection_state_t state, tq_amqp_event *event, tq_amqp_error *error) {
    return understood(
        state, event->channel, library.amqp_read_message(state, (amqp_channel_t)event->channel, &event->message, 0), error);
}

static bool read_event(
    amqp_connection_state_t state, amqp_method_number_t id, void *decoded, tq_amqp_event *event, tq_amqp_error *error) {
    switch (id) {
    case AMQP_BASIC_DELIVER_METHOD: {
        amqp_basic_deliver_t *method = decoded;
        event->kind = TQ_AMQP_DELIVERED;
        event->tag = method->delivery_tag;
        event->is_redelivered = method->redelivered;
        event->consumer = method->consumer_tag;
        event->exchange = method->exchange;
        event->key = method->routing_key;
        return read_message(state, event, error);
    }
    case AMQP_BASIC_GET_OK_METHOD: {
        amqp_basic_get_ok_t *method = decoded;
        event->kind = TQ_AMQP_GOT;
        event->tag = method->delivery_tag;
        event->is_redelivered = method->redelivered;
        event->exchange = method->exchange;
        event->key = method->routing_key;
        return read_message(state, event, error);
    }
    case AMQP_BASIC_GET_EMPTY_METHOD: event->kind = TQ_AMQP_EMPTY; return true;
    case AMQP_BASIC_ACK_METHOD: {
        amqp_basic_ack_t *method = decoded;
        event->kind = TQ_AMQP_CONFIRMED;
        event->tag = method->delivery_tag;
        event->is_multiple = method->multiple;
        return true;
    }
    case AMQP_BASIC_NACK_METHOD: {
        amqp_basic_nack_t *method = decoded;
        event->kind = TQ_AMQP_REFUSED;
        event->tag = method->delivery_tag;
        event->is_multiple = method->multiple;
        return true;
    }
    case AMQP_BASIC_RETURN_METHOD: {
        amqp_basic_return_t *method = decoded;
        event->kind = TQ_AMQP_RETURNED;
        event->exchange = method->exchange;
        event->key = method->routing_key;
        return read_message(state, event, error);
    }
    case AMQP_BASIC_CANCEL_METHOD: {
        amqp_basic_cancel_t *method = decoded;
        event->kind = TQ_AMQP_CANCELLED;
        event->consumer = method->consumer_tag;
        return true;
    }
    case AMQP_CONNECTION_BLOCKED_METHOD: {
        amqp_connection_blocked_t *method = decoded;
        event->kind = TQ_AMQP_BLOCKED;
        event->text = method->reason;
        return true;
    }
    case AMQP_TX_COMMIT_OK_METHOD: event->kind = TQ_AMQP_COMMITTED; return true;
    case AMQP_CONNECTION_UNBLOCKED_METHOD: event->kind = TQ_AMQP_UNBLOCKED; return true;
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD: return closed(state, event->channel, id, decoded, error);
    default: event->kind = TQ_AMQP_OTHER; return true;
    }
}

bool tq_amqp_wait(amqp_connection_state_t state, int milliseconds, tq_amqp_event *event, tq_amqp_error *error) {
    memset(event, 0, sizeof *event);
    struct timeval timeout = time_of(milliseconds);
    amqp_frame_t frame;
    int status = library.amqp_simple_wait_frame_noblock(state, &frame, &timeout);
    if (status == AMQP_STATUS_TIMEOUT) return true;
    if (!check(status, error)) return false;
    event->channel = frame.channel;
    if (frame.frame_type != AMQP_FRAME_METHOD) {
        event->kind = TQ_AMQP_OTHER;
        return true;
    }
    return read_event(state, frame.payload.method.id, frame.payload.method.decoded, event, error);
}

void tq_amqp_free_message(tq_amqp_event *event) {
    if (event->kind == TQ_AMQP_DELIVERED || event->kind == TQ_AMQP_GOT || event->kind == TQ_AMQP_RETURNED)
        library.amqp_destroy_message(&event->message);
}
