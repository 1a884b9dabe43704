import Checkpointing
import FileReading
import ImportCore

/// Binds a checkpoint to plan, input and destination, and lets a run go on only where all are the same.
struct RunBinder {
    let session: PlanSession
    let checkpoint: CheckpointFile
    let path: String
    let destinationName: String

    /// Where the run stands, once its input is known to be what it was. Another input is not compared.
    func checkInput(isOther: Bool) async throws -> RunProgress? {
        guard let progress = try await checkpoint.progress() else { return nil }
        if isOther { return progress }
        try await SourceVerification.check(progress.files, against: session.opened)
        return progress
    }

    func bind(destination: String, acceptsMeaning: Bool) async throws {
        let now = CheckpointBinding(
            planName: session.plan.name, businessID: session.plan.businessID.lowercased(),
            destinationName: destinationName, destination: destination, identity: session.plan.identity,
            meaning: session.plan.meaning(at: destinationName))
        if let before = try await checkpoint.binding() {
            try before.check(now, checkpoint: path, plan: session.file.path, acceptsMeaning: acceptsMeaning)
            if before == now { return }
            try await revisitRejected()
        }
        try await checkpoint.bind(now)
    }

    /// Remembers, before the new meaning is bound, that what was rejected is mapped anew: a kill in between must not
    /// leave a run that takes the old rejections for those of the new plan.
    private func revisitRejected() async throws {
        guard var progress = try await checkpoint.progress(), !progress.isRevisiting else { return }
        progress.isRevisiting = true
        progress.isFinished = false
        try await checkpoint.commit([], progress: progress)
    }

    /// Whether the run has nothing left to do: all of the source is read, nothing is in doubt,
    /// and every step is taken.
    ///
    /// What comes through standard input or a pipe is read to its end for that, and cannot be read again: other bytes
    /// than before are not this run's.
    func isFinished(_ progress: RunProgress) async throws -> Bool {
        guard progress.isFinished, session.opened.isEnd(progress.position, of: progress.files),
            try await checkpoint.unsettled().isEmpty,
            try await checkpoint.pendingSteps().isEmpty
        else {
            return false
        }
        try await SourceVerification.checkStreams(progress.files, against: session.opened)
        return true
    }
}
