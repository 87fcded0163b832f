import FuzzTargets
import Glibc

// libFuzzer's own main, with what it is to call: clang's "Using libFuzzer as a library".
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ read: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The target that `$TQ_FUZZ_TARGET` names.
let target = getenv("TQ_FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }
guard target != nil else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    let message = Array("fuzz: set TQ_FUZZ_TARGET to one of \(names)\n".utf8)
    _ = message.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    exit(64)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
    runDriver(&count, &arguments) { bytes, length in
        target?.read(Array(UnsafeBufferPointer(start: bytes, count: length)))
        return 0
    }
)
