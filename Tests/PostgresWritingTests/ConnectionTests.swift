import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite struct ConnectionTests {
    @Test func aStatementReturnsItsRows() async throws {
        let url = try await PrivateCluster.shared.createDatabase()
        let connection = try Connection(to: url)
        #expect(try connection.rows("SELECT $1::int + 1, NULL, 'ä'", ["41"]) == [["42", nil, "ä"]])
        #expect(connection.serverVersion >= 150_000)
        #expect(!connection.isLost)
    }
}
