import ImportCore

/// An export that is known, and from which no conversations can be read: it is called by its name, with what to do in its
/// place, before anybody maps its columns.
package struct RefusedExport: Sendable {
    package var product: String
    package var export: String
    /// What it holds, and what it does not, to go on after "it is the export X: ".
    package var because: String
    /// The way to the conversations.
    package var instead: String
    package var signs: Preset.Signs

    package static let all: [RefusedExport] = {
        do throws(PlanError) {
            let text = String(decoding: PackageResources.refused_exports_yaml, as: UTF8.self)
            return try PresetReader.refusedExports(text)
        } catch {
            preconditionFailure("the table is part of the program, and a test reads it: \(error.report.text)")
        }
    }()
}
