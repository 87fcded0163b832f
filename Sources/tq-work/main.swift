import CommandSupport
import TaskQueue

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    let common = try CommonOptions(arguments, settings)
    let options = try WorkOptions(arguments, settings, common)
    return try WorkCommand(options, common, settings).run()
}
