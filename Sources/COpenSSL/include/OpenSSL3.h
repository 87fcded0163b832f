#pragma once
// What is used of OpenSSL 3, written down here because its headers are not there where tq is built: its binary
// interface stays the same for as long as the library's name does.
//
// The lists are of macros, so that Tests/OpenSSLHeaders can hold them to the headers.

/// Constants: name and value.
#define OPENSSL_CONSTANTS(C) \
    C(SSL_FILETYPE_PEM, 1) \
    C(SSL_VERIFY_NONE, 0) \
    C(SSL_VERIFY_PEER, 1) \
    C(SSL_ERROR_SSL, 1) \
    C(SSL_ERROR_WANT_READ, 2) \
    C(SSL_ERROR_WANT_WRITE, 3) \
    C(SSL_ERROR_SYSCALL, 5) \
    C(SSL_ERROR_ZERO_RETURN, 6) \
    C(SSL_CTRL_MODE, 33) \
    C(SSL_MODE_ENABLE_PARTIAL_WRITE, 1) \
    C(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, 2) \
    C(SSL_CTRL_SET_TLSEXT_HOSTNAME, 55) \
    C(TLSEXT_NAMETYPE_host_name, 0) \
    C(SSL_CTRL_SET_MIN_PROTO_VERSION, 123) \
    C(TLS1_2_VERSION, 0x0303) \
    C(ERR_REASON_MASK, 0x7FFFFF) \
    C(SSL_R_UNEXPECTED_EOF_WHILE_READING, 294)

/// Why a certificate is not accepted, and why a session fails, as far as tq has words of its own for it.
#define OPENSSL_ERRORS(C) \
    C(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, 2) \
    C(X509_V_ERR_CERT_NOT_YET_VALID, 9) \
    C(X509_V_ERR_CERT_HAS_EXPIRED, 10) \
    C(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 18) \
    C(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 19) \
    C(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 20) \
    C(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, 21) \
    C(X509_V_ERR_HOSTNAME_MISMATCH, 62) \
    C(X509_V_ERR_IP_ADDRESS_MISMATCH, 64) \
    C(SSL_R_HTTP_REQUEST, 156) \
    C(SSL_R_PACKET_LENGTH_TOO_LONG, 198) \
    C(SSL_R_UNSUPPORTED_PROTOCOL, 258) \
    C(SSL_R_WRONG_VERSION_NUMBER, 267) \
    C(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, 1040) \
    C(SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, 1042) \
    C(SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, 1043) \
    C(SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, 1044) \
    C(SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, 1045) \
    C(SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, 1046) \
    C(SSL_R_TLSV1_ALERT_UNKNOWN_CA, 1048) \
    C(SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, 1070) \
    C(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, 1116)

/// Functions: result, name, parameters.
#define OPENSSL_FUNCTIONS(F) \
    F(const SSL_METHOD *, TLS_client_method, (void)) \
    F(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *)) \
    F(void, SSL_CTX_free, (SSL_CTX *)) \
    F(long, SSL_CTX_ctrl, (SSL_CTX *, int, long, void *)) \
    F(void, SSL_CTX_set_verify, (SSL_CTX *, int, int (*)(int, X509_STORE_CTX *))) \
    F(int, SSL_CTX_set_default_verify_paths, (SSL_CTX *)) \
    F(int, SSL_CTX_load_verify_file, (SSL_CTX *, const char *)) \
    F(int, SSL_CTX_load_verify_dir, (SSL_CTX *, const char *)) \
    F(void, SSL_CTX_set_default_passwd_cb, (SSL_CTX *, int (*)(char *, int, int, void *))) \
    F(int, SSL_CTX_use_certificate_chain_file, (SSL_CTX *, const char *)) \
    F(int, SSL_CTX_use_PrivateKey_file, (SSL_CTX *, const char *, int)) \
    F(int, SSL_CTX_check_private_key, (const SSL_CTX *)) \
    F(SSL *, SSL_new, (SSL_CTX *)) \
    F(void, SSL_free, (SSL *)) \
    F(int, SSL_set_fd, (SSL *, int)) \
    F(long, SSL_ctrl, (SSL *, int, long, void *)) \
    F(int, SSL_set1_host, (SSL *, const char *)) \
    F(X509_VERIFY_PARAM *, SSL_get0_param, (SSL *)) \
    F(int, X509_VERIFY_PARAM_set1_ip_asc, (X509_VERIFY_PARAM *, const char *)) \
    F(int, SSL_connect, (SSL *)) \
    F(int, SSL_read, (SSL *, void *, int)) \
    F(int, SSL_write, (SSL *, const void *, int)) \
    F(int, SSL_pending, (const SSL *)) \
    F(int, SSL_get_error, (const SSL *, int)) \
    F(int, SSL_shutdown, (SSL *)) \
    F(long, SSL_get_verify_result, (const SSL *)) \
    F(const char *, X509_verify_cert_error_string, (long)) \
    F(unsigned long, ERR_peek_error, (void)) \
    F(void, ERR_clear_error, (void)) \
    F(void, ERR_error_string_n, (unsigned long, char *, size_t)) \
    F(const char *, ERR_reason_error_string, (unsigned long))
