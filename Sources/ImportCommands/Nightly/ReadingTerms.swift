import ArgumentParser
import FileReading
import ImportCore

/// What besides the plan's meaning and the source's bytes decides what records become: another version of this program,
/// other limits, other lookups. Where any of it is another than the night before, no file counts as settled.
struct ReadingTerms {
    /// Compared as it stands, and never read.
    let text: String

    init(_ session: PlanSession) throws {
        let limits = session.plan.limits
        var parts = [
            PingBackImport.configuration.version,
            "\(limits.fieldBytes) \(limits.recordBytes) \(limits.depth) \(limits.messageCharacters)",
            session.plan.duplicates.rawValue,
        ]
        for path in Set(session.plan.lookups.map(\.file)).sorted() {
            let hash = try ContentFingerprints.hash(ofFiles: [path], relativeTo: session.file.folder)
            parts.append("\(path) \(hash)")
        }
        text = parts.joined(separator: "\n")
    }
}
