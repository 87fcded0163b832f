import TestSupport
import Testing

/// A block of Swift in the documentation.
struct CodeBlock: Sendable, CustomTestStringConvertible {
    /// Named from the project's root.
    let file: String
    /// Of its first line, from 1.
    let line: Int
    let text: String

    var testDescription: String { "\(file):\(line)" }
}

extension CodeBlock {
    /// What users read: articles, README, and the comments of what they import.
    static func all() throws -> [CodeBlock] {
        var files = ["README.md"]
        for folder in ["Sources/TaskQueueClient", "Sources/TaskQueueWorker", "examples"] {
            files += try SourceTree.files(below: folder).filter { name in
                name.hasSuffix(".md") || (name.hasSuffix(".swift") && !name.hasPrefix("examples/"))
            }
        }
        return try files.flatMap { try blocks(in: try SourceTree.text($0), of: $0) }
    }

    /// The blocks of a text that begin with ```` ```swift ````, in Markdown or in comments.
    static func blocks(in text: String, of file: String) throws -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: (line: Int, text: String)?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isComment = file.hasSuffix(".swift")
            guard let content = isComment ? uncommented(line) : line else { continue }
            if let begun = open {
                let isEnd = content.hasPrefix("```")
                if isEnd {
                    blocks.append(CodeBlock(file: file, line: begun.line, text: begun.text))
                }
                open = isEnd ? nil : (begun.line, begun.text + content + "\n")
            } else if content.hasPrefix("```swift") {
                open = (index + 2, "")
            }
        }
        guard open == nil else { throw UnendedBlock(file: file) }
        return blocks
    }

    /// What a line of a doc comment says; `nil`: it is none.
    private static func uncommented(_ line: Substring) -> Substring? {
        let text = line.drop(while: \.isWhitespace)
        guard text.hasPrefix("///") else { return nil }
        return text.dropFirst(text.hasPrefix("/// ") ? 4 : 3)
    }

    private struct UnendedBlock: Error {
        let file: String
    }
}

extension CodeBlock {
    enum Kind {
        /// A `Package.swift`.
        case manifest
        /// A `main.swift`: it says what it imports.
        case program
        /// Statements, to stand in a program with what the fixture `prelude.swift` declares.
        case statements
    }

    var kind: Kind {
        if text.hasPrefix("// swift-tools-version") { return .manifest }
        let isProgram = text.split(separator: "\n").contains { $0.hasPrefix("import ") }
        return isProgram ? .program : .statements
    }

    /// Whether it is about services, for which there are modules in the build of an example only.
    var isAboutServices: Bool { text.contains("ServiceGroup") || text.contains("Hummingbird") }

    /// Where the modules are that it imports.
    private var build: String {
        isAboutServices
            ? SourceTree.path(".build/examples/hummingbird-service/debug") : Program.builtDirectory
    }

    /// Says where its lines come from, so that errors name that place.
    private var located: String {
        "#sourceLocation(file: \"\(file)\", line: \(line))\n\(text)#sourceLocation()\n"
    }

    /// Has the compiler look at it.
    ///
    /// - Returns: what the compiler says; empty if it has nothing against it.
    func problems() async throws -> String {
        try await TemporaryDirectory.with { folder in
            let outcome: Outcome
            switch kind {
            case .manifest:
                let path = try folder.write(located, to: "Package.swift")
                outcome = try await Toolchain.checkManifest(path)
            case .program:
                let path = try folder.write(located, to: "main.swift")
                outcome = try await Toolchain.check([path], with: build)
            case .statements:
                let path = try folder.write(function, to: "block.swift")
                outcome = try await Toolchain.check(
                    [path] + preludes,
                    with: build,
                    "-parse-as-library"
                )
            }
            return outcome.status == .exited(0) ? "" : outcome.errors
        }
    }

    /// Its statements, in a function.
    private var function: String {
        """
        import TaskQueueWorker
        \(isAboutServices ? "import ServiceLifecycle" : "")
        extension Place {
            mutating func block() async throws {
        \(located)
            }
        }
        """
    }

    private var preludes: [String] {
        let names = ["prelude.swift"] + (isAboutServices ? ["service-prelude.swift"] : [])
        return names.map { SourceTree.path("Tests/CommandTests/Fixtures/\($0)") }
    }
}
