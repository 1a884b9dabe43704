/// Why a run does not begin or go on, as far as the run itself decides it.
package enum RunError: PresentableError, Equatable {
    /// The plan's name, business or key is not what the checkpoint was begun with.
    case otherIdentity(checkpoint: String)
    /// The plan maps records differently than when the run began.
    case changedMeaning(checkpoint: String, plan: String, changes: [String])
    case otherDestination(checkpoint: String, was: String, now: String)
    case changedFiles(checkpoint: String, what: String)
    /// A time states no offset from UTC, and the plan no zone: what it means cannot be known.
    case zoneNeeded(place: String, field: String, safe: String? = nil)
    /// Which record of a key is the last one is known only to a verb that reads the whole source before.
    case lastOfKeyUnknown(plan: String)
    /// What provably did not arrive was sent again, and again got lost.
    case sentInVain(count: Int)
    case unbalanced

    package var report: FailureReport {
        let safe = "nothing was sent; the checkpoint is unchanged"
        return switch self {
        case .otherIdentity(let checkpoint):
            FailureReport(
                .data, place: checkpoint,
                "the checkpoint belongs to another plan name, business or key: conversations would get another identity",
                safe: safe, hint: "put the plan's name, business_id and source.key back, or give the plan a new name")
        case .changedMeaning(let checkpoint, let plan, let changes):
            FailureReport(
                .data, place: checkpoint,
                "the plan has changed since this run began:\n"
                    + changes.prefix(20).map { "    " + $0 }.joined(separator: "\n")
                    + (changes.count > 20 ? "\n    and \(changes.count - 20) more" : ""),
                safe: safe,
                hint:
                    "repeat the command with --accept-changed-plan: what is in stays, the rest is mapped by \(plan) as it is"
            )
        case .otherDestination(let checkpoint, let was, let now):
            FailureReport(
                .data, place: checkpoint, "the run was begun against another destination: \(was), and now \(now)",
                safe: safe, hint: "name that destination again, or begin anew with --checkpoint FILE")
        case .changedFiles(let checkpoint, let what):
            FailureReport(
                .data, place: checkpoint, "the input is not what this run began with: \(what)", safe: safe,
                hint: "put the file back, or give this checkpoint another input with --source FILE")
        case .zoneNeeded(let place, let field, let safe):
            FailureReport(
                .plan, place: place, "the time for \(field) states no offset from UTC, and the plan states no zone",
                safe: safe,
                hint: "state the zone beside date:, as in zone: Europe/Berlin")
        case .lastOfKeyUnknown(let plan):
            FailureReport(
                .plan, place: plan, "duplicates: last is for sync, which reads the whole source before it writes",
                safe: "nothing was sent", hint: "say duplicates: first or duplicates: reject, or use sync")
        case .sentInVain(let count):
            FailureReport(
                .unavailable, "conversations that did not arrive were sent again, and again did not arrive: \(count)",
                safe: "all others are in; the checkpoint knows these",
                hint: "repeat the same command when the destination is well; it goes on with them")
        case .unbalanced:
            FailureReport(.bug, "the books do not balance; please report this with the --summary file")
        }
    }
}

extension CheckpointBinding {
    /// Checks that a run may go on under this binding.
    ///
    /// - Parameter acceptsMeaning: whether the plan may map differently from now on.
    package func check(_ now: CheckpointBinding, checkpoint: String, plan: String, acceptsMeaning: Bool)
        throws(RunError)
    {
        guard planName == now.planName, businessID == now.businessID, identity == now.identity else {
            throw .otherIdentity(checkpoint: checkpoint)
        }
        guard destination == now.destination else {
            throw .otherDestination(checkpoint: checkpoint, was: destination, now: now.destination)
        }
        let changes = meaningChanges(to: now.meaning, plan: plan)
        if !changes.isEmpty && !acceptsMeaning {
            throw .changedMeaning(checkpoint: checkpoint, plan: plan, changes: changes)
        }
    }

    private func meaningChanges(to now: [Plan.MeaningLine], plan: String) -> [String] {
        let before = Set(meaning.map(\.text))
        let after = Set(now.map(\.text))
        return now.filter { !before.contains($0.text) }.map {
            "\(PresetLines.place(of: $0.line, plan: plan, preset: nil)): now \($0.text)"
        }
            + meaning.filter { !after.contains($0.text) }.map { "was \($0.text)" }
    }
}
