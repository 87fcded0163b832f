import CommandSupport
import Decompression
import TaskQueue

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    let options = try ResultOptions(arguments)
    let common = try CommonOptions(arguments, settings)
    // --timeout is for all of it: for opening and looking too.
    let deadline = options.timeout.map { ContinuousClock.now + $0 }
    do throws(CommandError) {
        let backend = try reportingBrokerErrors { () throws(BrokerError) in
            try Transports(common).openResults(
                decompress: SystemDecompressor.decompress,
                replyTimeout: min(options.timeout ?? .seconds(30), .seconds(30))
            )
        }
        var command = ResultCommand(options, backend, until: deadline)
        return try command.run()
    } catch {
        throw error.afterDeadline(deadline)
    }
}
