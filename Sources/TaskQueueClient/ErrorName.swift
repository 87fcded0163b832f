/// What an error's type is called: the same in every process, though it is private, local or generic.
package struct ErrorName: Equatable, Sendable {
    /// Where the type is declared; empty if that is not known.
    package let module: String
    /// With the types it is nested in: `Weather.Storm`.
    package let name: String

    package init(_ error: any Error) {
        self.init(reflected: String(reflecting: type(of: error)))
    }

    /// - Parameter text: as `String(reflecting:)` writes a type: with the arguments of generic ones, and
    ///   memory addresses in the place of contexts that have no name.
    init(reflected text: String) {
        let parts = Self.parts(of: text)
        module = parts.count > 1 ? parts[0] : ""
        let words = parts.dropFirst(parts.count > 1 ? 1 : 0)
        name = words.isEmpty ? "Error" : words.joined(separator: ".")
    }

    /// What stands between full stops, without all that is in brackets.
    private static func parts(of text: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        var last: Character = " "
        for character in text {
            switch character {
            case "<", "(": depth += 1
            // Of a function's arrow.
            case ">" where last == "-": break
            case ">", ")": depth -= 1
            case _ where depth > 0: break
            case ".", ":": parts.append("")
            default: parts[parts.count - 1].append(character)
            }
            last = character
        }
        return parts.filter { !$0.isEmpty }
    }
}
