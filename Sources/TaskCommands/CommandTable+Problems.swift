package import TaskQueue

extension CommandTable {
    /// What is wrong with the commands, or one of them.
    package struct Problem: Equatable, Sendable {
        /// A sentence.
        package let text: String
        /// Whether a worker must not start with it.
        ///
        /// A single file of the tasks directory is left out instead; anything that was named must be
        /// right.
        package let preventsStart: Bool
    }

    /// Finds the problems that show before any command is run.
    ///
    /// - Parameter handlers: the names of tasks that are run by other means.
    /// - Returns: what is wrong, in the order of the names.
    package func problems(besides handlers: [TaskName] = []) -> [Problem] {
        let plan = plan.filter { entry in !handlers.contains { $0.text == entry.task } }
        let broken = plan.compactMap { entry in
            entry.command.problem.map { (entry.command, "task \(entry.task): \($0)") }
        }
        let files = plan.count { $0.command.isFile }
        let isFolderUsable = broken.count { $0.0.isFile } < files
        let problems = broken.map { command, text in
            // In a folder where nothing can be run, everything was meant to be.
            let isOneOfMany =
                command.isFile && command.surroundingsProblem == nil
                && (isFolderUsable || !handlers.isEmpty && directory?.isNamed != true)
            return Problem(text: text, preventsStart: !isOneOfMany)
        }
        return folderProblems(hasOthers: !plan.isEmpty || !handlers.isEmpty) + problems
    }

    private func folderProblems(hasOthers: Bool) -> [Problem] {
        if let given, given.tasks.isEmpty { return [] }
        guard let directory else { return [] }
        if directory.isNamed || directory.isThere, let trouble = directory.trouble {
            return [Problem(text: trouble, preventsStart: directory.isNamed || !hasOthers)]
        }
        if hasOthers { return [] }
        return [Problem(text: nothing(in: directory), preventsStart: true)]
    }

    private func nothing(in directory: TasksDirectory) -> String {
        let oddities = directory.oddities
        guard oddities.isEmpty else {
            return "there is nothing to run in \(directory.path): "
                + oddities.joined(separator: "; ")
        }
        let reason = directory.isThere ? "has no executable in it" : "does not exist"
        return
            "there is nothing to run: \(directory.path) \(reason): put an executable there, name another "
            + "folder with --tasks, or name a command, after -- or by run in tq.toml"
    }
}

extension CommandSpec {
    /// Whether it is a file of the tasks directory.
    fileprivate var isFile: Bool { if case .executable = form { true } else { false } }
}

extension CommandTable {
    /// Remarks on commands that can be run, by sentences.
    package struct Remarks: Sendable {
        /// What the author probably meant differently.
        package var mistakes: [String] = []
        /// What works only as long as senders are well-behaved.
        package var risks: [String] = []
    }

    package var remarks: Remarks {
        var remarks = Remarks()
        for entry in plan {
            guard case .vector(let words) = entry.command.form, !entry.command.traits.isStream
            else { continue }
            remarks.mistakes += CommandLineBuilder.strangers(in: words).map {
                "task \(entry.task): \($0)"
            }
            if let word = CommandLineBuilder.openToOptions(words) {
                remarks.risks.append(
                    "task \(entry.task): an argument that begins with - is an option there: write "
                        + "-- before \(word) if the program knows that"
                )
            }
        }
        return remarks
    }
}
