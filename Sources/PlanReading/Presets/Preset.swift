package import ImportCore

/// The built-in knowledge of one product's export: what it fills a plan in with, and how it is known again.
package struct Preset: Sendable {
    /// How well it is known that a preset fits what the product really writes.
    package enum Confidence: String, Sendable, CaseIterable {
        /// Bytes of a real export were read.
        case realFile = "verified: real file"
        case vendorDocumentation = "vendor documentation"
        case unverified
    }

    /// The signs by which a file is known: names of columns, or paths into JSON.
    package struct Signs: Sendable, Equatable {
        package var format: SourceDescription.Format
        /// A file without one of these is something else.
        package var all: [String]
        /// These make it more certain.
        package var any: [String]
        /// A file with one of these is something else.
        package var none: [String]
    }

    package var name: String
    package var product: String
    package var export: String
    package var confidence: Confidence
    /// What it does not do, for who uses it.
    package var lacks: [String]
    /// Nil for a preset that fits too much to be recognised by anything.
    package var signs: Signs?
    /// Columns by their name in the preset, with the other names that they go by.
    package var headers: [String: [String]]
    /// Whether its times have no offset, so that the plan has to state a zone.
    package var needsZone: Bool
    /// As it stands in its file.
    package var text: String
    let plan: PlanNode
}
