/// The keys of the plan itself.
enum RootKey: String, PlanKey {
    case version, name
    case businessID = "business_id"
    case source, conversation, customer, destinations, limits, duplicates, sync
    case onFinish = "on_finish"
    /// What a preset says of itself; in a plan that was copied from one, a remark.
    case about

    static let later = [
        "repairs": "put it under source: {repairs: […]}",
        "reference": "put it under destinations.api, or destinations.sandbox to rehearse it",
        "since": LaterHint.ofSync, "expect": LaterHint.ofSync, "on_drift": LaterHint.ofSync,
        "opening_messages": LaterHint.ofDestination, "message_budget": LaterHint.ofDestination,
        "window": LaterHint.ofDestination,
    ]
}

/// The keys of `source`.
enum SourceKey: String, PlanKey {
    case preset, files, format, encoding, csv, key
    case nullValues = "null_values"
    case zone, months, headers, envelope, skip, repairs, messages

    static let later = ["since": LaterHint.ofSync]
}

/// The keys of `source.envelope`.
enum EnvelopeKey: String, PlanKey {
    case record
    case matches = "where"
}

/// The keys of a rule of `source.skip`.
enum SkipKey: String, PlanKey {
    case reason
    case matches = "where"
    case unless, present, missing
}

/// The keys of `source.csv`.
enum DialectKey: String, PlanKey {
    case delimiter, quote, header, preamble, footer

    static let later = ["escape": "have the export written with doubled quotes, as RFC 4180 has it"]
}

/// The keys of `source.messages`.
enum MessagesKey: String, PlanKey {
    case list = "in"
    case map, drop, order, opening

    static let later = [
        "file": "put the messages into a list inside each record, and name the list with in",
        "key": "put the messages into a list inside each record, and name the list with in",
        "group": "put the messages into a list inside each record, and name the list with in",
    ]
    static let fillingIn: Set = ["file", "key", "group"]
}

/// The keys of `source.messages.in`, where it is not only a field's name.
enum MessageListKey: String, PlanKey { case field, json, columns, split }

/// The keys of `source.messages.in.split`.
enum SplitKey: String, PlanKey {
    case separator = "by"
    case names = "into"
}

/// The keys of a condition, in `when` and in `source.messages.drop`.
enum ConditionKey: String, PlanKey {
    case from, field, convert
    case isAny = "is"
    case isNone = "is_not"
    case sameAs = "same_as"
    case domain, present

    /// What may be asked; a condition has one of them.
    static let tests: [Self] = [.isAny, .isNone, .sameAs, .domain, .present]
}

/// The fields of a message, under `source.messages.map`.
enum MessageKey: String, PlanKey {
    case content
    case senderType = "sender_type"
    case createdAt = "created_at"
    case id
}

/// The fields of `conversation`.
enum ConversationKey: String, PlanKey {
    case customerID = "customer_id"
    case initialMessage = "initial_message"
    case status
    case assigneeID = "assignee_id"
    case channelType = "channel_type"
    case channelID = "channel_id"
    case subject
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case firstResponseAt = "first_response_at"
    case resolvedAt = "resolved_at"
    case closedAt = "closed_at"
}

/// The fields of `customer`.
enum CustomerKey: String, PlanKey {
    case name, email, phone
    case externalID = "external_id"
    case createdAt = "created_at"
}

/// The keys of an expression.
enum ExpressionKey: String, PlanKey {
    case from, template, constant
    case firstOf = "first_of"
    case field, when, then, convert, values, date, zone, lookup, match, take, present, otherwise

    /// Where a value may come from; an expression has one of them. `field` is short for `from: {field: …}`.
    static let origins: [Self] = [.from, .template, .constant, .firstOf, .field, .when]
    /// What may be done with it; an expression has one of them at most.
    static let meanings: [Self] = [.values, .date, .lookup, .present]
}

/// The key of a field's name that is taken literally.
enum FieldKey: String, PlanKey { case field }

/// The key of a constant where a bare word would be a keyword.
enum ConstantKey: String, PlanKey { case constant }

/// The keys of `zone`.
enum ZoneKey: String, PlanKey { case name, ambiguous, missing }

/// The names of destinations.
enum DestinationsKey: String, PlanKey { case sandbox, api, postgres }

/// The keys of a destination that speaks the HTTP API.
enum APIKey: String, PlanKey {
    case url, token
    case tokenFile = "token_file"
    case ca
    case allowsPlainHTTP = "allow_http"
    case openingMessages = "opening_messages"
    case concurrency, rate
    case messageBudget = "message_budget"
    case window, timeout, patience
    case inDoubt = "in_doubt"
    case trusts503 = "trust_503"
    case expectedChannel = "expect_channel"
    case acceptedLoss = "accept_loss"
    case assigning = "assign"
    case reference
    case faults, customers
}

/// The keys of `postgres`.
enum PostgresKey: String, PlanKey {
    case url, tls, schema, tables, connections, patience, load
}

/// The keys of `postgres.tables`.
enum PostgresTablesKey: String, PlanKey { case customers, channels, conversations, messages }

/// The keys of `in_doubt`.
enum DoubtKey: String, PlanKey {
    case settleAfter = "settle_after"
    case looks, absent
}

/// The keys of `on_finish`.
enum FinishKey: String, PlanKey { case run, timeout }

/// The keys of `limits`.
enum LimitKey: String, PlanKey {
    case rejections
    case fieldBytes = "field_bytes"
    case recordBytes = "record_bytes"
    case depth
    case messageCharacters = "message_characters"
    case unpackedBytes = "unpacked_bytes"
    case unpackedRatio = "unpacked_ratio"
}

/// The keys of `sync`.
enum SyncKey: String, PlanKey {
    case export, expect, since, overlap
    case onDrift = "on_drift"
}

/// What to do until a later version, where several keys have the same answer.
private enum LaterHint {
    static let ofSync = "put it under sync: {export: full, …}"
    static let nightly = "take it out, and import once with run"
    static let ofDestination = "put it under the destination: destinations: {api: {…}}"
}
