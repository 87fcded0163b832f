internal import Glibc

/// Text as a terminal lays it out in columns.
enum TerminalText {
    /// How wide the terminal at a descriptor is; 80 if it does not say.
    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// As much of a text without control characters as fits into a number of columns, with `…` at the end
    /// if that is not all of it.
    static func prefix(_ text: String, _ columns: Int) -> String {
        var left = columns
        var end = text.startIndex
        for index in text.indices {
            left -= width(of: text[index])
            guard left >= 0 else { return columns > 0 ? "\(text[..<end])…" : "" }
            // The part to remove again when more follows than there is room for.
            if left >= 1 { end = text.index(after: index) }
        }
        return text
    }

    /// How many columns a text without control characters takes.
    static func width(of text: String) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    /// The columns of a character: 2 for those of East Asia and emoji, else 1.
    ///
    /// Terminals disagree on some; one column too many is better than one too few.
    private static func width(of character: Character) -> Int {
        character.unicodeScalars.contains { scalar in
            wide.contains { $0.contains(scalar.value) }
                || scalar.properties.isEmojiPresentation || scalar.value == 0xFE0F
        } ? 2 : 1
    }

    /// Unicode's East Asian Width, W and F, in a few ranges that include what lies between.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE10...0xFE1F, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF,
        0x1AFF0...0x1B2FF, 0x1F000...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
