import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Turns the calls that the HTTP client makes during one request into an `Exchange`.
///
/// The delegate face of the client is used because only it tells whether anything was written: in its async face a
/// request that waited for a connection and one that a server left unanswered end in the same error.
final class ExchangeRecorder: HTTPClientResponseDelegate {
    typealias Response = Void

    private let answerLimit: Int
    private let exchange = Mutex(Exchange())

    init(answerLimit: Int) { self.answerLimit = answerLimit }

    /// The exchange so far; final once the client's task has ended.
    var recorded: Exchange { exchange.withLock { $0 } }

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        exchange.withLock { $0.sentHead = true }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        exchange.withLock { $0.answer = Answer(status: Int(head.status.code), headers: head.headers) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = exchange.withLock { exchange in
            guard let size = exchange.answer?.body.count, size + buffer.readableBytes <= answerLimit else {
                exchange.answer?.ending = .overlong
                return false
            }
            buffer.withUnsafeReadableBytes { exchange.answer?.body.append(contentsOf: $0) }
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(TransportFailure.overlongAnswer)
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        exchange.withLock {
            $0.failure = TransportFailure.words(for: error)
            $0.identityFailure = TransportFailure.identity(in: error)
        }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        exchange.withLock { $0.answer?.ending = .complete }
    }
}
