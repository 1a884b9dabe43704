import ImportCore

extension RejectedRecord {
    /// Its lines of `rejections.jsonl`: one object a finding, all keys always there, in an order that never changes.
    func writeFindings(to text: inout JSONText) {
        for finding in rejection.findings {
            text.beginObject()
            text.key("file")
            text.string(file)
            text.key("line")
            text.number(finding.line ?? rejection.place.line)
            text.key("record")
            text.number(rejection.place.record)
            text.key("offset")
            text.number(rejection.place.offset)
            add("field", finding.field, to: &text)
            add("code", finding.code.rawValue, to: &text)
            add("message", finding.message, to: &text)
            add("hint", finding.hint, to: &text)
            text.key("column")
            if let column = finding.column { text.number(column) } else { text.null() }
            text.endObject()
            text.endLine()
        }
    }

    private func add(_ key: String, _ value: String?, to text: inout JSONText) {
        text.key(key)
        if let value { text.string(value) } else { text.null() }
    }
}
