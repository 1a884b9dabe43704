import Foundation
import ImportCore
import NIOHTTP1

/// Reads from the API until it gets an answer, as long as the plan's patience lasts: reading is harmless to repeat.
struct PatientReader: Sendable {
    let client: PingBackClient
    let patience: Double
    let timing: Timing
    let token: Secret?
    let note: @Sendable (DestinationEvent) async -> Void

    /// What the path shows; nil where the server says that there is no such thing.
    func read<Value: Decodable & Sendable>(_ type: Value.Type, at path: String) async throws -> Value? {
        let deadline = ContinuousClock.now + .seconds(patience)
        var failures = 0
        while true {
            let exchange = await client.get(path, answerLimit: PingBackClient.readLimit)
            try Task.checkCancellation()
            if let distrust = exchange.distrust { throw distrust }
            var reason = exchange.failure ?? "no answer"
            var asked = Duration.zero
            if let answer = exchange.answer {
                let words = { ServerWords.read(answer, token: token) }
                switch answer.status {
                case 200...299 where answer.ending == .complete:
                    if let value = try? JSONDecoder().decode(type, from: answer.body) { return value }
                    throw APIError.notPingBack("it answers a list or an object that we cannot read", words: nil)
                case 200...299: reason = "the answer was cut short"
                case 300...399:
                    let location = answer.headers.first(name: "Location").flatMap { ServerWords.tidy($0, token: token) }
                    throw APIError.redirected(status: answer.status, location: location)
                case 401, 403: throw APIError.credentialsRefused(status: answer.status, words: words())
                case 404: return nil
                case 405: throw APIError.notPingBack("it answers 405 to reading", words: words())
                default: reason = "the server answered \(answer.status)"
                }
                if case .seconds(let seconds) = RetryAfter(answer.headers) {
                    guard seconds <= AnswerBook.longestWait else { throw APIError.waitTooLong(seconds: seconds) }
                    asked = max(.seconds(seconds), timing.shortestWait)
                }
            }
            failures += 1
            guard ContinuousClock.now < deadline else {
                throw APIError.stayedUnavailable(origin: client.endpoint.origin, reason: reason, seconds: patience)
            }
            let delay = max(asked, timing.jittered(failures: failures))
            await note(.waiting(reason: reason, seconds: delay / .seconds(1)))
            try await Task.sleep(for: delay, clock: .continuous)
        }
    }
}
