import Glibc
import TestSupport
import Testing

@testable import TaskQueue

@Suite("the zone database")
struct ZoneDatabaseTests {
    private static let system = "/usr/share/zoneinfo"
    /// 2026-07-01.
    private static let summer = Timestamp(wholeSeconds: 1_782_864_000)

    @Test("is read again when a zone's file has been replaced, and only then")
    func replaced() async throws {
        try await TemporaryDirectory.with { directory in
            let database = ZoneDatabase(folder: directory.path)
            try install("Europe/Berlin", as: "Here", in: directory)
            let first = try database.rules(named: "Here")
            #expect(first.offset(at: Self.summer) == 7_200)
            let again = try database.rules(named: "Here")
            #expect(again == first)

            // As a package manager does it: a new file, renamed over the old one.
            try install("Asia/Tokyo", as: "Here.new", in: directory)
            #expect(rename(directory.path("Here.new"), directory.path("Here")) == 0)
            let second = try database.rules(named: "Here")
            #expect(second != first)
            #expect(second.offset(at: Self.summer) == 32_400)
        }
    }

    @Test("leaves the last rules in use while a file is damaged or gone")
    func gone() async throws {
        try await TemporaryDirectory.with { directory in
            let database = ZoneDatabase(folder: directory.path)
            try install("Europe/Berlin", as: "Here", in: directory)
            let first = try database.rules(named: "Here")
            try directory.write("TZif2", to: "Here")
            let damaged = try database.rules(named: "Here")
            #expect(damaged == first)
            #expect(unlink(directory.path("Here")) == 0)
            let gone = try database.rules(named: "Here")
            #expect(gone == first)
            try install("Asia/Tokyo", as: "Here", in: directory)
            let back = try database.rules(named: "Here")
            #expect(back.offset(at: Self.summer) == 32_400)
        }
    }

    private func install(
        _ zone: String,
        as name: String,
        in directory: TemporaryDirectory
    ) throws {
        let bytes = try readFile("\(Self.system)/\(zone)")
        let descriptor = open(directory.path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    }

    @Test(
        "has no such zone",
        arguments: [
            "", "Europe", "Europe/", "Europe/Bonn", "/etc/localtime", "../zoneinfo/UTC", "./UTC",
            "Europe//Berlin", "zone.tab", "tzdata.zi", "UTC\0", "europe/berlin",
        ]
    )
    func unknown(name: String) {
        #expect(throws: TimeZoneError.self) { try ZoneDatabase.system.rules(named: name) }
    }

    @Test("says what is wrong with a zone that it has")
    func unreadable() async throws {
        try await TemporaryDirectory.with { directory in
            let database = ZoneDatabase(folder: directory.path)
            try directory.write("TZif2 and no more", to: "Here")
            let error = #expect(throws: TimeZoneError.self) {
                try database.rules(named: "Here")
            }
            #expect(
                error?.description
                    == "cannot read the time zone \"Here\": it is damaged: reinstall the zone "
                    + "database (tzdata)"
            )
        }
    }

    @Test("has UTC even where it is not installed")
    func utc() throws {
        let rules = try ZoneDatabase(folder: "/nonexistent").rules(named: "UTC")
        #expect(rules == .utc)
    }

    @Test("knows many zones at the same time")
    func threads() async throws {
        let names = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
        let offsets = [7_200, -14_400, 19_800, 37_800]
        let database = ZoneDatabase(folder: Self.system)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let rules = try database.rules(named: names[number % 4])
                    #expect(rules.offset(at: Self.summer) == offsets[number % 4])
                }
            }
            try await group.waitForAll()
        }
    }
}
