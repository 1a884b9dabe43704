/// What a run needs to write one night: the comparison that says what is to be done, and what carries changes.
package struct NightWork: Sendable {
    package var night: any Night
    package var updating: any Updating
    package var onDrift: DriftRule
    package var drift: any DriftReport
    /// What the hash of an assignee is, to tell who it was the night before.
    package var assigneeHash: @Sendable (_ id: String?) -> UInt32

    package init(
        night: any Night, updating: any Updating, onDrift: DriftRule, drift: any DriftReport,
        assigneeHash: @escaping @Sendable (String?) -> UInt32
    ) {
        self.night = night
        self.updating = updating
        self.onDrift = onDrift
        self.drift = drift
        self.assigneeHash = assigneeHash
    }
}
