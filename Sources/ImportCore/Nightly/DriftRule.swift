/// What is done where somebody changed in PingBack what the source changed, too.
package enum DriftRule: String, Sendable, CaseIterable {
    /// PingBack keeps what it has; the difference is listed.
    case keep
    /// The source wins; what stood there is listed.
    case overwrite
}
