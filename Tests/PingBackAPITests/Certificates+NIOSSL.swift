import ImportTestSupport
import NIOSSL

extension Certificates {
    /// A server's side of TLS; what it shows is said as for `files`.
    func server(
        names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2, isSelfSigned: Bool = false
    ) async throws -> NIOSSLContext {
        let files = try await files(names: names, days: days, isSelfSigned: isSelfSigned)
        let certificates = try NIOSSLCertificate.fromPEMFile(files.certificate)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: files.key, format: .pem))))
    }
}
