/// A command that does what it should not, and what has to become of its task.
struct Misbehaviour: Sendable {
    /// What the task ends as.
    enum Ending: Sendable {
        /// With this result, as JSON.
        case success(String)
        /// With a message that contains this.
        case failure(String)
    }

    /// What the command does: a sentence less its subject, and another in each row.
    let sentence: String
    /// The lines of its table in `tq.toml`.
    var settings = ""
    /// The task's arguments, as JSON.
    var arguments = "[]"
    /// Its keyword arguments, as JSON: they do not become words of the command line.
    var kwargs = "{}"
    /// The whole of the command's file.
    let contents: String
    /// Where that file is; without one, in the tasks directory.
    var path: String?
    var mode: UInt32 = 0o755
    let ending: Ending
    /// What its traceback has to contain.
    var traceback: String?
    /// Seconds within which it is settled after its `end`, or after its beginning if it has none.
    var settlesWithin = 1.0
}

extension Misbehaviour {
    /// A script for sh, which calls `end` right before it ends.
    static func script(
        _ sentence: String,
        _ script: String,
        settings: String = "",
        arguments: String = "[]",
        kwargs: String = "{}",
        _ ending: Ending,
        traceback: String? = nil,
        settlesWithin: Double = 1
    ) -> Misbehaviour {
        let start = """
            #!/bin/sh
            end() { date +%s.%N >"ended/$TQ_TASK_ID"; }
            end

            """
        return Misbehaviour(
            sentence: sentence,
            settings: settings,
            arguments: arguments,
            kwargs: kwargs,
            contents: start + script + "\n",
            ending: ending,
            traceback: traceback,
            settlesWithin: settlesWithin
        )
    }

    /// A script for sh that is a stream command; it counts as ended when its task begins.
    static func stream(
        _ sentence: String,
        _ script: String,
        settings: String = "",
        _ ending: Ending,
        traceback: String? = nil
    ) -> Misbehaviour {
        Misbehaviour(
            sentence: sentence,
            settings: "stream = true\n" + settings,
            contents: "#!/bin/sh\n\(script)\n",
            ending: ending,
            traceback: traceback
        )
    }

    /// Its task's name.
    var task: String {
        String(sentence.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }
}
