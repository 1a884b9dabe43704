package import ImportCore

extension PostgresDestination: Undoing {
    package func prepareToUndo() async throws -> UndoExtent {
        let lane = UndoLane(settings, tables: tables, plan: plan)
        let target = try await preflight.retrying { try await lane.inspect() }
        var extent = UndoExtent(
            destination: target.fingerprint, conversations: 0, customers: 0,
            notices: settings.notices + target.notices)
        if let scope = try await lane.scope(isDryRun: true) {
            extent.conversations = try await lane.count(.conversations, in: scope)
            extent.customers = try await lane.count(.customers, in: scope)
        }
        return extent
    }

    package func undo(
        isDryRun: Bool, control: RunControl, observer: any UndoObserver
    ) async throws -> UndoFigures {
        let lane = UndoLane(settings, tables: tables, plan: plan)
        let patience = Patience(seconds: patience, control: control) { observer.noted($0) }
        var isRebuilt = true
        if !isDryRun {
            _ = try await patience.retrying { try await session.held() }
            try await observer.willDelete()
            isRebuilt = try await rebuildBeforeDeleting(patience)
        }
        guard let scope = try await patience.retrying({ try await lane.scope(isDryRun: isDryRun) }) else {
            return UndoFigures()
        }
        var figures = UndoFigures()
        var inUse: Set<BinaryUUID> = []
        for kind in [UndoLane.Kind.conversations, .customers] {
            var last = BinaryUUID(high: 0, low: 0)
            while control.stopReason == nil {
                let page = try await patience.retrying {
                    let lock = isDryRun ? nil : try await session.held()
                    return try await lane.page(kind, after: last, in: scope, inUse: inUse, lock: lock)
                }
                guard let page else { break }
                last = page.last
                figures += page.figures
                if isDryRun { inUse.formUnion(page.customersInUse) }
                if !page.left.isEmpty { try await observer.left(page.left) }
                observer.progressed(figures)
            }
        }
        if !isDryRun, control.stopReason == nil {
            try await patience.retrying { try await lane.finish(scope, lock: try await session.held()) }
        }
        await lane.close()
        if !isRebuilt, control.stopReason == nil {
            _ = try await patience.retrying { try await session.rebuildLeftConstraints() }
        }
        return figures
    }

    /// Puts back what a fresh load left dropped.
    ///
    /// - Returns: false where rows are in its way. They may be among those that are taken back.
    private func rebuildBeforeDeleting(_ patience: Patience) async throws -> Bool {
        do {
            _ = try await patience.retrying { try await session.rebuildLeftConstraints() }
            return true
        } catch PostgresError.notRebuilt(_, let error, _, _) where error.isAboutRow {
            return false
        }
    }
}
