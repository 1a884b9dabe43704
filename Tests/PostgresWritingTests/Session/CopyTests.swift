import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite struct CopyTests {
    private struct LocalFailure: Error {}

    private let cluster: PrivateCluster
    private let url: String
    private let connection: Connection
    private let statement = "COPY public.t (a, b) FROM STDIN (FORMAT binary)"

    init() async throws {
        cluster = try await PrivateCluster.shared
        url = try await cluster.createDatabase()
        connection = try Connection(to: url)
        try connection.run("CREATE TABLE public.t (a int PRIMARY KEY, b text)")
    }

    @Test func rowsGoInAndComeOutAsTheyWere() async throws {
        // Many slices, rows across their borders, and one row longer than a slice.
        let rows: [[[UInt8]?]] = (0..<5000).map { number in
            [.int(Int32(number)), number % 3 == 0 ? nil : .text(String(repeating: "ä\n", count: number % 97))]
        }
        let long: [[[UInt8]?]] = [[.int(5000), .text(String(repeating: "x", count: 300_000))]]
        #expect(try connection.copyIn(statement, rows: rows + long) == 5001)
        #expect(
            try await cluster.query("SELECT count(*), count(b), sum(length(b)) FROM t", in: url)
                == [
                    ["5001", "3334", "\(rows.indices.filter { $0 % 3 != 0 }.reduce(0) { $0 + $1 % 97 * 2 } + 300_000)"]
                ])

        var out: [UInt8] = []
        var messages = 0
        try connection.copyOut("COPY (SELECT a, b FROM public.t ORDER BY a) TO STDOUT (FORMAT binary)") {
            out += $0
            messages += 1
        }
        #expect(out == CopyBytes(rows + long).bytes)
        #expect(messages >= 5001)
    }

    @Test func anErrorOfOursLeavesNoRowAndAConnectionThatWorks() throws {
        #expect(throws: LocalFailure.self) {
            _ = try connection.copyIn(statement) { write in
                let whole = CopyBytes.signature + CopyBytes.row([.int(1), .text("a")])
                try whole.withUnsafeBufferPointer { try write($0) }
                throw LocalFailure()
            }
        }
        #expect(!connection.isLost)
        #expect(try connection.rows("SELECT count(*) FROM public.t") == [["0"]])
    }

    @Test func anErrorOfOursWithinATransactionLeavesItFailed() throws {
        try connection.run("BEGIN")
        #expect(throws: LocalFailure.self) { _ = try connection.copyIn(statement) { _ in throw LocalFailure() } }
        #expect(try connection.refusal(of: "INSERT INTO public.t VALUES (1)")?.sqlState == "25P02")
        try connection.run("ROLLBACK")
        #expect(try connection.copyIn(statement, rows: [[.int(1), nil]]) == 1)
    }

    @Test func dataWithoutItsTrailerIsNotSent() async {
        await #expect(processExitsWith: .failure) {
            let url = try await PrivateCluster.shared.createDatabase()
            let connection = try Connection(to: url)
            _ = try CopyBytes.signature.withUnsafeBufferPointer {
                try connection.copyIn("COPY public.t FROM STDIN (FORMAT binary)", $0)
            }
        }
    }

    @Test(arguments: [0, 1, 400])
    func aSessionThatIsEndedInTheMiddleIsLostAndLeavesNoRow(before slices: Int) async throws {
        let other = try Connection(to: url)
        let process = try #require(try connection.rows("SELECT pg_backend_pid()").first?.first ?? nil)
        let error = #expect(throws: PostgresError.self) {
            _ = try connection.copyIn(statement) { write in
                try CopyBytes.signature.withUnsafeBufferPointer { try write($0) }
                // Well over what the socket holds, so that sending meets the end, too.
                for number in 0..<800 {
                    if number == slices { try other.run("SELECT pg_terminate_backend(\(process), 10000)") }
                    let row = CopyBytes.row([.int(Int32(number)), .text(String(repeating: "x", count: 10_000))])
                    try row.withUnsafeBufferPointer { try write($0) }
                }
            }
        }
        #expect(error == .lost(server: "\(cluster.folder), port 5432"))
        #expect(connection.isLost)
        #expect(try await cluster.query("SELECT count(*) FROM t", in: url) == [["0"]])
    }

    @Test func anErrorOfTheReaderEndsACopyOut() throws {
        _ = try connection.affected("INSERT INTO public.t SELECT generate_series(1, 200000), repeat('x', 100)")
        var messages = 0
        #expect(throws: LocalFailure.self) {
            try connection.copyOut("COPY public.t TO STDOUT (FORMAT binary)") { _ in
                messages += 1
                if messages == 3 { throw LocalFailure() }
            }
        }
        #expect(messages == 3)
        #expect(try connection.rows("SELECT 1") == [["1"]])
    }

    @Test func aRefusedCopyLeavesAConnectionThatWorks() throws {
        #expect(throws: PostgresError.refused(ServerError(sqlState: "42P01"))) {
            try connection.copyIn("COPY public.missing (a) FROM STDIN (FORMAT binary)", rows: [])
        }
        #expect(throws: PostgresError.refused(ServerError(sqlState: "42P01"))) {
            try connection.copyOut("COPY public.missing TO STDOUT") { _ in }
        }
        #expect(try connection.rows("SELECT 1") == [["1"]])
    }
}
