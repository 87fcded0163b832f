import CommandLineOptions
import Testing

/// Holds examples to the programs' tables of options.
enum ExampleCheck {
    /// Records an issue for every call of our programs in `example` that they would not take.
    static func check(_ example: Example) async throws {
        let interfaces = CommandInterfaceTests.all
        let calls = try await example.calls(of: interfaces.map(\.name))
        for interface in interfaces {
            let own = calls.filter { $0.first == interface.name }
            #expect(own.isEmpty == !example.mentions(interface.name), "\(example.commands)")
            for call in own {
                #expect(throws: Never.self, "\(call.joined(separator: " "))") {
                    try interface.parse(Array(call.dropFirst()))
                }
            }
        }
    }
}

extension Example {
    /// Whether a command calls `program`.
    fileprivate func mentions(_ program: String) -> Bool {
        commands.contains { $0.contains("\(program) ") }
    }
}
