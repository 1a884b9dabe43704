import ImportCore
import NIOHTTP1

/// What an exchange means for a later step. All steps may be repeated without harm, so none is ever in doubt: what got no
/// answer is sent again.
enum StepMeaning: Sendable, Equatable {
    case done
    /// Refused for this conversation, for good.
    case refused(words: String)
    case stop(APIError)
    case again(Meaning.Pause, reason: String)
}

/// The one table of what each answer to assigning, resolving and closing means.
///
/// | answer | meaning |
/// | --- | --- |
/// | 2xx | done: also "Already resolved" and "Already closed" are answered with 200 |
/// | 400, 404, 422 | refused for this conversation |
/// | 401, 403 | stop 77: assigning by team needs an owner or admin |
/// | 402, 429 without Retry-After | stop 6 |
/// | 405, 3xx | stop 76 |
/// | 429 and 503 with Retry-After | sent again after that time (over 15 minutes: stop 69) |
/// | anything else, or none | sent again once the server answers a harmless request |
struct StepBook: Sendable {
    let token: Secret?

    func meaning(of exchange: Exchange, step: Step) -> StepMeaning {
        guard let answer = exchange.answer else {
            return .again(.untilProbed, reason: exchange.failure ?? "no answer")
        }
        let status = answer.status
        let words = { ServerWords.read(answer, token: token) }
        switch status {
        case 200...299: return .done
        case 300...399:
            let location = answer.headers.first(name: "Location").flatMap { ServerWords.tidy($0, token: token) }
            return .stop(.redirected(status: status, location: location))
        case 400, 404, 422: return .refused(words: words() ?? "status \(status), without a reason")
        case 401, 403: return .stop(.credentialsRefused(status: status, words: words()))
        case 402: return .stop(.quotaUsed(status: status, words: words()))
        case 405: return .stop(.notPingBack("it answers 405 to \(step.deed)", words: words()))
        case 429, 503:
            switch RetryAfter(answer.headers) {
            case .absent where status == 429: return .stop(.quotaUsed(status: status, words: words()))
            case .absent, .unreadable: return .again(.untilProbed, reason: "the server answered \(status)")
            case .seconds(let seconds) where seconds > AnswerBook.longestWait:
                return .stop(.waitTooLong(seconds: seconds))
            case .seconds(let seconds): return .again(.seconds(seconds), reason: "the server asked for a pause")
            }
        default: return .again(.untilProbed, reason: "the server answered \(status)")
        }
    }
}

extension Step {
    /// For messages: what is done.
    fileprivate var deed: String {
        switch self {
        case .create: "creating a conversation"
        case .assign: "assigning a conversation"
        case .resolve: "resolving a conversation"
        case .close: "closing a conversation"
        }
    }
}
