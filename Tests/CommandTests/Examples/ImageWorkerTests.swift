import TestSupport
import Testing

@Suite(
    "examples/image-worker",
    .requiresExample("image-worker"),
    .requires(Program.isInstalled("file"), "file"),
    .timeLimit(.minutes(60))
)
struct ImageWorkerTests {
    private let program = Example.program("image-worker")

    /// A folder with `picture.jpg`, 640 by 480 pixels, and `broken.jpg`, which is the half of it.
    private func withPictures(_ body: (Workplace) async throws -> Void) async throws {
        try await Workplace.with { place in
            let picture = SourceTree.path("Tests/CommandTests/Fixtures/picture.jpg")
            let script = "cp \(picture) picture.jpg && printf 'no picture' >broken.jpg"
            try await place.shell(script).succeeded()
            try await body(place)
        }
    }

    private func work(_ place: Workplace) async throws {
        try await place.run(program, "--burst").succeeded()
    }

    @Test("makes a thumbnail that another program finds to be one")
    func thumbnail() async throws {
        try await withPictures { place in
            let id = try await place.send("images.thumbnail", "path=picture.jpg", "width:=200")
            try await work(place)
            let result = try await place.result(id).succeeded()
            #expect(result.lines == [#"{"height":150,"path":"picture-200.jpg","width":200}"#])
            let kind = try await place.run("file", "-b", "picture-200.jpg").succeeded().output
            #expect(kind.hasPrefix("JPEG image data"))
            #expect(kind.contains(", 200x150, components 3"))
            let files = try await place.shell("ls -A | grep picture").succeeded().lines
            #expect(files == ["picture-200.jpg", "picture.jpg"])
        }
    }

    @Test("describes a picture")
    func describe() async throws {
        try await withPictures { place in
            let id = try await place.send("images.describe", "picture.jpg")
            try await work(place)
            #expect(try await place.result(id).output == "{\"height\":480,\"width\":640}\n")
        }
    }

    @Test("fails with an error of its kind, and keeps a broken picture's task as a dead letter")
    func failures() async throws {
        try await withPictures { place in
            let broken = try await place.send("images.thumbnail", "broken.jpg", ":200")
            let missing = try await place.send("images.thumbnail", "none.jpg", ":200")
            let wide = try await place.send("images.thumbnail", "picture.jpg", ":0")
            try await work(place)
            let reasons = try await [
                place.result(broken), place.result(missing), place.result(wide),
            ].map(\.errors)
            let reason = "failed: PictureBroken: broken.jpg is no picture that libgd can read: "
            #expect(reasons[0].contains(reason))
            // Why, as the library for JPEG says it.
            #expect(reasons[0].contains("Not a JPEG file"))
            let none = "failed: PictureUnreadable: cannot read none.jpg: No such file or directory"
            #expect(reasons[1].contains(none))
            #expect(reasons[2].contains("failed: BadWidth: a thumbnail is 1 to 10000 pixels wide"))
            let dead = try await place.run("tq-ctl", "dead", "list").succeeded().output
            #expect(dead.contains(broken) && dead.contains(wide) && !dead.contains(missing))
        }
    }

    @Test("tells how far a batch is, and a broken picture does not hold up the others")
    func batch() async throws {
        try await withPictures { place in
            try await place.withProgram("\(program) --concurrency 1") { _ in
                let paths = #"paths:=["picture.jpg","broken.jpg","picture.jpg"]"#
                let sent = try await place.run(
                    "tq-send",
                    "--wait",
                    "--progress",
                    "images.thumbnails",
                    paths,
                    "width:=64"
                ).succeeded()
                #expect(sent.output.contains(#""path":"picture-64.jpg","width":64"#))
                #expect(sent.output.contains(#""failures":{"broken.jpg":"#))
            }
        }
    }

    @Test("links libgd and SQLite, and neither Redis nor all of Foundation")
    func linkage() async throws {
        let libraries = try await Example.libraries("image-worker")
        #expect(libraries.isSuperset(of: ["libgd", "libsqlite3"]))
        #expect(libraries.isDisjoint(with: ["libhiredis", "libFoundation"]))
    }

    @Test("registers its handlers in less than 30 lines, without unsafe flags")
    func size() throws {
        let folder = "examples/image-worker"
        let program = try SourceTree.text("\(folder)/Sources/image-worker/main.swift")
        #expect(program.split(separator: "\n", omittingEmptySubsequences: false).count <= 30)
        #expect(try !SourceTree.text("\(folder)/Package.swift").contains("unsafeFlags"))
    }
}
