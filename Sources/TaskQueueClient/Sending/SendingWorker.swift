internal import TaskQueue
internal import TaskSettings

/// Carries out what was handed to a ``SenderThread``, on that thread.
struct SendingWorker {
    /// What was handed in together, and is answered together.
    private struct Parcel {
        let messages: [OutgoingMessage]
        let reply: Reply<[SenderThread.Receipt]>
    }

    private let setup: ClientSetup
    private var connection: SendingConnection
    private var messages: SendingMessages
    /// What tells how tasks stand that are to be revoked; `nil`: it is opened when it is needed.
    private var results: (any ResultBackend)?

    init(_ setup: ClientSetup) {
        self.setup = setup
        messages = SendingMessages(setup.settings.taskDefaults, replyTo: setup.replyAddress)
        connection = SendingConnection(
            within: setup.connectTimeout,
            forgetting: setup.forgetting
        ) {
            timeout throws(BrokerError) in
            try setup.openSender(timeout: timeout)
        }
    }

    mutating func carryOut(_ requests: [SendingRequest]) {
        var parcels: [Parcel] = []
        for request in requests {
            switch request {
            case .send(let drafts, let reply):
                // A caller that has given up no longer wants it sent.
                guard reply.isOpen else { continue }
                parcels.append(
                    Parcel(messages: drafts.map { messages.message($0) }, reply: reply)
                )
            case .revoke(let id, let reply):
                send(parcels)
                parcels = []
                revoke(id, reply)
            }
        }
        send(parcels)
    }

    // MARK: Sending

    private mutating func send(_ parcels: [Parcel]) {
        guard !parcels.isEmpty else { return }
        let all = parcels.flatMap(\.messages)
        var holders: [TaskID?] = []
        var failure: BrokerError?
        while failure == nil, holders.count < all.count {
            let step = connection.sendFirst(of: all[holders.count...])
            holders += step.holders
            failure = step.failure
        }
        var rest = holders[...]
        for parcel in parcels {
            let own = rest.prefix(parcel.messages.count)
            rest = rest.dropFirst(own.count)
            if own.count == parcel.messages.count {
                parcel.reply.give(.success(receipts(parcel.messages, own)))
            } else if let failure {
                fail(parcel, accepted: own.count, failure, isAlone: parcels.count == 1)
            }
        }
    }

    private func receipts(
        _ messages: [OutgoingMessage],
        _ holders: ArraySlice<TaskID?>
    ) -> [SenderThread.Receipt] {
        zip(messages, holders).map { message, holder in
            SenderThread.Receipt(
                id: holder ?? message.id,
                isNew: holder == nil,
                keepsResult: holder != nil || message.expectsResult
            )
        }
    }

    /// A queue that cannot be used concerns only those who send there.
    private mutating func fail(
        _ parcel: Parcel,
        accepted: Int,
        _ failure: BrokerError,
        isAlone: Bool
    ) {
        if case .unusable = failure, !isAlone, accepted == 0 { return send([parcel]) }
        let count = parcel.messages.count
        var sentence = failure.description
        if accepted > 0 { sentence += "; \(accepted) of the \(count) tasks were sent before" }
        if connection.isUncertain {
            let rest = count == 1 ? "the task has" : "the other tasks have"
            sentence += "; whether \(accepted == 0 && count > 1 ? "the tasks have" : rest) arrived"
            sentence += " is not known"
        }
        let kind = TaskQueueError(failure).kind
        parcel.reply.give(.failure(TaskQueueError(kind, sentence)))
    }

    // MARK: Revoking

    private mutating func revoke(_ id: TaskID, _ reply: Reply<Bool>) {
        guard reply.isOpen else { return }
        var opened = results
        do throws(BrokerError) {
            let findings = try connection.run { [setup] broker, _ throws(BrokerError) in
                let results: any ResultBackend
                if let opened { results = opened } else { results = try setup.openResults() }
                opened = nil
                let findings = try Revocation.revoke([id], broker, results)
                opened = results
                return findings
            }
            reply.give(.success(findings.allSatisfy { !$0.status.isFinal }))
        } catch {
            reply.give(.failure(TaskQueueError(error)))
        }
        results = opened
    }
}
