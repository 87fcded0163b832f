/// Reports how far tasks are to those waiting for them: each record once, however often it is found.
///
/// A backend has one, and hands it all records that it finds while somebody waits.
package final class ProgressReporter {
    /// What was told last of each task that has not ended.
    private var told: [TaskID: StoredResult] = [:]

    package init() {}

    /// Takes records.
    ///
    /// - Parameters:
    ///   - records: as they are now.
    ///   - onProgress: gets records that are not final and were not reported before; `nil`: nobody wants them.
    /// - Returns: those that are final.
    package func report(
        _ records: [StoredResult],
        to onProgress: (([StoredResult]) -> Void)?
    ) -> [StoredResult] {
        let final = records.filter(\.state.isFinal)
        guard let onProgress else { return final }
        for record in final { told[record.id] = nil }
        var news: [StoredResult] = []
        for record in records where !record.state.isFinal && told[record.id] != record {
            told[record.id] = record
            news.append(record)
        }
        if !news.isEmpty { onProgress(news) }
        return final
    }

    /// Forgets what was told of all tasks but these.
    package func keep(_ asked: some Collection<TaskID>) {
        guard !told.isEmpty else { return }
        let asked = Set(asked)
        told = told.filter { asked.contains($0.key) }
    }
}
