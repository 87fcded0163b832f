internal import TaskQueue

extension CommandRunner {
    func pool(_ command: CommandSpec) -> StreamPool {
        if let pool = pools.first(where: { $0.command == command }) { return pool }
        let pool = StreamPool(command)
        pools.append(pool)
        return pool
    }

    func give(_ task: StreamPool.Waiting, to pool: StreamPool) {
        let busy = commandCount + pools.reduce(0) { $0 + $1.busyCount }
        switch pool.choose(for: task, slots: slots, hasFreeSlot: busy < slots, .now) {
        case .wait: break
        case .give(let number, let process): give(task, to: process, number)
        case .start:
            if let refusal = pool.command.refusal { return end(task.run, .unable(refusal)) }
            do throws(StartError) {
                let process = StreamProcess(try spawn(pool.command, for: nil, nil), pool.command)
                let number = watch(process, pool.command)
                processes[number]?.pool = pool
                pool.add(process, number: number)
                give(task, to: process, number)
            } catch {
                fail(task.run, pool.command, error)
            }
        }
    }

    /// Watches its input while there is something left to write.
    func awaitRoom(_ process: StreamProcess, _ number: UInt64) {
        guard process.awaitsRoom != process.isInputWatched else { return }
        process.isInputWatched = process.awaitsRoom
        if process.awaitsRoom {
            watch(process.child.input, .input, .writable, of: number)
        } else {
            poll.remove(process.child.input)
        }
    }

    func give(_ task: StreamPool.Waiting, to process: StreamProcess, _ number: UInt64) {
        if !process.hasUnsent { unsent.append(number) }
        process.give(task.line, task.limits, as: task.run)
        schedule(number)
    }

    package func flush() {
        guard !unsent.isEmpty else { return }
        for number in unsent {
            guard let process = processes[number]?.process as? StreamProcess else { continue }
            process.send()
            awaitRoom(process, number)
            dropIfFaulty(process, number)
            schedule(number)
        }
        unsent = []
    }

    /// Gives a stream command no more tasks if it cannot answer them; another is started in its place.
    func dropIfFaulty(_ process: StreamProcess, _ number: UInt64) {
        guard process.fault != nil, let pool = processes[number]?.pool else { return }
        processes[number]?.pool = nil
        pool.remove(number: number, .now)
    }
}
