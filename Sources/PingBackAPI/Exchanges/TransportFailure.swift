import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Why a request ended before its answer did, in words that are safe to print.
///
/// Errors of the libraries below are never printed as they are: some hold addresses, headers, or bytes of a body.
enum TransportFailure: Error {
    case overlongAnswer

    static func words(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded: "no answer in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed: "the server closed the connection"
        case let error as HTTPClientError: error.shortDescription.lowercased()
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words(for: $0.error) } ?? "the host's name could not be resolved"
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout: "the connection could not be made in time"
        case TransportFailure.overlongAnswer: "the answer was longer than expected"
        default: "the connection failed (\(type(of: error)))"
        }
    }
}
