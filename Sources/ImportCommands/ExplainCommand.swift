import ArgumentParser
import ImportCore

/// One record, from its bytes to what became of it.
struct ExplainCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows one record: bytes, fields, each step of the mapping, the request, and every attempt.",
        discussion: """
              $ pingback-import explain samples/zendesk/plan.yaml --record 72
              $ pingback-import explain samples/zendesk/plan.yaml --key 10432

            Attempts come from the checkpoints beside the plan. The record is shown whole, with all that is a person's \
            in it: on standard output, and in no log.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("The record's number in its file, from 1.", valueName: "number"))
    var record: Int?

    @Option(help: ArgumentHelp("The ticket's key.", valueName: "key"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "With --record: which of several files, as the plan's order has them, from 1.", valueName: "number"))
    var file = 1

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        if (record == nil) == (key == nil) { throw ValidationError("say --record or --key") }
        if record ?? 1 < 1 || file < 1 { throw ValidationError("records and files are counted from 1") }
    }

    func execute() async throws -> ExitStatus {
        let planFile = try PlanFile(plan)
        Console.about(plan: planFile.plan.name, destination: nil)
        let session = try await PlanSession.open(planFile)
        guard try await find(in: session.records(), session: session) else {
            throw ExplainError(plan: plan, what: record.map { "no record \($0)" } ?? "no record with this key")
        }
        return .done
    }

    private func find(in source: some RecordSource, session: PlanSession) async throws -> Bool {
        let names = source.fileNames
        var preparation = session.preparation
        preparation.keepsCells = true
        let pipeline = BatchPipeline(
            source: source, preparation: preparation, businessID: session.plan.businessID, width: PlanSession.width)
        var intake = BatchIntake(index: session.keyIndex(), duplicates: session.plan.duplicates, fileNames: names)
        var isFound = false
        try await pipeline.forEach { batch in
            let taken = try intake.take(batch)
            guard let index = batch.records.records.indices.first(where: { isMeant($0, of: batch) }) else {
                return true
            }
            isFound = true
            let explanation = Explanation(
                taken: taken, index: index, session: session, fileName: names[batch.place(at: index).file])
            for line in explanation.lines { try Console.print(line) }
            for line in try await AttemptLines.of(batch.id(at: index), for: session.file) { try Console.print(line) }
            return false
        }
        return isFound
    }

    private func isMeant(_ index: Int, of batch: ConversationBatch) -> Bool {
        if let key { return batch.conversation(at: index).key == key }
        let place = batch.place(at: index)
        return place.record == record && place.file == file - 1
    }
}

/// There is nothing to explain.
struct ExplainError: PresentableError {
    var plan: String
    var what: String

    var report: FailureReport {
        FailureReport(
            .data, place: plan, "the source has \(what)",
            hint: "records \(plan) lists them; a header and empty lines are not counted")
    }
}
