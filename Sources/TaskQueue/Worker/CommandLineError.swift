/// Why a task's arguments cannot stand on a command line.
enum CommandLineError: Error, Equatable {
    case missingArgument(Int, given: Int)
    case zeroByte(Int)
    case halfCharacter(Int)
}

extension CommandLineError: CustomStringConvertible {
    var description: String {
        switch self {
        case .missingArgument(let number, let given):
            "the command wants argument {\(number)}, and the task has \(given)"
        case .zeroByte(let number):
            "argument \(number) holds a NUL byte, which no command line can: read it from stdin"
        case .halfCharacter(let number):
            "argument \(number) holds half a surrogate pair, which is no text: read it from stdin"
        }
    }
}
