internal import COpenSSL
internal import Glibc
internal import TaskQueue

/// Makes sessions of OpenSSL.
enum TLSSession {
    /// Makes one over a socket.
    ///
    /// - Parameters:
    ///   - descriptor: of the socket, which stays open.
    ///   - host: whose certificate to ask for.
    ///   - options: what else.
    /// - Returns: the session, to be freed.
    /// - Throws: ``StreamFailure`` without the library, or for files that cannot be used.
    static func open(
        _ descriptor: Int32,
        host: String,
        _ options: TLSOptions
    ) throws(StreamFailure) -> OpaquePointer {
        let isFolder = options.authorities.map(isFolder) ?? false
        let texts = [
            host, isFolder ? nil : options.authorities, isFolder ? options.authorities : nil,
            options.certificate, options.key,
        ].map { $0.map { strdup($0) } ?? nil }
        defer { for text in texts { free(text) } }
        var settings = tq_tls_settings()
        settings.host = UnsafePointer(texts[0])
        settings.host_is_address = isAddress(host)
        settings.verifies = options.verifiesCertificate
        settings.checks_host = options.checksHostname
        settings.authorities_file = UnsafePointer(texts[1])
        settings.authorities_directory = UnsafePointer(texts[2])
        settings.certificate = UnsafePointer(texts[3])
        settings.key = UnsafePointer(texts[4])
        var step = TQ_TLS_LIBRARY
        var error = tq_tls_error()
        guard let session = tq_tls_new(descriptor, &settings, &step, &error) else {
            throw StreamFailure(TLSComplaint.reason(error, step, options))
        }
        return session
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isAddress(_ host: String) -> Bool {
        var bytes = in6_addr()
        return inet_pton(AF_INET, host, &bytes) == 1 || inet_pton(AF_INET6, host, &bytes) == 1
    }
}
