import CommandSupport

Program.run(Interface.commandLine) { arguments, settings throws(CommandError) in
    try BeatCommand(arguments, settings).run()
}
