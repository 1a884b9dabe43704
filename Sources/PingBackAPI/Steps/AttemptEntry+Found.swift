import ImportCore

extension AttemptEntry {
    /// A doubt whose conversation was found: it is done, and these steps are still to be done to it.
    func found(as id: String) -> [AttemptEntry] {
        var found = self
        found.remoteID = id
        return [becoming(.done, remoteID: id)] + found.laterSteps(startedAt: WallClock.milliseconds())
    }
}
