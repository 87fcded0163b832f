import CommandLineOptions
import TestSupport

/// The mdoc source of a page in `man`.
struct ManPage {
    /// Such as `tq-send.1`.
    let name: String
    let lines: [Substring]

    init(_ name: String) throws {
        self.name = name
        lines = try SourceTree.text("man/\(name)").split(separator: "\n")
    }

    /// Every page that is installed.
    static let names = [
        "tq-send.1", "tq-work.1", "tq-beat.1", "tq-result.1", "tq-ctl.1", "tq.toml.5", "tq.7",
    ]
}

extension ManPage {
    /// The options that lists have as their tags, each as `-b, --broker URL`.
    var options: Set<String> {
        Set(lines.filter { $0.hasPrefix(".It Fl ") }.map(Self.option))
    }

    /// The commands that lists have as their tags, each as `dead list [QUEUE...]`.
    var verbs: Set<String> {
        Set(
            lines.filter { $0.hasPrefix(".It Cm ") }.map { line in
                String(line.dropFirst(".It Cm ".count)).replacing("Op ", with: "[")
                    .replacing("Ar ", with: "").replacing(" ...", with: "...")
            }.map { $0.contains("[") ? "\($0)]" : $0 }
        )
    }

    /// The settings that lists have as their tags.
    var settings: Set<Substring> {
        Set(lines.filter { $0.hasPrefix(".It Ic ") }.map { $0.split(separator: " ")[2] })
    }

    /// What `.Li` names below the tag `.It Li tag` of a list, in order.
    func literals(below tag: String) -> [String] {
        lines.drop { $0 != ".It Li \(tag)" }.dropFirst()
            .prefix { line in !line.hasPrefix(".It ") && !line.hasPrefix(".El") }
            .filter { $0.hasPrefix(".Li ") }
            .flatMap { line in line.dropFirst(4).split { " ,.".contains($0) } }
            .map(String.init)
    }

    /// The displays that are shown as they are, such as examples, with their escapes undone.
    var displays: [Example] {
        let pieces = lines.split { $0.hasPrefix(".Bd -literal") }.dropFirst()
        return pieces.map { piece in
            Example(
                lines: piece.prefix { $0 != ".Ed" }.map { line in
                    String(line).replacing("\\e", with: "\\").replacing("\\(dq", with: "\"")
                }
            )
        }
    }

    /// `.It Fl b , Fl -broker Ar URL` as `-b, --broker URL`.
    private static func option(_ line: Substring) -> String {
        String(line.dropFirst(".It ".count))
            .replacing(" , ", with: ", ")
            .replacing("Fl ", with: "-")
            .replacing("Ar ", with: "")
            .replacing(" Ns Op ", with: "[")
            .replacing(/\[(.*)$/) { "[\($0.1)]" }
    }
}

extension OptionGroup {
    /// The options that people are told about, each as `-b, --broker URL`.
    var documentedOptions: Set<String> {
        let visible = options.filter { option in !option.isHidden }
        return Set(
            visible.map { option in
                let short = option.short.map { letter in "-\(letter), " } ?? ""
                switch option.value {
                case .none: return "\(short)--\(option.long)"
                case .required(let placeholder): return "\(short)--\(option.long) \(placeholder)"
                case .attached(let placeholder): return "\(short)--\(option.long)[=\(placeholder)]"
                }
            }
        )
    }
}
