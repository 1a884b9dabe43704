import Foundation
import HTTPTypes
import Hummingbird

/// A request that is not done, answered in the two forms FastAPI knows: `{"detail": "text"}` and a list of findings.
struct Refusal: Error, Sendable {
    let status: HTTPResponse.Status
    let detail: Detail
    var headers: HTTPFields = [:]

    enum Detail: Sendable {
        case text(String)
        case findings([Finding])
    }

    init(_ status: HTTPResponse.Status, _ text: String, headers: HTTPFields = [:]) {
        self.status = status
        self.detail = .text(text)
        self.headers = headers
    }

    /// 422, with all that is wrong at once.
    init(_ findings: [Finding]) {
        status = .unprocessableContent
        detail = .findings(findings)
    }

    static let noSuchConversation = Refusal(.notFound, "Conversation not found")

    static func unauthenticated(_ text: String) -> Refusal {
        Refusal(.unauthorized, text, headers: [.wwwAuthenticate: "Bearer"])
    }
}

/// One thing that is wrong with a request, in FastAPI's words.
struct Finding: Encodable, Equatable, Sendable {
    let location: [String]
    let message: String
    let type: String

    init(_ location: [String], _ message: String, _ type: String) {
        self.location = location
        self.message = message
        self.type = type
    }

    enum CodingKeys: String, CodingKey {
        case type
        case location = "loc"
        case message = "msg"
    }
}

extension Refusal: HTTPResponseError {
    func response(from request: Request, context: some RequestContext) throws -> Response {
        try .json(Body(detail: detail), status: status, headers: headers)
    }

    private struct Body: Encodable {
        let detail: Detail
    }
}

extension Refusal.Detail: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .findings(let findings): try container.encode(findings)
        }
    }
}
