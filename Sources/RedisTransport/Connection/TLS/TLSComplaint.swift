internal import COpenSSL
internal import TaskQueue

/// What went wrong with TLS, in sentences that say what to do.
enum TLSComplaint {
    static let isSilent =
        "no answer in time to the TLS handshake: a port that does not speak TLS is redis://"
    static let hangsUp =
        "the server hung up in the TLS handshake: a port that does not speak TLS is redis://"
    private static let isPlain = "what answers does not speak TLS: write redis://, or another port"

    /// Why a session could not be made.
    static func reason(
        _ error: tq_tls_error,
        _ step: tq_tls_step,
        _ options: TLSOptions
    ) -> String {
        let text = text(of: error)
        switch step {
        case TQ_TLS_LIBRARY:
            return
                "TLS needs OpenSSL's libssl.so.3, which cannot be loaded: install it, on Debian and "
                + "Ubuntu as the package libssl3 (\(text))"
        case TQ_TLS_AUTHORITIES:
            return
                "ssl_ca_certs: \(options.authorities ?? "the system's authorities") cannot be used "
                + "as certificates in PEM (\(text))"
        case TQ_TLS_CERTIFICATE:
            return "ssl_certfile: \(options.certificate ?? "") does not hold a certificate in PEM "
                + "(\(text))"
        case TQ_TLS_KEY:
            return
                "ssl_keyfile: \(options.key ?? options.certificate ?? "") does not hold the key of "
                + "the certificate, in PEM and without a passphrase (\(text))"
        default: return text
        }
    }

    /// Why a session broke, or never came to be.
    ///
    /// - Parameters:
    ///   - error: of the library.
    ///   - host: whose certificate was asked for.
    /// - Returns: a clause.
    static func reason(_ error: tq_tls_error, host: String) -> String {
        if error.verification != 0 { return verification(error, host) }
        if error.reason != 0 { return protocolError(error) }
        return StreamFailure.system(error.system).reason
    }

    private static func verification(_ error: tq_tls_error, _ host: String) -> String {
        switch error.verification {
        case TQ_X509_V_ERR_HOSTNAME_MISMATCH, TQ_X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the server's certificate is not for \(host): use a name that it is for, or "
                + "ssl_check_hostname=false"
        case TQ_X509_V_ERR_CERT_NOT_YET_VALID:
            return "the server's certificate is not valid yet: is the clock right?"
        case TQ_X509_V_ERR_CERT_HAS_EXPIRED:
            return "the server's certificate has expired: it has to be renewed"
        case TQ_X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            TQ_X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            TQ_X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            TQ_X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            TQ_X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return
                "the server's certificate is not from an authority that is trusted here: name its "
                + "authority's with ssl_ca_certs (\(text(of: error)))"
        default: return "the server's certificate is not accepted: \(text(of: error))"
        }
    }

    private static func protocolError(_ error: tq_tls_error) -> String {
        switch Int(error.reason) {
        case TQ_SSL_R_HTTP_REQUEST, TQ_SSL_R_PACKET_LENGTH_TOO_LONG,
            TQ_SSL_R_WRONG_VERSION_NUMBER:
            return isPlain
        case TQ_SSL_R_UNSUPPORTED_PROTOCOL, TQ_SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "the server does not speak TLS 1.2 or later"
        // handshake_failure is what TLS 1.2 says in the place of certificate_required.
        case TQ_SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, TQ_SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return
                "the server requires a certificate: name one with ssl_certfile and ssl_keyfile"
        case TQ_SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, TQ_SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
            TQ_SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, TQ_SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
            TQ_SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, TQ_SSL_R_TLSV1_ALERT_UNKNOWN_CA:
            return "the server does not accept our certificate: \(text(of: error))"
        default: return "TLS failed: \(text(of: error))"
        }
    }

    private static func text(of error: tq_tls_error) -> String {
        withUnsafeBytes(of: error.text) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
