import TaskQueue
import Testing

extension BrokerClause {
    /// Who counts as dead after nobody could renew a lease for a while.
    static let outages = [
        BrokerClause("after an outage nobody is dead who has had no time to come back") { store in
            for first in ["other", "new"] {
                let holder = try store.broker("holder")
                let message = OutgoingMessage.sample()
                try holder.send([message])
                let held = try holder.receiveOne()
                try store.renewLeases(of: ["holder", "other"])
                try await store.leases.beginOutage()
                try store.renewLeases(of: [first])
                #expect(try store.keeper(first).recoverTasks().isEmpty)
                try store.renewLeases(of: ["holder"])
                try await store.leases.endOutage()
                try store.renewLeases(of: ["holder"])
                #expect(try store.keeper(first).recoverTasks().isEmpty)
                // It is no loss either.
                #expect(try holder.requeue([RequeuedTask(held)]).isEmpty)
                let again = try holder.receiveOne()
                #expect(again.losses == 0)
                #expect(try holder.finish([again.finished()]).isEmpty)
            }
        },
        BrokerClause("a worker that is not back when that time is over is dead") { store in
            let holder = try store.broker("holder")
            try holder.send([.sample()])
            let held = try holder.receiveOne()
            try store.renewLeases(of: ["holder", "other"])
            try await store.leases.beginOutage()
            try store.renewLeases(of: ["other"])
            #expect(try store.keeper("other").recoverTasks().isEmpty)
            try await store.leases.endOutage()
            #expect(try store.keeper("other").recoverTasks().map(\.worker) == ["holder"])
            #expect(try holder.finish([held.finished()]).map(\.tag) == [held.tag])
        },
    ].needing(.leaseKeeper)
}

extension TaskStore {
    fileprivate func renewLeases(of workers: [String]) throws {
        for worker in workers {
            _ = try keeper(worker).renewLease(holding: [], serving: [.celery])
        }
    }
}
