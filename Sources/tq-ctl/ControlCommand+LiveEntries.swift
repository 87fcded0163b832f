import CommandLineOptions
import CommandSupport
import TaskBeat
import TaskQueue
import TaskSchedules
import TaskSettings

/// The commands for entries that live in the broker.
extension ControlCommand {
    func addEntries() throws(CommandError) -> ExitCode {
        let store = try requiring(.liveEntryStore)
        let names = Set(drafts.map(\.entry.name))
        if let other = try ownEntries().first(where: { names.contains($0.name) }) {
            throw CommandError(
                .badInput,
                "\(other.place.file):\(other.place.line) has an entry \(other.name): choose another name"
            )
        }
        let additions = try reportingBrokerErrors { () throws(BrokerError) in
            try store.add(drafts.map(\.newEntry), replacing: arguments.flag("replace"), at: .now())
        }
        var code = ExitCode.success
        for (draft, addition) in zip(drafts, additions) {
            let name = draft.entry.name
            switch addition {
            case .added: try printAdded(draft, isReplacement: false)
            case .replaced(let sent):
                try printAdded(draft, isReplacement: true)
                noteIfOver(draft.entry, sent)
            case .exists:
                diagnostics.error("there already is an entry \(name): --replace replaces it")
                code = .badInput
            case .configured:
                diagnostics.error(
                    "a tq-beat has an entry \(name) in its settings: choose another name, or tq-ctl beat "
                        + "forget it if nobody sends it any more"
                )
                code = .badInput
            }
        }
        return code
    }

    func removeEntries() throws(CommandError) -> ExitCode {
        let store = try requiring(.liveEntryStore)
        var code = ExitCode.success
        for name in arguments.operands {
            let removal = try reportingBrokerErrors { () throws(BrokerError) in
                try store.remove(live: name)
            }
            switch removal {
            case .removed:
                note("removed \(name)")
                try printIfJSON([Field("name", .text(name))])
            case .configured:
                diagnostics.error(
                    "\(name) is in the settings of a tq-beat: take it out there, or tq-ctl beat pause it"
                )
                code = max(code, .badInput)
            case .unknown:
                complainUnknown(entry: name)
                code = max(code, .noSuchTask)
            }
        }
        return code
    }

    private func printAdded(_ draft: LiveDraft, isReplacement: Bool) throws(CommandError) {
        note("\(isReplacement ? "replaced" : "added") \(draft.entry.name)")
        try printIfJSON([
            Field("name", .text(draft.entry.name)),
            Field("schedule", .text(draft.entry.scheduleText)),
            Field("task", .text(draft.entry.task.text)),
            Field("replaced", .flag(isReplacement, word: "replaced")),
        ])
    }

    /// What is remembered of an entry outlives its replacement.
    private func noteIfOver(_ entry: BeatEntry, _ sent: Int) {
        guard let most = entry.count, sent >= most else { return }
        note(
            "\(entry.name) was sent \(Self.count(sent, "time")) before, and its count is \(most): it fires "
                + "again after tq-ctl beat forget"
        )
    }
}

// MARK: - Out of turn

extension ControlCommand {
    func runEntries() throws(CommandError) -> ExitCode {
        let own = try ownEntries()
        var output = OutputStream(descriptor: 1)
        var code = ExitCode.success
        for name in arguments.operands {
            var entry = own.first { $0.name == name }
            if entry == nil { entry = try liveEntry(name) }
            guard let entry else {
                diagnostics.error(
                    "no entry \(name) is live, or in "
                        + "\(settings.file.map { "\($0) and beat.d beside it" } ?? "a tq.toml"): "
                        + "name the settings that have it with --config"
                )
                code = .noSuchTask
                continue
            }
            try output.write(try run(entry))
            try output.flush()
        }
        return code
    }

    /// Those of the settings that are read here, and of `beat.d` beside them.
    func ownEntries() throws(CommandError) -> [BeatEntry] {
        var own = settings
        do throws(SettingsError) { try BeatFolder.addEntries(to: &own) } catch {
            throw CommandError(error)
        }
        return own.beatSchedule
    }

    /// The live entry of a name; `nil`: there is none.
    func liveEntry(_ name: String) throws(CommandError) -> BeatEntry? {
        guard let store = broker.liveEntryStore else { return nil }
        let stored = try reportingBrokerErrors { () throws(BrokerError) in
            try store.liveEntry(name)
        }
        guard let stored else { return nil }
        do throws(SettingsError) { return try LiveEntryText.entry(stored).entry } catch {
            throw CommandError(error)
        }
    }

    /// Sends the entry's task, unless an earlier one that it must not overlap has not ended.
    ///
    /// - Returns: the line to print: the id of the task that now runs for it.
    private func run(_ entry: BeatEntry) throws(CommandError) -> [UInt8] {
        let message = BeatMessages(settings.taskDefaults).message(entry, outOfTurnAt: .now())
        let holder = try reportingBrokerErrors { () throws(BrokerError) -> TaskID? in
            if message.unique != nil {
                return try broker.requiring(.uniqueSending)
                    .sendUnlessHeld([message], isRepeated: false).first ?? nil
            }
            try broker.send([message])
            return nil
        }
        if let holder {
            note("\(entry.name) was not sent: its task \(holder) has not ended")
        } else {
            note("sent \(entry.task) of \(entry.name) to \(message.queue)")
        }
        let id = (holder ?? message.id).text
        guard isJSON else { return Array((Diagnostics.oneLine(id) + "\n").utf8) }
        return Listing.json([
            Field("id", .text(id)), Field("name", .text(entry.name)),
            Field("task", .text(entry.task.text)), Field("queue", .text(message.queue.text)),
            Field("sent", .flag(holder == nil, word: "sent")),
        ])
    }
}
