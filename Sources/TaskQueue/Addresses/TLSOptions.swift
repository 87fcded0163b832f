internal import Glibc

/// What TLS requires of a server, and what we show it; with Celery's names in URLs and settings.
package struct TLSOptions: Hashable, Sendable {
    /// Whether the server's certificate has to come from an authority that is trusted (`ssl_cert_reqs`).
    package var verifiesCertificate = true
    /// Whether it has to be for the host of the URL (`ssl_check_hostname`).
    package var checksHostname = true
    /// A file of trusted authorities, or a folder with a file for each (`ssl_ca_certs`), absolute; `nil`: the
    /// system's.
    package var authorities: String?
    /// A file with our certificate (`ssl_certfile`), absolute; `nil`: we show no certificate.
    package var certificate: String?
    /// A file with its key (`ssl_keyfile`), absolute; `nil`: it is in the certificate's file.
    package var key: String?

    /// Full verification, by the system's authorities, and no certificate of ours.
    package init() {}
}

extension TLSOptions {
    /// The names of its parameters.
    package static let names = [
        "ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile",
    ]

    /// Sets one of the parameters.
    ///
    /// - Parameters:
    ///   - name: one of ``names``.
    ///   - value: as Celery and redis-py take it in a URL.
    ///   - folder: absolute: where relative paths start.
    /// - Returns: what is wrong with it; `nil`: nothing.
    package mutating func set(_ name: String, to value: String, folder: String) -> String? {
        switch name {
        case "ssl_cert_reqs": return setRequirement(value)
        case "ssl_check_hostname":
            guard let checks = Self.boolean(value) else { return "\(name) is true or false" }
            checksHostname = checks
        case "ssl_ca_certs": authorities = Self.path(value, folder)
        case "ssl_certfile": certificate = Self.path(value, folder)
        case "ssl_keyfile": key = Self.path(value, folder)
        default:
            return "unknown parameter \(name): \(Self.names.joined(separator: ", ")) are known"
        }
        return nil
    }

    private mutating func setRequirement(_ value: String) -> String? {
        switch value.lowercased() {
        // TLS always has a server certificate, so Python's two are the same for a client.
        case "required", "cert_required", "optional", "cert_optional": verifiesCertificate = true
        case "none", "cert_none": verifiesCertificate = false
        default: return "ssl_cert_reqs is required or none"
        }
        return nil
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    private static func path(_ path: String, _ folder: String) -> String? {
        if path.isEmpty { return nil }
        return path.isAbsolutePath ? path : "\(folder == "/" ? "" : folder)/\(path)"
    }

    /// What is wrong with it as a whole; `nil`: nothing.
    package var problem: String? {
        key != nil && certificate == nil ? "ssl_keyfile needs ssl_certfile" : nil
    }

    /// Which file cannot be used now, and why; `nil`: all of them can.
    ///
    /// Anyone who can write the authorities decides which servers are trusted.
    package var unusableFile: String? {
        for case (let name, let file?) in files {
            guard access(file, R_OK) == 0 else {
                return "\(name): cannot read \(file): \(String(cString: strerror(errno)))"
            }
            if let distrust = FileTrust().distrust(ofFile: file) {
                return "\(name): refused because \(distrust)"
            }
        }
        return nil
    }

    /// The file with our key, if other users can read it; `nil`: they cannot.
    package var keyReadByOthers: String? {
        guard let file = key ?? certificate,
            let contents = try? FileContents(found: file, limit: 1 << 20),
            contents.status.isReadableByOthers,
            contents.bytes.firstRange(of: Array("PRIVATE KEY-----".utf8)) != nil
        else { return nil }
        return file
    }

    /// Whether these trust a server that would not be trusted without them.
    package var trustsMore: Bool {
        !verifiesCertificate || !checksHostname || authorities != nil
    }

    private var files: [(name: String, path: String?)] {
        [("ssl_ca_certs", authorities), ("ssl_certfile", certificate), ("ssl_keyfile", key)]
    }

    /// The parameters of a URL that say the same, in order.
    package var parameters: [(name: String, value: String)] {
        var parameters: [(String, String)] = []
        if !verifiesCertificate { parameters.append(("ssl_cert_reqs", "none")) }
        if !checksHostname { parameters.append(("ssl_check_hostname", "false")) }
        if let authorities { parameters.append(("ssl_ca_certs", authorities)) }
        if let certificate { parameters.append(("ssl_certfile", certificate)) }
        if let key { parameters.append(("ssl_keyfile", key)) }
        return parameters
    }
}
