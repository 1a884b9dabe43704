/// Why a plan does not fit its source: every problem, each with the plan's line.
package struct MappingError: PresentableError, Equatable {
    package struct Problem: Sendable, Equatable {
        package var line: Int
        package var message: String
        package var hint: String?
    }

    package var path: String
    package var problems: [Problem]

    package var report: FailureReport {
        let ordered = problems.sorted { $0.line < $1.line }
        let first = ordered[0]
        let others = ordered.dropFirst().map { problem in
            "\n\(path):\(problem.line): error: \(problem.message)" + (problem.hint.map { "\n  try: " + $0 } ?? "")
        }
        return FailureReport(
            .plan, place: "\(path):\(first.line)", first.message,
            hint: first.hint.map { $0 + others.joined() } ?? (others.isEmpty ? nil : others.joined()))
    }
}

/// Compiles a plan: gives each field that it names a column, and turns each rule into a program.
package struct MappingCompiler {
    private let plan: Plan
    private let headers: [CSVHeader]
    private let fileNames: [String]
    private let lookups: [LookupRule: any LookupTable]
    private let reference: ReferenceRule?
    private let nulls: NullSpellings
    private var columns: [FieldPath] = []
    private var itemColumns: [FieldPath] = []
    private var lines = LayoutLines(columns: [], items: [], list: 0)
    private var problems: [MappingError.Problem] = []

    /// - Parameters:
    ///   - headers: one for each CSV file; empty for JSON.
    ///   - lookups: the table of each lookup rule of the plan.
    ///   - reference: the line that the destination asks for under each opening message.
    package static func compile(
        _ plan: Plan, headers: [CSVHeader], fileNames: [String], lookups: [LookupRule: any LookupTable],
        reference: ReferenceRule? = nil
    ) throws(MappingError) -> MappingProgram {
        var compiler = MappingCompiler(
            plan: plan, headers: headers, fileNames: fileNames, lookups: lookups, reference: reference)
        let program = compiler.program()
        guard compiler.problems.isEmpty else {
            throw MappingError(path: plan.path, problems: compiler.problems)
        }
        return program
    }

    private init(
        plan: Plan, headers: [CSVHeader], fileNames: [String], lookups: [LookupRule: any LookupTable],
        reference: ReferenceRule?
    ) {
        self.plan = plan
        self.reference = reference
        self.headers = headers
        self.fileNames = fileNames
        self.lookups = lookups
        nulls = NullSpellings(plan.source.nullValues)
    }

    private mutating func program() -> MappingProgram {
        var texts: [(TextField, ValueProgram)] = [(.key, value(plan.source.key, field: TextField.key.name))]
        for field in TextField.allCases {
            guard let rule = plan.conversation.texts[field] ?? plan.customer?.texts[field] else { continue }
            texts.append((field, value(rule, field: field.name)))
        }
        var times: [(TimeField, TimeProgram)] = []
        for field in TimeField.allCases {
            let customerRule = field == .customerCreatedAt ? plan.customer?.createdAt : nil
            guard let rule = plan.conversation.times[field] ?? customerRule else { continue }
            if let program = time(rule, field: field.name) { times.append((field, program)) }
        }
        let status = plan.conversation.status.map { value($0, field: "status") }
        let messages = plan.source.messages.map { self.messages($0) }
        let list = plan.source.messages.map { RecordLayout.List(path: $0.list.path, columns: itemColumns) }
        lines.list = plan.source.messages?.list.line ?? 0
        let reference = self.reference.map { program(of: $0) }
        return MappingProgram(
            layout: RecordLayout(columns: columns, list: list), lines: lines, texts: texts, times: times,
            status: status,
            messages: messages, reference: reference)
    }

    /// On one line and without blanks at its ends, as it is looked for again.
    private mutating func program(of reference: ReferenceRule) -> ReferenceProgram {
        var rule = ValueRule(.template(reference.parts), line: reference.line)
        rule.conversions = [.collapse, .trim]
        return ReferenceProgram(value: value(rule, field: TextField.reference.name))
    }

    private mutating func messages(_ rules: MessageRules) -> MessageProgram {
        if !headers.isEmpty {
            problem(
                rules.list.line, "a CSV record has no list of messages in it",
                "leave source.messages out: messages in other columns or files come in a later version")
        }
        return MessageProgram(
            content: value(rules.content, field: "messages.content", isItem: true),
            senderType: rules.senderType.map { value($0, field: "messages.sender_type", isItem: true) },
            createdAt: rules.createdAt.flatMap { time($0, field: "messages.created_at", isItem: true) },
            id: rules.id.map { value($0, field: "messages.id", isItem: true) })
    }

    // MARK: - Rules

    private mutating func time(_ rule: ValueRule, field: String, isItem: Bool = false) -> TimeProgram? {
        if case (.firstOf(let rules), .text) = (rule.origin, rule.meaning) {
            return .firstOf(rules.compactMap { time($0, field: field, isItem: isItem) })
        }
        guard case .date(let pattern, let zone) = rule.meaning else {
            problem(rule.line, "\(field) is a time, and the rule does not say how it is written", "add date: iso8601")
            return nil
        }
        let program = value(rule, field: field, isItem: isItem)
        do {
            return .date(DateReading(value: program, date: try DateProgram(pattern: pattern, zone: zone)))
        } catch {
            problem(zone?.line ?? rule.line, error.message, error.hint)
            return nil
        }
    }

    private mutating func value(_ rule: ValueRule, field: String, isItem: Bool = false) -> ValueProgram {
        let origin: ValueProgram.Origin =
            switch rule.origin {
            case .field(let reference): .column(column(reference, isItem: isItem))
            case .constant(let text): .constant(Array(text.utf8))
            case .template(let parts):
                .template(
                    parts.map { part in
                        switch part {
                        case .text(let text): .text(Array(text.utf8))
                        case .field(let reference): .column(column(reference, isItem: isItem))
                        }
                    })
            case .firstOf(let rules): .firstOf(rules.map { value($0, field: field, isItem: isItem) })
            }
        if rule.constants.contains(where: { $0.utf8.contains(0) }) {
            problem(rule.line, "a text in the plan holds a NUL character", "take the \\0 out of it")
        }
        let meaning: ValueProgram.Meaning =
            switch rule.meaning {
            case .text, .date: .text
            case .values(let pairs): .values(ValueTable(pairs))
            case .lookup(let lookup):
                lookups[lookup].map { .lookup($0, file: lookup.file) } ?? .text
            }
        let otherwise: ValueProgram.Otherwise =
            switch rule.otherwise {
            case .reject: .reject
            case .none: .none
            case .constant(let text): .constant(Array(text.utf8))
            }
        return ValueProgram(
            field: field, origin: origin, conversions: rule.conversions, meaning: meaning, otherwise: otherwise,
            coversMissing: rule.coversMissing, nulls: nulls)
    }

    // MARK: - Columns

    private mutating func column(_ reference: FieldReference, isItem: Bool) -> Int {
        if isItem { return Self.index(of: reference, in: &itemColumns, &lines.items) }
        for (header, file) in zip(headers, fileNames) { check(reference, header, file) }
        return Self.index(of: reference, in: &columns, &lines.columns)
    }

    private static func index(
        of reference: FieldReference, in columns: inout [FieldPath], _ lines: inout [Int]
    ) -> Int {
        if let known = columns.firstIndex(of: reference.path) { return known }
        columns.append(reference.path)
        lines.append(reference.line)
        return columns.count - 1
    }

    private mutating func check(_ reference: FieldReference, _ header: CSVHeader, _ file: String) {
        let name = reference.path.text
        switch header.match(reference.path) {
        case .column: break
        case .repeated(let count):
            problem(
                reference.line, "the column \(name) stands \(count) times in \(file)",
                "say which is meant: \(name)[0] is the first")
        case .missing:
            let nearest = NearestName.of(name, among: header.names)
            problem(
                reference.line, "\(file) has no column \(name)",
                nearest.map { "did you mean \($0)?" }
                    ?? "its columns are " + header.names.prefix(40).joined(separator: ", "))
        }
    }

    private mutating func problem(_ line: Int, _ message: String, _ hint: String?) {
        let problem = MappingError.Problem(line: line, message: message, hint: hint)
        if !problems.contains(problem) { problems.append(problem) }
    }
}

extension RecordLayout {
    /// For each CSV file and each column of the layout, the index of the file's column.
    package func columns(in headers: [CSVHeader]) -> [[Int]] {
        headers.map { header in
            columns.map { path in
                if case .column(let index) = header.match(path) { return index }
                preconditionFailure("a plan is compiled against every header before its layout is used")
            }
        }
    }
}

extension ValueRule {
    /// The texts that the rule itself puts into a conversation.
    fileprivate var constants: [String] {
        var texts: [String] = []
        switch origin {
        case .constant(let text): texts.append(text)
        case .template(let parts):
            for case .text(let text) in parts { texts.append(text) }
        case .field, .firstOf: break
        }
        if case .values(let pairs) = meaning { texts += pairs.map(\.to) }
        if case .constant(let text) = otherwise { texts.append(text) }
        return texts
    }
}
