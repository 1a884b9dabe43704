import ImportCore
import PlanReading

/// Which of the known exports a file is, by the names of its columns or the paths into its documents.
struct PresetRecognition {
    let preset: Preset
    /// The signs of it that the file shows.
    let signs: [String]

    /// The one that the most signs speak for; nil where none has all that it must have.
    static func of(_ glance: SourceGlance) -> PresetRecognition? {
        if glance.isJSON { return of(paths: glance.paths) }
        return best { signs, headers in
            guard signs.format == .csv, let header = glance.header?.naming(headers) else { return nil }
            return { header.match(FieldPath(literal: $0)) != .missing }
        }
    }

    /// The same for JSON, of whose documents these are the paths.
    static func of(paths: Set<String>) -> PresetRecognition? {
        best { signs, _ in signs.format == .jsonl ? { paths.contains($0) } : nil }
    }

    /// The export by which a file is refused; nil for one that may be read.
    static func refusal(of glance: SourceGlance) -> RefusedExport? {
        RefusedExport.all.first { export in
            guard (export.signs.format == .jsonl) == glance.isJSON else { return false }
            let header = glance.header
            return shown(export.signs) { sign in
                header.map { $0.match(FieldPath(literal: sign)) != .missing } ?? glance.paths.contains(sign)
            } != nil
        }
    }

    /// - Parameter looking: how a sign is looked for; nil where the signs are of another format.
    private static func best(
        _ looking: (Preset.Signs, [String: [String]]) -> ((String) -> Bool)?
    ) -> PresetRecognition? {
        Presets.all.compactMap { preset -> PresetRecognition? in
            guard let signs = preset.signs, let shows = looking(signs, preset.headers),
                let shown = shown(signs, by: shows)
            else { return nil }
            return PresetRecognition(preset: preset, signs: shown)
        }.max { $0.signs.count < $1.signs.count }
    }

    /// The signs that are there; nil where one is missing that must be, or there that must not.
    private static func shown(_ signs: Preset.Signs, by shows: (String) -> Bool) -> [String]? {
        guard signs.all.allSatisfy(shows), !signs.none.contains(where: shows) else { return nil }
        return signs.all + signs.any.filter(shows)
    }
}
