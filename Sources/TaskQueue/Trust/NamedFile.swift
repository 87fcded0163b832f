internal import Glibc

/// A file with data that somebody named, and whether others may choose what is in it: by the lenient rule
/// of ``FileTrust``, so that a group may share it.
package struct NamedFile {
    /// The path without links.
    package let resolved: String
    /// Whether there is something at the path.
    package let isThere: Bool
    /// Why it is not used, the file or a folder on the way; `nil`: nothing speaks against it.
    package let distrust: Distrust?

    /// `nil` if the folder is not there that it is to be in.
    ///
    /// - Parameter path: relative to the working directory, or absolute.
    package init?(_ path: String) {
        guard let absolute = Self.absolute(path) else { return nil }
        let trust = FileTrust()
        guard let end = PathWalk.end(of: absolute, trust.distrust(ofNamed:)) else { return nil }
        resolved = end.resolved
        isThere = end.isThere
        distrust = end.distrust
    }

    private static func absolute(_ path: String) -> String? {
        if path.isAbsolutePath { return path }
        guard let folder = getcwd(nil, 0) else { return nil }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }
}
