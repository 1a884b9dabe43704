import ImportCore

/// `source`: the files, their dialect, and where the key and the messages are.
extension PlanDecoder {
    mutating func source(_ node: PlanNode?) -> SourceDescription? {
        guard let map = map(node, of: SourceKey.self) else { return nil }
        let line = map.node.line
        let files = files(required(map, .files, example: "[tickets.csv]"))
        let format = choice(map[.format], of: SourceDescription.Format.self)
        note("source.format", format?.rawValue ?? "as its bytes say", line: map[.format]?.line ?? line)
        let encoding = encoding(map[.encoding])
        let dialect = dialect(map[.csv], line: map[.csv]?.line ?? line)
        zone = zone(map[.zone])
        let foreign = envelope(map[.envelope])
        let key = key(required(map, .key, example: "id"))
        let nullValues = nullValues(map[.nullValues], line: map[.nullValues]?.line ?? line)
        let messages = messages(map[.messages])
        let months = months(map[.months])
        let headers = headers(map[.headers])
        let skips = foreign + skips(map[.skip])
        let repairs = repairs(map[.repairs])
        guard let files, let key else { return nil }
        var source = SourceDescription(
            files: files, format: format, encoding: encoding, dialect: dialect, key: key, nullValues: nullValues,
            messages: messages)
        if case .text(let text)? = map[.preset]?.content { source.preset = text.value }
        (source.months, source.headers, source.skips) = (months, headers, skips)
        source.repairs = repairs
        source.dialect.dropsTrailingEmptyFields = repairs.contains(.trailingEmptyFields)
        source.dialect.passesBlankRecords = repairs.contains(.blankRecords)
        return source
    }

    private mutating func repairs(_ node: PlanNode?) -> Set<Repair> {
        guard let node, let items = list(node) else { return [] }
        let repairs = Set(items.compactMap { choice($0, of: Repair.self) })
        if !repairs.isEmpty {
            note("source.repairs", repairs.map(\.rawValue).sorted().joined(separator: ", "), line: node.line)
        }
        return repairs
    }

    /// The encoding's name; whether iconv knows it turns out when the files are opened.
    private mutating func encoding(_ node: PlanNode?) -> String? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        let name = text.value.lowercased()
        // UTF-8 has been read without a word, and checkpoints of that time stay valid.
        if !["utf-8", "utf8"].contains(name) { note("source.encoding", text, name, line: node.line) }
        return name
    }

    private mutating func files(_ node: PlanNode?) -> [String]? {
        guard let node, let items = list(node) else { return nil }
        if items.isEmpty { report(node, "names no file", hint: "files: [tickets.csv]") }
        return items.compactMap { item in
            guard let text = nonEmptyText(item) else { return nil }
            return text.value
        }
    }

    private mutating func key(_ node: PlanNode?) -> ValueRule? {
        guard let node, let rule = rule(node, for: .text) else { return nil }
        let isConstant = if case .constant = rule.origin { true } else { false }
        let endsConstant = if case .constant = rule.otherwise { true } else { false }
        if isConstant || endsConstant {
            report(
                node, "cannot be a constant: it tells one ticket from another",
                hint: "the field that holds the ticket's id in the old system")
        }
        return rule
    }

    private mutating func nullValues(_ node: PlanNode?, line: Int) -> [String] {
        guard let texts = list(node)?.compactMap({ text($0) }) else {
            note("source.null_values", CanonicalText.quoted(""), line: line)
            return [""]
        }
        let spellings = texts.map { $0.hasVariable ? Self.masked($0.value) : CanonicalText.quoted($0.value) }
        note("source.null_values", Set(spellings).sorted().joined(separator: ", "), line: line)
        return texts.map(\.value)
    }
}

/// The dialect of CSV files.
extension PlanDecoder {
    private mutating func dialect(_ node: PlanNode?, line: Int) -> SourceDescription.Dialect {
        var dialect = SourceDescription.Dialect()
        let map = map(node, of: DialectKey.self)
        if let delimiter = byte(map?[.delimiter], example: "\"|\", or tab") { dialect.delimiter = delimiter }
        if let quote = map?[.quote] {
            if case .text(let text) = quote.content, text.value == "none" {
                dialect.quote = nil
            } else if let byte = byte(quote, example: "\"'\", or none") {
                dialect.quote = byte
            }
        }
        if let header = flag(map?[.header]) { dialect.header = header }
        if dialect.delimiter == dialect.quote, let place = map?[.quote] ?? map?[.delimiter] {
            report(
                line: place.line, "source.csv.delimiter and source.csv.quote are the same character",
                hint: "where the file quotes nothing, quote: none")
        }
        note("source.csv.delimiter", Self.spelled(dialect.delimiter), line: map?[.delimiter]?.line ?? line)
        note("source.csv.quote", dialect.quote.map(Self.spelled) ?? "none", line: map?[.quote]?.line ?? line)
        note("source.csv.header", "\(dialect.header)", line: map?[.header]?.line ?? line)
        if let node = map?[.preamble], let lines = integer(node, in: 0...10_000) {
            dialect.preamble = lines
            note("source.csv.preamble", "\(lines)", line: node.line)
        }
        dialect.footers = footers(map?[.footer])
        return dialect
    }

    /// How the lines of a footer begin.
    private mutating func footers(_ node: PlanNode?) -> [String] {
        guard let node, let items = list(node) else { return [] }
        return items.compactMap { item in
            guard let text = nonEmptyText(item) else { return nil }
            guard text.value.utf8.count <= Self.longestFooter,
                !text.value.utf8.contains(where: { $0 == 10 || $0 == 13 })
            else {
                report(
                    item, "must be what a line begins with, at most \(Self.longestFooter) bytes",
                    hint: "footer: Grand Total")
                return nil
            }
            note("source.csv.footer", text, line: item.line)
            return text.value
        }
    }

    /// The beginning of a line tells it apart.
    private static let longestFooter = 200

    private mutating func byte(_ node: PlanNode?, example: String) -> UInt8? {
        guard let node, let text = text(node) else { return nil }
        let value = ["tab", "\\t"].contains(text.value) ? "\t" : text.value
        guard let byte = value.utf8.first, value.utf8.count == 1, ![0, 10, 13].contains(byte) else {
            report(node, "is \(text.shown); it must be one ASCII character, in quotes", hint: example)
            return nil
        }
        return byte
    }

    private static func spelled(_ byte: UInt8) -> String { CanonicalText.quoted(String(UnicodeScalar(byte))) }
}
