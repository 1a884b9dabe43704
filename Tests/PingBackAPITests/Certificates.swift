import Foundation
import ImportTestSupport
import NIOSSL

/// An authority of the tests' own, and certificates that it signed, made by `openssl` for one test.
struct Certificates {
    let folder: TemporaryFolder

    /// The authority's certificate, as `ca` names it.
    var authority: String { folder.path("ca.pem") }

    init() async throws {
        folder = try TemporaryFolder()
        try await openssl(
            "req -x509 \(Self.newKey) -keyout ca.key -out ca.pem -days 2 -subj", "/CN=An authority of the tests")
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

    /// A server's side of TLS.
    ///
    /// - Parameters:
    ///   - names: the hosts that the certificate is for.
    ///   - days: how long from now on it is valid; a negative number for one that has expired.
    ///   - isSelfSigned: whether no authority stands behind it.
    func server(
        names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2, isSelfSigned: Bool = false
    ) async throws -> NIOSSLContext {
        try folder.write("names", "subjectAltName = \(names)\n")
        if isSelfSigned {
            try await openssl(
                "req -x509 \(Self.newKey) -keyout server.key -out server.pem -days \(days) -subj", "/CN=server",
                "-addext", "subjectAltName=\(names)")
        } else {
            try await openssl("req \(Self.newKey) -keyout server.key -out server.csr -subj", "/CN=server")
            try await openssl(
                "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -extfile names -days",
                String(days))
        }
        let certificates = try NIOSSLCertificate.fromPEMFile(folder.path("server.pem"))
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: folder.path("server.key"), format: .pem))))
    }

    private func openssl(_ words: String, _ more: String...) async throws {
        let end = try await Program(URL(filePath: "/usr/bin/openssl"), in: folder)
            .run(words.split(separator: " ").map(String.init) + more)
        guard end.status == 0 else { throw Failed(errors: end.errors) }
    }

    struct Failed: Error { let errors: String }
}
