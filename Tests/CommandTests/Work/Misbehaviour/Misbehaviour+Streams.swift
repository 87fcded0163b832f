extension Misbehaviour {
    /// What stream commands do.
    static let inStreams: [Misbehaviour] = [
        .stream(
            "streams and dies at its start",
            "echo why >&2; exit 3",
            .failure("the stream command ended before it answered: exit status 3"),
            traceback: "why"
        ),
        .stream(
            "streams and dies with its task",
            "read line; kill -SEGV $$",
            .failure("the stream command ended before it answered: killed by SIGSEGV")
        ),
        .stream(
            "streams and answers half a line before it dies",
            "read line; printf 12; kill -KILL $$",
            .failure("the stream command ended before it answered: killed by SIGKILL")
        ),
        .stream(
            "streams and answers without a newline and exits",
            "read line; printf 12",
            .success("12")
        ),
        .stream(
            "streams and answers what is not JSON",
            "while read line; do echo what?; done",
            .failure("answered with a line that is not JSON: what?")
        ),
        .stream(
            "streams and answers nothing",
            "while read line; do :; done",
            settings: "time_limit = 0.4",
            .failure("ran longer than its time limit of 400ms: killed by SIGKILL")
        ),
        .stream(
            "streams and never reads",
            "exec sleep 1000",
            settings: "time_limit = 0.4",
            .failure("ran longer than its time limit of 400ms: killed by SIGKILL")
        ),
        .stream(
            "streams and closes stdout",
            "read line; exec >&-; exec sleep 1000",
            .failure("the stream command closed its stdout before it answered")
        ),
        .stream(
            "streams and closes stdin",
            "read line; exec <&-; exec sleep 1000",
            settings: "time_limit = 0.4",
            .failure("ran longer than its time limit of 400ms: killed by SIGKILL")
        ),
        .stream(
            "streams and answers 20 MB",
            "while read line; do head -c 20000000 /dev/zero | tr '\\0' 7; echo; done",
            .failure("answered with more than result_max_bytes (1048576)")
        ),
        .stream(
            "streams and answers 20 MB without an end",
            "read line; head -c 20000000 /dev/zero | tr '\\0' 7; exec sleep 1000",
            settings: "time_limit = 1",
            .failure("answered with more than result_max_bytes (1048576)")
        ),
        .stream(
            "streams and fills stderr",
            "while read line; do head -c 50000000 /dev/zero >&2; echo 1; done",
            .success("1")
        ),
        .stream(
            "streams and leaves children",
            "sleep 1000 & read line; echo 1",
            .success("1")
        ),
    ]
}
