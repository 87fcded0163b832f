/// Goes through the tokens of ``SwiftCode``, declaration by declaration.
struct TokenReader {
    private let tokens: [String]
    private var position = 0

    init(_ tokens: [String]) {
        self.tokens = tokens
    }

    var peek: String? { position < tokens.count ? tokens[position] : nil }

    /// What stood before the token that was read last.
    var beforeLast: String? { position >= 2 ? tokens[position - 2] : nil }

    mutating func next() -> String? {
        defer { position += 1 }
        return peek
    }

    /// Passes over a token, if it is the next.
    mutating func skip(_ token: String) -> Bool {
        guard peek == token else { return false }
        position += 1
        return true
    }

    mutating func skipGenerics() {
        guard peek == "<" else { return }
        var depth = 0
        while let token = next() {
            if token == "<" { depth += 1 }
            if token == ">" { depth -= 1 }
            if depth == 0 { return }
        }
    }

    /// The labels of parameters in brackets, as links have them: `_:to:`; `nil`: no bracket is next.
    mutating func labels() -> String? {
        guard peek == "(" else { return nil }
        var labels = ""
        var depth = 0
        var isStart = false
        while let token = next() {
            switch token {
            case "(", "[", "{", "<":
                if isStart { labels += "_:" }
                depth += 1
                isStart = depth == 1
                continue
            case ")", "]", "}", ">":
                depth -= 1
                if depth == 0 { return labels }
            case ",":
                if depth == 1 {
                    isStart = true
                    continue
                }
            default: break
            }
            if isStart {
                // In an enumeration a parameter may be a type alone.
                let hasLabel = peek == ":" || tokens.dropFirst(position + 1).first == ":"
                labels += hasLabel ? "\(token):" : "_:"
            }
            isStart = false
        }
        return labels
    }
}
