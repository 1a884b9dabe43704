import Foundation

/// Makes the bodies of create requests, made before the clock runs: the loop measures HTTP and nothing else.
enum TicketBody {
    private struct Body: Encodable {
        let businessID: String
        let initialMessage: String

        enum CodingKeys: String, CodingKey {
            case businessID = "business_id"
            case initialMessage = "initial_message"
        }
    }

    private static let sentences = [
        "Hello, I ordered on Monday and the parcel still has not arrived.",
        "The tracking page shows \"in transit\" since last week, which cannot be right.",
        "Could you please look into it and tell me when I can expect the delivery?",
        "My invoice shows a different amount than the order confirmation does.",
        "I have already tried to reset my password twice, without any success.",
        "Please send the refund to the card that I paid with, and confirm it by e-mail.",
        "The app closes itself as soon as I open the settings on my phone.",
        "Many thanks in advance, and kind regards from Zürich.",
    ]

    /// A message of about 350 bytes, the size of a short real ticket, different for each number.
    static func make(_ number: Int, businessID: String) -> [UInt8] {
        let text = (0..<5).map { sentences[(number + $0 * 3) % sentences.count] }.joined(separator: "\n")
        let body = Body(businessID: businessID, initialMessage: "Ticket #\(number)\n\n\(text)")
        // Two strings always encode.
        guard let bytes = try? JSONEncoder().encode(body) else {
            preconditionFailure("a ticket that cannot be encoded")
        }
        return Array(bytes)
    }
}
