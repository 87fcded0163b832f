import Glibc
import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSettings

@Suite("the settings file")
struct SettingsFileTests {
    @Test("the option goes before TQ_CONFIG")
    func order() async throws {
        try await TemporaryDirectory.with { directory in
            let named = try directory.write("worker_concurrency = 1", to: "a.toml")
            let other = try directory.write("worker_concurrency = 2", to: "b.toml")
            let environment = ["TQ_CONFIG": other]
            let byOption = try SettingsFile.load(option: named) { environment[$0] }
            let byVariable = try SettingsFile.load(option: nil) { environment[$0] }
            #expect(byOption.workerConcurrency == 1)
            #expect(byVariable.workerConcurrency == 2)
        }
    }

    @Test(
        "else it is looked for here, with the user's settings, and with the system's",
        arguments: [
            (["HOME": "/home/u"], "/home/u/.config/tq/tq.toml"),
            (["HOME": "/home/u", "XDG_CONFIG_HOME": "/x"], "/x/tq/tq.toml"),
            (["HOME": "/home/u", "XDG_CONFIG_HOME": ""], "/home/u/.config/tq/tq.toml"),
            (["HOME": "/home/u", "XDG_CONFIG_HOME": "x"], "/home/u/.config/tq/tq.toml"),
            (["XDG_CONFIG_HOME": "/x"], "/x/tq/tq.toml"),
        ] as [([String: String], String)]
    )
    func candidates(environment: [String: String], personal: String) {
        let expected = ["tq.toml", personal, "/etc/tq/tq.toml"]
        #expect(SettingsFile.candidates { environment[$0] } == expected)
    }

    @Test("without HOME the user's settings are where the system's list of users says")
    func noHome() throws {
        let entry = try #require(getpwuid(geteuid()))
        let home = String(cString: entry.pointee.pw_dir)
        let expected = ["tq.toml", "\(home)/.config/tq/tq.toml", "/etc/tq/tq.toml"]
        #expect(SettingsFile.candidates { _ in nil } == expected)
        #expect(SettingsFile.candidates { ["HOME": ""][$0] } == expected)
    }

    @Test("the first that exists counts, and without any nothing is set")
    func firstThatExists() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("worker_concurrency = 2", to: "b.toml")
            let absent = [directory.path("a.toml"), "\(file)/c.toml"]
            let found = try SettingsFile.read(firstOf: absent + [file])
            #expect(found.file == file)
            let none = try SettingsFile.read(firstOf: absent)
            #expect(none.file == nil)
        }
    }

    @Test("a file that is named has to be there, and has to be a file")
    func absent() async throws {
        try await TemporaryDirectory.with { directory in
            let file = directory.path("absent.toml")
            #expect(
                throws: SettingsError.unreadable(file: file, reason: "No such file or directory")
            ) {
                try SettingsFile.load(option: file)
            }
            #expect(
                throws: SettingsError.unreadable(file: directory.path, reason: "Is a directory")
            ) {
                try SettingsFile.load(option: nil) { ["TQ_CONFIG": directory.path][$0] }
            }
        }
    }

    @Test("a file that others can write is refused, since a worker would run what they write")
    func writableByOthers() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("", to: "tq.toml", mode: 0o666)
            #expect(throws: SettingsError.writableByOthers(file: file)) {
                try SettingsFile.read(file)
            }
        }
    }

    @Test("what is found and is no file is refused, and not waited for")
    func pipe() async throws {
        try await TemporaryDirectory.with { directory in
            let pipe = directory.path("tq.toml")
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(throws: SettingsError.unreadable(file: pipe, reason: "it is not a file")) {
                try SettingsFile.read(firstOf: [pipe])
            }
            var settings = Settings()
            settings.file = directory.path("x.toml")
            #expect(mkdir(directory.path("beat.d"), 0o700) == 0)
            let entries = directory.path("beat.d/a.toml")
            #expect(mkfifo(entries, 0o600) == 0)
            #expect(throws: SettingsError.unreadable(file: entries, reason: "it is not a file")) {
                try BeatFolder.addEntries(to: &settings)
            }
        }
    }

    @Test(
        "a file with a URL is refused where a settings file would be",
        arguments: [
            (0o666, "writable"), (0o664, "group"), (0o600, nil), (0o644, nil),
        ] as [(UInt32, String?)]
    )
    func urlFile(mode: UInt32, fault: String?) async throws {
        try await TemporaryDirectory.with { directory in
            let secret = try directory.write("redis://:pw@h\n", to: "url", mode: mode)
            if fault == "group" { #expect(chown(secret, geteuid(), 12_345) == 0) }
            let file = try directory.write("broker_url_file = 'url'", to: "tq.toml")
            let url = try #require(try SettingsFile.read(file).brokerURL)
            let place = SettingsPlace(file: file, line: 1, key: "broker_url_file")
            switch fault {
            case "writable":
                #expect(
                    throws: SettingsError.distrustedValue(place, .writableByOthers(path: secret))
                ) {
                    try url.url()
                }
            case "group":
                let distrust = Distrust.writableByGroup(path: secret, group: "12345")
                #expect(throws: SettingsError.distrustedValue(place, distrust)) { try url.url() }
            default: #expect(try url.url() == "redis://:pw@h")
            }
            #expect(url.fileReadByOthers == (mode == 0o600 ? nil : secret))
        }
    }

    @Test(
        "a file of another user is refused unless it is named",
        .requires(geteuid() == 0, "root, who may give a file away")
    )
    func foreign() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("task_default_queue = 'theirs'", to: "tq.toml")
            #expect(chown(file, 12_345, 12_345) == 0)
            #expect(throws: SettingsError.foreign(file: file)) {
                try SettingsFile.read(firstOf: [file])
            }
            #expect(try SettingsFile.read(file).taskDefaultQueue?.text == "theirs")
        }
    }

    @Test(
        "a file of a group that holds others is refused, and one of the owner's own group is not",
        .requires(geteuid() == 0, "root, who may give a file away"),
        arguments: [
            ("root:root", nil), ("54321:54321", nil), ("man:man", nil), ("0:54321", "54321"),
            ("54321:54322", "54322"), ("man:users", "users"), ("root:man", "man"),
        ] as [(String, String?)]
    )
    func writableByGroup(owner: String, group: String?) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("worker_concurrency = 2", to: "tq.toml", mode: 0o664)
            try await run("chown", owner, file).succeeded()
            guard let group else {
                #expect(try SettingsFile.read(file).workerConcurrency == 2)
                return
            }
            #expect(throws: SettingsError.writableByGroup(file: file, group: group)) {
                try SettingsFile.read(file)
            }
        }
    }

    @Test("a file that an access control list lets others write is refused")
    func writableByList() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("", to: "tq.toml", mode: 0o644)
            // acl(5) as the kernel keeps it: user::rw- user:54321:rw- group::r-- mask::rw- other::r--
            let script = """
                import os, struct, sys
                entries = [(1, 6, -1), (2, 6, 54321), (4, 4, -1), (16, 6, -1), (32, 4, -1)]
                acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *e) for e in entries)
                os.setxattr(sys.argv[1], "system.posix_acl_access", acl)
                """
            try await run("python3", "-c", script, file).succeeded()
            #expect(throws: SettingsError.writableByList(file: file)) {
                try SettingsFile.read(file)
            }
            #expect(chmod(file, 0o644) == 0)
            #expect(try SettingsFile.read(file).file == file)
        }
    }

    @Test(
        "a named file of another user is refused where anybody may have put it",
        .requires(geteuid() == 0, "root, who may give a file away")
    )
    func planted() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("", to: "open/tq.toml")
            #expect(chown(file, 54_321, 54_321) == 0)
            #expect(try SettingsFile.read(file).file == file)
            #expect(chmod(directory.path("open"), 0o1777) == 0)
            #expect(throws: SettingsError.planted(file: file)) { try SettingsFile.read(file) }
            #expect(chown(file, 0, 0) == 0)
            #expect(try SettingsFile.read(file).file == file)
        }
    }

    @Test("a file that exists but cannot be read is not passed over")
    func unreadable() async throws {
        try await TemporaryDirectory.with { directory in
            // A folder: root may read any file, whatever its mode.
            try directory.write("", to: "tq.toml/x")
            let file = directory.path("tq.toml")
            #expect(throws: SettingsError.unreadable(file: file, reason: "Is a directory")) {
                try SettingsFile.read(firstOf: [file])
            }
        }
    }

    @Test("a file without an end is refused")
    func endless() {
        #expect(throws: SettingsError.self) { try SettingsFile.load(option: "/dev/zero") }
    }

    @Test("a URL can stand in a file of its own, beside the settings")
    func urlFile() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("redis://:secret@host/0\n", to: "secrets/broker", mode: 0o600)
            let text = "broker_url_file = 'secrets/broker'\nresult_backend_file = 'absent'"
            let settings = try SettingsFile.read(directory.write(text, to: "tq.toml"))
            let broker = try #require(settings.brokerURL)
            let backend = try #require(settings.resultBackend)
            let url = try broker.url()
            #expect(url == "redis://:secret@host/0")
            let error = #expect(throws: SettingsError.self) { try backend.url() }
            let file = directory.path
            #expect(
                error?.description
                    == "\(file)/tq.toml:2: result_backend_file: cannot read \(file)/absent: "
                    + "No such file or directory"
            )
        }
    }

    @Test("a URL's file has one line", arguments: ["", "\n", "a\nb\n", "a\tb"])
    func urlFileOfManyLines(contents: String) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write(contents, to: "broker")
            let file = try directory.write("broker_url_file = 'broker'", to: "tq.toml")
            let broker = try #require(SettingsFile.read(file).brokerURL)
            let error = #expect(throws: SettingsError.self) { try broker.url() }
            #expect(error?.description.hasSuffix("broker: it has to hold one line of text") == true)
        }
    }
}
