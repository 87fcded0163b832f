extension Misbehaviour {
    /// Commands that cannot be started, for what their tasks are.
    static let inStarting: [Misbehaviour] = [
        .script(
            "is given longer arguments than a program can have",
            "echo $#; end",
            arguments: "[\"\(String(repeating: "x", count: 200_000))\"]",
            .success("0")
        )
    ]
}
