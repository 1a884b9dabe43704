import AsyncHTTPClient
import ImportCore
import NIOSSL

/// How a server is reached: whom its certificate must come from, and through which proxy.
struct Transport: Sendable {
    var tls: TLSConfiguration
    var proxy: ProxyChoice.Proxy?

    /// - Parameter environment: where the usual variables name a proxy.
    /// - Throws: where plain HTTP is not allowed, or the certificates or the proxy cannot be used; nothing was opened.
    init(
        _ options: APIOptions, to endpoint: Endpoint, destination: String, environment: [String: String]
    ) throws(APIError) {
        if endpoint.scheme == "http" && !endpoint.isLoopback && !options.allowsPlainHTTP {
            throw .plainHTTP(host: endpoint.host, destination: destination)
        }
        tls = .makeClientConfiguration()
        // Older versions are forbidden by RFC 8996.
        tls.minimumTLSVersion = .tlsv12
        if let path = options.ca { tls.trustRoots = .certificates(try Self.certificates(path)) }
        proxy = try ProxyChoice(environment).proxy(for: endpoint)
    }

    /// They replace the system's: who names an authority means this one.
    private static func certificates(_ path: String) throws(APIError) -> [NIOSSLCertificate] {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            if !certificates.isEmpty { return certificates }
        } catch {}
        throw .unusableCertificates(path: path)
    }

    func apply(to configuration: inout HTTPClient.Configuration) {
        configuration.tlsConfiguration = tls
        configuration.proxy = proxy.map { proxy in
            .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.credentials.map {
                    .basic(username: $0.user.reveal, password: $0.password.reveal)
                })
        }
    }
}
