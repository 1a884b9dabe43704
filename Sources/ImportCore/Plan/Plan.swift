/// One migration, as its YAML file describes it: checked for shape, with every `${NAME}` filled in, not yet compiled
/// against a source.
package struct Plan: Sendable, Equatable {
    /// The file's path as typed, for messages.
    package var path: String
    package var name: String
    package var businessID: String
    package var source: SourceDescription
    package var conversation: ConversationRules
    package var customer: CustomerRules?
    package var destinations: Destinations
    package var limits: Limits
    package var duplicates: DuplicateKeys
    /// Nil where the plan is not made for nights.
    package var sync: SyncOptions?
    /// Nil for none. No part of the meaning: it may change at any time.
    package var onFinish: FinishHook?
    /// What of the plan decides what a record becomes, line by line, in a form that layout and comments do not change.
    package var meaning: [MeaningLine]

    package init(
        path: String, name: String, businessID: String, source: SourceDescription, conversation: ConversationRules,
        customer: CustomerRules?, destinations: Destinations, limits: Limits, duplicates: DuplicateKeys,
        sync: SyncOptions? = nil, meaning: [MeaningLine]
    ) {
        self.path = path
        self.name = name
        self.businessID = businessID
        self.source = source
        self.conversation = conversation
        self.customer = customer
        self.destinations = destinations
        self.limits = limits
        self.duplicates = duplicates
        self.sync = sync
        self.meaning = meaning
    }

    /// What makes conversations of this plan the same for ever: its name, its business, and where a record's key comes
    /// from. Stored and compared as text, so the form never changes.
    package var identity: String {
        let key = meaning.map(\.text).filter { $0.hasPrefix("source.key.") }
        return (["name = \(name)", "business_id = \(businessID.lowercased())"] + key).joined(separator: "\n")
    }

    /// What becomes of records whose key another record of the source has.
    package enum DuplicateKeys: String, Sendable, Codable, CaseIterable {
        /// All but the first are rejected.
        case reject
        /// All but the first are passed over.
        case first
        /// All but the one with the latest `updated_at` are passed over, the later one of equals. Known only when the whole
        /// source is read: for `sync`.
        case last
    }

    /// A part of the plan's meaning: `conversation.status.values.new = open`, and the line it stands on.
    package struct MeaningLine: Sendable, Equatable, Codable {
        package var text: String
        package var line: Int

        package init(text: String, line: Int) {
            self.text = text
            self.line = line
        }
    }
}

/// The files read, and how their records are found in them.
package struct SourceDescription: Sendable, Equatable {
    package enum Format: String, Sendable, Codable, CaseIterable { case csv, jsonl }

    package struct Dialect: Sendable, Equatable {
        package var delimiter: UInt8 = UInt8(ascii: ",")
        /// Nil for `quote: none`.
        package var quote: UInt8? = UInt8(ascii: "\"")
        package var header = true
        /// Physical lines above the header, or above the first record where there is none.
        package var preamble = 0
        /// How the lines begin that stand behind the records, such as the totals of a report.
        package var footers: [String] = []
        /// Whether empty fields behind the header's last column are left out.
        package var dropsTrailingEmptyFields = false
        /// Whether records whose every field is empty are passed over.
        package var passesBlankRecords = false

        package init() {}
    }

    /// Paths and globs, relative to the plan's folder; `-` is standard input.
    package var files: [String]
    /// Nil: found by looking at the bytes.
    package var format: Format?
    /// As iconv knows it, in small letters; nil: a mark at the files' beginning tells, or they are UTF-8.
    package var encoding: String?
    package var dialect: Dialect
    package var key: ValueRule
    package var nullValues: [String]
    package var messages: MessageRules?
    /// The preset that filled in what the plan left out; nil for none.
    package var preset: String?
    /// Of the records for which several hold, the first counts.
    package var skips: [SkipRule] = []
    /// By a column's name in the plan, the other names under which it may stand in a header.
    package var headers: [String: [String]] = [:]
    /// Empty for English.
    package var months: [MonthName] = []
    package var repairs: Set<Repair> = []

    package init(
        files: [String], format: Format?, encoding: String? = nil, dialect: Dialect, key: ValueRule,
        nullValues: [String], messages: MessageRules?
    ) {
        self.files = files
        self.format = format
        self.encoding = encoding
        self.dialect = dialect
        self.key = key
        self.nullValues = nullValues
        self.messages = messages
    }
}

/// What fills each field of a conversation; a field without a rule is left out.
package struct ConversationRules: Sendable, Equatable {
    package var texts: [TextField: ValueRule] = [:]
    package var times: [TimeField: ValueRule] = [:]
    package var status: ValueRule?

    package init() {}
}

/// What fills each field of the conversation's customer.
package struct CustomerRules: Sendable, Equatable {
    package var texts: [TextField: ValueRule] = [:]
    package var createdAt: ValueRule?

    package init() {}
}

/// The fields of a conversation and its customer that hold text, by their name in the plan.
package enum TextField: Int, Sendable, CaseIterable, Hashable {
    case key, customerID, initialMessage, assigneeID, channelType, channelID, subject
    case customerName, customerEmail, customerPhone, customerExternalID
    /// The line under the opening message that a destination asked for; no rule of `conversation` fills it.
    case reference

    package var name: String {
        switch self {
        case .key: "key"
        case .customerID: "customer_id"
        case .initialMessage: "initial_message"
        case .assigneeID: "assignee_id"
        case .channelType: "channel_type"
        case .channelID: "channel_id"
        case .subject: "subject"
        case .customerName: "customer.name"
        case .customerEmail: "customer.email"
        case .customerPhone: "customer.phone"
        case .customerExternalID: "customer.external_id"
        case .reference: "reference"
        }
    }
}

/// The fields of a conversation and its customer that hold a time.
package enum TimeField: Int, Sendable, CaseIterable, Hashable {
    case createdAt, updatedAt, firstResponseAt, resolvedAt, closedAt, customerCreatedAt

    package var name: String {
        switch self {
        case .createdAt: "created_at"
        case .updatedAt: "updated_at"
        case .firstResponseAt: "first_response_at"
        case .resolvedAt: "resolved_at"
        case .closedAt: "closed_at"
        case .customerCreatedAt: "customer.created_at"
        }
    }
}

/// Where conversations may go.
package struct Destinations: Sendable, Equatable {
    package var sandbox: APIOptions
    package var api: APIOptions?
    package var postgres: PostgresOptions?

    package init(sandbox: APIOptions, api: APIOptions?, postgres: PostgresOptions? = nil) {
        self.sandbox = sandbox
        self.api = api
        self.postgres = postgres
    }
}

extension Destinations {
    /// The options of a destination that speaks the HTTP API; nil for any other, and where the plan has none.
    package func api(named name: String) -> APIOptions? {
        switch name {
        case "sandbox": sandbox
        case "api": api
        default: nil
        }
    }
}

/// Bounds of a run.
package struct Limits: Sendable, Equatable {
    package enum Rejections: Sendable, Equatable {
        case count(Int)
        /// Of the records read so far; judged from record 1,000 on, and at the end.
        case percentage(Double)
    }

    package var rejections: Rejections = .percentage(5)
    package var fieldBytes = 16 << 20
    package var recordBytes = 16 << 20
    /// How deep JSON may nest.
    package var depth = 512
    /// The longest message, in Unicode scalars; PingBack documents no limit.
    package var messageCharacters = 1_000_000
    package var unpacking = UnpackingLimits()

    package init() {}
}

extension Plan {
    /// Every rule of the plan that looks a value up in a file.
    package var lookups: [LookupRule] {
        var rules = [source.key, conversation.status, customer?.createdAt].compactMap { $0 }
        rules += conversation.texts.values
        rules += conversation.times.values
        rules += (customer?.texts ?? [:]).values
        if let messages = source.messages {
            rules += [messages.content, messages.senderType, messages.createdAt, messages.id, messages.opening]
                .compactMap { $0 }
        }
        return rules.flatMap(\.lookups)
    }
}

extension ValueRule {
    fileprivate var lookups: [LookupRule] {
        var found: [LookupRule] = []
        if case .lookup(let rule) = meaning { found.append(rule) }
        if case .firstOf(let rules) = origin { found += rules.flatMap(\.lookups) }
        if case .guarded(_, let rule) = origin { found += rule.lookups }
        return found
    }
}
