import Foundation
import GRDB

/// What a sandbox really applied, for comparison with what a program believes it sent.
///
/// Read straight from the data file, while a server runs or after one was killed.
package struct SandboxJournal: Sendable {
    /// In the order of their application.
    package let entries: [Entry]

    package init(ofDataFile path: String) throws(SandboxError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw .dataFileUnusable(path: path, reason: "there is no such file")
        }
        do {
            // Only reads, yet not opened read-only: such a connection cannot make the WAL that the file asks for when
            // no server has it open.
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            entries = try DatabaseQueue(path: path, configuration: configuration).read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM journal ORDER BY seq").map { Entry($0) }
            }
        } catch let error as DatabaseError {
            throw .dataFileUnusable(path: path, reason: error.message ?? "\(error.resultCode)")
        } catch {
            throw .dataFileUnusable(path: path, reason: String(describing: error))
        }
    }

    /// One applied create.
    package struct Entry: Sendable, Equatable {
        package let sequence: Int64
        /// Milliseconds since 1970, when the request had been read.
        package let receivedAt: Int64
        package let conversationID: String
        package let customerID: String?
        package let message: String?
        /// The client's address and port: requests with the same came over one connection.
        package let peer: String?
        /// The `Idempotency-Key` header, which PingBack does not know; kept, never obeyed.
        package let idempotencyKey: String?

        fileprivate init(_ row: Row) {
            sequence = row["seq"]
            receivedAt = row["received_at"]
            conversationID = row["conversation_id"]
            customerID = row["customer_id"]
            message = row["message"]
            peer = row["peer"]
            idempotencyKey = row["idempotency_key"]
        }
    }
}
