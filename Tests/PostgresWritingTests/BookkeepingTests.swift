import Testing

@testable import PostgresWriting

@Suite struct BookkeepingTests {
    @Test func everyTableStandsInTheSchemaOfOurOwn() {
        let tables = Bookkeeping.ddl.matches(of: #/CREATE TABLE IF NOT EXISTS (\S+) /#).map { String($0.1) }
        #expect(tables.allSatisfy { $0.hasPrefix(Bookkeeping.schema + ".") })
        #expect(tables.count == 5)
    }
}
