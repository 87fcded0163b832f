import CommandSupport
import WorkerProgram

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    try WorkCommand(arguments, settings).run()
}
