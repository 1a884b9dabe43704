/// Why a plan does not fit its source: every problem, each with the plan's line.
package struct MappingError: PresentableError, Equatable {
    package struct Problem: Sendable, Equatable {
        package var line: Int
        package var message: String
        package var hint: String?
    }

    package var path: String
    /// The preset that the plan names; nil for none.
    package var preset: String?
    package var problems: [Problem]

    package var report: FailureReport {
        let ordered = problems.sorted { $0.line < $1.line }
        let first = ordered[0]
        let others = ordered.dropFirst().map { problem in
            "\n\(place(of: problem)): error: \(problem.message)" + (problem.hint.map { "\n  try: " + $0 } ?? "")
        }
        return FailureReport(
            .plan, place: place(of: first), first.message,
            hint: first.hint.map { $0 + others.joined() } ?? (others.isEmpty ? nil : others.joined()))
    }
}

/// Makes the reader of lists whose items have these columns.
package typealias ListReaderMaking = @Sendable ([FieldPath]) -> any JSONListReader
extension MappingError {
    private func place(of problem: Problem) -> String {
        PresetLines.place(of: problem.line, plan: path, preset: preset)
    }
}

/// Compiles a plan: gives each field that it names a column, and turns each rule into a program.
package struct MappingCompiler {
    private let plan: Plan
    private let headers: [CSVHeader]
    private let fileNames: [String]
    private let lookups: [LookupRule: any LookupTable]
    private let converters: [ValueRule.Conversion: any TextConverter]
    private let listReader: ListReaderMaking?
    private let reference: ReferenceRule?
    private let nulls: NullSpellings
    private var columns: [FieldPath] = []
    private var itemColumns: [FieldPath] = []
    /// Columns that a file may lack.
    private var spare = 0..<0
    private var lines = LayoutLines(columns: [], items: [], list: 0)
    private var problems: [MappingError.Problem] = []
    private var repairs: CellRepairs
    private var itemRepairs: CellRepairs
    /// Columns that the preset names and no file has, in the order of the plan's fields.
    private var absent: [String] = []

    /// - Parameters:
    ///   - headers: one for each CSV file; empty for JSON.
    ///   - lookups: the table of each lookup rule of the plan.
    ///   - converters: for the conversions of markup to text; nothing where the plan has none.
    ///   - listReader: reads lists written as JSON in a field; nil where the plan has none.
    ///   - reference: the line that the destination asks for under each opening message.
    package static func compile(
        _ plan: Plan, headers: [CSVHeader], fileNames: [String], lookups: [LookupRule: any LookupTable],
        converters: [ValueRule.Conversion: any TextConverter] = [:], listReader: ListReaderMaking? = nil,
        reference: ReferenceRule? = nil
    ) throws(MappingError) -> MappingProgram {
        var compiler = MappingCompiler(
            plan: plan, headers: headers, fileNames: fileNames, lookups: lookups, converters: converters,
            listReader: listReader, reference: reference)
        let program = compiler.program()
        guard compiler.problems.isEmpty else {
            throw MappingError(path: plan.path, preset: plan.source.preset, problems: compiler.problems)
        }
        return program
    }

    private init(
        plan: Plan, headers: [CSVHeader], fileNames: [String], lookups: [LookupRule: any LookupTable],
        converters: [ValueRule.Conversion: any TextConverter], listReader: ListReaderMaking?,
        reference: ReferenceRule?
    ) {
        self.plan = plan
        self.converters = converters
        self.listReader = listReader
        self.reference = reference
        self.headers = headers
        self.fileNames = fileNames
        self.lookups = lookups
        nulls = NullSpellings(plan.source.nullValues)
        repairs = CellRepairs(plan.source.repairs)
        itemRepairs = repairs
    }

    private mutating func program() -> MappingProgram {
        var texts: [(TextField, ValueProgram)] = [(.key, value(plan.source.key, field: TextField.key.name))]
        for field in TextField.allCases {
            guard let rule = plan.conversation.texts[field] ?? plan.customer?.texts[field] else { continue }
            texts.append((field, value(rule, field: field.name)))
        }
        if case .firstOf(let programs) = texts[0].1.origin, programs.isEmpty { reportMissingKey() }
        var times: [(TimeField, TimeProgram)] = []
        for field in TimeField.allCases {
            let customerRule = field == .customerCreatedAt ? plan.customer?.createdAt : nil
            guard let rule = plan.conversation.times[field] ?? customerRule else { continue }
            if let program = time(rule, field: field.name) { times.append((field, program)) }
        }
        let status = plan.conversation.status.map { value($0, field: "status") }
        let messages = plan.source.messages.map { self.messages($0) }
        var list: RecordLayout.List?
        if let rules = plan.source.messages, rules.form == .list {
            list = RecordLayout.List(path: rules.list.path, columns: itemColumns)
            lines.list = rules.list.line
        }
        let skip = plan.source.skips.isEmpty ? nil : skip(plan.source.skips)
        let reference = self.reference.map { program(of: $0) }
        var layout = RecordLayout(columns: columns, list: list)
        layout.spare = spare
        return MappingProgram(
            layout: layout, lines: lines, texts: texts, times: times,
            status: status, messages: messages, skip: skip, absentColumns: absent, reference: reference,
            repairs: repairs)
    }

    private mutating func skip(_ rules: [SkipRule]) -> SkipProgram {
        let programs = rules.map { rule in
            SkipProgram.Rule(
                conditions: rule.conditions.map { condition in
                    let value = ValueRule(.field(condition.field), line: condition.field.line)
                    let test: SkipProgram.Test =
                        switch condition.test {
                        case .isOne(let values): .isOne(of: values.map { Array($0.utf8) })
                        case .isNone(let values): .isNone(of: values.map { Array($0.utf8) })
                        case .isPresent: .isPresent
                        case .isMissing: .isMissing
                        }
                    return SkipProgram.Condition(value: self.value(value, field: "skip"), test: test)
                })
        }
        return SkipProgram(rules: programs, reasons: rules.map(\.reason))
    }

    /// On one line and without blanks at its ends, as it is looked for again.
    private mutating func program(of reference: ReferenceRule) -> ReferenceProgram {
        var rule = ValueRule(.template(reference.parts), line: reference.line)
        rule.conversions = [.collapse, .trim]
        return ReferenceProgram(value: value(rule, field: TextField.reference.name))
    }

    private mutating func messages(_ rules: MessageRules) -> MessageProgram {
        let content = value(rules.content, field: "messages.content", isItem: true)
        let senderType = rules.senderType.map { value($0, field: "messages.sender_type", isItem: true) }
        let createdAt = rules.createdAt.flatMap { time($0, field: "messages.created_at", isItem: true) }
        let id = rules.id.map { value($0, field: "messages.id", isItem: true) }
        let drops = rules.drops.map { drop in
            (
                reason: drop.reason,
                conditions: drop.conditions.map { condition($0, field: "messages", isItem: true) }
            )
        }
        let opening = rules.opening.map { value($0, field: "messages.opening") }
        // The source last: what the items need is known now.
        return MessageProgram(
            source: source(of: rules), drops: drops, isOrderedByTime: rules.order == .time, content: content,
            senderType: senderType, createdAt: createdAt, id: id, repairs: itemRepairs, opening: opening)
    }

    private mutating func source(of rules: MessageRules) -> MessageSource {
        switch rules.form {
        case .list:
            if !headers.isEmpty {
                problem(
                    rules.list.line, "a CSV record has no list of messages in it",
                    "for a list that a cell holds as JSON, in: {json: …}; for repeated columns, in: {columns: …}")
            }
            return .list
        case .json:
            guard let listReader else { preconditionFailure("a plan with JSON in its fields is given their reader") }
            // A preset's column that this file does not have holds no messages.
            guard let column = column(rules.list, isItem: false) else { return .list }
            return .json(column: column, reader: listReader(itemColumns))
        case .columns(let split): return columns(of: rules.list, split)
        }
    }

    private mutating func columns(of reference: FieldReference, _ split: SplitRule?) -> MessageSource {
        let name = reference.path.text
        if headers.isEmpty {
            problem(reference.line, "columns are a thing of CSV, and the source is JSON", "in: the field with the list")
        }
        let repeats = headers.map { $0.count(of: name) }
        if repeats.allSatisfy({ $0 == 0 }) {
            // A preset's column that was not exported holds no messages.
            if PresetLines.contains(reference.line) {
                if !headers.isEmpty { absent.append(name) }
            } else {
                for (header, file) in zip(headers, fileNames) {
                    check(FieldReference(path: FieldPath(literal: name), line: reference.line), header, file)
                }
            }
        }
        let start = columns.count
        for index in 0..<(repeats.max() ?? 0) {
            columns.append(FieldPath(repeated: name, index))
            lines.columns.append(reference.line)
        }
        spare = start..<columns.count
        let names = split?.names ?? [name]
        let parts = zip(itemColumns, lines.items).map { path, line -> Int in
            if let part = names.firstIndex(of: path.text) { return part }
            problem(
                line, "a message from the column \(name) has no \(path.text)",
                NearestName.of(path.text, among: names).map { "did you mean \($0)?" }
                    ?? "it has " + names.joined(separator: ", "))
            return 0
        }
        return .columns(
            spare,
            SplitProgram(
                separator: Array((split?.separator ?? "").utf8), parts: names.count, columns: parts, name: name,
                nulls: nulls))
    }

    private mutating func condition(_ rule: ConditionRule, field: String, isItem: Bool) -> ConditionProgram {
        let test: ConditionProgram.Test =
            switch rule.test {
            case .isAny(let texts): .isAny(Set(texts.map { Array($0.utf8) }))
            case .isNone(let texts): .isNone(Set(texts.map { Array($0.utf8) }))
            case .present(let wanted): .present(wanted)
            case .domain(let domains):
                .domain(Set(domains.map { $0.utf8.map(ConditionProgram.lowercased) }))
            case .sameAs(let reference):
                .sameAs(value(rule.value.taking(reference), field: field, isItem: false))
            }
        return ConditionProgram(value: value(rule.value, field: field, isItem: isItem), test: test)
    }

    /// A preset's column may be absent, but for the one that tells one record from another.
    private mutating func reportMissingKey() {
        problem(
            plan.source.key.line, "the file has no column \(absent.joined(separator: ", "))",
            "say which column holds the ticket's id, source: {key: …}; its columns are "
                + (headers.first?.names ?? []).prefix(40).joined(separator: ", "))
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
        // A time of a column that was not exported needs no zone.
        if case .firstOf(let programs) = program.origin, programs.isEmpty { return nil }
        do {
            return .date(
                DateReading(
                    value: program, date: try DateProgram(pattern: pattern, zone: zone, months: plan.source.months)))
        } catch {
            problem(zone?.line ?? rule.line, error.message, error.hint)
            return nil
        }
    }

    private mutating func value(_ rule: ValueRule, field: String, isItem: Bool = false) -> ValueProgram {
        let origin: ValueProgram.Origin =
            switch rule.origin {
            // The first of none: a value that is never there.
            case .field(let reference):
                column(reference, isItem: isItem, field: field).map { .column($0) } ?? .firstOf([])
            case .constant(let text): .constant(Array(text.utf8))
            case .template(let parts):
                .template(
                    parts.compactMap { part in
                        switch part {
                        case .text(let text): .text(Array(text.utf8))
                        case .field(let reference):
                            column(reference, isItem: isItem, field: field).map { .column($0) }
                        }
                    })
            case .firstOf(let rules): .firstOf(rules.map { value($0, field: field, isItem: isItem) })
            case .when(let conditions, let text):
                .when(
                    conditions.map { condition($0, field: field, isItem: isItem) }, then: Array(text.utf8))
            case .guarded(let conditions, let rule):
                .guarded(
                    conditions.map { condition($0, field: field, isItem: isItem) },
                    then: [value(rule, field: field, isItem: isItem)])
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
            case .presence(let text): .presence(Array(text.utf8))
            }
        let otherwise: ValueProgram.Otherwise =
            switch rule.otherwise {
            case .reject: .reject
            case .none: .none
            case .constant(let text): .constant(Array(text.utf8))
            }
        return ValueProgram(
            field: field, origin: origin,
            conversions: rule.conversions.map { TextConversion(conversion: $0, converter: converters[$0]) },
            meaning: meaning, otherwise: otherwise,
            coversMissing: rule.coversMissing, nulls: nulls)
    }

    // MARK: - Columns

    /// Nil for a column that a preset names and that was not exported: which ones are is for who exports to choose.
    private mutating func column(_ reference: FieldReference, isItem: Bool, field: String = "") -> Int? {
        if isItem {
            let index = Self.index(of: reference, in: &itemColumns, &lines.items)
            itemRepairs.note(index, named: reference.path.text, for: field)
            return index
        }
        if PresetLines.contains(reference.line), !headers.isEmpty,
            headers.allSatisfy({ $0.match(reference.path) == .missing })
        {
            if !absent.contains(reference.path.text) { absent.append(reference.path.text) }
            return nil
        }
        for (header, file) in zip(headers, fileNames) { check(reference, header, file) }
        let index = Self.index(of: reference, in: &columns, &lines.columns)
        repairs.note(index, named: reference.path.text, for: field)
        return index
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
    /// For each CSV file and each column of the layout, the index of the file's column; -1 for a spare one it lacks.
    package func columns(in headers: [CSVHeader]) -> [[Int]] {
        headers.map { header in
            columns.enumerated().map { column, path in
                if case .column(let index) = header.match(path) { return index }
                if spare.contains(column) { return -1 }
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
        case .when(_, let text): texts.append(text)
        case .field, .firstOf, .guarded: break
        }
        if case .values(let pairs) = meaning { texts += pairs.map(\.to) }
        if case .presence(let text) = meaning { texts.append(text) }
        if case .constant(let text) = otherwise { texts.append(text) }
        return texts
    }
}

extension ValueRule {
    /// The same done with another field.
    fileprivate func taking(_ reference: FieldReference) -> ValueRule {
        var rule = self
        rule.origin = .field(reference)
        return rule
    }
}
