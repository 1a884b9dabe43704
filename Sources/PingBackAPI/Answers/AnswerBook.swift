import Foundation
import ImportCore
import NIOHTTP1

/// What an exchange means for the record it was about, and for the run.
enum Meaning: Sendable, Equatable {
    /// How long all lanes hold back.
    enum Pause: Sendable, Equatable {
        case seconds(Double)
        /// Until the server answers a harmless request.
        case untilProbed
    }

    /// Whether it is what was asked for is `EchoCheck`'s to say.
    case created(CreationEcho)
    /// Refused for this record, for good.
    case refused(RejectionCode, status: Int, words: String)
    /// Refused whatever the record: nothing was applied, the run stops.
    case stop(APIError)
    /// Not applied, as the server is at a limit of its own; may be sent again after the pause.
    case wait(Pause, reason: String)
    /// Nothing was written; may be sent again.
    case notSent(reason: String)
    /// May have been applied; never sent again by itself. A pause of so many seconds was asked for by a server at a limit.
    case inDoubt(reason: String, Pause)
    /// May have been applied, and nothing more may be sent to this server.
    case inDoubtAndStop(APIError)
}

/// The one table of what each answer to a create request means.
///
/// | answer | meaning |
/// | --- | --- |
/// | nothing written | not sent: released, sent again within the retry budget |
/// | nothing written, the server did not prove who it is | stop 77 |
/// | written, no answer | in doubt; the gate closes |
/// | 2xx with an id | created; an echo of something else stops 76 (`EchoCheck`) |
/// | 2xx, complete, without an id, or a list | in doubt, stop 76 |
/// | 2xx cut short | in doubt; the gate closes |
/// | 400 | as the first answer: stop 78; later refused, five in a row: stop 78 |
/// | 413, 422 | refused; fifty in a row at the start: stop 78 |
/// | 401, 403 | stop 77 |
/// | 402 | stop 6 |
/// | 404, 405, 3xx | stop 76 |
/// | 429 with Retry-After | not applied; all lanes wait (over 15 minutes: stop 69) |
/// | 429 without | stop 6: PingBack's monthly limit |
/// | 503 with Retry-After | in doubt, unless the plan trusts it; the gate closes for that time |
/// | anything else | in doubt; the gate closes |
///
/// What depends on the answers before it (400, 413, 422) is counted by `RefusalStreak`.
struct AnswerBook: Sendable {
    /// The longest wait a server may ask for, in seconds.
    static let longestWait = 900.0

    let trusts503: Bool
    let token: Secret?

    func meaning(of exchange: Exchange, to request: CreateRequest? = nil) -> Meaning {
        guard let answer = exchange.answer else {
            if let distrust = exchange.distrust { return .stop(distrust) }
            let reason = exchange.failure ?? "no answer"
            return exchange.sentHead ? .inDoubt(reason: reason, .untilProbed) : .notSent(reason: reason)
        }
        let status = answer.status
        let words = { ServerWords.read(answer, token: token, sent: request) }
        switch status {
        case 200...299:
            return creation(answer)
        case 300...399:
            let location = answer.headers.first(name: "Location").flatMap { ServerWords.tidy($0, token: token) }
            return .stop(.redirected(status: status, location: location))
        case 400, 422:
            return .refused(.refused, status: status, words: words() ?? "status \(status), without a reason")
        case 413:
            return .refused(.refusedTooLarge, status: status, words: words() ?? "status 413, without a reason")
        case 401, 403:
            return .stop(.credentialsRefused(status: status, words: words()))
        case 402:
            return .stop(.quotaUsed(status: status, words: words()))
        case 404, 405:
            return .stop(.notPingBack("it answers \(status) to creating a conversation", words: words()))
        case 429:
            switch RetryAfter(answer.headers) {
            case .absent: return .stop(.quotaUsed(status: status, words: words()))
            case .unreadable: return .wait(.untilProbed, reason: "the server answered 429")
            case .seconds(let seconds) where seconds > Self.longestWait: return .stop(.waitTooLong(seconds: seconds))
            case .seconds(let seconds): return .wait(.seconds(seconds), reason: "the server asked for a pause")
            }
        case 503:
            switch RetryAfter(answer.headers) {
            case .absent, .unreadable: break
            case .seconds(let seconds) where seconds > Self.longestWait:
                return trusts503
                    ? .stop(.waitTooLong(seconds: seconds)) : .inDoubtAndStop(.waitTooLong(seconds: seconds))
            case .seconds(let seconds):
                let reason = "the server asked for a pause"
                return trusts503
                    ? .wait(.seconds(seconds), reason: reason) : .inDoubt(reason: reason, .seconds(seconds))
            }
            return .inDoubt(reason: "the server answered 503", .untilProbed)
        default:
            return .inDoubt(reason: "the server answered \(status)", .untilProbed)
        }
    }

    private func creation(_ answer: Answer) -> Meaning {
        switch answer.ending {
        case .cutShort: return .inDoubt(reason: "the answer was cut short", .untilProbed)
        case .overlong: return .inDoubtAndStop(.notPingBack("its answer is far longer than a conversation", words: nil))
        case .complete: break
        }
        // The general decoder has the last word on whatever is unusual.
        let echo = PlainEcho.read(answer.body) ?? (try? JSONDecoder().decode(CreationEcho.self, from: answer.body))
        guard let echo, !echo.id.isEmpty else {
            if answer.mayBeCutShort { return .inDoubt(reason: "the answer was cut short", .untilProbed) }
            let what = "it answers \(answer.status) without a conversation's id"
            return .inDoubtAndStop(.notPingBack(what, words: nil))
        }
        return .created(echo)
    }
}
