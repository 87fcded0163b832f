import TaskQueueWorker

/// How many primes there are below a number.
struct CountPrimes: TaskRequest {
    typealias Output = Primes
    static let taskName = "primes.count"

    var below: Int
}

struct Primes: Codable {
    var count = 0
    /// `nil`: there is none.
    var largest: Int?
}

extension Primes {
    /// Counts them, and lets others have the thread now and then.
    ///
    /// - Parameters:
    ///   - limit: the first number that is not looked at.
    ///   - report: is told now and then how many numbers have been looked at.
    /// - Returns: what there is of them.
    /// - Throws: `TaskError` for a number that is too large; `CancellationError`.
    static func count(below limit: Int, report: (Int) -> Void) async throws -> Primes {
        guard limit <= 10_000_000 else {
            throw TaskError("TooLarge", "primes are counted below 10000000 at most, not \(limit)")
        }
        var primes = Primes()
        for number in 2..<max(2, limit) {
            if isPrime(number) {
                primes.count += 1
                primes.largest = number
            }
            if number.isMultiple(of: 10_000) {
                try Task.checkCancellation()
                report(number)
                await Task.yield()
            }
        }
        return primes
    }

    private static func isPrime(_ number: Int) -> Bool {
        var divisor = 2
        while divisor * divisor <= number {
            if number.isMultiple(of: divisor) { return false }
            divisor += 1
        }
        return true
    }
}
