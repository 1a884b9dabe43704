/// Lines of a plan and lines of the preset that fills it in, in one row of numbers, so that every rule knows where it
/// stands by one number.
package enum PresetLines {
    /// Added to a line of a preset. A plan has at most 1 MiB, and so fewer lines than that.
    package static let base = 1 << 21

    package static func contains(_ line: Int) -> Bool { line >= base }

    /// `plan.yaml:12`, or `preset zendesk-json:7`.
    package static func place(of line: Int, plan path: String, preset: String?) -> String {
        contains(line) ? "\(preset.map { "preset " + $0 } ?? "the preset"):\(line - base)" : "\(path):\(line)"
    }
}

extension Plan {
    /// Where a line of the plan, or of its preset, is to be found.
    package func place(of line: Int) -> String {
        PresetLines.place(of: line, plan: path, preset: source.preset)
    }
}
