/// Forgets a dead worker that no longer holds anything, unless it has come back.
struct BuryWorker: RedisScript {
    typealias Answer = Void

    let worker: String

    static let text = ScriptText(
        keys: ["workers", "finding"],
        arguments: ["worker"],
        """
        redis.pcall('DEL', finding)
        local clock = redis.call('TIME')
        local score = redis.call('ZSCORE', workers, worker)
        if score and tonumber(score) < clock[1] + clock[2] / 1000000 then
            return redis.call('ZREM', workers, worker)
        end
        return 0
        """
    )

    var keys: [String] { [RedisKeys.workers, RedisKeys.finding(worker: worker)] }

    func addArguments(to command: inout RedisCommand) { command.add(worker) }
}
