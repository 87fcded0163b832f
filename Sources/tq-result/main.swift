import CommandSupport
internal import Connections
import Decompression
import TaskQueue

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    let options = try ResultOptions(arguments)
    let common = try CommonOptions(arguments, settings)
    // --timeout is for all of it: for opening and looking too.
    let transports = Transports(common)
    do throws(CommandError) {
        let backend = try reportingBrokerErrors { () throws(BrokerError) in
            try transports.openResults(
                decompress: SystemDecompressor.decompress,
                until: options.limit?.deadline,
                areOthers: true
            )
        }
        var command = ResultCommand(options, backend, transports, isQuiet: common.isQuiet)
        return try command.run()
    } catch {
        throw error.afterDeadline(options.limit?.deadline)
    }
}
