import CommandSupport
import Decompression
import TaskQueue

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    let options = try ResultOptions(arguments)
    let common = try CommonOptions(arguments, settings)
    let backend = try reportingBrokerErrors { () throws(BrokerError) in
        try Transports(common).openResults(decompress: SystemDecompressor.decompress)
    }
    var command = ResultCommand(options, backend)
    return try command.run()
}
