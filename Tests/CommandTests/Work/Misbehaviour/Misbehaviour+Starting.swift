extension Misbehaviour {
    /// Commands that cannot be started.
    static let inStarting: [Misbehaviour] = [
        Misbehaviour(
            sentence: "wants an interpreter that is not there",
            contents: "#!/no/such/interpreter\n",
            ending: .failure("the interpreter in its first line is not there")
        ),
        Misbehaviour(
            sentence: "is a script without an interpreter",
            contents: "echo no\n",
            ending: .failure("it is neither a program nor begins with #!")
        ),
        Misbehaviour(
            sentence: "is empty",
            contents: "",
            ending: .failure("it is neither a program nor begins with #!")
        ),
        Misbehaviour(
            sentence: "is a program for another machine",
            contents: programForAnotherMachine,
            ending: .failure("it is neither a program nor begins with #!")
        ),
        Misbehaviour(
            sentence: "may not be executed",
            settings: #"run = ["./plain"]"#,
            contents: "#!/bin/sh\n",
            path: "plain",
            mode: 0o644,
            ending: .failure("cannot start ./plain: Permission denied")
        ),
        Misbehaviour(
            sentence: "is a directory",
            settings: #"run = ["./ended"]"#,
            contents: "",
            path: "unused",
            ending: .failure("cannot start ./ended: Permission denied")
        ),
        Misbehaviour(
            sentence: "is its own interpreter",
            settings: #"run = ["./loop"]"#,
            contents: "#!./loop\n",
            path: "loop",
            ending: .failure("cannot start ./loop: ")
        ),
        .script(
            "is given longer arguments than a program can have",
            "echo no",
            arguments: "[\"\(String(repeating: "x", count: 200_000))\"]",
            .failure("Argument list too long: one may have 128 KiB")
        ),
        .script(
            "works in a directory that is not there",
            "echo no",
            settings: #"working_directory = "/no/such/directory""#,
            .failure("cannot enter the working directory /no/such/directory: No such file")
        ),
    ]

    /// The header of an ELF program for a machine that there is not.
    private static let programForAnotherMachine =
        "\u{7F}ELF\u{2}\u{1}\u{1}" + String(repeating: "\0", count: 9) + "\u{2}\0\u{70}\u{70}\u{1}"
        + String(repeating: "\0", count: 43)
}
