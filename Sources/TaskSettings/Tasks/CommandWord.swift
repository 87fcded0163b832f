internal import TaskQueue

/// A word of an argument vector, taken apart: text, and places for a task's arguments.
///
/// `{1}`, `{2}` … and `{}`, which is `{1}`, may stand anywhere in a word; `{args}` is all of them. With more
/// braces around it, one of these is text, less one pair: `{{1}}` is the text `{1}`. So is anything after a `$`,
/// which means something to a shell.
package struct CommandWord: Equatable {
    package enum Piece: Equatable {
        case text(String)
        /// The number, from 1, and how it is written.
        case argument(Int, written: String)
        case allArguments
    }

    package private(set) var pieces: [Piece] = []

    package init(_ word: String) {
        var text: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.first {
            guard byte == UInt8(ascii: "{"), let place = Place(rest) else {
                text.append(byte)
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(place.length)
            if place.isText || text.last == UInt8(ascii: "$") {
                text += place.text
                continue
            }
            text += Array(repeating: UInt8(ascii: "{"), count: place.openings - 1)
            add(text)
            pieces.append(place.piece)
            text = Array(repeating: UInt8(ascii: "}"), count: place.closings - 1)
        }
        add(text)
    }

    private mutating func add(_ text: [UInt8]) {
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    }

    /// Whether there is anything to replace, or to unescape, in some of the words.
    package static func areNeeded(in words: [String]) -> Bool {
        words.contains { $0.utf8.contains(UInt8(ascii: "{")) }
    }

    package var hasArguments: Bool {
        pieces.contains { if case .text = $0 { false } else { true } }
    }

    /// What is wrong with the first word of an argument vector, as a sentence; `nil`: nothing.
    package static func problem(ofProgram word: String) -> String? {
        guard areNeeded(in: [word]), CommandWord(word).hasArguments else { return nil }
        return "a message must not choose the program: name it instead of \(word)"
    }

    /// The word as it is, where there are no arguments.
    package var plainText: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .argument(_, let written): written
            case .allArguments: "{args}"
            }
        }.joined()
    }
}

extension CommandWord {
    /// One or more opening braces, a number, `args` or nothing, and closing braces.
    private struct Place {
        let openings: Int
        let closings: Int
        let name: String
        let piece: Piece

        /// - Parameter bytes: begin with an opening brace; `nil` if they begin with no place.
        init?(_ bytes: ArraySlice<UInt8>) {
            openings = bytes.prefix { $0 == UInt8(ascii: "{") }.count
            let after = bytes.dropFirst(openings)
            let name = after.prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "{") }
            closings = after.dropFirst(name.count).prefix { $0 == UInt8(ascii: "}") }.count
            guard closings > 0, name.count <= 18 else { return nil }
            self.name = String(decoding: name, as: UTF8.self)
            guard let piece = Self.piece(self.name) else { return nil }
            self.piece = piece
        }

        private static func piece(_ name: String) -> Piece? {
            switch name {
            case "": return .argument(1, written: "{}")
            case "args": return .allArguments
            default:
                guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !name.hasPrefix("0")
                else { return nil }
                return Int(name).map { .argument($0, written: "{\(name)}") }
            }
        }

        var length: Int { openings + name.utf8.count + closings }

        /// Whether it has more than one pair of braces.
        var isText: Bool { min(openings, closings) > 1 }

        /// The text of it, if it is text: one pair less, if it has more than one.
        var text: [UInt8] {
            let less = isText ? 1 : 0
            return Array(repeating: UInt8(ascii: "{"), count: openings - less) + Array(name.utf8)
                + Array(repeating: UInt8(ascii: "}"), count: closings - less)
        }
    }
}
