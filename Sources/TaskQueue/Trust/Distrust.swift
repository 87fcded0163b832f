/// Why a file is not used: somebody else may choose what it says or does.
package enum Distrust: Equatable, Sendable {
    /// Everybody may write this path, a file or a folder.
    case writableByOthers(path: String)
    /// A group that is nobody's own may write it.
    case writableByGroup(path: String, group: String)
    /// An access control list of this path lets more users write than its mode says.
    case writableByList(path: String)
    /// It belongs to neither root nor the user `wanted`.
    case foreign(path: String, owner: String, wanted: String)
    /// A link of the tasks directory whose target is not in the directory.
    case leadsOut(link: String, target: String)
}

extension Distrust: CustomStringConvertible {
    /// A clause that follows "as": what is wrong, with which path, and what mends it.
    package var description: String {
        switch self {
        case .writableByOthers(let path):
            "others can write \(path): chmod o-w it"
        case .writableByGroup(let path, let group):
            "the group \(group) can write \(path): chmod g-w it"
        case .writableByList(let path):
            "an access control list lets others write \(path): chmod g-w it"
        case .foreign(let path, let owner, let wanted):
            "\(path) belongs to \(owner), who may change it: chown \(wanted) it"
        case .leadsOut(let link, let target):
            "\(link) leads out of the tasks directory, to \(target): copy that, or name it with run"
        }
    }
}
