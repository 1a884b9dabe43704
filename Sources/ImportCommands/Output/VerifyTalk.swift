import Checkpointing
import ImportCore

/// What a person sees while a destination is compared, and the list of what differs.
final class VerifyTalk: VerifyObserver {
    private let talk: StepTalk
    private let list: AtomicFile
    private let fileNames: [String]

    init(_ talk: StepTalk, list: AtomicFile, fileNames: [String]) {
        self.talk = talk
        self.list = list
        self.fileNames = fileNames
    }

    /// One object a difference, all keys always there, in an order that never changes. No value of a field.
    func differs(_ difference: ConversationDifference, of conversation: Conversation) async throws {
        var lines = JSONText()
        let place = conversation.place
        for problem in difference.problems {
            lines.beginObject()
            lines.key("file")
            lines.string(fileNames[place.file])
            lines.key("line")
            lines.number(place.line)
            lines.key("record")
            lines.number(place.record)
            for (key, value) in [
                ("key", conversation.key), ("conversation", difference.id), ("problem", problem.name),
                ("code", problem.code?.rawValue), ("message", problem.message), ("customer", problem.customer),
            ] {
                lines.key(key)
                if let value { lines.string(value) } else { lines.null() }
            }
            lines.key("fields")
            lines.beginArray()
            for field in problem.fields { lines.string(field) }
            lines.endArray()
            lines.endObject()
            lines.endLine()
        }
        try await list.append(lines.bytes)
    }

    func progressed(_ figures: VerifyFigures) {
        talk.progressed("\(Figures.grouped(figures.compared)) compared, \(Figures.grouped(figures.wrong)) differ")
    }

    func noted(_ event: DestinationEvent) { talk.noted(event) }
}

extension ConversationDifference.Problem {
    fileprivate var code: RejectionCode? {
        switch self {
        case .unexpected(let code): code
        default: nil
        }
    }

    /// The message's id.
    fileprivate var message: String? {
        switch self {
        case .messageMissing(let id), .messageExtra(let id), .messageFields(let id, _): id
        default: nil
        }
    }

    /// The customer's id.
    fileprivate var customer: String? {
        switch self {
        case .customerMissing(let id), .customerFields(let id, _): id
        default: nil
        }
    }

    fileprivate var fields: [String] {
        switch self {
        case .fields(let fields), .messageFields(_, let fields), .customerFields(_, let fields): fields
        default: []
        }
    }
}
