/// What the project's Swift files declare, by name: enough to say where a symbol link leads.
///
/// It knows no scopes: a name is looked for in all files that declare or extend the type before it, or what
/// that inherits from.
struct Declarations {
    /// The types that a file declares or extends, and all else that it names.
    private struct File {
        var types: Set<String> = []
        /// `count`, and for what is called `send(_:)` too.
        var members: Set<String> = []
    }

    private var files: [String: File] = [:]
    private var filesOfType: [String: Set<String>] = [:]
    private var supertypes: [String: Set<String>] = [:]
    /// Functions of no type.
    private var globals: Set<String> = []
    /// The protocols that other modules of this package can use.
    private(set) var seams: Set<String> = []

    func hasType(_ name: String) -> Bool { filesOfType[name] != nil }

    /// Whether a module of this package is so called.
    func hasModule(_ name: String) -> Bool { filesOfModule(name) != nil }

    /// Whether a link such as `Broker/send(_:)` leads somewhere.
    ///
    /// - Parameters:
    ///   - link: without the marks around it.
    ///   - file: where it stands: a first part that is no type is looked for in the types of this file.
    /// - Returns: whether all of its parts are declared.
    func isFound(_ link: Substring, from file: String) -> Bool {
        var parts = link.split(separator: "/").map(Self.plain)
        var scope = family(of: files[file]?.types ?? []).union([file])
        if let first = parts.first, let module = filesOfModule(first) {
            if parts.count == 1 { return true }
            parts.removeFirst()
            scope = module
        }
        if parts.count == 1, globals.contains(parts[0]) { return true }
        for part in parts {
            if part.first?.isUppercase ?? false, !part.contains("(") {
                guard hasType(part) else { return false }
                scope = family(of: [part])
            } else if !scope.contains(where: { files[$0]?.members.contains(part) ?? false }) {
                return false
            }
        }
        return !parts.isEmpty
    }

    /// Without what tells overloads apart: `-(_,_)->_`.
    private static func plain(_ part: Substring) -> String {
        part.firstRange(of: ")-").map { "\(part[..<$0.lowerBound]))" } ?? String(part)
    }

    private func filesOfModule(_ name: String) -> Set<String>? {
        let found = files.keys.filter { $0.split(separator: "/").dropFirst().first ?? "" == name }
        return found.isEmpty ? nil : Set(found)
    }

    /// The files that declare or extend these types, and what they inherit from.
    private func family(of types: Set<String>) -> Set<String> {
        var seen: Set<String> = []
        var open = types
        while let type = open.popFirst() {
            guard seen.insert(type).inserted else { continue }
            open.formUnion(supertypes[type] ?? [])
        }
        return seen.reduce(into: []) { $0.formUnion(filesOfType[$1] ?? []) }
    }
}

// MARK: - Reading

extension Declarations {
    /// Adds what a file of C may declare: every word of it.
    mutating func addAll(_ tokens: [String], of file: String) {
        files[file, default: File()].members.formUnion(tokens)
    }

    /// Adds what a Swift file declares.
    mutating func add(_ tokens: [String], of file: String) {
        var reader = TokenReader(tokens)
        var depth = 0
        while let token = reader.next() {
            switch token {
            case "{": depth += 1
            case "}": depth -= 1
            case "struct", "class", "enum", "protocol", "actor", "extension", "typealias",
                "associatedtype":
                addType(token, &reader, file)
            case "func":
                guard let name = reader.next() else { break }
                files[file, default: File()].members.insert(name)
                let call = addCall(name, &reader, file)
                if let call, depth == 0 { globals.insert(call) }
            case "init" where reader.beforeLast != ".": addCall("init", &reader, file)
            case "var", "let": addNames(&reader, file)
            case "case": addCases(&reader, file)
            default: break
            }
        }
    }

    private mutating func addType(_ kind: String, _ reader: inout TokenReader, _ file: String) {
        guard reader.peek?.first?.isUppercase ?? false else { return }
        if kind == "protocol", reader.beforeLast == "package", let name = reader.peek {
            seams.insert(name)
        }
        var last = ""
        while let part = reader.next() {
            last = part
            filesOfType[part, default: []].insert(file)
            files[file, default: File()].types.insert(part)
            guard reader.skip(".") else { break }
        }
        reader.skipGenerics()
        guard reader.skip(":") else { return }
        while let token = reader.peek, token != "{" {
            let isName = token.first?.isUppercase ?? false
            guard isName || [",", "&", ".", "@", "unchecked", "any"].contains(token) else { return }
            if isName { supertypes[last, default: []].insert(token) }
            _ = reader.next()
        }
    }

    /// Adds something with parameters.
    ///
    /// - Returns: its full name; `nil`: it has none.
    @discardableResult
    private mutating func addCall(
        _ name: String,
        _ reader: inout TokenReader,
        _ file: String
    ) -> String? {
        _ = reader.skip("?") || reader.skip("!")
        reader.skipGenerics()
        guard let labels = reader.labels() else { return nil }
        let call = "\(name)(\(labels))"
        files[file, default: File()].members.insert(call)
        return call
    }

    private mutating func addNames(_ reader: inout TokenReader, _ file: String) {
        if reader.skip("(") {
            while let token = reader.next(), token != ")" {
                files[file, default: File()].members.insert(token)
            }
        } else if let name = reader.next() {
            files[file, default: File()].members.insert(name)
        }
    }

    private mutating func addCases(_ reader: inout TokenReader, _ file: String) {
        repeat {
            guard let name = reader.peek, name.first?.isLowercase ?? false else { return }
            _ = reader.next()
            files[file, default: File()].members.insert(name)
            addCall(name, &reader, file)
            if reader.skip("=") {
                _ = reader.skip("-")
                _ = reader.next()
            }
        } while reader.skip(",")
    }
}
