/// What a person says of a request whose answer was lost.
package enum DoubtDecision: Sendable, Equatable {
    /// It made this conversation.
    case created(id: String)
    /// It made none: the next run sends the record again.
    case absent
    /// Whatever it made, the record is not sent again.
    case skip

    package static let forms = ["created ID", "absent", "skip"]

    /// Nil where the text is none of the forms.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        switch (words.first, words.count) {
        case ("created", 2): self = .created(id: words[1])
        case ("absent", 1): self = .absent
        case ("skip", 1): self = .skip
        default: return nil
        }
    }
}

/// A decision, and where it was read.
package struct StatedDecision: Sendable {
    /// The name of the doubt: that of one attempt, so that what was said of it is never taken for a later one.
    package var doubt: String
    package var decision: DoubtDecision
    /// `in-doubt.csv:3`, for messages.
    package var place: String

    package init(doubt: String, decision: DoubtDecision, place: String) {
        self.doubt = doubt
        self.decision = decision
        self.place = place
    }
}

extension AttemptEntry {
    /// What a list calls the attempt: the file's index, the record's number in it, and which attempt it was.
    package var doubtName: String { "\(record.file)-\(record.number)-\(attempt)" }
}

/// Why a person's decisions are not carried out. Nothing is changed by any of them then.
package enum DecisionError: PresentableError, Equatable {
    case unknownWord(place: String, nearest: String?)
    case twice(place: String, first: String)
    case unknownDoubt(place: String, name: String)
    case noSuchConversation(place: String, id: String)
    case alreadyKnown(place: String, id: String)
    case sameConversation(place: String, first: String, id: String)
    case unlike(place: String, id: String, differs: [String])

    package var report: FailureReport {
        let (place, message, hint): (String, String, String) =
            switch self {
            case .unknownWord(let place, let nearest):
                (
                    place, "the decision is none that is known",
                    nearest.map { "did you mean \($0)?" } ?? "write one of: "
                        + DoubtDecision.forms.joined(separator: ", ")
                )
            case .twice(let place, let first):
                (place, "this doubt is decided a second time; \(first) decides it too", "leave one of the two")
            case .unknownDoubt(let place, let name):
                (
                    place, "the run knows no request \(name)",
                    "leave the column doubt as it was written, and give the file to the run that wrote it"
                )
            case .noSuchConversation(let place, let id):
                (place, "the server has no conversation \(id)", "copy the id of a conversation that is there")
            case .alreadyKnown(let place, let id):
                (place, "conversation \(id) belongs to another record of this run", "give another id, or say absent")
            case .sameConversation(let place, let first, let id):
                (place, "conversation \(id) is given here and in \(first)", "one request made one conversation")
            case .unlike(let place, let id, let differs):
                (
                    place,
                    "conversation \(id) does not look like this request"
                        + (differs.isEmpty ? "" : "; its \(differs.joined(separator: " and its ")) differs"),
                    "give the right id, or repeat the command with --yes to take it all the same"
                )
            }
        return FailureReport(.data, place: place, message, safe: "no decision was carried out", hint: hint)
    }
}
