extension Thumbnail {
    /// Makes it, beside the picture: `cat.jpg` becomes `cat-200.jpg`.
    ///
    /// A task may run twice, when a worker was killed: the same file is written again then.
    ///
    /// - Parameters:
    ///   - picture: its path.
    ///   - width: in pixels.
    ///   - mark: of the task that makes it.
    /// - Throws: `PictureError`.
    init(of picture: String, width: Int, mark: String) throws(PictureError) {
        let small = try Picture(reading: picture).scaled(toWidth: width)
        path = Self.path(of: picture, width)
        try small.write(to: path, mark: mark)
        self.width = small.size.width
        height = small.size.height
    }

    private static func path(of picture: String, _ width: Int) -> String {
        guard let dot = picture.lastIndex(of: ".") else { return "\(picture)-\(width)" }
        return "\(picture[..<dot])-\(width)\(picture[dot...])"
    }
}

extension Batch {
    /// Makes one more, or notes why there is none.
    mutating func add(_ picture: String, width: Int, mark: String) {
        do throws(PictureError) {
            thumbnails.append(try Thumbnail(of: picture, width: width, mark: mark))
        } catch {
            failures[picture] = error.description
        }
    }
}
