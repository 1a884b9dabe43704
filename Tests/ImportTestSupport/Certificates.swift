import Foundation

/// An authority of the tests' own, and certificates that it signed, made by `openssl` for one test.
package struct Certificates: Sendable {
    /// A server's certificate and its key, in PEM form.
    package struct Files: Sendable {
        package var certificate: String
        package var key: String
    }

    package struct Failed: Error { package let errors: String }

    private let folder: TemporaryFolder

    /// The authority's certificate, as `ca` names it.
    package var authority: String { folder.path("ca.pem") }

    package init() async throws {
        folder = try TemporaryFolder()
        try await openssl(
            "req -x509 \(Self.newKey) -keyout ca.key -out ca.pem -days 2 -subj", "/CN=An authority of the tests")
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

    /// What a server shows.
    ///
    /// - Parameters:
    ///   - names: the hosts that the certificate is for.
    ///   - days: how long from now on it is valid; a negative number for one that has expired.
    ///   - isSelfSigned: whether no authority stands behind it.
    package func files(
        names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2, isSelfSigned: Bool = false
    ) async throws -> Files {
        let name = UUID().uuidString
        try folder.write(name + ".names", "subjectAltName = \(names)\n")
        if isSelfSigned {
            try await openssl(
                "req -x509 \(Self.newKey) -keyout \(name).key -out \(name).pem -days \(days) -subj", "/CN=server",
                "-addext", "subjectAltName=\(names)")
        } else {
            try await openssl("req \(Self.newKey) -keyout \(name).key -out \(name).csr -subj", "/CN=server")
            try await openssl(
                "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -out \(name).pem "
                    + "-extfile \(name).names -days", String(days))
        }
        return Files(certificate: folder.path(name + ".pem"), key: folder.path(name + ".key"))
    }

    private func openssl(_ words: String, _ more: String...) async throws {
        let end = try await Program(URL(filePath: "/usr/bin/openssl"), in: folder)
            .run(words.split(separator: " ").map(String.init) + more)
        guard end.status == 0 else { throw Failed(errors: end.errors) }
    }
}
