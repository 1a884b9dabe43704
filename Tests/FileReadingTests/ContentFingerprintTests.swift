import ImportCore
import Testing

@testable import FileReading

@Suite("Content hashes: what changed of a record from one night to the next")
struct ContentFingerprintTests {
    /// A batch of one record, with one message.
    private struct Sample {
        var texts: [TextField: String] = [
            .key: "1", .initialMessage: "hello", .assigneeID: "a2c3d4e5-f6a7-8901-bcde-f12345678901", .subject: "s",
            .customerEmail: "a@example.com", .channelType: "email",
        ]
        var times: [TimeField: Int64] = [.createdAt: 1, .updatedAt: 2, .resolvedAt: 3]
        var status = ConversationStatus.open
        var message = (content: "hi", sender: SenderType.agent, time: Int64(4), id: "m1")

        var hashes: ContentHashes {
            var batch = RecordBatch(columnCount: 0)
            batch.records = [.init(place: Place(file: 0, line: 0, record: 0, offset: 0), raw: .none)]
            var drafts = DraftBatch(records: batch)
            func range(_ text: String) -> ByteRange {
                defer { drafts.records.slab += Array(text.utf8) }
                return ByteRange(offset: drafts.records.slab.count, length: text.utf8.count)
            }
            for field in TextField.allCases {
                if let text = texts[field] { drafts.texts[field.rawValue] = [range(text)] }
            }
            for (field, time) in times { drafts.times[field.rawValue] = [Timestamp(microseconds: time)] }
            drafts.statuses = [status.rawValue]
            drafts.messages.contents = [range(message.content)]
            drafts.messages.ids = [range(message.id)]
            drafts.messages.senders = [message.sender.rawValue]
            drafts.messages.times = [Timestamp(microseconds: message.time)]
            drafts.messageRanges = [0..<1]
            return ContentFingerprints.hash(drafts)[0]
        }
    }

    private func groups(_ change: (inout Sample) -> Void) -> ContentGroups {
        var changed = Sample()
        change(&changed)
        return changed.hashes.groups(differingFrom: Sample().hashes)
    }

    @Test func eachFieldBelongsToOneGroup() {
        #expect(groups { $0.status = .resolved } == .status)
        #expect(groups { $0.times[.resolvedAt] = 9 } == .status)
        #expect(groups { $0.times[.closedAt] = 9 } == .status)
        #expect(groups { $0.texts[.assigneeID] = nil } == .assignee)
        #expect(groups { $0.texts[.initialMessage] = "hello!" } == .messages)
        #expect(groups { $0.message.content = "ho" } == .messages)
        #expect(groups { $0.message.sender = .customer } == .messages)
        #expect(groups { $0.message.time = 5 } == .messages)
        #expect(groups { $0.message.id = "m2" } == .messages)
        for field in [
            TextField.subject, .customerID, .channelType, .channelID, .customerName, .customerEmail, .customerPhone,
            .customerExternalID,
        ] { #expect(groups { $0.texts[field] = "x" } == .rest, "\(field)") }
        for field in [TimeField.createdAt, .firstResponseAt, .customerCreatedAt] {
            #expect(groups { $0.times[field] = 77 } == .rest, "\(field)")
        }
    }

    @Test func timeOfTheChangeAndTheKeyBelongToNone() {
        #expect(groups { $0.times[.updatedAt] = 99 } == [])
        #expect(groups { $0.texts[.key] = "2" } == [])
    }

    @Test func emptyIsNotAbsent() {
        #expect(groups { $0.texts[.customerName] = "" } == .rest)
        var (empty, absent) = (Sample(), Sample())
        empty.texts[.assigneeID] = ""
        absent.texts[.assigneeID] = nil
        #expect(empty.hashes.groups(differingFrom: absent.hashes) == .assignee)
    }

    @Test func valueDoesNotMoveFromOneFieldToTheNext() {
        var (name, email) = (Sample(), Sample())
        name.texts[.customerEmail] = nil
        name.texts[.customerName] = "a@example.com"
        email.texts[.customerEmail] = "a@example.com"
        #expect(name.hashes.groups(differingFrom: email.hashes) == .rest)
    }

    @Test func idsAreComparedWithoutCase() {
        #expect(groups { $0.texts[.assigneeID] = "A2C3D4E5-F6A7-8901-BCDE-F12345678901" } == [])
    }

    @Test func referenceUnderTheOpeningMessageIsNoChange() {
        #expect(
            groups {
                $0.texts[.reference] = "ref 1"
                $0.texts[.initialMessage] = "hello\nref 1"
            } == [])
        var (none, alone) = (Sample(), Sample())
        none.texts[.initialMessage] = nil
        alone.texts[.initialMessage] = nil
        alone.texts[.reference] = "ref 1"
        #expect(alone.hashes == none.hashes)
    }

    @Test func assigneeIsToldByItsHashAlone() {
        let sample = Sample()
        #expect(ContentFingerprints.assignee(sample.texts[.assigneeID]) == sample.hashes.assignee)
        #expect(ContentFingerprints.assignee(nil) != sample.hashes.assignee)
    }

    /// Baselines hold them.
    @Test func hashesNeverChange() {
        let hashes = Sample().hashes
        #expect(
            [hashes.status, hashes.assignee, hashes.messages, hashes.rest]
                == [2_634_416_554, 4_034_678_988, 4_234_916_605, 2_717_592_224])
    }
}
