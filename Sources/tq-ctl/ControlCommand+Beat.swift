import CommandLineOptions
import CommandSupport
import TaskQueue

/// The commands for periodic tasks.
extension ControlCommand {
    func listEntries() throws(CommandError) -> ExitCode {
        let administration = try requiring(.beatAdministration)
        let entries = try reportingBrokerErrors { () throws(BrokerError) in
            try administration.beatEntries()
        }
        let titles = ["ENTRY", "SCHEDULE", "TASK", "SENT", "LAST", "NEXT", "ID", "ORIGIN", "STATE"]
        var listing = Listing(titles, isJSON: isJSON)
        let own = (try? ownEntries()) ?? []
        let upcoming = UpcomingFirings(settings, own: own)
        try listing.print(
            try entries.map { entry throws(CommandError) in
                let known = try entry.origin == .live ? liveEntry(entry.name) : nil
                let hasFired = entry.record.lastTask != nil
                return [
                    Field("name", .text(entry.name)),
                    Field("schedule", .text(entry.schedule)),
                    Field("task", .text(entry.task?.text)),
                    Field("count", .number(entry.record.count)),
                    Field("last_at", .past(hasFired ? entry.record.lastFiring : nil)),
                    Field("next_at", .future(upcoming.next(of: entry, known))),
                    Field("last_id", .text(entry.record.lastTask?.text)),
                    Field("origin", .text(entry.origin.rawValue)),
                    Field("paused", .flag(entry.isPaused, word: "paused")),
                ]
            }
        )
        return .success
    }

    func setEntriesPaused(_ isPaused: Bool) throws(CommandError) -> ExitCode {
        let administration = try requiring(.beatAdministration)
        return try forEachEntry { name throws(CommandError) in
            let hasChanged = try reportingBrokerErrors { () throws(BrokerError) in
                try administration.setPaused(entry: name, isPaused)
            }
            guard let hasChanged else { return false }
            if hasChanged {
                note("\(isPaused ? "paused" : "resumed") \(name)")
            } else {
                note("\(name) is \(isPaused ? "paused already" : "not paused")")
            }
            try printIfJSON([
                Field("name", .text(name)), Field("paused", .flag(isPaused, word: "paused")),
                Field("changed", .flag(hasChanged, word: "changed")),
            ])
            return true
        }
    }

    func forgetEntries() throws(CommandError) -> ExitCode {
        let administration = try requiring(.beatAdministration)
        return try forEachEntry { name throws(CommandError) in
            let wasKnown = try reportingBrokerErrors { () throws(BrokerError) in
                try administration.forget(entry: name)
            }
            if wasKnown {
                note("forgot \(name): it starts anew")
                try printIfJSON([Field("name", .text(name))])
            }
            return wasKnown
        }
    }

    func complainUnknown(entry name: String) {
        diagnostics.error("no entry \(name) is known: tq-ctl beat list names them")
    }

    /// Does something to each entry that is named; `body` returns whether it is known.
    private func forEachEntry(
        _ body: (String) throws(CommandError) -> Bool
    ) throws(CommandError) -> ExitCode {
        var code = ExitCode.success
        for name in arguments.operands where try !body(name) {
            complainUnknown(entry: name)
            code = .noSuchTask
        }
        return code
    }
}
