internal import Glibc
internal import TaskQueue

/// The addresses of a host, as getaddrinfo(3) has found them: at least one, in the order in which to
/// try them.
// Nobody writes to the list.
final class HostAddresses: @unchecked Sendable {
    private let first: UnsafeMutablePointer<addrinfo>

    /// Looks them up.
    ///
    /// - Parameters:
    ///   - host: a name or an address.
    ///   - port: goes into the addresses.
    ///   - flags: of getaddrinfo(3).
    /// - Throws: ``StreamFailure`` in the resolver's words, such as "Name or service not known".
    init(of host: String, port: UInt16, flags: Int32 = 0) throws(StreamFailure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0, let list else {
            throw StreamFailure(String(cString: gai_strerror(code)))
        }
        first = list
    }

    deinit {
        freeaddrinfo(first)
    }

    /// Connects to the first that answers.
    ///
    /// - Parameter deadline: for all of them: each gets its share of the remaining time.
    /// - Returns: a socket that is connected.
    /// - Throws: ``StreamFailure`` of the last of them.
    func connect(until deadline: Instant) throws(StreamFailure) -> Socket {
        var failure = StreamFailure.timedOut
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            var limit = deadline
            if next != nil {
                limit = .now + (deadline - Instant.now) / Self.count(entry)
            }
            do throws(StreamFailure) {
                return try Socket(connectedTo: address, entry.ai_addrlen, until: limit)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// How many there are from one on.
    private static func count(_ entry: addrinfo) -> Int {
        var count = 1
        var next = entry.ai_next
        while let entry = next {
            count += 1
            next = entry.pointee.ai_next
        }
        return count
    }
}
