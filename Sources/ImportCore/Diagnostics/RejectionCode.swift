/// The names of all reasons for which a record is rejected. They stand in reports and are never renamed.
package enum RejectionCode: String, Sendable, CaseIterable, Codable {
    // Reading
    case csvStrayQuote = "csv.stray-quote"
    case csvUnclosedQuote = "csv.unclosed-quote"
    case csvFieldCount = "csv.field-count"
    case jsonSyntax = "json.syntax"
    case jsonDuplicateKey = "json.duplicate-key"
    case jsonDepth = "json.too-deep"
    case jsonNotAnObject = "json.not-an-object"
    case recordTooLong = "record.too-long"
    case fieldTooLong = "field.too-long"
    case textEncoding = "text.encoding"
    case textNUL = "text.nul"

    // Mapping
    case keyMissing = "key.missing"
    case keyDuplicate = "key.duplicate"
    case idRounded = "id.rounded"
    case valueMissing = "value.missing"
    case valueNotText = "value.not-text"
    case valueUnknown = "value.unknown"
    case lookupMissing = "lookup.missing"
    case dateSyntax = "date.syntax"
    case dateImpossible = "date.impossible"
    case dateAmbiguous = "date.ambiguous"
    case dateMissingHour = "date.missing-hour"
    case dateRange = "date.range"
    case dateZoneNeeded = "date.zone-needed"
    case markupUnreadable = "markup.unreadable"
    case messagesNotAList = "messages.not-a-list"
    case messagesNotSplit = "messages.not-split"

    // Validation
    case customerID = "customer_id.invalid"
    case assigneeID = "assignee_id.invalid"
    case channelID = "channel_id.invalid"
    case statusUnknown = "status.unknown"
    case channelTypeUnknown = "channel_type.unknown"
    case messageBlank = "initial_message.blank"
    case messageTooLong = "initial_message.too-long"
    case contentBlank = "message.blank"
    case contentTooLong = "message.too-long"
    case senderUnknown = "message.sender"
    case createdAfterUpdated = "updated_at.before-created"
    case respondedBeforeCreated = "first_response_at.before-created"
    case resolvedBeforeCreated = "resolved_at.before-created"
    case closedBeforeCreated = "closed_at.before-created"

    // The destination's word
    case channelUnknown = "channel.invalid"
    case customerUnknown = "customer_id.unknown"
    case customerAmbiguous = "customer.ambiguous"
    case refused = "destination.refused"
    case refusedTooLarge = "destination.too-large"

    // A person's word
    case leftOut = "doubt.left-out"
}
