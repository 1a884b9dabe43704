import Foundation
import ImportTestSupport

/// A line to a Postgres server that is cut once, at a chosen moment; connections made after that hold.
struct CuttingProxy {
    /// When the line is cut.
    enum Moment: CustomStringConvertible, Sendable {
        /// At the program's COMMIT of this number, which the server never sees.
        case beforeCommit(Int)
        /// When the server has answered that COMMIT, and before the program hears of it.
        case afterCommit(Int)
        /// When the program has sent so many bytes.
        case bytes(Int)
        /// The same three, but the server hears nothing of the cut: its session waits for more.
        case strandedBefore(Int)
        case strandedAfter(Int)
        case strandedAt(Int)
        /// Never; but the server does not hear of the program's own end.
        case never

        var description: String { arguments.joined(separator: " ") }

        var arguments: [String] {
            switch self {
            case .beforeCommit(let number): ["before", String(number)]
            case .afterCommit(let number): ["after", String(number)]
            case .bytes(let number): ["bytes", String(number)]
            case .strandedBefore(let number): ["before", String(number), "strand"]
            case .strandedAfter(let number): ["after", String(number), "strand"]
            case .strandedAt(let number): ["bytes", String(number), "strand"]
            case .never: ["after", "1000000", "strand"]
            }
        }
    }

    private let folder: TemporaryFolder
    private let process: RunningProgram

    init(to target: PostgresTarget, cutting moment: Moment) async throws {
        folder = try TemporaryFolder()
        let script = Program.repository.appending(path: "Tests/EndToEndTests/cutting-proxy.py").path
        let socket = "/.s.PGSQL.\(target.cluster.port)"
        process = try Program(URL(filePath: "/usr/bin/python3"), in: folder).start(
            [script, folder.url.path + socket, target.cluster.folder + socket] + moment.arguments)
        let process = process
        try await process.wait { try process.output.contains("ready") || !process.isRunning }
    }

    /// The database's address over this line.
    func url(of target: PostgresTarget) -> String {
        target.url.replacing(target.cluster.folder, with: folder.url.path)
    }

    var hasCut: Bool { get throws { try process.output.contains("cut") } }
}
