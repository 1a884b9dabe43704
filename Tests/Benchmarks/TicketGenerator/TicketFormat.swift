/// How tickets are written.
enum TicketFormat: String, CaseIterable {
    case csv, jsonl

    /// What stands before the first ticket.
    var header: [UInt8] {
        switch self {
        case .csv: Array((CSVLine.columns.joined(separator: ",") + "\n").utf8)
        case .jsonl: []
        }
    }

    func append(_ ticket: Ticket, to output: inout [UInt8]) {
        switch self {
        case .csv: CSVLine.append(ticket, to: &output)
        case .jsonl: JSONLine.append(ticket, to: &output)
        }
    }
}

/// A ticket as a home-made export writes it: RFC 4180, with line feeds, quoted only where it must be.
enum CSVLine {
    static let columns = [
        "id", "subject", "description", "status", "requester_id", "requester_name", "requester_email", "agent",
        "channel", "created_at", "updated_at", "tags", "satisfaction", "replies",
    ]

    static func append(_ ticket: Ticket, to output: inout [UInt8]) {
        output.appendDecimal(ticket.id)
        appendText(ticket.subject, to: &output)
        appendText(ticket.description, to: &output)
        appendText(ticket.status, to: &output)
        output.append(UInt8(ascii: ","))
        output.appendDecimal(ticket.requesterID)
        appendText(ticket.requesterName, to: &output)
        appendText(ticket.requesterEmail, to: &output)
        appendText(ticket.agent, to: &output)
        appendText(ticket.channel, to: &output)
        output.append(UInt8(ascii: ","))
        output.appendTime(ticket.createdAt)
        output.append(UInt8(ascii: ","))
        output.appendTime(ticket.updatedAt)
        output.append(UInt8(ascii: ","))
        for (index, tag) in ticket.tags.enumerated() {
            if index > 0 { output.append(UInt8(ascii: " ")) }
            output += tag
        }
        appendText(ticket.satisfaction, to: &output)
        output.append(UInt8(ascii: ","))
        output.appendDecimal(ticket.replies)
        output.append(0x0A)
    }

    /// The delimiter, and the text behind it.
    private static func appendText(_ text: [UInt8], to output: inout [UInt8]) {
        output.append(UInt8(ascii: ","))
        let quote = UInt8(ascii: "\"")
        guard text.contains(where: { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }) else {
            output += text
            return
        }
        output.append(quote)
        var start = 0
        while let next = text[start...].firstIndex(of: quote) {
            output += text[start...next]
            output.append(quote)
            start = next + 1
        }
        output += text[start...]
        output.append(quote)
    }
}

/// A ticket as an API's dump writes it: one object a line, people and comments inside.
enum JSONLine {
    static func append(_ ticket: Ticket, to output: inout [UInt8]) {
        output += "{\"id\":".utf8
        output.appendDecimal(ticket.id)
        appendMember("subject", ticket.subject, to: &output)
        appendMember("description", ticket.description, to: &output)
        appendMember("status", ticket.status, to: &output)
        output += ",\"requester\":{\"id\":".utf8
        output.appendDecimal(ticket.requesterID)
        appendMember("name", ticket.requesterName, to: &output)
        appendMember("email", ticket.requesterEmail, to: &output)
        output.append(UInt8(ascii: "}"))
        appendMember("agent", ticket.agent, to: &output)
        appendMember("channel", ticket.channel, to: &output)
        appendTime("created_at", ticket.createdAt, to: &output)
        appendTime("updated_at", ticket.updatedAt, to: &output)
        output += ",\"tags\":[".utf8
        for (index, tag) in ticket.tags.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            appendString(tag, to: &output)
        }
        output.append(UInt8(ascii: "]"))
        if ticket.satisfaction.isEmpty {
            output += ",\"satisfaction\":null".utf8
        } else {
            appendMember("satisfaction", ticket.satisfaction, to: &output)
        }
        output += ",\"replies\":".utf8
        output.appendDecimal(ticket.replies)
        if !ticket.comments.isEmpty { appendComments(ticket, to: &output) }
        output += "}\n".utf8
    }

    private static func appendComments(_ ticket: Ticket, to output: inout [UInt8]) {
        output += ",\"comments\":[".utf8
        for (index, comment) in ticket.comments.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output += "{\"id\":".utf8
            output.appendDecimal(comment.id)
            output += (comment.fromCustomer ? ",\"from\":\"customer\"" : ",\"from\":\"agent\"").utf8
            appendMember("body", comment.body, to: &output)
            appendTime("created_at", comment.createdAt, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
    }

    private static func appendName(_ name: String, to output: inout [UInt8]) {
        output += ",\"".utf8
        output += name.utf8
        output += "\":".utf8
    }

    private static func appendMember(_ name: String, _ text: [UInt8], to output: inout [UInt8]) {
        appendName(name, to: &output)
        appendString(text, to: &output)
    }

    private static func appendTime(_ name: String, _ seconds: Int, to output: inout [UInt8]) {
        appendName(name, to: &output)
        output.append(UInt8(ascii: "\""))
        output.appendTime(seconds)
        output.append(UInt8(ascii: "\""))
    }

    /// The phrases hold quotes and line feeds; of JSON's other escapes they need none.
    private static func appendString(_ text: [UInt8], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        while let next = text[start...].firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == 0x0A }) {
            output += text[start..<next]
            output.append(UInt8(ascii: "\\"))
            output.append(text[next] == 0x0A ? UInt8(ascii: "n") : text[next])
            start = next + 1
        }
        output += text[start...]
        output.append(UInt8(ascii: "\""))
    }
}
