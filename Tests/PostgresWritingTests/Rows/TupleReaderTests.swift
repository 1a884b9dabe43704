import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite("Rows that are read back")
struct TupleReaderTests {
    private static let id = BinaryUUID(high: 0x0123_4567_89AB_5DEF, low: 0x8000_0000_0000_0001)

    private func rows() -> TupleBuffer {
        var rows = TupleBuffer()
        rows.beginRow(fields: 3)
        rows.uuid(Self.id)
        rows.text("a text")
        rows.null()
        rows.endConversation()
        rows.beginRow(fields: 1)
        rows.text("")
        rows.endConversation()
        return rows
    }

    @Test("are the same however the server cuts them", arguments: [1, 2, 7, 1_000])
    func pieces(size: Int) {
        let rows = rows()
        let bytes = rows.copy(of: 0..<2)
        var reader = TupleReader()
        var tuples: [Tuple] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.read(bytes[start..<min(start + size, bytes.count)]) { tuples.append($0) }
        }
        #expect(tuples.map(\.bytes) == (0..<2).map { Array(rows.bytes[rows.tuples(of: $0)]) })
        #expect(tuples.first?.uuid(0) == Self.id)
        #expect(tuples.first?.isOurs(0) == true)
        #expect(tuples.first?.text(1) == "a text")
        #expect(tuples.first?.value(2) == nil)
        #expect(tuples.last?.text(0) == "")
    }

    @Test func aServersRowsAreTheBytesThatWereWritten() async throws {
        let connection = try await Connection(to: PrivateCluster.shared.createDatabase())
        var tuples: [Tuple] = []
        try connection.tuples("SELECT '\(Self.id)'::uuid, 'a text'::text, NULL::int UNION ALL SELECT NULL, '', 1") {
            tuples.append($0)
        }
        let rows = rows()
        #expect(tuples.first?.bytes == Array(rows.bytes[rows.tuples(of: 0)]))
        #expect(tuples.count == 2)
    }
}
