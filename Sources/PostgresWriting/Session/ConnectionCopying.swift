import CLibPQ

/// Libpq copies what it is given and hands it on in pieces of 8 KiB and more; a slice of 64 KiB keeps its buffer small.
private let copySliceSize = 64 << 10

/// COPY, the way that rows go in and out in bulk.
extension Connection {
    /// Runs `COPY … FROM STDIN (FORMAT binary)` with bytes that are complete: signature, rows, trailer.
    ///
    /// - Returns: the rows that the server counted; that they are those sent is for the caller to check.
    func copyIn(_ statement: String, _ bytes: UnsafeBufferPointer<UInt8>) throws(PostgresError) -> Int {
        // Without the trailer the server takes a stream that was cut between two rows for a whole one.
        precondition(
            bytes.count >= 21 && bytes.suffix(2).elementsEqual([0xff, 0xff]), "binary COPY data ends with its trailer")
        do {
            return try copyIn(statement) { write in try write(bytes) }
        } catch let error as PostgresError {
            throw error
        } catch {
            preconditionFailure("only the connection fails while bytes are sent that are there")
        }
    }

    /// Runs `COPY … FROM STDIN` with what `source` writes. An error of `source` ends the COPY as failed, so that the
    /// server keeps no row of it, and is thrown.
    func copyIn(
        _ statement: String, from source: ((UnsafeBufferPointer<UInt8>) throws(PostgresError) -> Void) throws -> Void
    ) throws -> Int {
        let target = CopyTarget(statement: statement)
        try beginCopy(statement, PGRES_COPY_IN)
        do {
            try source { bytes throws(PostgresError) in try put(bytes) }
        } catch {
            PQputCopyEnd(handle, "the data could not be made")
            // The server's answer is that the COPY failed as it was told to.
            try? finish(isCopy: true, copying: target)
            if isLost { throw PostgresError.lost(server: server) }
            throw error
        }
        PQputCopyEnd(handle, nil)
        var count = 0
        try finish(isCopy: true, copying: target) { count += Self.count($0) }
        return count
    }

    /// Runs `COPY … TO STDOUT` and hands over each message, which is valid during the call. An error of `row` ends the
    /// COPY and is thrown.
    func copyOut(_ statement: String, _ row: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        try beginCopy(statement, PGRES_COPY_OUT)
        var failure: (any Error)?
        while true {
            var message: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(handle, &message, 0)
            guard length > 0, let message else { break }
            defer { PQfreemem(message) }
            guard failure == nil else { continue }
            do {
                try message.withMemoryRebound(to: UInt8.self, capacity: Int(length)) {
                    try row(UnsafeBufferPointer(start: $0, count: Int(length)))
                }
            } catch {
                failure = error
                cancel()
            }
        }
        guard let failure else { return try finish(isCopy: true) }
        // Cancelled, or at its end before that was heard.
        try? finish(isCopy: true)
        if isLost { throw PostgresError.lost(server: server) }
        throw failure
    }

    /// Asks the server to end the statement under way. It may not hear, or not in time: its results are read in any case.
    private func cancel() {
        guard let request = PQgetCancel(handle) else { return }
        defer { PQfreeCancel(request) }
        var words = [CChar](repeating: 0, count: 256)
        _ = PQcancel(request, &words, Int32(words.count))
    }

    private func beginCopy(_ statement: String, _ expected: ExecStatusType) throws(PostgresError) {
        try send(statement)
        guard let result = PQgetResult(handle) else { throw giveUp() }
        defer { PQclear(result) }
        if PQresultStatus(result) == expected { return }
        let error = ServerError(result)
        try finish()
        guard let error else { preconditionFailure("the statement is no COPY of that direction") }
        throw .refused(error)
    }

    private func put(_ bytes: UnsafeBufferPointer<UInt8>) throws(PostgresError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let slice = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest.prefix(copySliceSize)))
            let address = slice.assumingMemoryBound(to: CChar.self).baseAddress
            guard PQputCopyData(handle, address, Int32(slice.count)) == 1 else { throw giveUp() }
            rest = rest.dropFirst(slice.count)
        }
    }
}
