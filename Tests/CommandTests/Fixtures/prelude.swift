import FoundationEssentials
import TaskQueueWorker

// What stands around the blocks of the documentation that are no whole programs; see CodeBlock.swift.

/// The blocks are in a function of it.
struct Place {
    var tasks: TaskHandlers
    let client: TaskQueueClient
    let task: SentTask<String>
    let deadline = Date.now
}

struct Thumbnail: TaskRequest {
    typealias Output = String
    static let taskName = "images.thumbnail"

    var path: String
    var width: Int
}

func scale(_ path: String, to width: Int) async throws -> String { path }
func forecast(_ city: String) async -> String? { nil }
