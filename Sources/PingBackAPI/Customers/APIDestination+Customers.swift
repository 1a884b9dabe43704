package import ImportCore

extension APIDestination {
    /// Goes on with a scan, a page at a time, until all is read or `control` is asked to stop.
    ///
    /// PingBack's documentation has no list of customers; its conversations are the only place where their ids show. Those
    /// who have no conversation cannot be found.
    ///
    /// - Parameter observe: called behind each page; what it throws ends the scan.
    package func scanCustomers(
        _ scan: inout CustomerScan, control: RunControl, note: @escaping @Sendable (DestinationEvent) -> Void,
        observe: (CustomerScan) async throws -> Void
    ) async throws {
        let patient = reader { note($0) }.reader
        var last: Set<String> = []
        var repeated = 0
        while let path = scan.path, control.stopReason == nil {
            guard let rows = try await patient.read([CustomerSighting].self, at: path) else {
                throw APIError.notPingBack("it answers 404 to listing conversations", words: nil)
            }
            // Rows move to later pages while we read; a whole page that does not move is a server that turns none.
            let ids = Set(rows.map(\.conversationID))
            repeated = !ids.isEmpty && scan.page > 1 && ids.isSubset(of: last) ? repeated + 1 : 0
            guard repeated < ConversationReader.mostRepeatedPages else {
                throw APIError.notPingBack("its list of conversations repeats itself", words: nil)
            }
            last = ids
            scan.enter(rows)
            try await observe(scan)
        }
    }
}
