package import CommandLineOptions
internal import Glibc
internal import TaskQueue
package import TaskSettings

/// What all programs do before and after their own work.
package enum Program {
    /// Reads the command line and the settings, runs the body, and ends the process with the status
    /// that the body returns, or that of the ``CommandError`` it throws, which is printed first.
    package static func run(
        _ interface: CommandInterface,
        _ body: (ParsedArguments, Settings) throws(CommandError) -> ExitCode
    ) -> Never {
        do throws(CommandError) {
            let (arguments, settings) = try begin(interface)
            end(with: try body(arguments, settings))
        } catch {
            end(interface, with: error)
        }
    }

    /// Like ``run(_:_:)-(_,(_,_)->_)``, but waits for the body on the caller's actor.
    ///
    /// - Parameters:
    ///   - interface: of the program.
    ///   - body: returns only by throwing; otherwise it ends the process itself, by ``end(_:with:)``.
    package static func run(
        _ interface: CommandInterface,
        _ body: (ParsedArguments, Settings) async throws(CommandError) -> Never
    ) async -> Never {
        do throws(CommandError) {
            let (arguments, settings) = try begin(interface)
            try await body(arguments, settings)
        } catch {
            end(interface, with: error)
        }
    }

    /// Ends the process with the status of a body, or that of its error, which is printed first; works on any
    /// thread.
    package static func end(
        _ interface: CommandInterface,
        with result: Result<ExitCode, CommandError>
    ) -> Never {
        switch result {
        case .success(let code): end(with: code)
        case .failure(let error): end(interface, with: error)
        }
    }

    private static func begin(
        _ interface: CommandInterface
    ) throws(CommandError) -> (ParsedArguments, Settings) {
        // A broken connection or pipe is an error of write(2), not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        occupyStandardDescriptors()
        let arguments = try arguments(interface)
        if let choice = arguments.value("color") { Diagnostics.chooseColor(choice) }
        return (arguments, try settings(arguments))
    }

    private static func end(with code: ExitCode) -> Never {
        StatusLine.erase()
        flushLog()
        exit(code.rawValue)
    }

    /// Waits until the log of a program that stays is written, a second at most.
    package static func flushLog() {
        LogStream.standardError.flush(within: .seconds(1))
    }

    private static func end(_ interface: CommandInterface, with error: CommandError) -> Never {
        StatusLine.erase()
        if let message = error.message { Diagnostics(program: interface.name).error(message) }
        flushLog()
        exit(error.code.rawValue)
    }

    /// Replaces closed standard streams by something that cannot be read or written either:
    /// otherwise a connection would get their number, and be taken for them.
    private static func occupyStandardDescriptors() {
        for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    private static func arguments(
        _ interface: CommandInterface
    ) throws(CommandError) -> ParsedArguments {
        let invocation: Invocation
        do throws(UsageError) { invocation = try interface.parseProcessArguments() } catch {
            throw CommandError(error)
        }
        switch invocation {
        case .run(let arguments):
            ProcessTitle.hidePasswords(
                of: arguments.values("broker") + arguments.values("result-backend"),
                CommandLine.argc,
                CommandLine.unsafeArgv
            )
            return arguments
        case .print(let text):
            var output = OutputStream(descriptor: 1)
            try output.write(Array(text.utf8))
            try output.flush()
            throw CommandError(.success)
        }
    }

    /// Reads the settings file that the options name, or the one that is found.
    package static func settings(_ arguments: ParsedArguments) throws(CommandError) -> Settings {
        do throws(SettingsError) {
            return try SettingsFile.load(option: arguments.value("config"))
        } catch {
            throw CommandError(error)
        }
    }
}
