import AsyncHTTPClient
import Foundation
import ImportTestSupport
import NIOCore
import NIOHTTP1
import PingBackSandbox
import PlanReading

/// A sandbox on a free port with data of its own, and a client that speaks to it over real HTTP.
struct SandboxFixture {
    static let token = "token-of-the-tests"
    static let businessID = "b2c3d4e5-f6a7-8901-bcde-f12345678901"
    static let customerID = "c3d4e5f6-a7b8-9012-cdef-123456789012"

    let dataFile: String
    let port: Int

    /// Starts a sandbox, hands it to `body`, and stops it.
    static func with(
        dataFile: String? = nil, businessID: String = businessID, latency: Duration = .zero, script: String? = nil,
        customers: [SandboxCustomer] = [], _ body: (SandboxFixture) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = dataFile ?? folder.path("sandbox.sqlite")
        var configuration = configuration(dataFile: path, businessID: businessID, latency: latency)
        configuration.script = try script.map { try FaultScriptReader.read(text: $0, path: "faults.yaml") }
        configuration.customers = customers
        let server = SandboxServer(configuration)
        let port = try await server.start()
        do {
            try await body(SandboxFixture(dataFile: path, port: port))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
        withExtendedLifetime(folder) {}
    }

    static func configuration(
        dataFile: String, businessID: String = businessID, latency: Duration = .zero
    ) -> SandboxConfiguration {
        SandboxConfiguration(dataFile: dataFile, token: token, businessID: businessID, latency: latency)
    }

    func get(_ path: String) async throws -> Reply { try await send("GET", path) }
    func put(_ path: String) async throws -> Reply { try await send("PUT", path) }
    func post(_ path: String, _ body: String? = nil) async throws -> Reply { try await send("POST", path, body) }

    /// Creates a conversation for the fixture's business.
    func create(message: String? = nil, customerID: String? = nil) async throws -> Reply {
        var fields = ["business_id": Self.businessID]
        fields["initial_message"] = message
        fields["customer_id"] = customerID
        return try await post("conversations/", String(decoding: JSONEncoder().encode(fields), as: UTF8.self))
    }

    func send(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String?] = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/\(path)")
        request.method = HTTPMethod(rawValue: method)
        var all: [String: String?] = ["Authorization": "Bearer \(Self.token)"]
        if let body {
            all["Content-Type"] = "application/json"
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in all.merging(headers, uniquingKeysWith: { $1 }) {
            if let value { request.headers.add(name: name, value: value) }
        }
        let response = try await Self.client.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 256 * 1024 * 1024)
        return Reply(
            status: Int(response.status.code), headers: response.headers, body: Data(bytes.readableBytesView))
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        // A port where nobody listens is an answer, not a reason to try for ten seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than a test: what a test's server leaves open must not linger.
        configuration.connectionPool.idleTimeout = .seconds(1)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}

/// What came back, with its JSON as the tests look at it.
struct Reply: Sendable {
    let status: Int
    fileprivate let headers: HTTPHeaders
    let body: Data

    func header(_ name: String) -> String? { headers.first(name: name) }
    func headerValues(_ name: String) -> [String] { headers[name] }

    var json: Any? { try? JSONSerialization.jsonObject(with: body) }
    var object: [String: Any] { json as? [String: Any] ?? [:] }
    var list: [[String: Any]] { json as? [[String: Any]] ?? [] }
    var id: String { object["id"] as? String ?? "" }

    /// FastAPI's plain refusal.
    var detail: String? { object["detail"] as? String }

    /// FastAPI's findings as `body.customer_id: value_error.missing`.
    var findings: [String] {
        let list = object["detail"] as? [[String: Any]] ?? []
        return list.map { finding in
            let location = finding["loc"] as? [String] ?? []
            return "\(location.joined(separator: ".")): \(finding["type"] as? String ?? "")"
        }
    }
}
