internal import TaskQueue

/// Waits for what was asked of a ``ResultThread``, on that thread.
final class ResultWorker {
    private struct Watch {
        var listeners: [ResultListener] = []
        /// What was last heard of the task, for waits that come later; `nil`: nothing.
        var latest: StoredResult?
    }

    private let setup: ClientSetup
    /// `nil`: it is opened when it is needed.
    private var backend: (any ResultBackend)?
    private var watches: [TaskID: Watch] = [:]
    /// Whether the backend still listens for tasks.
    private var isListening = false
    /// Whether it was there once: then an outage is waited for.
    private var wasThere = false
    /// Since when it cannot be reached; `nil`: it can.
    private var outageBegan: Instant?
    private var delay = ReconnectDelay(first: .milliseconds(20), longest: .seconds(2))

    init(_ setup: ClientSetup) {
        self.setup = setup
    }

    func carryOut(_ requests: [ResultRequest]) {
        var fetches: [(id: TaskID, reply: Reply<ResultStatus>)] = []
        for request in requests {
            switch request {
            case .listen(let id, let listener): add(listener, for: id)
            case .leave(let id, let listener):
                watches[id]?.listeners.removeAll { $0 === listener }
            case .fetch(let id, let reply): if reply.isOpen { fetches.append((id, reply)) }
            case .forget(let id, let reply): forget(id, reply)
            }
        }
        // A wait that left and came back within one batch has heard what there was.
        watches = watches.filter { !$0.value.listeners.isEmpty }
        if watches.isEmpty { outageBegan = nil }
        fetch(fetches)
    }

    /// Waits until a task ends, or there are requests.
    func wait(for queue: RequestQueue<ResultRequest>) {
        do throws(BrokerError) {
            if watches.isEmpty, !isListening { return queue.wait() }
            let backend = try opened()
            isListening = !watches.isEmpty
            backend.expect(watches.filter { $1.listeners.contains(where: \.isExpected) }.map(\.key))
            let ended = try backend.awaitFinal(
                Array(watches.keys),
                // Without any, only what was listened for is left.
                until: watches.isEmpty ? .now : nil,
                wokenBy: queue.descriptor,
                onProgress: { [self] in tellProgress($0) }
            )
            isBack()
            tell(ended)
        } catch {
            sufferOutage(error, queue)
        }
    }

    /// Tells all waits that nothing will come.
    func end() {
        failAll(.closed)
    }
}

// MARK: - Listeners

extension ResultWorker {
    private func add(_ listener: ResultListener, for id: TaskID) {
        watches[id, default: Watch()].listeners.append(listener)
        if let latest = watches[id]?.latest { listener.onProgress?(latest) }
    }

    private func tell(_ ended: [StoredResult]) {
        for record in ended {
            guard let watch = watches.removeValue(forKey: record.id) else { continue }
            for listener in watch.listeners { listener.onEnd(.success(record)) }
        }
    }

    private func tellProgress(_ heard: [StoredResult]) {
        for record in heard where watches[record.id] != nil {
            watches[record.id]?.latest = record
            for listener in watches[record.id]?.listeners ?? [] { listener.onProgress?(record) }
        }
    }

    private func failAll(_ error: TaskQueueError) {
        let all = watches.values
        watches = [:]
        for watch in all {
            for listener in watch.listeners { listener.onEnd(.failure(error)) }
        }
    }
}

// MARK: - The backend

extension ResultWorker {
    private func opened() throws(BrokerError) -> any ResultBackend {
        if let backend { return backend }
        let opened = try setup.openResults()
        backend = opened
        return opened
    }

    private func isBack() {
        wasThere = true
        outageBegan = nil
        delay = ReconnectDelay(first: .milliseconds(20), longest: .seconds(2))
    }

    /// A wait for a task lasts through an outage too, but not for a server that was never there.
    private func sufferOutage(_ error: BrokerError, _ queue: RequestQueue<ResultRequest>) {
        backend = nil
        isListening = false
        let began = outageBegan ?? .now
        outageBegan = began
        let isHopeless = !wasThere && Instant.now - began >= setup.connectTimeout
        guard error.mayPass, !isHopeless else {
            outageBegan = nil
            return failAll(TaskQueueError(error))
        }
        queue.wait(until: .now + delay.next())
    }

    private func fetch(_ fetches: [(id: TaskID, reply: Reply<ResultStatus>)]) {
        guard !fetches.isEmpty else { return }
        do throws(BrokerError) {
            let statuses = try opened().fetch(fetches.map(\.id))
            isBack()
            for (fetch, status) in zip(fetches, statuses) { fetch.reply.give(.success(status)) }
        } catch {
            backend = nil
            for fetch in fetches { fetch.reply.give(.failure(TaskQueueError(error))) }
        }
    }

    private func forget(_ id: TaskID, _ reply: Reply<Void>) {
        guard reply.isOpen else { return }
        do throws(BrokerError) {
            try opened().forget([id])
            isBack()
            reply.give(.success(()))
        } catch {
            backend = nil
            reply.give(.failure(TaskQueueError(error)))
        }
    }
}
