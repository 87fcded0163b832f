internal import Glibc
internal import TaskQueue

/// A task's positional arguments as words of a command line: strings as they are, other values as JSON.
///
/// A message may hold millions of them: nothing is copied before it is known to fit.
struct PositionalArguments {
    /// Of one word, its NUL included: MAX_ARG_STRLEN, execve(2).
    static let longestWord = 128 << 10

    private let args: JSONText

    init(_ args: JSONText) {
        self.args = args
    }

    /// All words.
    ///
    /// - Throws: ``CommandLineError`` if one cannot stand on a command line, or they are too many for one.
    func all() throws(CommandLineError) -> [String] {
        var places: [Range<Int>] = []
        var (count, size) = (0, 0)
        args.forEachElement { place in
            count += 1
            size += Self.leastSize(place)
            if size <= Self.room { places.append(place) }
        }
        guard size <= Self.room else { throw .tooMuch(count: count) }
        var words: [String] = []
        words.reserveCapacity(count)
        for (index, place) in places.enumerated() { words.append(try word(index + 1, place)) }
        return words
    }

    /// One word; the first has the number 1.
    ///
    /// - Throws: ``CommandLineError`` if it is not there, or cannot stand on a command line.
    func word(_ number: Int) throws(CommandLineError) -> String {
        var count = 0
        var found: Range<Int>?
        args.forEachElement { place in
            count += 1
            if count == number { found = place }
        }
        guard let found else { throw .missingArgument(number, given: count) }
        return try word(number, found)
    }

    private func word(_ number: Int, _ place: Range<Int>) throws(CommandLineError) -> String {
        guard Self.leastSize(place) <= Self.longestWord else { throw .tooLong(number) }
        let value = JSONText(wellFormed: Array(args.bytes[place]))
        guard value.kind == .string else { return try checked(number, value.text) }
        guard let text = value.string else { throw .halfCharacter(number) }
        guard !text.utf8.contains(0) else { throw .zeroByte(number) }
        return try checked(number, text)
    }

    private func checked(_ number: Int, _ text: String) throws(CommandLineError) -> String {
        guard text.utf8.count < Self.longestWord else { throw .tooLong(number) }
        return text
    }

    /// The least that a value takes, with its NUL and the pointer to it: six bytes of JSON may be one.
    private static func leastSize(_ place: Range<Int>) -> Int { place.count / 6 + 9 }

    /// For all words and the environment together: a quarter of the stack, but 6 MiB at most.
    private static var room: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit)
        return max(Int(clamping: min(limit.rlim_cur / 4, 6 << 20)), longestWord)
    }
}
