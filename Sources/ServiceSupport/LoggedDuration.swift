internal import TaskQueue

/// A length of time in a log: for people `1.5s`, to the millisecond, and in JSON the seconds as a number.
package struct LoggedDuration: CustomStringConvertible, Sendable {
    private let milliseconds: Int64

    package init(_ duration: Duration) {
        milliseconds = duration.microseconds / 1000
    }

    package var description: String { DurationText.format(.milliseconds(milliseconds)) }

    var seconds: Double { Double(milliseconds) / 1000 }
}
