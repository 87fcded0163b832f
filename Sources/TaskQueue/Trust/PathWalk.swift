internal import Glibc

/// Follows a path folder by folder and link by link, as the kernel does.
package enum PathWalk {
    /// What is met on the way: a folder, a link before it is followed, and the file at the end.
    package struct Step {
        /// Without links in its folders.
        package let path: String
        package let status: FileStatus
        /// `nil` for the one at which the walk begins.
        let folder: FileStatus?
    }

    /// Where a path leads.
    struct End {
        /// The path without links.
        let resolved: String
        /// Whether there is something; else there is the folder in which it would be.
        let isThere: Bool
        /// What is wrong with the first step of which something is.
        let distrust: Distrust?
    }

    /// - Parameters:
    ///   - path: absolute, or it begins at `start`.
    ///   - start: a folder without links in its path, which is not checked again.
    ///   - look: what is wrong with a step; the first problem counts.
    /// - Returns: what is wrong, and the path without links; `nil` if there is no such file.
    package static func follow(
        _ path: String,
        from start: String? = nil,
        _ look: (Step) -> Distrust?
    ) -> (resolved: String, distrust: Distrust?)? {
        guard let end = end(of: path, from: start, look), end.isThere else { return nil }
        return (end.resolved, end.distrust)
    }

    /// As ``follow(_:from:_:)``, also for a file that does not exist yet; `nil` if its folder does not either.
    static func end(
        of path: String,
        from start: String? = nil,
        _ look: (Step) -> Distrust?
    ) -> End? {
        var done = start ?? "/"
        guard var folder = FileStatus(at: done) else { return nil }
        var distrust = start == nil ? look(Step(path: done, status: folder, folder: nil)) : nil
        var rest = Array(path.pathNames.reversed())
        // path_resolution(7): 40 is what the kernel allows.
        var linksLeft = 40
        while let name = rest.popLast() {
            if name == "." { continue }
            let next =
                name == ".." ? parent(of: done) : done == "/" ? "/\(name)" : "\(done)/\(name)"
            guard let status = FileStatus(at: next) else {
                guard errno == ENOENT, rest.isEmpty else { return nil }
                return End(resolved: next, isThere: false, distrust: distrust)
            }
            if name != "..", distrust == nil {
                distrust = look(Step(path: next, status: status, folder: folder))
            }
            guard status.kind == .link else {
                (done, folder) = (next, status)
                continue
            }
            linksLeft -= 1
            guard linksLeft >= 0, let target = target(of: next) else { return nil }
            if target.isAbsolutePath {
                guard let root = FileStatus(at: "/") else { return nil }
                (done, folder) = ("/", root)
            }
            rest += target.pathNames.reversed()
        }
        return End(resolved: done, isThere: true, distrust: distrust)
    }

    private static func parent(of path: String) -> String {
        let folder = path[..<(path.last("/") ?? path.startIndex)]
        return folder.isEmpty ? "/" : String(folder)
    }

    private static func target(of link: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(link, &bytes, bytes.count)
        guard length > 0 else { return nil }
        return String(decoding: bytes[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
