import ImportCore
import PlanReading

/// Which of the known exports a file is, by the names of its columns or the paths into its documents.
struct PresetRecognition {
    let preset: Preset
    /// The signs of it that the file shows.
    let signs: [String]

    /// The one that the most signs speak for; nil where none has all that it must have.
    static func of(_ glance: SourceGlance) -> PresetRecognition? {
        Presets.all.compactMap { preset -> PresetRecognition? in
            guard let signs = preset.signs, (signs.format == .jsonl) == glance.isJSON else { return nil }
            let header = glance.header?.naming(preset.headers)
            func shows(_ sign: String) -> Bool {
                guard let header else { return glance.paths.contains(sign) }
                return header.match(FieldPath(literal: sign)) != .missing
            }
            guard signs.all.allSatisfy(shows), !signs.none.contains(where: shows) else { return nil }
            return PresetRecognition(preset: preset, signs: signs.all + signs.any.filter(shows))
        }.max { $0.signs.count < $1.signs.count }
    }
}
