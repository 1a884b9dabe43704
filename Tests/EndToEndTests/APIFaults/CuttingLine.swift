import Foundation
import ImportTestSupport

/// A line to an HTTP server, over which something happens to single create requests at an exact byte.
struct CuttingLine {
    /// What happens to one create request.
    struct Cut: Sendable, CustomStringConvertible {
        enum Direction: String, Sendable { case request, answer }

        /// Their meanings stand in the script.
        enum Manner: String, Sendable {
            case close, reset, strand, halfClient = "half-client", halfServer = "half-server", mute, pause, drip
        }

        var direction: Direction
        /// How many of its bytes get through before.
        var bytes: Int
        var manner: Manner

        var description: String { "\(direction.rawValue):\(bytes):\(manner.rawValue)" }
    }

    /// How long the parts of a create request and of its answer are, in bytes.
    struct Sizes {
        var requestHead, request, answerHead, answer: Int

        /// Where one part ends and another begins, a byte before and behind, and the middle of each part.
        var boundaries: [(Cut.Direction, Int)] {
            func around(_ head: Int, _ all: Int) -> [Int] {
                [0, 1, 5, head / 2, head - 1, head, head + 1, (head + all) / 2, all - 1, all]
            }
            return around(requestHead, request).map { (.request, $0) }
                + around(answerHead, answer).map { (.answer, $0) }
        }
    }

    private let folder: TemporaryFolder
    private let process: RunningProgram

    /// - Parameter cuts: what happens to each create request, in their order; nil for nothing.
    init(to port: Int, _ cuts: [Cut?]) async throws {
        folder = try TemporaryFolder()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "cutting-line.py").path
        process = try Program(URL(filePath: "/usr/bin/python3"), in: folder).start(
            [script, String(port)] + cuts.map { $0?.description ?? "pass" })
        let process = process
        try await process.wait { try process.output.contains("\n") || !process.isRunning }
    }

    var url: String { get throws { try "http://127.0.0.1:\(process.output.prefix { $0 != "\n" })" } }

    private var lines: [[Substring]] {
        get throws { try process.output.split(separator: "\n").dropFirst().map { $0.split(separator: " ") } }
    }

    /// What happened so far.
    var taken: [Substring] { get throws { try lines.filter { $0.first == "taken" }.compactMap(\.last) } }

    /// The largest of the create requests that got their answers.
    var sizes: Sizes? {
        get throws {
            let all = try lines.filter { $0.first == "sizes" }.map { $0.dropFirst().compactMap { Int($0) } }
            guard let most = all.max(by: { $0.lexicographicallyPrecedes($1) }), most.count == 4 else { return nil }
            return Sizes(requestHead: most[0], request: most[1], answerHead: most[2], answer: most[3])
        }
    }
}
