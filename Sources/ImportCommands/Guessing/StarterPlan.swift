import Foundation
import ImportCore
import PlanReading

/// A plan to begin with, from what was found out about the files; each line that could be wrong says on what evidence it
/// stands, and what the files cannot tell is left as a question.
struct StarterPlan {
    private let glance: SourceGlance
    private let files: [String]
    private let recognition: PresetRecognition?
    private let preset: Preset
    private(set) var questions: [String] = []
    private(set) var sure: [String] = []
    private(set) var guessed: [String] = []
    private var source: [String] = []
    private var conversation: [String] = []
    private var needsZone = false

    /// - Parameters:
    ///   - files: as a plan names them.
    ///   - besides: files in the same archive that are left alone.
    init(_ glance: SourceGlance, files: [String], besides: [String] = []) throws {
        self.glance = glance
        self.files = files
        recognition = PresetRecognition.of(glance)
        let name = recognition?.preset.name ?? (glance.isJSON ? "generic-jsonl" : "generic-csv")
        guard let preset = Presets.named(name) else { throw GuessError.nothing(path: glance.path) }
        self.preset = preset
        describe()
        if !besides.isEmpty { guessed.append("not read, besides: " + besides.prefix(20).joined(separator: ", ")) }
        if recognition == nil { mapGenerally() } else { checkTimes() }
        if needsZone {
            questions.append("source.zone: the times name no zone; where did the clocks stand that wrote them?")
            source.append("zone: \"?\"   # as in Europe/Berlin, or UTC")
        }
    }

    var presetName: String { preset.name }
    var isRecognised: Bool { recognition != nil }

    private mutating func describe() {
        let count = glance.isJSON && glance.records >= SourceGlance.mostDocuments ? "the first " : ""
        let readable =
            glance.unreadable == 0 ? "all can be read" : "\(Figures.grouped(glance.unreadable)) cannot be read"
        sure.append("\(glance.container.rawValue), \(count)\(Figures.counted(glance.records, "record")): \(readable)")
        describeBytes()
        if let recognition {
            let shown = recognition.signs.prefix(6).joined(separator: ", ")
            guessed.append("\(preset.product), \(preset.export), by: \(shown)")
            guessed.append("the preset fits such files: \(preset.confidence.rawValue)")
            needsZone = preset.needsZone
        } else {
            guessed.append("no known product: fields by the names that most give them")
        }
        if !glance.isJSON { describeDialect() }
        let nulls = Set(glance.fields.flatMap(\.nulls.keys))
        if !nulls.isEmpty, recognition == nil {
            guessed.append("no value is spelled " + nulls.sorted().map(CanonicalName.quoted).joined(separator: ", "))
            let list = ["\"\""] + nulls.sorted().map(CanonicalName.quoted)
            source.append("null_values: [\(list.joined(separator: ", "))]")
        }
    }

    private mutating func describeBytes() {
        if let compression = glance.compression { sure.append("compressed with \(compression)") }
        let encoding = glance.encoding
        if let stated = encoding.stated {
            sure.append("read as \(stated), as you say")
            source.append("encoding: \(CanonicalName.quoted(stated))")
        } else {
            sure.append(encoding.name + (encoding.hasByteOrderMark ? " with a byte order mark" : ""))
        }
        guard let envelope = glance.envelope else { return }
        source.append(envelope.plan)
        for (other, table) in glance.streams.sorted(by: { ($0.key.stream ?? "") < ($1.key.stream ?? "") }) {
            let name = other.stream.map { " of the stream \($0)" } ?? ""
            guessed.append(
                "an envelope of \(other.connector): \(Figures.counted(table.records, "record"))\(name)"
                    + (other == envelope ? "" : ", which is not read"))
        }
    }

    private mutating func describeDialect() {
        let dialect = glance.dialect
        var parts: [String] = []
        if dialect.delimiter != UInt8(ascii: ",") {
            let sign =
                dialect.delimiter == 0x09 ? "tab" : CanonicalName.quoted(String(UnicodeScalar(dialect.delimiter)))
            parts.append("delimiter: \(sign)")
        }
        if dialect.quote != UInt8(ascii: "\"") {
            parts.append(
                "quote: " + (dialect.quote.map { CanonicalName.quoted(String(UnicodeScalar($0))) } ?? "none"))
        }
        if !dialect.header { parts.append("header: false") }
        if dialect.preamble > 0 {
            parts.append("preamble: \(dialect.preamble)")
            guessed.append("\(Figures.counted(dialect.preamble, "line")) above the header, as reports have them")
        }
        if !dialect.footers.isEmpty {
            parts.append("footer: [\(dialect.footers.map(CanonicalName.quoted).joined(separator: ", "))]")
            guessed.append("behind the last record stands a report's footer")
        }
        if !parts.isEmpty { source.append("csv: { \(parts.joined(separator: ", ")) }") }
        guessed.append(
            dialect.header
                ? "the first row names \(Figures.counted(glance.header?.names.count ?? 0, "column"))"
                : "there is no header: the first row holds values")
    }

    // MARK: - A known product

    /// Where the times are written otherwise than the preset has it, the plan says how.
    private mutating func checkTimes() {
        let filled = text(zone: "UTC", conversation: [])
        let environment = ["BUSINESS_ID": "00000000-0000-0000-0000-000000000000"]
        guard let plan = try? PlanReader.read(text: filled, path: "", environment: environment) else { return }
        for field in TimeField.allCases {
            guard let rule = plan.conversation.times[field], case .field(let reference) = rule.origin,
                case .date(.pattern(let pattern), _) = rule.meaning, let profile = profile(reference.path)
            else { continue }
            override(field, profile, reference.path.text, unless: pattern)
        }
    }

    private mutating func override(_ field: TimeField, _ profile: FieldProfile, _ name: String, unless pattern: String)
    {
        switch profile.dates {
        case .none: return
        case .form(let form, let zoned, let evidence):
            guard !Self.isSame(form, pattern) else { return }
            guessed.append("\(field.name) is written \(form): \(evidence)")
            add(field.name, name, form, isQuestion: false)
            needsZone = needsZone || zoned
        case .undecided(let forms, let evidence):
            guard !forms.contains(where: { Self.isSame($0, pattern) }) else { return }
            questions.append("conversation.\(field.name).date: \(evidence)")
            add(field.name, name, "? " + forms.joined(separator: " | "), isQuestion: true)
        }
    }

    /// `d` reads what `dd` reads, and ISO 8601 what its pieces do.
    private static func isSame(_ form: String, _ pattern: String) -> Bool {
        func reduced(_ text: String) -> String {
            text.replacing("dd", with: "d").replacing("MM", with: "M").replacing("HH", with: "H")
        }
        return reduced(form) == reduced(pattern) || form == "iso8601" && pattern.hasPrefix("yyyy-MM-dd")
    }

    private func profile(_ path: FieldPath) -> FieldProfile? {
        guard let header = glance.header?.naming(preset.headers) else {
            // The plan names fields as they stand in the document, and the glance as they stand in the record.
            let outer = glance.envelope.map { $0.record + "." } ?? ""
            return glance.field(path.text.hasPrefix(outer) ? String(path.text.dropFirst(outer.count)) : path.text)
        }
        guard case .column(let index) = header.match(path) else { return nil }
        return glance.field(header.names[index])
    }

    // MARK: - Any product

    private mutating func mapGenerally() {
        mapKey()
        mapText()
        mapStatus()
        for field in [TimeField.createdAt, .updatedAt] { mapTime(field) }
    }

    private mutating func mapKey() {
        if let named = profile(FieldPath(literal: "id")), named.isOfIdentifiers, named.filled > 0 {
            let missing = glance.tickets - named.filled
            if missing > 0 {
                let lacking = Figures.counted(missing, "record")
                guessed.append("the key is \(named.name); \(lacking) without one are rejected")
            } else if !named.isUnique {
                guessed.append(
                    "the key is \(named.name); records that repeat one are rejected, and may be messages of one ticket")
            }
            return
        }
        let candidates = glance.fields.compactMap { KeyCandidate($0, of: glance.tickets) }
        if let most = candidates.map(\.weight).max(), let best = candidates.first(where: { $0.weight == most }) {
            guessed.append("the key is \(best.name): every record has one, all differ, and they look like ids")
            source.append("key: \(CanonicalName.field(best.name))")
        } else {
            questions.append("source.key: no field is plainly the ticket's id; which one tells tickets apart for ever?")
            source.append("key: \"?\"")
        }
    }

    /// A conversation without a word in it is not what anybody wants.
    private mutating func mapText() {
        let names = ["subject", "description"] + (glance.isJSON ? ["message", "body", "text", "title"] : [])
        guard !names.contains(where: { profile(FieldPath(literal: $0)) != nil }) else { return }
        questions.append("conversation.initial_message: which field holds the customer's words?")
        conversation.append("initial_message: \"?\"   # a field's name")
    }

    private mutating func mapStatus() {
        guard let status = profile(FieldPath(literal: "status")), let words = status.words, !words.isEmpty,
            case .values(let pairs)? = generalStatus
        else { return }
        let known = Dictionary(pairs.map { ($0.from, $0.to) }, uniquingKeysWith: { first, _ in first })
        let sorted = words.keys.sorted()
        let unknown = sorted.filter { known[$0.trimmingCharacters(in: .whitespaces).lowercased()] == nil }
        guard !unknown.isEmpty else { return }
        questions.append("conversation.status: what is \(unknown.joined(separator: ", "))?")
        let lines = sorted.map { word in
            let value = known[word.trimmingCharacters(in: .whitespaces).lowercased()]
            return "      \(CanonicalName.quoted(word)): \(value ?? "\"? open | pending | resolved | closed\"")"
        }
        conversation += ["status:", "    from: \(CanonicalName.field(status.name))", "    values:"] + lines
    }

    private var generalStatus: ValueRule.Meaning? {
        let environment = ["BUSINESS_ID": "00000000-0000-0000-0000-000000000000"]
        let text = text(zone: "UTC", conversation: [])
        return try? PlanReader.read(text: text, path: "", environment: environment).conversation.status?.meaning
    }

    private mutating func mapTime(_ field: TimeField) {
        guard let profile = profile(FieldPath(literal: field.name)) else { return }
        switch profile.dates {
        case .none: guessed.append("\(profile.name) is not read as a time")
        case .form(let form, let zoned, let evidence):
            guessed.append("\(field.name) is \(profile.name), written \(form): \(evidence)")
            add(field.name, profile.name, form, isQuestion: false)
            needsZone = needsZone || zoned
        case .undecided(let forms, let evidence):
            questions.append("conversation.\(field.name).date: \(evidence)")
            add(field.name, profile.name, "? " + forms.joined(separator: " | "), isQuestion: true)
            needsZone = true
        }
    }

    private mutating func add(_ field: String, _ name: String, _ form: String, isQuestion: Bool) {
        conversation.append(
            "\(field): { from: \(CanonicalName.field(name)), date: \(CanonicalName.quoted(form)) }"
                + (isQuestion ? "   # keep one" : ""))
    }

    // MARK: - The text

    var text: String { text(zone: nil, conversation: conversation) }

    private func text(zone: String?, conversation: [String]) -> String {
        var lines = ["# A plan to begin with, for \(files.joined(separator: ", ")). Read it before you run it."]
        for fact in sure { lines.append("# sure: \(fact)") }
        for fact in guessed { lines.append("# guessed: \(fact)") }
        for lack in preset.lacks { lines.append("# not carried: \(lack)") }
        for question in questions { lines.append("# question: \(question)") }
        lines += [
            "version: 1", "name: \(preset.name)   # part of every conversation's identity: choose it now, and keep it",
            "business_id: ${BUSINESS_ID}   # of your business in PingBack; from the environment", "source:",
            "  preset: \(preset.name)", "  files: [\(files.map(CanonicalName.quoted).joined(separator: ", "))]",
        ]
        var source = self.source
        if let zone { source = source.filter { !$0.hasPrefix("key:") } + ["zone: \(zone)", "key: id"] }
        lines += source.map { "  " + $0 }
        if !conversation.isEmpty { lines += ["conversation:"] + conversation.map { "  " + $0 } }
        return lines.joined(separator: "\n") + "\n"
    }
}
