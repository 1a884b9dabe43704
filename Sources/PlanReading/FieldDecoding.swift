import ImportCore

/// Names of the source's fields, alone and in templates.
extension PlanDecoder {
    /// A field's name; it is noted as `path`.
    mutating func field(_ node: PlanNode?, as path: String) -> FieldReference? {
        guard let node else { return nil }
        if case .map = node.content {
            guard let map = map(node, of: FieldKey.self) else { return nil }
            return literalField(required(map, .field, example: "Status"), as: path)
        }
        guard let text = nonEmptyText(node) else { return nil }
        guard let field = FieldPath(path: text.value) else {
            let hint = text.hasVariable ? "…" : CanonicalText.quoted(text.value)
            report(
                node, "names \(text.shown), whose dots and brackets are no path",
                hint: "if this is a column's name as it stands, {field: \(hint)}")
            return nil
        }
        note(path, text, line: node.line)
        return FieldReference(path: field.inside(base), line: node.line)
    }

    /// A name that is taken as it stands, whatever dots and brackets are in it.
    mutating func literalField(_ node: PlanNode?, as path: String) -> FieldReference? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        note(path + ".field", text, line: node.line)
        return FieldReference(
            path: FieldPath(literal: text.value).inside(base), isLiteral: true, line: node.line)
    }

    /// Text with `{{field}}` in it. A name in quotes, `{{"Status [list]"}}`, is taken as it stands.
    mutating func template(_ node: PlanNode) -> [ValueRule.TemplatePart]? {
        if case .map = node.content {
            report(node, "must be a text", hint: "put it in quotes: \"{{subject}}\"")
            return nil
        }
        guard let text = nonEmptyText(node) else { return nil }
        var parts: [ValueRule.TemplatePart] = []
        var rest = text.value[...]
        while let opening = rest.firstRange(of: "{{") {
            if opening.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<opening.lowerBound]))) }
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}"), !rest[..<closing.lowerBound].contains("{") else {
                report(node, "has a {{ that is not closed", hint: "write a field as {{name}}")
                return nil
            }
            guard let path = placeholder(rest[..<closing.lowerBound]) else {
                let shown = text.hasVariable ? "" : " " + CanonicalText.quoted(String(rest[..<closing.lowerBound]))
                report(
                    node, "has a placeholder\(shown) that is no field's name",
                    hint: "write a field as {{name}}, and a column whose name has dots or brackets as {{\"name\"}}")
                return nil
            }
            parts.append(
                .field(FieldReference(path: path.path.inside(base), isLiteral: path.isLiteral, line: node.line)))
            rest = rest[closing.upperBound...]
        }
        guard !parts.isEmpty else {
            report(node, "has no {{field}} in it, so that it would never give a value", hint: "use constant")
            return nil
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        note(node.path, text, Self.canonical(parts), line: node.line)
        return parts
    }

    private func placeholder(_ typed: Substring) -> (path: FieldPath, isLiteral: Bool)? {
        var name = typed
        while name.first == " " { name = name.dropFirst() }
        while name.last == " " { name = name.dropLast() }
        if name.count > 2, name.first == "\"", name.last == "\"" {
            return (FieldPath(literal: String(name.dropFirst().dropLast())), true)
        }
        return FieldPath(path: String(name)).map { ($0, false) }
    }

    private static func canonical(_ parts: [ValueRule.TemplatePart]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .field(let field): field.isLiteral ? "{{\"\(field.path.text)\"}}" : "{{\(field.path.text)}}"
            }
        }.joined()
    }
}
