import CommandSupport

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    try ControlCommand(arguments, settings).run()
}
