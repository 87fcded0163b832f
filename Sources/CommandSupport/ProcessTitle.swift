internal import Glibc
internal import TaskQueue

/// What ps(1) shows of this process: its arguments, where they lie in memory.
enum ProcessTitle {
    /// Hides the passwords of URLs that were given as options: from now on `***` is shown instead.
    ///
    /// Whatever is then longer than the URL was is cut off. Call it once the arguments have been copied.
    ///
    /// - Parameters:
    ///   - urls: as they were given.
    ///   - count: how many arguments `vector` holds, the program's name included.
    ///   - vector: C's `argv`.
    static func hidePasswords(
        of urls: [String],
        _ count: Int32,
        _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) {
        for url in urls {
            let shown = URLRedaction.redacted(url)
            guard shown != url else { continue }
            // `CommandLine.arguments` is a copy from its first use on, and others may ask for it later.
            _ = CommandLine.arguments.count
            for position in 1..<max(Int(count), 1) {
                guard let argument = vector[position] else { break }
                let length = strlen(argument)
                // As its own argument, or behind `--broker=` or `-b`.
                guard length >= url.utf8.count else { continue }
                let value = argument + (length - url.utf8.count)
                if strcmp(value, url) == 0 { overwrite(value, url.utf8.count, Array(shown.utf8)) }
            }
        }
    }

    /// Blanks fill the rest, so that there seems to be no further argument.
    private static func overwrite(
        _ bytes: UnsafeMutablePointer<CChar>,
        _ count: Int,
        _ shown: [UInt8]
    ) {
        for index in 0..<count {
            let byte = index < shown.count ? shown[index] : UInt8(ascii: " ")
            bytes[index] = CChar(bitPattern: byte)
        }
    }
}
