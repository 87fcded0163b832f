import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("what comments and pages refer to", .timeLimit(.minutes(60)))
struct ReferenceTests {
    /// It reads all files, once for all tests.
    private static let shared = Result { try ReferenceCheck() }
    private let check: ReferenceCheck

    init() throws {
        check = try Self.shared.get()
    }

    @Test("is there: files, manual pages, sections, commands, symbols")
    func comments() {
        #expect(check.comments.count > 1000)
        for (file, comment) in check.comments {
            let place = "\(file):\(comment.line)"
            let missing = check.missing(in: comment.text)
            #expect(missing == [], "\(place)")
            let links = check.brokenLinks(in: comment.text, of: file)
            #expect(links == [], "\(place)")
        }
    }

    @Test("is found missing where it is")
    func broken() {
        let file = "Sources/TaskQueue/Broker/Broker.swift"
        for text in [
            "``Brokerage``", "``Broker/sent(_:)``", "``Broker/send(_:to:)``", "``sent``",
            "``WorkerState/Settlement/none``",
        ] {
            #expect(check.brokenLinks(in: "See \(text).", of: file).count == 1, "\(text)")
        }
        for text in ["``Broker``", "``Broker/send(_:)``", "``send(_:)``", "``holdsResults``"] {
            #expect(check.brokenLinks(in: "See \(text).", of: file) == [], "\(text)")
        }
        for text in [
            "none.md", "Sources/None", "None.swift", "tq-none(1)", "`make none`",
            "`celery-wire`, section 99.1", "`celery-wire`, sections 2 and 99",
        ] {
            #expect(check.missing(in: "See \(text).").count == 1, "\(text)")
        }
    }

    @Test("is there in pages, and so is where their links lead")
    func pages() throws {
        let pages = try Markdown.pages()
        #expect(pages.count > 5)
        for page in pages {
            // The others name files of their readers' own.
            if page.file.hasPrefix("docs/") || page.file == "CONTRIBUTING.md" {
                let missing = check.missing(in: page.prose)
                #expect(missing == [], "\(page.file)")
            }
            let commands = page.code.compactMap { $0.firstMatch(of: /^ *make ([a-z-]+)/)?.1 }
            #expect(commands.filter { !check.isTarget($0) } == [], "\(page.file)")
            for link in page.links {
                let isThere = try isThere(link, from: page)
                #expect(isThere, "\(page.file): \(link)")
            }
        }
    }

    private func isThere(_ link: Substring, from page: Markdown) throws -> Bool {
        let parts = link.split(separator: "#", omittingEmptySubsequences: false)
        let folder = page.file.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        let file = parts[0].isEmpty ? page.file : "\(folder)\(parts[0])"
        guard access(SourceTree.path(file), F_OK) == 0 else { return false }
        guard parts.count > 1 else { return true }
        return try Markdown(file).anchors.contains(String(parts[1]))
    }
}

// MARK: - Pages for those who change the code

extension ReferenceTests {
    @Test("is there: the types that docs/ names", arguments: ["architecture", "guarantees"])
    func types(page: String) throws {
        let names = try Markdown("docs/\(page).md").quoted.filter(Self.isType)
            .flatMap { $0.split(separator: ".") }.map(String.init)
        let known = check.declarations
        let missing = names.filter { !known.hasType($0) && !known.hasModule($0) }
        #expect(missing == [])
    }

    /// `WorkerState.Decision`, but no file, no setting, no word in capitals.
    private static func isType(_ text: Substring) -> Bool {
        guard text.first?.isUppercase ?? false, !text.hasSuffix(".swift") else { return false }
        return text.allSatisfy { $0.isLetter || $0 == "." } && text.contains(where: \.isLowercase)
    }

    @Test("is all that there is: docs/architecture.md names every seam")
    func seams() throws {
        let named = Set(try Markdown("docs/architecture.md").quoted.map(String.init))
        #expect(check.declarations.seams.contains("Broker"))
        #expect(check.declarations.seams.subtracting(named) == [])
    }

    @Test("is listed: the captures that docs/celery-wire.md cites, and those that are here")
    func captures() throws {
        let page = try Markdown("docs/celery-wire.md")
        let start = try #require(page.text.firstRange(of: "| topic | captures |")).upperBound
        let rows = page.text[start...].split(separator: "\n").prefix { $0.hasPrefix("|") }
        let listed = rows.dropFirst().flatMap { Self.words(of: $0.split(separator: "|")[1]) }
        let here = listed.filter { !$0.hasSuffix("†") }
        let files = try SourceTree.names(in: "Tests/TaskQueueTests/Fixtures/celery")
        #expect(here.map { "\($0).json" }.sorted() == files)
        let cited = page.text.matches(of: /\[([a-z][a-z0-9]*-[a-z0-9, -]*)\]/)
            .flatMap { Self.words(of: $0.1) }
        #expect(cited.count > 100)
        let names = listed.map { $0.hasSuffix("†") ? $0.dropLast(2) : $0 }
        #expect(Set(cited).subtracting(names) == [])
    }

    /// What commas part, without the blanks around it.
    private static func words(of text: Substring) -> [Substring] {
        text.split(separator: ",").map { word in
            let start = word.drop { $0 == " " }
            return start.last == " " ? start.dropLast() : start
        }
    }

    @Test("is as the code has it: the times that docs/guarantees.md promises")
    func times() throws {
        let text = try SourceTree.text("docs/guarantees.md")
        let length = Lease.length.components.seconds
        let interval = Lease.renewalInterval.components.seconds
        #expect(text.contains("A lease lasts \(length) s and is renewed every \(interval) s."))
    }
}
