internal import TaskQueue

/// Why a task's arguments cannot stand on a command line.
enum CommandLineError: Error, Equatable {
    case missingArgument(Int, given: Int)
    case zeroByte(Int)
    case halfCharacter(Int)
    case tooLong(Int)
    case tooMuch(count: Int)
}

extension CommandLineError: CustomStringConvertible {
    var description: String {
        switch self {
        case .missingArgument(let number, let given):
            "the command wants argument {\(number)}, and the task has \(given)"
        case .zeroByte(let number):
            "argument \(number) holds a NUL byte, which no command line can: read it from stdin"
        case .halfCharacter(let number):
            "argument \(number) holds half a surrogate pair, which is not text: read it from stdin"
        case .tooLong(let number):
            "argument \(number) is too long for a command line, where one may have 128 KiB: "
                + "read it from stdin"
        case .tooMuch(let count):
            "\(count) arguments are too long for a command line, where all of them may have a quarter "
                + "of the stack (ulimit -s): read them from stdin"
        }
    }
}
