import ImportCore

/// Each rule of the plan as it was applied to one record: where it stands, what went in, and what came out.
struct MappingSteps {
    let plan: Plan
    let batch: ConversationBatch
    let index: Int
    let layout: RecordLayout

    var lines: [String] {
        let draft = batch.conversation(at: index)
        var lines = [line("key", plan.source.key, draft.key.isEmpty ? nil : draft.key)]
        for field in TextField.allCases {
            guard let rule = plan.conversation.texts[field] ?? plan.customer?.texts[field] else { continue }
            lines.append(line(field.name, rule, draft.text(field)))
        }
        if let rule = plan.conversation.status { lines.append(line("status", rule, draft.status?.name)) }
        for field in TimeField.allCases {
            let rule = field == .customerCreatedAt ? plan.customer?.createdAt : plan.conversation.times[field]
            if let rule { lines.append(line(field.name, rule, draft.time(field)?.iso8601)) }
        }
        return lines
    }

    private func line(_ field: String, _ rule: ValueRule, _ result: String?) -> String {
        let inputs = rule.fields.map { "\($0.path.text) = \(value(of: $0.path))" }
        let taken = inputs.isEmpty ? "a constant" : inputs.joined(separator: ", ")
        return
            "    \(field) (\(plan.place(of: rule.line))): \(taken)\(rule.spoken) → \(result.map(PreviewText.cut) ?? "nothing")"
    }

    private func value(of path: FieldPath) -> String {
        let records = batch.records
        guard let column = layout.columns.firstIndex(of: path) else { return "(no such column)" }
        let cell = records.cells[index * records.columnCount + column]
        guard cell.range.isPresent else { return cell.kind == .null ? "null" : "(missing)" }
        return "\"" + PreviewText.cut(String(decoding: records.slab[cell.range.bounds], as: UTF8.self)) + "\""
    }
}

extension ValueRule {
    /// The fields that it looks at, each once, in its own order.
    fileprivate var fields: [FieldReference] {
        var fields: [FieldReference] = []
        func add(_ more: [FieldReference]) {
            for field in more where !fields.contains(where: { $0.path == field.path }) { fields.append(field) }
        }
        switch origin {
        case .field(let field): add([field])
        case .constant: break
        case .template(let parts):
            for case .field(let field) in parts { add([field]) }
        case .firstOf(let rules): for rule in rules { add(rule.fields) }
        case .when(let conditions, _), .guarded(let conditions, _):
            for condition in conditions {
                add(condition.value.fields)
                if case .sameAs(let field) = condition.test { add([field]) }
            }
            if case .guarded(_, let rule) = origin { add(rule.fields) }
        }
        return fields
    }

    /// What is done with the value, in the plan's words.
    fileprivate var spoken: String {
        var steps = conversions.map(\.rawValue)
        switch meaning {
        case .text:
            if case .firstOf = origin { steps.append("first_of") }
            if case .when = origin { steps.append("when") }
            if case .guarded = origin { steps.append("when") }
        case .values: steps.append("values")
        case .date(.iso8601, let zone): steps.append("date iso8601" + (zone.map { " in \($0.name)" } ?? ""))
        case .date(.epochSeconds, _): steps.append("date epoch")
        case .date(.epochMilliseconds, _): steps.append("date epoch_ms")
        case .date(.pattern(let text), let zone): steps.append("date \(text)" + (zone.map { " in \($0.name)" } ?? ""))
        case .lookup(let rule): steps.append("lookup \(rule.file)")
        case .presence: steps.append("present")
        }
        return steps.isEmpty ? "" : " → " + steps.joined(separator: " → ")
    }
}
