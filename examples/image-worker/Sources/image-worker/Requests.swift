import TaskQueueWorker

// What clients send and what they get: a package of their own, where clients are written in Swift too.

/// How large a picture is.
struct Describe: TaskRequest {
    typealias Output = PictureSize
    static let taskName = "images.describe"

    var path: String
}

/// A small copy of a picture, beside it.
struct MakeThumbnail: TaskRequest {
    typealias Output = Thumbnail
    static let taskName = "images.thumbnail"

    var path: String
    /// In pixels; the height follows.
    var width: Int
}

/// Small copies of many pictures; those that are broken do not hold up the others.
struct MakeThumbnails: TaskRequest {
    typealias Output = Batch
    static let taskName = "images.thumbnails"

    var paths: [String]
    var width: Int
}

/// In pixels.
struct PictureSize: Codable {
    var width: Int
    var height: Int
}

struct Thumbnail: Codable {
    var path: String
    var width: Int
    var height: Int
}

struct Batch: Codable {
    var thumbnails: [Thumbnail] = []
    /// By their paths, why there is none.
    var failures: [String: String] = [:]
}
