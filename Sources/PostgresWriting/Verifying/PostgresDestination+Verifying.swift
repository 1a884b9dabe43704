package import ImportCore

extension PostgresDestination: Verifying {
    package func prepareToVerify() async throws -> VerifyTarget {
        let target = try await preflight.retrying { try await verifying.prepare() }
        return VerifyTarget(destination: target.fingerprint, notices: settings.notices + target.notices)
    }

    package func verify(
        _ conversations: [Conversation], isChosen: [Bool], control: RunControl,
        note: @escaping @Sendable (DestinationEvent) -> Void
    ) async throws -> [ConversationDifference] {
        let batch = await verifying.expect(conversations, isChosen: isChosen)
        return try await Patience(seconds: patience, control: control) { note($0) }.retrying {
            try await verifying.differences(batch)
        }
    }
}
