import FileReading
import Foundation
import ImportCore

/// Holds the plan against the first records of the source: a path that occurs nowhere is a warning, and a run does not
/// begin with times whose zone nobody knows.
struct PlanCheck {
    let session: PlanSession
    let console: Console

    /// - Parameter refusesZonelessTimes: whether a time without a zone is an error. Standard input is not looked at for
    ///   that: what of it can be seen without taking anything from it may end within a record.
    /// - Throws: `RunError.zoneNeeded`.
    func run(refusesZonelessTimes: Bool) async throws {
        guard session.opened.format == .jsonl || refusesZonelessTimes else { return }
        var sample = SourceSample(session.program)
        for (index, name) in session.opened.fileNames.enumerated() {
            try await enter(session.look(at: index), isCut: session.opened.isStream(at: index), into: &sample)
            if refusesZonelessTimes, let found = sample.zonelessTime {
                throw RunError.zoneNeeded(
                    place: "\(name):\(found.place.line)", field: found.field ?? "a time", safe: "nothing was sent")
            }
            if !refusesZonelessTimes, sample.presence.records >= SourceSample.size { break }
        }
        guard session.opened.format == .jsonl else { return }
        // A preset names what its product's exports may hold, and not what each of them does.
        let absent = sample.presence.absent(from: session.program).filter { !PresetLines.contains($0.line) }
        guard !absent.isEmpty else { return }
        let names = try await names()
        for path in absent { console.warn(warning(of: path, names: names, records: sample.presence.records)) }
    }

    private func enter(_ source: some RecordSource, isCut: Bool, into sample: inout SourceSample) async throws {
        try await sample.enter(
            source, isCut: isCut, preparation: session.preparation, businessID: session.plan.businessID)
    }

    private func warning(of absent: PathPresence.Absent, names: JSONNames, records: Int) -> PlanWarning {
        let nearest = NearestName.of(absent.path.text, among: absent.isOfMessages ? names.ofMessages : names.ofRecords)
        return PlanWarning(
            place: "\(session.file.path):\(absent.line)",
            message: "\(absent.path.text) is in none of the "
                + (absent.isOfMessages ? "messages of the " : "")
                + (records == 1 ? "one record looked at" : "first \(Figures.grouped(records)) records"),
            hint: nearest.map { "did you mean \($0)?" } ?? "check the path: dots lead into objects, [0] into lists")
    }

    /// Read a second time, since names are needed only where a path is wrong.
    private func names() async throws -> JSONNames {
        var names = JSONNames(list: session.program.layout.list?.path, text: session.opened.text)
        for index in session.opened.fileNames.indices where names.records < SourceSample.size {
            try await names.enter(session.look(at: index))
        }
        return names
    }
}
