import TaskQueue

/// A worker's name in the form of Celery's workers, `name@host`.
package enum WorkerName {
    /// Replaces `%h` by the full host name, `%n` by its part before the first dot, `%d` by the rest, `%%`
    /// by a percent sign; adds `@` and the host if there is no `@`.
    package static func expand(_ pattern: String) -> String {
        let parts = Host.name.split(separator: ".", maxSplits: 1)
        let short = String(parts.first ?? "localhost")
        let domain = parts.count > 1 ? String(parts[1]) : ""
        var name = ""
        var rest = pattern[...]
        while let character = rest.popFirst() {
            guard character == "%", let kind = rest.popFirst() else {
                name.append(character)
                continue
            }
            switch kind {
            case "h": name += Host.name
            case "n": name += short
            case "d": name += domain
            case "%": name += "%"
            default: name += "%\(kind)"
            }
        }
        return name.contains("@") ? name : "\(name)@\(Host.name)"
    }
}
