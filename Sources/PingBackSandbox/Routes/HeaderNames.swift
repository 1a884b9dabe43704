import HTTPTypes

extension HTTPField.Name {
    /// Ours, not PingBack's: the id of the data file behind the sandbox.
    static let sandboxData = known("X-Sandbox-Data")

    /// Unknown to PingBack; the journal keeps it, so that a test can tell requests apart.
    static let idempotencyKey = known("Idempotency-Key")

    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) cannot be a header's name") }
        return name
    }
}
