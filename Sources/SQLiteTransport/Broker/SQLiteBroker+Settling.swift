package import TaskQueue

extension SQLiteBroker {
    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try database.transaction { () throws(BrokerError) in
            var lost: [Delivery] = []
            let isAnyRevoked = try isAnyRevoked()
            for task in tasks {
                let holder = holder(of: task.delivery, worker: worker)
                if task.delivery.isRevoked || isAnyRevoked, task.next.isEmpty {
                    try forgetRevocation(holder)
                }
                let kept = task.next.isEmpty ? nil : try hold(of: holder)
                guard try remove(holder) else {
                    lost.append(task.delivery)
                    continue
                }
                if let result = task.result {
                    try results.store(result, of: task.delivery.content.namedSending)
                }
                for message in task.next {
                    try insert(message, holding: message.id == kept?.id ? kept?.hold : nil)
                }
                if let sequel = task.sequel { try write(sequel) }
            }
            try results.removeExpired()
            return lost
        }
    }

    package func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String> {
        var outdated: Set<String> = []
        for delivery in deliveries {
            guard let sending = delivery.content.namedSending,
                let message = try? delivery.message(),
                let id = TaskMessage.id(of: message)
            else { continue }
            if try results.isOutdated(sending, of: id) { outdated.insert(delivery.tag) }
        }
        return outdated
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try database.transaction { () throws(BrokerError) in
            var lost: [Delivery] = []
            for report in reports {
                if try holds(report.delivery) {
                    let sending = report.delivery.content.namedSending
                    try results.storeProgress(report.result, of: sending)
                } else {
                    lost.append(report.delivery)
                }
            }
            return lost
        }
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        try database.transaction { () throws(BrokerError) in
            var lost: [Delivery] = []
            for task in tasks {
                let holder = holder(of: task.delivery, worker: worker)
                try database.run(
                    """
                    UPDATE tasks SET worker = NULL, due = ?, redelivered = max(redelivered, ?)
                    WHERE seq = ? AND delivery = ? AND worker = ?
                    """,
                    [
                        .integer(task.eta?.microseconds ?? 0),
                        .integer(task.isRedelivered ? 1 : 0),
                    ] + holder
                )
                if database.changes == 0 { lost.append(task.delivery) }
            }
            return lost
        }
    }

    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try database.transaction { () throws(BrokerError) in
            var lost: [Delivery] = []
            for letter in letters where try !deadLetter(letter, heldBy: worker) {
                lost.append(letter.delivery)
            }
            return lost
        }
    }
}

// MARK: - Rows

extension SQLiteBroker {
    /// Puts one message among the dead letters.
    ///
    /// - Returns: whether the worker still held it.
    func deadLetter(_ letter: DeadLetter, heldBy worker: String) throws(BrokerError) -> Bool {
        let holder = holder(of: letter.delivery, worker: worker)
        try DeadLetterTable.insert(letter, holder: holder, into: database)
        guard try remove(holder) else { return false }
        if let result = letter.result {
            try results.store(result, of: letter.delivery.content.namedSending)
        }
        if let sequel = letter.sequel { try write(sequel) }
        return true
    }

    /// Writes what follows a task in its workflow, and what follows from the chords that end with it.
    private func write(_ sequel: Sequel) throws(BrokerError) {
        let chords = ChordTable(database)
        for result in sequel.results { try results.store(result) }
        if !sequel.promised.isEmpty {
            try PromiseTable(database).add(sequel.promised, lifetime: nil)
        }
        try chords.start(sequel.starts)
        for message in sequel.messages { try insert(message) }
        for report in sequel.reports {
            guard let members = try chords.count(report) else { continue }
            try chords.close(report.group)
            try write(report.complete(members))
        }
    }

    /// Whether the task is still the worker's.
    private func holds(_ delivery: Delivery) throws(BrokerError) -> Bool {
        var isHeld = false
        try database.run(
            "SELECT 1 FROM tasks WHERE seq = ? AND delivery = ? AND worker = ?",
            holder(of: delivery, worker: worker)
        ) { _ in isHeld = true }
        return isHeld
    }

    private func isAnyRevoked() throws(BrokerError) -> Bool {
        var isAny = false
        try database.run("SELECT 1 FROM revoked LIMIT 1") { _ in isAny = true }
        return isAny
    }

    /// It has come up, or ended: another task of the same id is another matter.
    private func forgetRevocation(_ holder: [SQLiteValue]) throws(BrokerError) {
        try database.run(
            """
            DELETE FROM revoked WHERE id = (
                SELECT id FROM tasks WHERE seq = ? AND delivery = ? AND worker = ?)
            """,
            holder
        )
    }

    /// - Returns: whether the task was still the worker's.
    private func remove(_ holder: [SQLiteValue]) throws(BrokerError) -> Bool {
        try database.run("DELETE FROM tasks WHERE seq = ? AND delivery = ? AND worker = ?", holder)
        guard database.changes > 0 else { return false }
        try database.run("DELETE FROM messages WHERE seq = ?", [holder[0]])
        return true
    }

    /// What identifies a delivery: row, number of the delivery, worker.
    private func holder(of delivery: Delivery, worker: String) -> [SQLiteValue] {
        let parts = delivery.tag.split(separator: ".").compactMap { Int64($0) }
        guard parts.count == 2 else {
            preconditionFailure(
                "a delivery of another broker was given to this one: \(delivery.tag)"
            )
        }
        return [.integer(parts[0]), .integer(parts[1]), .text(worker)]
    }
}
