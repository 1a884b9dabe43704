import CLibFuzzer
import Foundation
import FuzzTargets

/// Runs one fuzz target by libFuzzer: `Fuzzer TARGET [OPTION…]`, with libFuzzer's own options.
@main
enum Fuzzer {
    fileprivate static let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init(rawValue:))

    static func main() {
        guard target != nil else {
            say("usage: Fuzzer \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [OPTION…]")
            exit(64)
        }
        // libFuzzer's arguments are the program's without the target, whose place the program's name takes.
        var count = CommandLine.argc - 1
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        exit(LLVMFuzzerRunDriver(&count, &arguments, testOneInput))
    }

    fileprivate static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

/// What libFuzzer calls with each input: it waits for the check, and dies where a property does not hold.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    let isDone = DispatchSemaphore(value: 0)
    // Not on this thread, which stands still until the semaphore is signalled.
    Task.detached {
        do {
            try await Fuzzer.target?.check(input)
        } catch {
            Fuzzer.say("a property does not hold: \(error)")
            abort()
        }
        isDone.signal()
    }
    isDone.wait()
    return 0
}
