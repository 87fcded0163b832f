extension Misbehaviour {
    /// How commands end, and do not end.
    static let inEnding: [Misbehaviour] =
        [
            ("KILL", "killed by SIGKILL"), ("PIPE", "killed by SIGPIPE"),
            ("INT", "killed by SIGINT"), ("USR1", "killed by SIGUSR1"),
            ("ALRM", "killed by SIGALRM"), ("37", "killed by signal 37"),
        ].map { signal, message in
            .script("kills itself by \(signal)", "end; kill -\(signal) $$", .failure(message))
        } + [
            .script(
                "dumps its core",
                "mkdir -p core && cd core; ulimit -c unlimited; cd ..; end; kill -ABRT $$",
                .failure("killed by SIGABRT")
            ),
            .script("kills its whole group", "end; kill -KILL 0", .failure("killed by SIGKILL")),
            .script(
                "ignores SIGTERM",
                "trap '' TERM; while :; do sleep 0.05; done",
                settings: "soft_time_limit = 2\ntime_limit = 3",
                .failure("ran longer than its time limit of 3s: killed by SIGKILL"),
                settlesWithin: 5
            ),
            .script(
                "ignores all signals and so do its children",
                "trap '' HUP INT QUIT TERM USR1 TSTP; sleep 1000 & sleep 1000",
                settings: "soft_time_limit = 0.2\ntime_limit = 0.6",
                .failure("ran longer than its time limit of 600ms: killed by SIGKILL"),
                settlesWithin: 1.6
            ),
            .script(
                "stops itself until its time limit",
                "kill -STOP $$",
                settings: "time_limit = 0.4",
                .failure("ran longer than its time limit of 400ms: killed by SIGKILL"),
                settlesWithin: 1.4
            ),
            .script(
                "stops itself until its soft time limit",
                "kill -STOP $$",
                settings: "soft_time_limit = 0.4",
                .failure("ran longer than its soft time limit of 400ms: killed by SIGTERM"),
                settlesWithin: 1.4
            ),
            .script(
                "stops its whole group until its time limit",
                "sleep 1000 & kill -STOP 0",
                settings: "time_limit = 0.4",
                .failure("ran longer than its time limit of 400ms: killed by SIGKILL"),
                settlesWithin: 1.4
            ),
            .script(
                "succeeds after its soft time limit",
                "trap 'end; echo saved; exit 0' TERM; while :; do sleep 0.02; done",
                settings: "soft_time_limit = 0.3",
                .success(#""saved""#)
            ),
        ]

    /// What commands start and leave behind.
    static let withProcesses: [Misbehaviour] = [
        .script(
            "leaves a child that holds its pipes",
            "sleep 1000 & end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "leaves a stopped child",
            "sleep 1000 & kill -STOP $!; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "forks twice and leaves the grandchild",
            "(sleep 1000 &) ; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "leaves 100 children",
            "for i in $(seq 100); do sleep 1000 & done; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "forks a chain of 30",
            "f() { [ $1 = 0 ] || f $(($1 - 1)) & sleep 1000; }; f 30 & sleep 0.1; end; exit 9",
            .failure("exit status 9")
        ),
        .script(
            "leaves one of another session that writes for ever",
            "setsid sh -c 'sleep 1; exec yes' & end; exit 10",
            .failure("exit status 10")
        ),
        .script(
            "leaves one of another session that holds stdout and writes to stderr for ever",
            "setsid sh -c 'yes >&2; exit' & end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "leaves one of another session that reports for ever",
            "setsid sh -c 'yes 1 >&3; exit' & end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "leaves a daemon that holds its pipes a while",
            "setsid sh -c 'sleep 2' & end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "goes over to the worker's process group",
            "end; exec perl -e 'setpgrp(0, getpgrp(getppid())); sleep 1000'",
            settings: "time_limit = 0.5",
            .failure("ran longer than its time limit of 500ms: killed by SIGKILL"),
            settlesWithin: 1.5
        ),
        .script(
            "goes over to the worker's process group and leaves a child",
            "sleep 1000 & end; exec perl -e 'setpgrp(0, getpgrp(getppid())); exit 11'",
            .failure("exit status 11")
        ),
        .script(
            "sends the worker signals",
            "for i in CHLD CONT PIPE WINCH URG; do kill -$i $PPID; done; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "adds a slot to the worker and takes it away",
            "kill -TTIN $PPID; sleep 0.1; kill -TTOU $PPID; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "forgets its environment",
            "end; exec env -i /bin/sh -c 'echo ok'",
            .success(#""ok""#)
        ),
        .script(
            "removes its working directory",
            "mkdir -p gone; cd gone; rmdir ../gone; cd ..; cd ..; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "removes its own file for a while",
            "cp $0 $0.new; rm $0; sleep 0.05; mv $0.new $0; end; echo ok",
            .success(#""ok""#)
        ),
        .script(
            "has a grandchild with too much memory",
            "sh -c '\(memoryHog); :'; end; exit 12",
            settings: "max_rss = \"40M\"\ntime_limit = 5",
            .failure("used more memory than max_rss (41943040 bytes)"),
            settlesWithin: 2
        ),
        .script(
            "has ten children with too much memory together",
            "for i in $(seq 10); do \(memoryHog) & done; wait; end; exit 13",
            settings: "max_rss = \"200M\"\ntime_limit = 5",
            .failure("used more memory than max_rss (209715200 bytes)"),
            settlesWithin: 3
        ),
    ]

    /// Has 50 MB and sleeps.
    private static let memoryHog = #"perl -e "\$x = q(x) x 50_000_000; sleep 1000""#
}
