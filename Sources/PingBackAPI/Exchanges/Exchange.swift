import Foundation
import NIOHTTP1

/// What happened between handing one request to the client and the end of it, without judgement.
struct Exchange: Sendable {
    /// Whether the request's head was handed to the socket. If not, not a byte was written: the server cannot have
    /// applied it.
    var sentHead = false
    /// What was answered, whole or in part; nil when not even a complete head arrived.
    var answer: Answer?
    /// Why it ended early, in words that hold nobody's data; nil when it ran to its end.
    var failure: String?
    /// Why the server did not prove who it is; nil where it did, or where it did not come to that.
    var identityFailure: String?

    /// The error to stop with, where the server did not prove who it is.
    var distrust: APIError? { identityFailure.map { .notTrusted(reason: $0) } }
}

/// A response as far as it arrived.
struct Answer: Sendable {
    enum Ending: Sendable {
        case complete
        /// The connection or the time ended before the body did.
        case cutShort
        /// The body was longer than we are ready to take.
        case overlong
    }

    var status: Int
    var headers: HTTPHeaders
    var body = Data()
    var ending = Ending.cutShort

    /// Whether only the connection's end said where the body ends (HTTP/1.0), and what came of it is nothing, or an
    /// object's beginning: then a line that was cut looks like an answer that is complete.
    var mayBeCutShort: Bool {
        guard status != 204, !headers.contains(name: "Content-Length"), !headers.contains(name: "Transfer-Encoding")
        else { return false }
        guard let first = body.first else { return true }
        return first == UInt8(ascii: "{") && (try? JSONSerialization.jsonObject(with: body)) == nil
    }
}
