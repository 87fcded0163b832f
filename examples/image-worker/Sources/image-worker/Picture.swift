import CGD
import Glibc

/// A picture in memory, of libgd.
struct Picture: ~Copyable {
    private let image: gdImagePtr

    private static let keepsReasons: Void = cgd_keep_reasons()

    private init(owning image: gdImagePtr) {
        self.image = image
    }

    /// Reads a file whose name says its format, as `.jpg`, `.png`, `.gif` or `.webp`.
    init(reading path: String) throws(PictureError) {
        Self.keepsReasons
        guard access(path, R_OK) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        cgd_forget_reason()
        guard let image = gdImageCreateFromFile(path) else {
            throw .broken(path: path, reason: Self.reason ?? "unknown format, or not of its name's")
        }
        self.image = image
    }

    deinit { gdImageDestroy(image) }

    var size: PictureSize {
        PictureSize(width: Int(image.pointee.sx), height: Int(image.pointee.sy))
    }

    /// The same picture, smaller or larger, with its proportions.
    func scaled(toWidth width: Int) throws(PictureError) -> Picture {
        let height = max(1, (size.height * width + size.width / 2) / size.width)
        guard (1...10_000).contains(width), height <= 10_000,
            let target = gdImageCreateTrueColor(Int32(width), Int32(height))
        else { throw .badWidth(width) }
        gdImageAlphaBlending(target, 0)
        gdImageSaveAlpha(target, 1)
        let (old, new) = (image.pointee, target.pointee)
        gdImageCopyResampled(target, image, 0, 0, 0, 0, new.sx, new.sy, old.sx, old.sy)
        return Picture(owning: target)
    }

    /// Writes a file, which is there with all it holds or not at all.
    ///
    /// - Parameters:
    ///   - path: its ending says its format.
    ///   - mark: tells those apart that write the same file at once.
    /// - Throws: `PictureError`.
    func write(to path: String, mark: String) throws(PictureError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let draft = path.dropLast(name.utf8.count) + ".\(mark)-\(name)"
        cgd_forget_reason()
        guard gdImageFile(image, String(draft)) != 0, rename(String(draft), path) == 0 else {
            let reason = Self.reason ?? String(cString: strerror(errno))
            unlink(String(draft))
            throw .unwritable(path: path, reason: reason)
        }
    }

    /// What libgd says of the last failure on this thread.
    private static var reason: String? {
        let text = String(cString: cgd_reason()).split(whereSeparator: \.isNewline).first
        return text.map(String.init)
    }
}
