/// The stream handlers that the manual shows: each doubles its first argument.
enum StreamExample {
    static let settings = """
        [tasks.jq]
        run = ["jq", "--unbuffered", "-c", "try (.args[0] * 2) catch {tq: {error: .}}"]
        stream = true
        [tasks.python]
        run = ["python3", "double.py"]
        stream = true
        [tasks.perl]
        run = ["perl", "double.pl"]
        stream = true
        [tasks.awk]
        run = ["mawk", "-W", "interactive", "-f", "double.awk"]
        stream = true
        """

    static let files = [
        "double.py": """
        import json, sys

        for line in sys.stdin:
            task = json.loads(line)
            try:
                answer = task["args"][0] * 2
            except Exception as error:
                kind = type(error).__name__
                answer = {"tq": {"error": {"type": kind, "message": str(error)}}}
            print(json.dumps(answer), flush=True)
        """,
        "double.pl": """
        use JSON::PP;
        $| = 1;
        my $json = JSON::PP->new->allow_nonref;
        while (my $line = <STDIN>) {
            my $task = decode_json($line);
            my $answer = eval { $task->{args}[0] * 2 };
            $answer = { tq => { error => "$@" } } if $@;
            print $json->encode($answer), "\\n";
        }
        """,
        "double.awk": """
        match($0, /"args":\\[-?[0-9.]+/) {
            print 2 * substr($0, RSTART + 8, RLENGTH - 8)
            fflush()
            next
        }
        {
            print "{\\"tq\\": {\\"error\\": \\"no number\\", \\"fatal\\": true}}"
            fflush()
        }
        """,
    ]
}
