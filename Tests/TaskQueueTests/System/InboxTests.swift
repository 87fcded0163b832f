import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("an inbox")
struct InboxTests {
    private func isReadable(_ inbox: Inbox<Int>) -> Bool {
        var entry = pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    @Test("gives what was put in, the oldest first, and can be waited for while there is something")
    func order() throws {
        let inbox = try Inbox<Int>()
        #expect(!isReadable(inbox) && inbox.takeFirst() == nil)
        for number in 1...3 { inbox.put(number) }
        #expect(isReadable(inbox))
        #expect(inbox.takeFirst() == 1)
        #expect(isReadable(inbox))
        #expect(inbox.takeAll() == [2, 3])
        #expect(!isReadable(inbox) && inbox.takeAll() == [])
        inbox.put(4)
        #expect(isReadable(inbox) && inbox.takeFirst() == 4)
        #expect(!isReadable(inbox))
    }

    @Test("wakes without anything in it, once")
    func wake() throws {
        let inbox = try Inbox<Int>()
        inbox.wake()
        inbox.wake()
        #expect(isReadable(inbox))
        inbox.wait()
        #expect(inbox.takeAll() == [])
        #expect(!isReadable(inbox))
    }

    @Test("loses nothing of many threads")
    func threads() async throws {
        let inbox = try Inbox<Int>()
        let taken = await withTaskGroup(of: Void.self, returning: [Int].self) { group in
            for thread in 0..<8 {
                group.addTask { for number in 0..<100 { inbox.put(thread * 100 + number) } }
            }
            var taken: [Int] = []
            while taken.count < 400 {
                if let number = inbox.takeFirst() {
                    taken.append(number)
                } else {
                    await Task.yield()
                }
            }
            await group.waitForAll()
            return taken + inbox.takeAll()
        }
        #expect(taken.sorted() == Array(0..<800))
        #expect(!isReadable(inbox))
    }
}
