import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Why a request ended before its answer did, in words that are safe to print.
///
/// Errors of the libraries below are never printed as they are: some hold addresses, headers, or bytes of a body.
enum TransportFailure: Error {
    case overlongAnswer

    static func words(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded: "no answer in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed: "the server closed the connection"
        case let error as HTTPClientError where error == .connectTimeout: unconnected
        case let error as HTTPClientError: error.shortDescription.lowercased()
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words(for: $0.error) } ?? "the host's name could not be resolved"
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout: unconnected
        case TransportFailure.overlongAnswer: "the answer was longer than expected"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            identity(in: error) ?? "no TLS connection could be agreed on"
        default: "the connection failed (\(type(of: error)))"
        }
    }

    /// Why the server did not prove who it is; nil for any other failure. The proof comes before the first byte of a
    /// request, so nothing was sent, and trying again would meet the same server.
    static func identity(in error: any Error) -> String? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another host"
        case NIOSSLError.noCertificateToValidate: "it shows no certificate"
        case NIOSSLError.unableToValidateCertificate: unproven
        // The library tells the kind only in the text of its error.
        case NIOSSLError.handshakeFailed(.sslError(let stack))
        where stack.contains { "\($0)".contains("CERTIFICATE_VERIFY_FAILED") }:
            unproven
        default: nil
        }
    }

    private static let unconnected = "the connection could not be made in time"

    private static let unproven = "its certificate has expired, or comes from nobody who is trusted here"
}
