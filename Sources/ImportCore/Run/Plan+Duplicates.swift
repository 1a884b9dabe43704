extension Plan {
    /// Checks that repeated keys can be settled by a verb that takes records as it reads them.
    package func checkTakesRecordsInOrder() throws(RunError) {
        if duplicates == .last { throw .lastOfKeyUnknown(plan: path) }
    }
}
