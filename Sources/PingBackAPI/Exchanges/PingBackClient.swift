import AsyncHTTPClient
import Foundation
import ImportCore
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends single requests to PingBack's API and reports each as an `Exchange`. It never repeats one by itself.
final class PingBackClient: Sendable {
    /// How much of an answer is read, in bytes, beyond what the request itself may have it repeat.
    static let answerLimit = 1 << 20
    /// The same for reading lists and whole conversations: fifty of them, with their messages.
    static let readLimit = 64 << 20

    let endpoint: Endpoint
    private let http: HTTPClient
    /// How long one exchange may take.
    let timeout: TimeAmount
    private let headers: HTTPHeaders
    private let creation: HTTPClient.Request
    private let counts = Mutex(Books().requests)
    /// Requests to create that reached the socket: what the retry budget is measured by.
    private let creates = Mutex(0)
    /// The server's clock minus ours, in milliseconds, from the last `Date` seen.
    private let offset = Mutex<Int64>(0)
    let serverClock = ServerClock()
    /// Where those run best who make requests one after the other.
    let executor: EventLoopExecutor

    init(
        endpoint: Endpoint, token: Secret, concurrency: Int, timeout: Double, transport: Transport
    ) throws(APIError) {
        self.endpoint = endpoint
        self.timeout = .nanoseconds(Int64(timeout * 1e9))
        headers = [
            "Authorization": "Bearer " + token.reveal,
            "Accept": "application/json",
            "User-Agent": "pingback-import",
        ]
        do {
            var request = try HTTPClient.Request(url: endpoint.url("/conversations/"), method: .POST, headers: headers)
            request.headers.add(name: "Content-Type", value: "application/json")
            creation = request
        } catch {
            throw .unusableURL("the HTTP client does not take it")
        }
        var configuration = HTTPClient.Configuration()
        // A followed redirect turns a POST into a GET and carries the token along.
        configuration.redirectConfiguration = .disallow
        // Otherwise a refused port is only known when the whole connect timeout has passed.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Below the idle time of common servers (5 s and more), so that they seldom close a connection as we send on it.
        configuration.connectionPool.idleTimeout = .seconds(4)
        // One for each lane, one for a probe: no request ever waits for a connection of another.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = concurrency + 1
        configuration.httpVersion = .http1Only
        configuration.http1_1ConnectionDebugInitializer = FlushGathering.add(to:)
        // Half of the request's time at most, so that it is known which of the two was over.
        configuration.timeout.connect = min(.nanoseconds(self.timeout.nanoseconds / 2), .seconds(10))
        transport.apply(to: &configuration)
        // A single event loop: were delegate and connection on two, a deadline could be reported before the "head sent"
        // that happened earlier, and a request that was written would pass for one that was not.
        let loop = HTTPClient.defaultEventLoopGroup.any()
        http = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
        executor = EventLoopExecutor(loop)
    }

    /// Asks for a conversation to be created. PingBack documents no idempotency key, and nothing here relies on one; a
    /// server, or a gateway before it, that does know the header gets the same key for the same record.
    func create(_ body: ByteBuffer, idempotencyKey: String, isRetry: Bool) async -> Exchange {
        var request = creation
        // A structured string: in quotes (draft-ietf-httpapi-idempotency-key-header).
        request.headers.add(name: "Idempotency-Key", value: "\"" + idempotencyKey + "\"")
        request.body = .byteBuffer(body)
        // The answer repeats the message, and JSON may write each byte of it as six.
        let exchange = await perform(request, answerLimit: Self.answerLimit + 6 * body.readableBytes)
        if exchange.sentHead {
            creates.withLock { $0 += 1 }
            if isRetry { counts.withLock { $0.retried += 1 } }
        }
        return exchange
    }

    /// Reads; `path` begins behind `/api/v1`.
    func get(_ path: String, answerLimit: Int = PingBackClient.answerLimit) async -> Exchange {
        guard let request = try? HTTPClient.Request(url: endpoint.url(path), headers: headers) else {
            return Exchange(failure: "the HTTP client does not take the URL")
        }
        let exchange = await perform(request, answerLimit: answerLimit)
        if let date = exchange.answer?.headers.first(name: "Date"), let server = HTTPDate.seconds(date) {
            offset.withLock { $0 = server * 1000 - WallClock.milliseconds() }
        }
        return exchange
    }

    /// Changes something about a conversation that is there; without a body.
    func change(_ method: HTTPMethod, _ path: String) async -> Exchange {
        guard let request = try? HTTPClient.Request(url: endpoint.url(path), method: method, headers: headers) else {
            return Exchange(failure: "the HTTP client does not take the URL")
        }
        return await perform(request, answerLimit: Self.answerLimit)
    }

    var requestCounts: Books.Requests { counts.withLock { $0 } }
    var createsSent: Int { creates.withLock { $0 } }
    var clockOffset: Int64 { offset.withLock { $0 } }

    func shutdown() async throws { try await http.shutdown() }

    /// One exchange, from waiting for a connection to the body's last byte, within one deadline.
    private func perform(_ request: HTTPClient.Request, answerLimit: Int) async -> Exchange {
        let recorder = ExchangeRecorder(answerLimit: answerLimit)
        let task = http.execute(request: request, delegate: recorder, deadline: .now() + timeout)
        // How it ended stands in the recorder.
        await withTaskCancellationHandler {
            try? await task.get()
        } onCancel: {
            task.cancel()
        }
        let exchange = recorder.recorded
        serverClock.saw(exchange.answer?.headers.first(name: "Date"))
        counts.withLock {
            if exchange.sentHead { $0.sent += 1 }
            if let status = exchange.answer?.status { $0.byStatus[String(status), default: 0] += 1 }
        }
        return exchange
    }
}

/// The wall clock: only for what is compared with another machine's, never for waiting.
enum WallClock {
    /// Milliseconds since 1970.
    static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
