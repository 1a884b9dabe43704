import Foundation
import FuzzTargets
import Testing

/// The kept inputs, without libFuzzer: seeds, and what it once found.
@Suite("A fuzz target")
struct FuzzTargetTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpus")

    private static func inputs(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: corpus.appending(path: target.rawValue), includingPropertiesForKeys: nil
        ).sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    @Test(
        "holds for every kept input, and for what is left of it with its end or its middle missing",
        arguments: FuzzTarget.allCases)
    func holds(target: FuzzTarget) async throws {
        let inputs = try Self.inputs(of: target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            let bytes = try Array(Data(contentsOf: input))
            let (third, half) = (bytes.count / 3, bytes.count / 2)
            for part in [bytes, Array(bytes[..<half]), Array(bytes[..<third] + bytes[half...])] {
                await #expect(throws: Never.self, "\(input.lastPathComponent), \(part.count) bytes") {
                    try await target.check(part)
                }
            }
        }
    }

    @Test("keeps a corpus that is small enough to be read by people", arguments: FuzzTarget.allCases)
    func isSmall(target: FuzzTarget) throws {
        let sizes = try Self.inputs(of: target).map { try Data(contentsOf: $0).count }
        #expect(sizes.reduce(0, +) < 32 << 10 && sizes.allSatisfy { $0 <= 2048 })
    }
}
