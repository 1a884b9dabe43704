import Checkpointing
import Foundation
import ImportCore
import PingBackAPI

/// The files of a customer lookup: the lookup itself, what was left out of it, and how far an unfinished scan came. All are
/// for their owner only, since they hold people's addresses.
struct CustomerFiles: Sendable {
    /// After so many pages of 50 conversations the scan is saved: seconds of reading are lost by a kill.
    static let pagesBetweenSaves = 100

    let lookup: String

    private var stem: String { lookup.hasSuffix(".csv") ? String(lookup.dropLast(4)) : lookup }
    var ambiguous: String { stem + ".ambiguous.csv" }
    var scan: String { lookup + ".scan" }

    /// A scan that an earlier process did not finish; nil where there is none, or one of another workspace.
    func unfinished(origin: String, includesNames: Bool) throws -> CustomerScan? {
        guard FileManager.default.fileExists(atPath: scan) else { return nil }
        // What cannot be read is begun anew: nothing is lost but the reading.
        guard let bytes = FileManager.default.contents(atPath: scan),
            let saved = try? JSONDecoder().decode(CustomerScan.self, from: bytes)
        else { return nil }
        return saved.origin == origin && saved.includesNames == includesNames ? saved : nil
    }

    func save(_ scan: CustomerScan) async throws {
        try await AtomicFile.write(Array(JSONEncoder().encode(scan)), to: self.scan)
    }

    /// Writes the lookup and what was left out; the scan is over then.
    func write(_ content: CustomerLookup, includesNames: Bool) async throws {
        var text = CSVText()
        text.row(["customer_id", "email", "phone", "external_id"] + (includesNames ? ["name"] : []))
        for customer in content.customers {
            let values = [customer.id, customer.email, customer.phone, customer.externalID].map { $0 ?? "" }
            text.row(values + (includesNames ? [customer.name ?? ""] : []))
        }
        if content.ambiguities.isEmpty {
            try? FileManager.default.removeItem(atPath: ambiguous)
        } else {
            var list = CSVText()
            list.row(["column", "value", "customer_ids"])
            for one in content.ambiguities { list.row([one.column, one.value, one.ids.joined(separator: " ")]) }
            try await AtomicFile.write(list.bytes, to: ambiguous)
        }
        try await AtomicFile.write(text.bytes, to: lookup)
        try? FileManager.default.removeItem(atPath: scan)
    }
}
