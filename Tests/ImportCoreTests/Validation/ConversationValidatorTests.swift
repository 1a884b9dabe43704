import ImportCore
import Testing

@Suite struct ConversationValidatorTests {
    private let uuid = "b2c3d4e5-f6a7-8901-bcde-f12345678901"

    @Test func aRecordThatKeepsAllRulesIsValid() {
        let batch = validate([
            Draft(
                texts: [
                    .key: "1", .customerID: uuid, .assigneeID: uuid.uppercased(), .channelID: uuid,
                    .channelType: "instagram",
                    .initialMessage: "Hello", .subject: "", .customerName: " ",
                ],
                times: [
                    .createdAt: 5, .updatedAt: 5, .firstResponseAt: 6, .resolvedAt: 7, .closedAt: 8,
                    .customerCreatedAt: 9,
                ],
                messages: ["first", "second"]),
            Draft(texts: [.key: " 2 "]),
            // Without a creation time nothing is before it.
            Draft(texts: [.key: "3"], times: [.updatedAt: -1]),
        ])
        #expect(batch.valid == [0, 1, 2])
        #expect(batch.findings.isEmpty)
        #expect(batch.keyFingerprints == fingerprints(3))
    }

    @Test func allFindingsOfARecordAreReportedInTheOrderOfItsFields() {
        let batch = validate([
            Draft(texts: [.key: "1"]),
            Draft(
                texts: [
                    .key: "", .customerID: "17", .assigneeID: "", .channelID: "x", .channelType: "Email",
                    .initialMessage: " \u{2003}\n", .subject: "a\u{0}b", .customerEmail: "\u{0}",
                ],
                times: [.createdAt: 10, .updatedAt: 9, .firstResponseAt: 8, .resolvedAt: 7, .closedAt: 6],
                messages: ["ok", "", "\u{0}"]),
            Draft(),
        ])
        #expect(batch.valid == [0])
        #expect(batch.findings.map(\.index) == Array(repeating: 1, count: 14) + [2])
        #expect(
            batch.findings.map { "\($0.finding.field ?? "") \($0.finding.code.rawValue)" } == [
                "key key.missing", "customer_id customer_id.invalid", "initial_message initial_message.blank",
                "assignee_id assignee_id.invalid", "channel_type channel_type.unknown", "channel_id channel_id.invalid",
                "subject text.nul", "customer.email text.nul", "updated_at updated_at.before-created",
                "first_response_at first_response_at.before-created", "resolved_at resolved_at.before-created",
                "closed_at closed_at.before-created", "messages[1].content message.blank",
                "messages[2].content text.nul", "key key.missing",
            ])
        #expect(batch.findings.allSatisfy { $0.finding.hint?.isEmpty == false })
    }

    @Test func readingComesFirstThenMappingThenValidation() {
        var drafts = drafts([Draft(texts: [.key: "1"]), Draft(texts: [.channelID: "x"]), Draft()])
        drafts.records.unreadable = [.init(index: 2, finding: Finding(.csvFieldCount, "too few"))]
        drafts.findings = [
            BatchFinding(index: 2, finding: Finding(.keyMissing, field: "key", "said by mapping")),
            BatchFinding(index: 1, finding: Finding(.valueUnknown, field: "Column 7", "unknown")),
            BatchFinding(index: 1, finding: Finding(.dateSyntax, field: "closed_at", "no date")),
            BatchFinding(index: 1, finding: Finding(.valueUnknown, field: "status", "unknown")),
            BatchFinding(index: 1, finding: Finding(.valueMissing, field: "key", "said by mapping")),
        ]
        let batch = ConversationValidator(limits: Limits()).validate(drafts, keyFingerprints: fingerprints(3))
        #expect(batch.valid == [0])
        #expect(
            batch.findings.map { "\($0.index) \($0.finding.code.rawValue)" } == [
                // What mapping has said of the key is not said again.
                "1 value.missing", "1 value.unknown", "1 date.syntax", "1 value.unknown", "1 channel_id.invalid",
                "2 csv.field-count",
            ])
        #expect(batch.drafts.findings.isEmpty)
    }

    @Test func theMessageLimitCountsUnicodeScalars() {
        var limits = Limits()
        limits.messageCharacters = 4
        let drafts = drafts([
            Draft(texts: [.key: "1", .initialMessage: "🦉🦉🦉🦉"], messages: ["ab̈c"]),
            Draft(texts: [.key: "2", .initialMessage: "🦉🦉🦉🦉🦉"]), Draft(texts: [.key: "3"], messages: ["a", "ab̈cd"]),
        ])
        let batch = ConversationValidator(limits: limits).validate(drafts, keyFingerprints: [])
        #expect(batch.valid == [0])
        #expect(batch.findings.map(\.finding.code) == [.messageTooLong, .contentTooLong])
        #expect(batch.findings.map(\.finding.field) == ["initial_message", "messages[1].content"])
    }

    @Test func everyChannelTypeAndNothingElseIsOne() {
        let good = ChannelType.allCases.map(\.rawValue)
        let bad =
            good.map { $0.uppercased() } + good.map { $0 + " " } + good.map { $0 + "\u{0}" } + [
                "", "y", "telegram-channel-2",
            ]
        let batch = validate((good + bad).map { Draft(texts: [.key: "1", .channelType: $0]) })
        #expect(batch.valid == Array(good.indices))
    }

    @Test func noMessageHoldsAPersonsWords() {
        let batch = validate([
            Draft(
                texts: [
                    .key: "zq", .customerID: "zq1", .assigneeID: "zq2", .channelID: "zq3", .channelType: "zq4",
                    .initialMessage: "zq\u{0}", .customerName: "zq\u{0}", .customerEmail: "zq\u{0}",
                ], messages: ["zq\u{0}"])
        ])
        #expect(batch.findings.count == 8)
        #expect(
            batch.findings.allSatisfy { !$0.finding.message.contains("zq") && $0.finding.hint?.contains("zq") == false }
        )
    }

    // A record of a draft batch, as tests like to write it.
    private struct Draft {
        var texts: [TextField: String] = [:]
        var times: [TimeField: Int64] = [:]
        var messages: [String] = []
    }

    private func fingerprints(_ count: Int) -> [KeyFingerprint] {
        (0..<count).map { KeyFingerprint(low: UInt64($0), high: 0) }
    }

    private func validate(_ list: [Draft]) -> ValidatedBatch {
        let drafts = drafts(list)
        return ConversationValidator(limits: Limits()).validate(drafts, keyFingerprints: fingerprints(list.count))
    }

    private func drafts(_ list: [Draft]) -> DraftBatch {
        var drafts = DraftBatch(records: RecordBatch(columnCount: 0))
        func append(_ text: String?) -> ByteRange {
            guard let text else { return .none }
            let offset = drafts.records.slab.count
            drafts.records.slab += Array(text.utf8)
            return ByteRange(offset: offset, length: text.utf8.count)
        }
        drafts.statuses = Array(repeating: 0, count: list.count)
        for (index, draft) in list.enumerated() {
            let place = Place(file: 0, line: index, record: index, offset: 0)
            drafts.records.records.append(.init(place: place, raw: ByteRange(offset: 0, length: 0)))
            for field in TextField.allCases { drafts.texts[field.rawValue].append(append(draft.texts[field])) }
            for field in TimeField.allCases {
                drafts.times[field.rawValue].append(draft.times[field].map(Timestamp.init(microseconds:)) ?? .none)
            }
            let start = drafts.messages.contents.count
            for message in draft.messages {
                drafts.messages.contents.append(append(message))
                drafts.messages.senders.append(0)
                drafts.messages.times.append(.none)
                drafts.messages.ids.append(.none)
            }
            drafts.messageRanges.append(start..<drafts.messages.contents.count)
        }
        return drafts
    }
}
