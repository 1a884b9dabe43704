import ImportCore

/// Why the target cannot take a record: a code, and words without anybody's data.
struct Refusal: Sendable, Equatable {
    var code: RejectionCode
    var words: String

    static let noCreationTime = Refusal(
        code: .valueMissing, words: "created_at has no value, and Postgres keeps original dates")
    static let channelInvalid = Refusal(
        code: .channelUnknown, words: "the channel does not exist, or it is not the business's")
    static let customerUnknown = Refusal(
        code: .customerUnknown, words: "customer_id is no customer of the business")
    static let customerAmbiguous = Refusal(
        code: .customerAmbiguous, words: "the e-mail address belongs to several customers of the business")

    /// The server would refuse it, or cut blanks off without a word.
    static func tooLong(column: String) -> Refusal {
        Refusal(code: .refusedTooLarge, words: "a value is longer than its column \(column) holds")
    }

    static func server(_ error: ServerError) -> Refusal { Refusal(code: .refused, words: error.words) }
}
