/// The keys that scripts touch beside their KEYS, because their names depend on what is found on the way: this
/// is the complete list.
///
/// A server of a Redis Cluster would refuse them.
enum KeyMadeByScript {
    /// Of the queue of a task that is put into a delayed set or among the suspects: ``ScriptPart/ring``.
    static let bell = RedisKeys.bellPrefix
    /// From its name follows that of the queue's bell: ``ScriptPart/delay``.
    static let delayed = RedisKeys.delayedPrefix
    /// Of the queue of a suspect: ``ScriptPart/suspect``, ``ScriptPart/firstSuspect``.
    static let suspects = RedisKeys.suspectsPrefix
    static let suspected = RedisKeys.suspected
    /// Of the queues that are taken from: ``ScriptPart/giveBack``.
    static let arrived = RedisKeys.arrivedPrefix
    /// Of a task whose id is remembered, whose outcome is stored, or that holds a key: ``ScriptPart/remember``,
    /// ``ScriptPart/store``, ``ScriptPart/hasEnded``.
    static let sentID = RedisKeys.sentIDPrefix
    static let forgotten = RedisKeys.forgottenPrefix
    static let latest = RedisKeys.latestPrefix
    static let result = RedisKeys.resultPrefix
    /// Of a message that is purged or taken out: ``ScriptPart/releaseHeld``.
    static let unique = RedisKeys.uniquePrefix
    /// Tells whether the holder of a key runs, or must not run: ``ScriptPart/hold``.
    static let unacknowledged = RedisKeys.unacknowledged
    static let revoked = RedisKeys.revoked
}
