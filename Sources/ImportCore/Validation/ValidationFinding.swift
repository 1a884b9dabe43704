/// The words of what validation finds: the rule that is broken and the way out, never the value.
extension Finding {
    static var keyMissing: Finding {
        Finding(
            .keyMissing, field: TextField.key.name,
            "the record has no key, by which its conversation is known for ever",
            hint: "fill it in, or name with `source.key` a field that every record has")
    }

    static func nul(in field: String) -> Finding {
        Finding(
            .textNUL, field: field, "\(field) holds a NUL (U+0000), which PostgreSQL's text cannot hold",
            hint: "take it out of the record")
    }

    static func notUUID(_ code: RejectionCode, field: TextField) -> Finding {
        Finding(
            code, field: field.name, "\(field.name) is no UUID of 8-4-4-4-12 hexadecimal digits",
            hint: "find PingBack's id with `lookup`, or take the field out of the plan")
    }

    static var channelTypeUnknown: Finding {
        let names = ChannelType.allCases.map(\.rawValue).joined(separator: ", ")
        return Finding(
            .channelTypeUnknown, field: TextField.channelType.name, "channel_type is none of \(names)",
            hint: "say with `values` which of them each of the source's is")
    }

    static func blank(_ code: RejectionCode, field: String) -> Finding {
        Finding(
            code, field: field, "\(field) holds nothing but white space",
            hint: "correct the record, or take the text from the first of several fields with `first_of`")
    }

    static func tooLong(_ code: RejectionCode, field: String, limit: Int) -> Finding {
        Finding(
            code, field: field, "\(field) is longer than \(limit) characters",
            hint: "shorten it, or raise `limits.message_characters` in the plan if PingBack takes more")
    }

    static func beforeCreated(_ code: RejectionCode, field: TimeField) -> Finding {
        Finding(
            code, field: field.name, "\(field.name) is before \(TimeField.createdAt.name)",
            hint: "correct the record, or check that both are read with the right `date` and `zone`")
    }
}
