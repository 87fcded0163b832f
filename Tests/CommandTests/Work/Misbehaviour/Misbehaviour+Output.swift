extension Misbehaviour {
    /// What fills pipes and does not fit into memory.
    static let withOutput: [Misbehaviour] = [
        .script(
            "prints 1 GB to stdout",
            "head -c 1000000000 /dev/zero; end",
            .failure("wrote more than result_max_bytes (1048576) to stdout")
        ),
        .script(
            "prints 1 GB to stderr",
            "head -c 1000000000 /dev/zero | tr '\\0' x >&2; end; exit 3",
            .failure("exit status 3"),
            traceback: " bytes left out …]\n"
        ),
        .script(
            "prints 1 GB to descriptor 3",
            "head -c 1000000000 /dev/zero >&3; end; echo ok",
            .success(#""ok""#)
        ),
    ]

    /// What commands do with the pipes that they are given.
    static let withPipes: [Misbehaviour] = [
        .script(
            "prints NULs and what is not UTF-8",
            #"printf 'a\0\377b'; printf 'c\0\377d' >&2; end"#,
            .failure("wrote data that is not UTF-8 to standard output, byte 3: ")
        ),
        .script(
            "fails with NULs and what is not UTF-8 on stderr",
            #"printf 'c\0\377d\033[31m' >&2; end; exit 4"#,
            .failure("exit status 4"),
            traceback: "c\0\u{FFFD}d\u{1B}[31m"
        ),
        .script(
            "closes stdin stdout and stderr",
            "exec <&- >&- 2>&- 3>&-; sleep 0.1; end; exit 7",
            .failure("exit status 7")
        ),
        .script(
            "closes stdin with 1 MB on the way",
            "exec <&-; sleep 0.1; end; echo ok",
            kwargs: megabyte,
            .success(#""ok""#)
        ),
        .script(
            "reads the first of 1 MB on stdin",
            "head -c 1; end",
            kwargs: megabyte,
            .success(#""{""#)
        ),
        .script(
            "never reads 1 MB on stdin",
            "sleep 0.1; end; echo ok",
            kwargs: megabyte,
            .success(#""ok""#)
        ),
        .script(
            "reads from the terminal that it does not have",
            "head -n 1 </dev/tty; end; exit 5",
            .failure("exit status 5"),
            traceback: "/dev/tty"
        ),
        .script(
            "writes to its stdin and reads from its stdout",
            "echo x >&0; head -c 1 <&1; end; exit 6",
            .failure("exit status 6")
        ),
    ]

    /// What commands say of their tasks on descriptor 3.
    static let onDescriptor3: [Misbehaviour] = [
        .script(
            "reports what is not JSON",
            #"printf '\377\000\n\n{"tq"\n[[[\n"x\n' >&3; end; echo ok"#,
            .success(#""ok""#)
        ),
        .script(
            "reports a line of 1 MB",
            "head -c 1000000 /dev/zero | tr '\\0' 7 >&3; echo >&3; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "reports half a line",
            #"printf '{"current": 1, "tot' >&3; end; echo ok"#,
            .success(#""ok""#)
        ),
        .script(
            "answers on descriptor 3 without a newline",
            #"printf '{"tq": {"result": 5}}' >&3; end; echo ignored"#,
            .success("5")
        ),
        .script(
            "answers on descriptor 3 and fails then",
            #"echo '{"tq": {"result": 5}}' >&3; end; exit 8"#,
            .failure("exit status 8")
        ),
        .script(
            "fails on descriptor 3 and exits with 0",
            #"echo '{"tq": {"error": "no luck"}}' >&3; end; echo ok"#,
            .failure("no luck")
        ),
        .script(
            "answers twice on descriptor 3",
            #"echo '{"tq": {"result": 1}}' >&3; echo '{"tq": {"result": 2}}' >&3; end"#,
            .success("2")
        ),
        .script(
            "answers what nobody understands",
            #"echo '{"tq": {"reslut": 1}}' >&3; end"#,
            .failure("its answer is not understood")
        ),
    ]

    /// Keyword arguments of 1 MB.
    private static let megabyte = #"{"x": "\#(String(repeating: "x", count: 1 << 20))"}"#
}
