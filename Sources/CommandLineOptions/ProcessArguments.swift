/// The arguments that the system gives to a process.
enum ProcessArguments {
    /// Copies the arguments after the program's name, to the byte.
    ///
    /// - Parameters:
    ///   - count: how many `vector` holds, the name included; zero if even that is missing.
    ///   - vector: C's `argv`.
    /// - Returns: one string for each argument, in order.
    /// - Throws: ``UsageError/notUTF8(position:)``: `CommandLine.arguments` would replace the bad
    ///   bytes without a word.
    static func read(
        _ count: Int32,
        _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) throws(UsageError) -> [String] {
        var arguments: [String] = []
        arguments.reserveCapacity(Int(count))
        var position = 1
        while position < count, let bytes = vector[position] {
            guard let argument = String(validatingCString: bytes) else {
                throw .notUTF8(position: position)
            }
            arguments.append(argument)
            position += 1
        }
        return arguments
    }
}
