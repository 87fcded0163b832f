internal import CommandLineOptions
import CommandSupport
internal import Connections
import Glibc
import TaskQueue

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    let options = try SendOptions(arguments, settings)
    let common = try CommonOptions(arguments, settings)
    if options.blocks, options.maxQueue == nil, !common.brokerMayBeFull {
        throw CommandError(UsageError.needs(option: "--block", other: "--max-queue"))
    }
    return try SendCommand(options, common, settings).run()
}
