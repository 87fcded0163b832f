internal import TaskQueue

/// What an error answer means, in a sentence that says what to do.
struct RedisRefusal: Sendable {
    /// What follows from it.
    enum Kind: Sendable {
        /// The server does not do it now: callers that can wait try again, over a new connection.
        case passes
        /// Somebody has to change the password, or the user's rights.
        case credentials
        /// Somebody has to use another server.
        case unusable
    }

    let kind: Kind
    /// A clause after "redis://… refused: "; the server's word follows in brackets.
    let meaning: String
    /// Whether the server's whole sentence follows, not only its first word.
    let tellsAll: Bool

    private init(_ kind: Kind, _ meaning: String, tellsAll: Bool = false) {
        self.kind = kind
        self.meaning = meaning
        self.tellsAll = tellsAll
    }

    /// The error for an answer of the server.
    ///
    /// - Parameters:
    ///   - text: the server's words, such as "OOM command not allowed …".
    ///   - url: of the server, without its password.
    /// - Returns: the error; with the server's own words if they are not known here.
    static func error(_ text: String, url: String) -> BrokerError {
        let text = withoutSecrets(text)
        let (code, refusal) = found(in: text)
        let reason =
            refusal.map { "\($0.meaning) (\($0.tellsAll ? text : code))" } ?? text
        switch refusal?.kind ?? .passes {
        case .passes: return .refused(url: url, reason: reason)
        case .credentials: return .refusedCredentials(url: url, reason: reason)
        case .unusable: return .unusable(url: url, reason: reason)
        }
    }

    /// The server repeats what was sent, passwords too; and its full stop would stand in the
    /// middle of ours.
    private static func withoutSecrets(_ text: String) -> String {
        // Redis 7 adds the script's digest and line.
        let ends = [", with args", " script: "].compactMap { text.firstRange(of: $0)?.lowerBound }
        let kept = text[..<(ends.min() ?? text.endIndex)]
        return String(kept.hasSuffix(".") ? kept.dropLast() : kept)
    }

    private static func found(in text: String) -> (code: String, RedisRefusal?) {
        let code = String(text.prefix { $0 != " " })
        if let refusal = table[code] { return (code, refusal) }
        guard code == "ERR" else { return (code, nil) }
        if let refusal = phrases.first(where: { text.contains($0.phrase) }) {
            return (code, refusal.meaning)
        }
        // Before Redis 7, what a script met stands in the middle: "… @user_script: 7: -OOM command …".
        let met = table.first { text.contains(" -\($0.key) ") }
        return met.map { ($0.key, $0.value) } ?? (code, nil)
    }
}

// MARK: - What each means

extension RedisRefusal {
    private static let cluster = RedisRefusal(
        .unusable,
        "it is a node of a Redis Cluster, over which a task's keys would be spread, and tq does not speak "
            + "to clusters: use a single server, or one with replicas and Sentinel"
    )
    private static let replica = RedisRefusal(
        .passes,
        "it is a read-only replica now: after a failover the master is elsewhere, and "
            + "sentinel:// URLs follow it by themselves"
    )
    private static let noDatabase = RedisRefusal(
        .unusable,
        "it has no database of that number: its setting databases says how many there are",
        tellsAll: true
    )
    private static let password = RedisRefusal(
        .credentials,
        "it does not know this user with this password",
        tellsAll: true
    )

    private static let noPassword = RedisRefusal(
        .credentials,
        "it requires a password: name it in the URL, redis://:password@… or redis://user:password@…"
    )

    /// By the first word of the answer.
    private static let table: [String: RedisRefusal] = [
        "NOAUTH": noPassword,
        "WRONGPASS": RedisRefusal(
            .credentials,
            "it does not know this user with this password, or the user is disabled"
        ),
        "NOPERM": rights,
        "LOADING": RedisRefusal(
            .passes,
            "it has just started and is loading its data from disk: try again when it is done"
        ),
        "READONLY": replica,
        "UNBLOCKED": replica,
        "OOM": RedisRefusal(
            .passes,
            "its memory is full, and it accepts nothing new: raise its maxmemory, or delete what is not "
                + "needed"
        ),
        "MISCONF": RedisRefusal(
            .passes,
            "it cannot write its data to disk, and accepts nothing until it can: look at its log and its "
                + "disk"
        ),
        "MASTERDOWN": RedisRefusal(
            .passes,
            "it is a replica that has lost its master, and is configured not to answer meanwhile: use the "
                + "master, or wait for the failover"
        ),
        "NOREPLICAS": RedisRefusal(
            .passes,
            "fewer replicas follow it than its min-replicas-to-write asks for: bring them back"
        ),
        "BUSY": RedisRefusal(
            .passes,
            "a script has kept it busy for seconds: wait, or end it with SCRIPT KILL"
        ),
        "NOSCRIPT": RedisRefusal(
            .passes,
            "it forgot a script as soon as it was loaded: try again"
        ),
        "WRONGTYPE": RedisRefusal(
            .unusable,
            "a key that tq uses holds something else: if nobody needs it delete it (DEL KEY), or use "
                + "another database",
            tellsAll: true
        ),
        "DENIED": RedisRefusal(
            .unusable,
            "it is in protected mode, and accepts nobody from another machine: give it a password "
                + "(requirepass), and name that in the URL"
        ),
        "MOVED": cluster,
        "ASK": cluster,
        "CROSSSLOT": cluster,
        "CLUSTERDOWN": cluster,
        "TRYAGAIN": cluster,
    ]

    private static let rights = RedisRefusal(
        .credentials,
        "the user may not do this: ACL SETUSER allows it commands, keys and channels",
        tellsAll: true
    )

    /// By what an answer with the first word ERR has in it.
    private static let phrases: [(phrase: String, meaning: RedisRefusal)] = [
        // Redis 7, of what a script does.
        ("The user executing the script can't", rights),
        (
            "max number of clients",
            RedisRefusal(
                .passes,
                "it has as many clients as it allows: raise its maxclients, or run fewer workers (each "
                    + "has some connections for each queue)"
            )
        ),
        // Of a command that is too long for somebody whom it does not know, which is refused before all else.
        ("Protocol error: unauthenticated", noPassword),
        ("SELECT is not allowed in cluster", cluster),
        ("DB index is out of range", noDatabase),
        (
            "called without any password configured",
            RedisRefusal(
                .credentials,
                "it has no password, and the URL names one: is it the right server?"
            )
        ),
        ("no password is set", password),
        ("invalid password", password),
        ("AUTH", password),
        (
            "unknown command",
            RedisRefusal(
                .unusable,
                "it does not know a command that tq needs, which is in Redis 6.2 and newer unless it was "
                    + "renamed",
                tellsAll: true
            )
        ),
    ]
}
