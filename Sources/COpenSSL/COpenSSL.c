#include "COpenSSL.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_method_st SSL_METHOD;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct X509_VERIFY_PARAM_st X509_VERIFY_PARAM;

#define CONSTANT(name, value) name = value,
enum { OPENSSL_CONSTANTS(CONSTANT) };
#undef CONSTANT

static struct {
#define FUNCTION(result, name, parameters) result(*name) parameters;
    OPENSSL_FUNCTIONS(FUNCTION)
#undef FUNCTION
} openssl;

static pthread_once_t loading = PTHREAD_ONCE_INIT;
static bool is_loaded;
static char load_problem[200];

static bool find(void *library, const char *name, void **function) {
    *function = dlsym(library, name);
    if (*function) return true;
    snprintf(load_problem, sizeof load_problem, "libssl.so.3 has no %s", name);
    return false;
}

static void load(void) {
    void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *problem = dlerror();
        snprintf(load_problem, sizeof load_problem, "%s", problem ? problem : "");
        return;
    }
#define FUNCTION(result, name, parameters) \
    if (!find(library, #name, (void **)&openssl.name)) return;
    OPENSSL_FUNCTIONS(FUNCTION)
#undef FUNCTION
    is_loaded = true;
}

struct tq_tls {
    SSL_CTX *context;
    SSL *session;
    tq_tls_error error;
    bool verifies;
    bool has_failed;
};

/// Nobody is asked for the password of a key.
static int no_password(char *buffer, int size, int writes, void *data) {
    (void)buffer, (void)size, (void)writes, (void)data;
    return -1;
}

static void note_error(tq_tls_error *error, int system) {
    unsigned long code = openssl.ERR_peek_error();
    error->system = system;
    error->reason = (int)(code & ERR_REASON_MASK);
    error->text[0] = 0;
    if (!code) return;
    const char *text = openssl.ERR_reason_error_string(code);
    if (text) snprintf(error->text, sizeof error->text, "%s", text);
    else openssl.ERR_error_string_n(code, error->text, sizeof error->text);
}

static bool trust(SSL_CTX *context, const tq_tls_settings *settings) {
    if (!settings->verifies) return true;
    openssl.SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (settings->authorities_file)
        return openssl.SSL_CTX_load_verify_file(context, settings->authorities_file) == 1;
    if (settings->authorities_directory)
        return openssl.SSL_CTX_load_verify_dir(context, settings->authorities_directory) == 1;
    return openssl.SSL_CTX_set_default_verify_paths(context) == 1;
}

static bool use_key(SSL_CTX *context, const tq_tls_settings *settings) {
    const char *key = settings->key ? settings->key : settings->certificate;
    return openssl.SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        && openssl.SSL_CTX_check_private_key(context) == 1;
}

static bool expect(SSL *session, const tq_tls_settings *settings) {
    char *host = (char *)settings->host;
    if (!settings->host_is_address
        && openssl.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host) != 1)
        return false;
    if (!settings->verifies || !settings->checks_host) return true;
    if (settings->host_is_address)
        return openssl.X509_VERIFY_PARAM_set1_ip_asc(openssl.SSL_get0_param(session), host) == 1;
    return openssl.SSL_set1_host(session, host) == 1;
}

/// Whether all went well; else `step` is where it did not.
static bool set_up(tq_tls *tls, int descriptor, const tq_tls_settings *settings, tq_tls_step *step) {
    *step = TQ_TLS_SESSION;
    SSL_CTX *context = tls->context = openssl.SSL_CTX_new(openssl.TLS_client_method());
    if (!context) return false;
    if (openssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL) != 1) return false;
    openssl.SSL_CTX_ctrl(
        context, SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
    openssl.SSL_CTX_set_default_passwd_cb(context, no_password);
    *step = TQ_TLS_AUTHORITIES;
    if (!trust(context, settings)) return false;
    if (settings->certificate) {
        *step = TQ_TLS_CERTIFICATE;
        if (openssl.SSL_CTX_use_certificate_chain_file(context, settings->certificate) != 1) return false;
        *step = TQ_TLS_KEY;
        if (!use_key(context, settings)) return false;
    }
    *step = TQ_TLS_SESSION;
    tls->session = openssl.SSL_new(context);
    return tls->session && openssl.SSL_set_fd(tls->session, descriptor) == 1 && expect(tls->session, settings);
}

tq_tls *tq_tls_new(int descriptor, const tq_tls_settings *settings, tq_tls_step *step, tq_tls_error *error) {
    memset(error, 0, sizeof *error);
    pthread_once(&loading, load);
    if (!is_loaded) {
        *step = TQ_TLS_LIBRARY;
        memcpy(error->text, load_problem, sizeof load_problem);
        return NULL;
    }
    tq_tls *tls = calloc(1, sizeof *tls);
    if (!tls) abort();
    tls->verifies = settings->verifies;
    openssl.ERR_clear_error();
    if (set_up(tls, descriptor, settings, step)) return tls;
    note_error(error, 0);
    tq_tls_free(tls);
    return NULL;
}

void tq_tls_free(tq_tls *tls) {
    if (!tls) return;
    // Says goodbye, and waits for no answer.
    if (tls->session && !tls->has_failed) openssl.SSL_shutdown(tls->session);
    openssl.SSL_free(tls->session);
    openssl.SSL_CTX_free(tls->context);
    openssl.ERR_clear_error();
    free(tls);
}

/// What a result that is not above zero means.
static int meaning(tq_tls *tls, int result) {
    int system = errno;
    switch (openssl.SSL_get_error(tls->session, result)) {
    case SSL_ERROR_WANT_READ: return TQ_TLS_NEEDS_INPUT;
    case SSL_ERROR_WANT_WRITE: return TQ_TLS_NEEDS_OUTPUT;
    case SSL_ERROR_ZERO_RETURN: return TQ_TLS_ENDED;
    case SSL_ERROR_SYSCALL: break;
    default: system = 0;
    }
    note_error(&tls->error, system);
    tls->error.verification = tls->verifies ? openssl.SSL_get_verify_result(tls->session) : 0;
    if (tls->error.verification) {
        const char *text = openssl.X509_verify_cert_error_string(tls->error.verification);
        snprintf(tls->error.text, sizeof tls->error.text, "%s", text);
    }
    tls->has_failed = true;
    bool has_ended = tls->error.reason == SSL_R_UNEXPECTED_EOF_WHILE_READING
        || (!tls->error.reason && !tls->error.system);
    return has_ended ? TQ_TLS_ENDED : TQ_TLS_FAILED;
}

int tq_tls_handshake(tq_tls *tls) {
    openssl.ERR_clear_error();
    errno = 0;
    int result = openssl.SSL_connect(tls->session);
    return result == 1 ? 1 : meaning(tls, result);
}

static int limited(size_t count) { return count > INT_MAX ? INT_MAX : (int)count; }

long tq_tls_read(tq_tls *tls, void *bytes, size_t count) {
    openssl.ERR_clear_error();
    errno = 0;
    int result = openssl.SSL_read(tls->session, bytes, limited(count));
    return result > 0 ? result : meaning(tls, result);
}

long tq_tls_write(tq_tls *tls, const void *bytes, size_t count) {
    openssl.ERR_clear_error();
    errno = 0;
    int result = openssl.SSL_write(tls->session, bytes, limited(count));
    return result > 0 ? result : meaning(tls, result);
}

int tq_tls_pending(tq_tls *tls) { return openssl.SSL_pending(tls->session); }

void tq_tls_last_error(tq_tls *tls, tq_tls_error *error) { *error = tls->error; }
