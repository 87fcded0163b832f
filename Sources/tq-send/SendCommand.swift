import CommandSupport
internal import Connections
import TaskQueue
import TaskSettings

/// The work of `tq-send`: builds tasks, sends them, and waits for them if asked to.
struct SendCommand {
    let options: SendOptions
    let common: CommonOptions
    let settings: Settings
    let transports: Transports
    let diagnostics = Diagnostics(program: "tq-send")

    init(_ options: SendOptions, _ common: CommonOptions, _ settings: Settings) {
        self.options = options
        self.common = common
        self.settings = settings
        transports = Transports(common)
    }

    func run() throws(CommandError) -> ExitCode {
        if !options.workflow.isPlain { return try runWorkflows() }
        if options.isDryRun { return try printMessages() }
        // --timeout is for all of it: for sending too.
        let deadline = options.limit?.deadline
        do throws(CommandError) {
            var sender = Sender(try connected(until: deadline), options)
            if options.waits { return try sendAndWait(&sender) }
            return try produce { messages throws(CommandError) in
                try sender.send(messages)
            } sentCount: {
                sender.sentCount
            }
        } catch {
            throw error.afterDeadline(deadline)
        }
    }

    func connected(
        until deadline: Instant?
    ) throws(CommandError) -> SendingConnection {
        try reportingBrokerErrors { [transports, diagnostics] () throws(BrokerError) in
            var connection = SendingConnection(
                within: common.connectTimeout,
                until: deadline,
                onFileChange: { error in
                    diagnostics.note(
                        "\(error): what is sent from now on goes to the one that is there now"
                    )
                },
                forgetting: transports.forgetting
            ) { timeout throws(BrokerError) in
                try transports.openSender(timeout: timeout, until: deadline)
            }
            try connection.open()
            return connection
        }
    }

    /// Reads the lines of stdin.
    func lines(
        _ task: TaskName?,
        _ format: SendOptions.LineFormat,
        _ taskOptions: TaskOptions
    ) -> LineSender {
        LineSender(
            task: task,
            options: taskOptions,
            format: format,
            keepsGoing: options.keepsGoing,
            zone: settings.timezone ?? .system,
            diagnostics: diagnostics
        )
    }

    /// Gives the tasks to `send` as they come.
    private func produce(
        _ send: ([OutgoingMessage]) throws(CommandError) -> Void,
        sentCount: () -> Int
    ) throws(CommandError) -> ExitCode {
        var messages = SendingMessages(settings.taskDefaults, replyTo: transports.replyAddress)
        var taskOptions = options.task
        taskOptions.descend(from: .ofProcess)
        taskOptions.headers = TraceParent.headers(ThisProcess.variable("TRACEPARENT"))
        switch options.source {
        case .words(let task, let arguments):
            try send([messages.message(TaskDraft(task, arguments, taskOptions))])
            return .success
        case .lines(let task, let format):
            var lines = lines(task, format, taskOptions)
            try lines.run(
                sentCount: sentCount,
                make: { messages.message($0) },
                send: send
            )
            return lines.hasFailed ? .badInput : .success
        case .canvas: preconditionFailure("a signature is a workflow")
        }
    }

    private func sendAndWait(_ sender: inout Sender) throws(CommandError) -> ExitCode {
        var wait = try ResultWait(self)
        let produced = try produce { messages throws(CommandError) in
            try wait.check(messages)
            try wait.wait(for: sender.send(messages, prints: false))
        } sentCount: {
            sender.sentCount
        }
        return max(wait.code, produced)
    }

    /// The message for tasks that were sent and are no longer waited for; `nil`: there are none.
    func underWay(_ ids: [TaskID]) -> String? {
        switch ids.count {
        case 0: nil
        case 1 where !transports.keepsResults: "task \(ids[0]) was sent"
        case 1: "task \(ids[0]) was sent: tq-result --wait \(ids[0]) waits for it"
        default: "\(ids.count) tasks were sent: \(ids[0]) to \(ids[ids.count - 1])"
        }
    }

    private func printMessages() throws(CommandError) -> ExitCode {
        var output = OutputStream(descriptor: 1)
        let code = try produce { messages throws(CommandError) in
            for message in messages { try output.write(Self.text(of: message)) }
            try output.flush()
        } sentCount: {
            0
        }
        return code
    }

    /// The message as a line with one JSON object, its body not in base64.
    static func text(of message: OutgoingMessage) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("queue", message.queue.text)
        writer.field("headers", message.message.headers)
        writer.field("properties", message.message.properties)
        writer.key("body")
        writer.value(wellFormed: message.message.body)
        writer.endObject()
        return writer.line
    }
}
