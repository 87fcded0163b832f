#pragma once
// TLS by OpenSSL's libssl, which is loaded when it is asked for first: programs that need none do not pay
// for it, and run where it is not installed.
#include <stdbool.h>
#include <stddef.h>

#include "OpenSSL3.h"

/// What ``tq_tls_error`` may name: in OpenSSL's words, but for the prefix.
#define OPENSSL_ERROR(name, value) TQ_##name = value,
enum { OPENSSL_ERRORS(OPENSSL_ERROR) };
#undef OPENSSL_ERROR

/// One TLS session over a socket that does not block; for one thread at a time.
typedef struct tq_tls tq_tls;

/// What the other side has to show, and what ours shows. A text that is NULL is none.
typedef struct {
    /// Asked for in the handshake (SNI), and looked for in the certificate.
    const char *host;
    /// Whether the host is an address, which is not asked for.
    bool host_is_address;
    /// Whether the certificate has to lead to an authority that is trusted.
    bool verifies;
    /// Whether it has to be for the host.
    bool checks_host;
    /// Trusted authorities, instead of the system's.
    const char *authorities_file;
    const char *authorities_directory;
    /// Ours, in PEM, with those between it and its authority.
    const char *certificate;
    /// In PEM; of the certificate.
    const char *key;
} tq_tls_settings;

/// What a call returns that moves no bytes.
enum {
    TQ_TLS_ENDED = 0,
    TQ_TLS_NEEDS_INPUT = -1,
    TQ_TLS_NEEDS_OUTPUT = -2,
    TQ_TLS_FAILED = -3,
};

/// Why a session could not be made or failed.
typedef struct {
    /// X509_V_…: why the certificate was not accepted; 0: not that.
    long verification;
    /// SSL_R_…, an alert of the other side being 1000 and its number; 0: none.
    int reason;
    /// errno; 0: none.
    int system;
    /// In the library's words; may be empty.
    char text[200];
} tq_tls_error;

/// The steps of making a session, for the one that failed.
typedef enum {
    TQ_TLS_LIBRARY,
    TQ_TLS_AUTHORITIES,
    TQ_TLS_CERTIFICATE,
    TQ_TLS_KEY,
    TQ_TLS_SESSION,
} tq_tls_step;

/// Makes a session over a socket, which stays the caller's.
///
/// Returns NULL when `step` failed, for the reason in `error`.
tq_tls *tq_tls_new(int descriptor, const tq_tls_settings *settings, tq_tls_step *step, tq_tls_error *error);

void tq_tls_free(tq_tls *tls);

/// 1 when it is done, or one of TQ_TLS_….
int tq_tls_handshake(tq_tls *tls);

/// So many bytes, or one of TQ_TLS_….
long tq_tls_read(tq_tls *tls, void *bytes, size_t count);
long tq_tls_write(tq_tls *tls, const void *bytes, size_t count);

/// How many bytes have been read from the socket, and deciphered, and not given out.
int tq_tls_pending(tq_tls *tls);

/// Why the last call returned TQ_TLS_FAILED.
void tq_tls_last_error(tq_tls *tls, tq_tls_error *error);
