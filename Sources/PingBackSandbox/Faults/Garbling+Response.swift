import Foundation
import HTTPTypes
import Hummingbird
import ImportCore

extension FaultAction.Garbling {
    /// How long `hugeBody` is: far above what a client should read of an answer about one conversation.
    private static let hugeBodyLength = 64 << 20

    /// What is answered in place of a response that says truly what was done.
    func applied(to response: Response) async throws -> Response {
        switch self {
        case .notJSON:
            return Response(
                status: response.status, headers: [.contentType: "text/html"],
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: "<html><body><h1>It works!</h1></body></html>\n")))
        case .empty:
            return Response(status: response.status, headers: [.contentType: "application/json"])
        case .noContent:
            return Response(status: .noContent)
        case .headerFlood:
            var response = response
            for number in 1...1_000 {
                guard let name = HTTPField.Name("X-Flood-\(number)") else { continue }
                response.headers[name] = String(repeating: "f", count: 1_000)
            }
            return response
        case .hugeBody:
            return try await padded(response)
        case .list, .noID, .wrongBusiness, .wrongCustomer, .wrongChannel, .wrongMessage:
            let bytes = try await response.body.collected()
            let json = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView))
            let garbled = try JSONSerialization.data(withJSONObject: changed(json))
            return Response(
                status: response.status, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: garbled)))
        }
    }

    private func changed(_ json: Any) -> Any {
        if self == .list { return [json] }
        guard var object = json as? [String: Any] else { return json }
        let stranger = "00000000-0000-4000-8000-000000000000"
        switch self {
        case .noID: object["id"] = nil
        case .wrongBusiness: object["business_id"] = stranger
        case .wrongCustomer:
            object["customer_id"] = stranger
            object["customer"] = NSNull()
        case .wrongChannel:
            object["channel_id"] = stranger
            object["channel_type"] = "whatsapp"
        case .wrongMessage:
            object["messages"] = (object["messages"] as? [[String: Any]])?.map { message in
                message.merging(["content": "Another message than was sent"]) { $1 }
            }
        default: break
        }
        return object
    }

    /// The response's own object with one more field, which is long.
    private func padded(_ response: Response) async throws -> Response {
        let bytes = try await response.body.collected()
        let body = ResponseBody { writer in
            var opening = bytes.getSlice(at: bytes.readerIndex, length: max(0, bytes.readableBytes - 1)) ?? ByteBuffer()
            opening.writeString(#","padding":""#)
            try await writer.write(opening)
            let chunk = ByteBuffer(repeating: UInt8(ascii: "p"), count: 1 << 16)
            for _ in 0..<(Self.hugeBodyLength >> 16) { try await writer.write(chunk) }
            try await writer.write(ByteBuffer(string: #""}"#))
            try await writer.finish(nil)
        }
        return Response(status: response.status, headers: [.contentType: "application/json"], body: body)
    }
}
