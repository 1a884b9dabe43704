import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("Lookup tables: two columns of a CSV file")
struct LookupTableTests {
    private func read(_ text: String, match: String = "email", take: String = "id") async throws -> CSVLookupTable {
        let folder = try TemporaryFolder()
        try folder.write("customers.csv", text)
        let rule = LookupRule(file: "customers.csv", match: match, take: take, line: 7)
        return try await CSVLookupTable.read(rule, relativeTo: folder.url.path, plan: "plan.yaml")
    }

    @Test("a value finds the other column's; one without a match or a value finds nothing")
    func finds() async throws {
        let table = try await read("id,name,email\n1,Ann,a@x\n2,,b@x\n3,Nobody,\n")
        func value(_ key: String) -> String? {
            Array(key.utf8).withUnsafeBufferPointer { table.value(for: $0) }.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(value("a@x") == "1" && value("b@x") == "2" && value("c@x") == nil && value("") == nil)
        #expect(table.count == 2)
    }

    @Test("a column that is not there is told with the nearest name")
    func missingColumn() async throws {
        await #expect(
            throws: LookupError.noColumn(
                plan: "plan.yaml", line: 7, file: "customers.csv", column: "e-mail", nearest: "email")
        ) { _ = try await read("id,email\n1,a\n", match: "e-mail") }
    }

    @Test("a value to match that stands twice is told with both lines")
    func repeated() async throws {
        await #expect(
            throws: LookupError.repeated(plan: "plan.yaml", line: 7, file: "customers.csv", lines: [2, 5])
        ) { _ = try await read("id,email\n1,a\n2,\"b\nb\"\n3,a\n") }
    }

    @Test("a broken record is told with its line")
    func broken() async throws {
        await #expect {
            _ = try await read("id,email\n1,a\n\n2\n")
        } throws: { error in
            guard case LookupError.broken(_, 7, "customers.csv", at: 4, _) = error else { return false }
            return true
        }
    }

    @Test("a file that is missing is told by the plan's line")
    func missingFile() async throws {
        let rule = LookupRule(file: "nowhere.csv", match: "a", take: "b", line: 3)
        await #expect(throws: LookupError.self) {
            _ = try await CSVLookupTable.read(rule, relativeTo: "/nonexistent", plan: "plan.yaml")
        }
    }
}
