import Foundation
import ImportCore
import Testing

@Suite("Books")
struct BooksTests {
    @Test func thatWereWrittenBeforeThereWereNightsCanBeRead() throws {
        var books = Books()
        books.records.read = 7
        let bytes = try JSONEncoder().encode(books)
        var object = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(object.removeValue(forKey: "drift") != nil)
        let old = try JSONSerialization.data(withJSONObject: object)
        #expect(try JSONDecoder().decode(Books.self, from: old) == books)
    }

    @Test func countAChangeOnceAndEachOfItsDrifts() {
        var books = Books()
        func drift(_ ending: Drift.Ending) -> Drift {
            Drift("status", before: nil, after: nil, reason: .changedThere, ending: ending)
        }
        books.count(UpdateOutcome(.updated, remoteID: nil, drifts: [drift(.overwritten), drift(.notCarried)]))
        books.count(UpdateOutcome(.unchanged, remoteID: nil, drifts: [drift(.kept)]))
        books.count(UpdateOutcome(.notReached, remoteID: nil, drifts: [drift(.kept)]))
        books.count(UpdateOutcome(.refused(Finding(.refused, "no")), remoteID: nil, drifts: [drift(.kept)]))
        #expect(books.conversations.updated == 1)
        #expect(books.conversations.unchanged == 1)
        #expect(books.conversations.notSent == 1)
        #expect(books.conversations.sum == 3)
        let drift = books.drift
        #expect(drift.kept == 1 && drift.overwritten == 1 && drift.notCarried == 1)
    }
}
