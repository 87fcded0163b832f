import Glibc
import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("A command's process")
struct ChildProcessTests {
    @Test("has descriptors 0 to 3 and no other")
    func descriptors() async throws {
        // As libraries open them, to be inherited.
        let other = open("/dev/null", O_RDONLY)
        defer { close(other) }
        let child = try await FinishedChild.run(shell: "ls /proc/$$/fd; echo 1 >&3; echo 2 >&2")
        #expect(child.output == "0\n1\n2\n3")
        #expect(child.errors == "2")
        #expect(child.progress == "1")
    }

    @Test("blocks and ignores no signal, whatever the worker does")
    func signals() async throws {
        let lines = try await onThread {
            signal(SIGPIPE, SIG_IGN)
            ChildProcess.lookAtSignals()
            var set = sigset_t()
            sigfillset(&set)
            pthread_sigmask(SIG_BLOCK, &set, nil)
            let child = try ChildProcess(["grep", "Sig", "/proc/self/status"], environment: [])
            child.waitForExit()
            _ = child.reap()
            var buffer = [UInt8](repeating: 0, count: 1 << 10)
            let count = read(child.output, &buffer, buffer.count)
            child.closePipes()
            return String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: "\n")
        }
        let masks = lines.filter { $0.hasPrefix("SigBlk") || $0.hasPrefix("SigIgn") }
        #expect(masks.count == 2)
        #expect(masks.allSatisfy { $0.hasSuffix("\t0000000000000000") }, "\(lines)")
    }

    @Test("leads a process group of its own, and a session if there is a terminal to take from it")
    func group() async throws {
        let child = try await FinishedChild.run(shell: "ps -o pid=,pgid=,sid= -p $$")
        let numbers = child.output.split(separator: " ").compactMap { pid_t($0) }
        try #require(numbers.count == 3)
        #expect(numbers[0] == numbers[1])
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY)
        if terminal >= 0 { close(terminal) }
        #expect(numbers[2] == (terminal >= 0 ? numbers[0] : getsid(0)))
    }

    @Test(
        "has what the options say",
        arguments: [
            (ProcessOptions(niceness: 7), "nice", "\(7 + getpriority(__priority_which_t(0), 0))"),
            (ProcessOptions(umask: 0o027), "umask", "0027"),
            (ProcessOptions(umask: 0), "umask", "0000"),
            (ProcessOptions(workingDirectory: "/usr/lib"), "pwd", "/usr/lib"),
        ]
    )
    func options(_ options: ProcessOptions, _ line: String, _ output: String) async throws {
        #expect(try await FinishedChild.run(shell: line, options: options).output == output)
    }

    @Test("is found in the PATH of its own environment")
    func searchPath() async throws {
        try await TemporaryDirectory.with { folder in
            try folder.write("#!/bin/sh\necho found\n", to: "bin/tq-example", mode: 0o755)
            // A file that may not be executed is passed over, as a shell does.
            try folder.write("", to: "first/tq-example", mode: 0o644)
            let path = "PATH=/nowhere:\(folder.path("first")):\(folder.path("bin"))"
            let child = try await FinishedChild.run(["tq-example"], environment: [path])
            #expect(child.output == "found")
            let inPlace = try await FinishedChild.run(
                ["tq-example"],
                environment: ["PATH=/nowhere:"],
                options: ProcessOptions(workingDirectory: folder.path("bin"))
            )
            #expect(inPlace.output == "found")
        }
    }

    @Test("is killed with the thread that started it", arguments: [nil, "nobody"])
    func parentDeath(_ user: String?) async throws {
        let isRoot = geteuid() == 0
        if user != nil, !isRoot { return }
        let options = ProcessOptions(user: user.flatMap { CommandUser(named: $0) })
        let child = try await onThread {
            let sleep = ["/bin/sleep", "60"]
            return LeftChild(try ChildProcess(sleep, environment: [], options: options))
        }
        #expect(try await child.waitForExit() == SIGKILL)
    }

    @Test("goes on if it was stopped and is sent a signal")
    func stopped() async throws {
        let child = try await FinishedChild.run(
            ["sh", "-c", "trap 'echo told; exit 3' TERM; kill -STOP $$; sleep 60"]
        ) { child in
            while (try? readFile("/proc/\(child.id)/stat"))?.contains(UInt8(ascii: "T")) != true {
                usleep(1_000)
            }
            child.signal(SIGTERM)
        }
        #expect(child.status == .exited(3))
        #expect(child.output == "told")
    }

    @Test("takes its group with it when it ends")
    func remains() async throws {
        let child = try await FinishedChild.run(shell: "sleep 60 & echo $!")
        try #require(!child.output.isEmpty)
        try await eventually { !isRunning(child.output) }
    }

    @Test("tells of the memory and time it used, with what it waited for")
    func usage() async throws {
        let line = "head -c 60000000 /dev/zero | tail -c 50000000 | md5sum"
        let usage = try await FinishedChild.run(shell: line).usage
        #expect(usage.peakMemory > 50_000_000)
        #expect(usage.processorTime > .milliseconds(10))
        #expect(usage.processorTime < .seconds(60))
    }
}
