/// That a server is the master of a group, for as long as the sentinels say so.
struct Leadership {
    let server: RedisServerName
    let watch: MasterWatch

    /// Whether another server has taken its place.
    var isOver: Bool { watch.isReplaced(server) }
}
