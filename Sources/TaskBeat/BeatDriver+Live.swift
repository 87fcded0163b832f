internal import TaskQueue
internal import TaskSchedules

/// Live entries, of which it sends all that the broker has, beside those of its own settings.
extension BeatDriver {
    /// Looks whether entries were added, replaced or removed, and goes by what there is now.
    ///
    /// If nothing was, that is one number to ask for.
    func readLive(_ store: any BeatStore) throws(BrokerError) {
        let version = try store.liveVersion()
        guard version != live.version else { return }
        let isFirst = live.version == nil
        let news = live.update(try store.liveEntries()) { report(.leftOut(entry: $0, $1)) }
        let records = try store.register(live: news.map(\.registration), at: clock().time)
        let known = zip(news, records).compactMap { live, record in
            record.map { (live: live, record: $0) }
        }
        let before = beat.indices.count
        let refused = beat.changeLive(keeping: { live.has($0.name) }, adding: known)
        for (entry, _) in known { live.admit(entry) }
        for (entry, reason) in refused {
            report(.leftOut(entry: entry.entry.name, .zone(reason)))
        }
        live.version = version
        let hasChanged = !known.isEmpty || beat.indices.count != before
        if !isFirst, hasChanged { report(.changed(live: beat.liveCount)) }
    }
}
