package import CommandLineOptions
package import CommandSupport
package import Connections
import Glibc
internal import TaskBeat
package import TaskQueue
package import TaskSettings

/// The work of `tq-ctl`: one function for each of its commands.
///
/// Each asks the broker for what it needs, and fails with one sentence where the broker cannot do it.
package struct ControlCommand {
    let arguments: ParsedArguments
    let common: CommonOptions
    let transports: Transports
    let broker: any Broker
    let diagnostics = Diagnostics(program: "tq-ctl")
    let isJSON: Bool
    let settings: Settings
    /// What `beat add` is to add.
    let drafts: [LiveDraft]

    /// - Parameters:
    ///   - arguments: the command and its options.
    ///   - settings: of `tq.toml`.
    ///   - connect: connects to the broker.
    /// - Throws: ``CommandError`` if the arguments do not go together, or the broker cannot be reached.
    package init(
        _ arguments: ParsedArguments,
        _ settings: Settings,
        connect: (Transports) throws(BrokerError) -> any Broker = {
            (transports) throws(BrokerError) in try transports.openAdministration()
        }
    ) throws(CommandError) {
        self.arguments = arguments
        try Self.check(arguments)
        self.settings = settings
        // Mistakes in it are reported even if there is no broker.
        drafts = arguments.verb == "beat add" ? try EntryDrafts.read(arguments, settings) : []
        common = try CommonOptions(arguments, settings)
        let transports = Transports(common)
        self.transports = transports
        broker = try reportingBrokerErrors { () throws(BrokerError) in
            try connect(transports)
        }
        isJSON = arguments.flag("json")
    }

    package func run() throws(CommandError) -> ExitCode {
        switch arguments.verb {
        case "queues": try listQueues()
        case "workers": try listWorkers()
        case "running": try listRunning()
        case "dead list": try listLetters()
        case "dead show": try showLetters()
        case "dead retry": try retryLetters()
        case "dead drop": try dropLetters()
        case "purge": try purge()
        case "move": try move()
        case "pause": try setPaused(true)
        case "resume": try setPaused(false)
        case "revoke": try revoke()
        case "beat list": try listEntries()
        case "beat add": try addEntries()
        case "beat remove": try removeEntries()
        case "beat run": try runEntries()
        case "beat pause": try setEntriesPaused(true)
        case "beat resume": try setEntriesPaused(false)
        case "beat forget": try forgetEntries()
        default: preconditionFailure("no function for the command \(arguments.verb ?? "")")
        }
    }

    /// What the table of options does not say.
    private static func check(_ arguments: ParsedArguments) throws(CommandError) {
        if ["dead retry", "dead drop"].contains(arguments.verb) {
            let takesAll = arguments.flag("all")
            if takesAll, !arguments.operands.isEmpty {
                throw CommandError(UsageError.conflict("--all", "ID"))
            }
            if !takesAll, arguments.operands.isEmpty {
                let sentence = "no ID given: name dead letters, or all of them with --all"
                throw CommandError(UsageError.badArguments(sentence))
            }
            if !takesAll, arguments.flag("queue") {
                throw CommandError(UsageError.needs(option: "--queue", other: "--all"))
            }
        }
        if arguments.verb == "move", arguments.operands[0] == arguments.operands[1] {
            let sentence = "the tasks are on \(arguments.operands[0]) already: name another queue"
            throw CommandError(UsageError.badArguments(sentence))
        }
    }
}

// MARK: - What they have in common

extension ControlCommand {
    /// What a command needs of the broker.
    ///
    /// - Throws: ``CommandError`` that says what the broker cannot do, and which can.
    func requiring<Seam>(_ requirement: RequiredCapability<Seam>) throws(CommandError) -> Seam {
        try reportingBrokerErrors { () throws(BrokerError) in try broker.requiring(requirement) }
    }

    /// The queues that are named.
    func queues(_ names: [String]) throws(CommandError) -> [QueueName] {
        var queues: [QueueName] = []
        for name in names {
            guard let queue = QueueName(name) else {
                let sentence = "'\(name)' cannot name a queue: \(QueueName.objection(name))"
                throw CommandError(UsageError.badArguments(sentence))
            }
            queues.append(queue)
        }
        return queues
    }

    /// The named queues; all that exist if no name is given, or all that the settings name, where the broker cannot
    /// tell.
    func queuesOrAll(_ names: [String]) throws(CommandError) -> [QueueName] {
        if !names.isEmpty { return try queues(names) }
        guard let inspection = broker.queueInspection else { return settings.taskDefaults.queues }
        let found = try reportingBrokerErrors { () throws(BrokerError) in
            try inspection.queueNames()
        }
        guard !inspection.listsAllQueues else { return found }
        return Set(found + settings.taskDefaults.queues).sorted { $0.text < $1.text }
    }

    /// Says what was done, unless that is printed as JSON or nobody wants to know.
    func note(_ message: String) {
        if !isJSON, !common.isQuiet { diagnostics.note(message) }
    }

    /// Asks whether to do what cannot be undone.
    ///
    /// - Parameter what: ends without a question mark.
    /// - Returns: whether to go on.
    /// - Throws: ``CommandError`` with status 64 where nobody can be asked.
    func confirm(_ what: String) throws(CommandError) -> Bool {
        if arguments.flag("yes") { return true }
        guard isatty(0) == 1, isatty(2) == 1 else {
            let sentence = "\(what): add --yes to do so without being asked"
            throw CommandError(UsageError.badArguments(sentence))
        }
        diagnostics.ask("\(what)? [y/N]")
        var lines = LineStream()
        let answer = try lines.next()?.first ?? []
        if answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y") { return true }
        diagnostics.note("nothing was changed")
        return false
    }

    /// A number of things, as in `1 task` and `2 tasks`.
    static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }
}
