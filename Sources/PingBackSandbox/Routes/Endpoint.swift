import HTTPTypes
import Hummingbird

/// One documented request: its method, its path in exactly the documented form, and what answers it.
struct Endpoint: Sendable {
    typealias Answer = @Sendable (Request, SandboxContext) async throws -> Response

    let method: HTTPRequest.Method
    /// Below `/api/v1/`. Whether it ends with a slash is part of the documentation, and the other form is a redirect.
    let path: String
    let answer: Answer

    init(_ method: HTTPRequest.Method, _ path: String, _ answer: @escaping Answer) {
        self.method = method
        self.path = path
        self.answer = answer
    }
}

/// Puts endpoints onto a router with what FastAPI does around them, in its order: redirect, method, token.
struct EndpointTable: Sendable {
    let token: String
    let endpoints: [Endpoint]

    static let root = "/api/v1/"

    func router(behind faults: FaultInjection?) -> Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        if let faults { router.add(middleware: faults) }
        router.add(middleware: ErrorAnswers())
        for (path, endpoints) in Dictionary(grouping: endpoints, by: \.path) {
            let answers = Dictionary(uniqueKeysWithValues: endpoints.map { ($0.method, $0.answer) })
            let allowed = answers.keys.map(\.rawValue).sorted().joined(separator: ", ")
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
                router.on(RouterPath(Self.root + path), method: method) { request, context in
                    if let redirect = try redirect(request, toFormOf: path) { return redirect }
                    guard let answer = answers[method] else {
                        throw Refusal(.methodNotAllowed, "Method Not Allowed", headers: [.allow: allowed])
                    }
                    try authenticate(request)
                    return try await answer(request, context)
                }
            }
        }
        return router
    }

    /// 307 to the form with, or without, the slash, as FastAPI answers before it looks at the token.
    private func redirect(_ request: Request, toFormOf path: String) throws -> Response? {
        let requested = request.uri.path
        // The router takes `a//b` for `a/b`; FastAPI does not.
        guard !requested.contains("//") else { throw Refusal(.notFound, "Not Found") }
        guard requested.hasSuffix("/") != path.hasSuffix("/") else { return nil }
        var location = requested.hasSuffix("/") ? String(requested.dropLast()) : requested + "/"
        if let query = request.uri.query { location += "?" + query }
        if let host = request.head.authority { location = "http://\(host)\(location)" }
        return Response(status: .temporaryRedirect, headers: [.location: location])
    }

    private func authenticate(_ request: Request) throws {
        guard let header = request.headers[.authorization] else { throw Refusal.unauthenticated("Not authenticated") }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1] == token else {
            throw Refusal.unauthenticated("Could not validate credentials")
        }
    }
}
