import TestSupport

extension RedisServer {
    /// What the contract does to leases, in one of the databases.
    func leases(in database: Int = 0) -> LeaseControl {
        LeaseControl(
            expire: { worker in
                _ = try await self.cli("-n", "\(database)", "ZADD", "tq:workers", "XX", "1", worker)
            },
            beginOutage: {
                // A lease lasts ten seconds.
                let script = """
                    local now = redis.call('TIME')[1]
                    for _, worker in ipairs(redis.call('ZRANGE', 'tq:workers', 0, -1)) do
                        redis.call('ZADD', 'tq:workers', now - 1, worker)
                    end
                    redis.call('SET', 'tq:renewed', now - 11)
                    """
                _ = try await self.cli("-n", "\(database)", "EVAL", script, "0")
            },
            endOutage: { _ = try await self.cli("-n", "\(database)", "DEL", "tq:outage") }
        )
    }
}
