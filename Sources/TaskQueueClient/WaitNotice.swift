/// Is told when somebody begins and ends to wait for a task.
package struct WaitNotice: Sendable {
    let begin: @Sendable () -> Void
    let end: @Sendable () -> Void

    package init(begin: @escaping @Sendable () -> Void, end: @escaping @Sendable () -> Void) {
        self.begin = begin
        self.end = end
    }
}
