import FileReading
import ImportCore
import PlanReading

/// The files that belong to the export which is guessed at: those named, or, of the files in an archive, the known ones.
struct GuessedFiles {
    /// The first of them, which stands for all.
    let glance: SourceGlance
    /// As a plan names them.
    let files: [String]
    /// Files of the archive that are something else.
    let besides: [String]

    /// More files of an archive are not looked at: exports have a file a kind of thing, and parts of each.
    private static let mostMembers = 50

    static func look(at files: [String], encoding: String?) async throws -> GuessedFiles {
        if files.count == 1 {
            let names = try FileSample.names(behind: files[0])
            if names.count > 1 { return try await choose(among: names, in: files[0], encoding: encoding) }
        }
        var glances: [SourceGlance] = []
        for file in files { glances.append(try await glance(at: file, encoding: encoding)) }
        let first = glances[0]
        for other in glances.dropFirst() where other.header?.names != first.header?.names {
            throw GuessError.different(first: first.path, other: other.path)
        }
        return GuessedFiles(glance: first, files: files, besides: [])
    }

    /// Of an archive's files all, where they are parts of one export, else those of the export that is recognised.
    private static func choose(
        among names: [String], in archive: String, encoding: String?
    ) async throws -> GuessedFiles {
        var glances: [SourceGlance] = []
        var refusal: (any Error)?
        for name in names.prefix(mostMembers) {
            do {
                glances.append(try await glance(at: name, encoding: encoding))
            } catch {
                refusal = refusal ?? error
            }
        }
        guard let first = glances.first else { throw refusal ?? GuessError.nothing(path: archive) }
        let isOne = glances.allSatisfy { $0.header?.names == first.header?.names && $0.container == first.container }
        if isOne, first.header != nil, glances.count == names.count {
            return GuessedFiles(glance: first, files: [archive], besides: [])
        }
        let known = glances.compactMap { glance in PresetRecognition.of(glance).map { (glance, $0) } }
        guard let best = known.max(by: { $0.1.signs.count < $1.1.signs.count }) else {
            throw GuessError.several(path: archive, names: names)
        }
        let chosen = known.filter { $0.1.preset.name == best.1.preset.name }.map(\.0)
        let files = chosen.map(\.path)
        return GuessedFiles(glance: chosen[0], files: files, besides: names.filter { !files.contains($0) })
    }

    private static func glance(at path: String, encoding: String?) async throws -> SourceGlance {
        let glance = try await SourceGlance.look(at: path, encoding: encoding)
        if let refused = PresetRecognition.refusal(of: glance) { throw GuessError.refused(path: path, export: refused) }
        if glance.records == glance.unreadable { throw GuessError.nothing(path: path) }
        return glance
    }
}
