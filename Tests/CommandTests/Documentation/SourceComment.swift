/// A comment in a file: its lines are joined by blanks.
struct SourceComment {
    /// Of its first line, from 1.
    let line: Int
    private(set) var text: String

    init(line: Int, _ text: some Collection<UInt8>) {
        self.line = line
        self.text = String(decoding: text, as: UTF8.self)
    }

    mutating func append(_ next: some Collection<UInt8>) {
        text += " " + String(decoding: next, as: UTF8.self)
    }
}

extension SourceComment {
    /// Those of a file in which `#` begins a comment: shell, Python, Makefile.
    static func hashed(in text: String) -> [SourceComment] {
        var comments: [SourceComment] = []
        var isOpen = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let content = line.drop { $0 == " " || $0 == "\t" }
            let isComment = content.first == "#"
            if isComment, isOpen {
                comments[comments.count - 1].append(content.utf8.dropFirst())
            } else if isComment {
                comments.append(SourceComment(line: index + 1, content.utf8.dropFirst()))
            }
            isOpen = isComment
        }
        return comments
    }
}
