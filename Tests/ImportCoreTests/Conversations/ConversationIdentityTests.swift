import Testing

@testable import ImportCore

/// The ids were computed with Python's `hashlib` from the encoding as it is documented.
@Suite struct ConversationIdentityTests {
    private let identity = ConversationIdentity(
        business: BinaryUUID("b2c3d4e5-f6a7-8901-bcde-f12345678901") ?? BinaryUUID(high: 0, low: 0),
        planName: "zendesk-acme")

    private func bytes<Result>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        Array(text.utf8).withUnsafeBufferPointer(body)
    }

    @Test func aConversationIsItsPlanAndItsKey() {
        #expect(bytes("4711") { identity.conversation(key: $0).description } == "d9f7156d-5bbb-5088-abdf-2fb5f13503eb")
    }

    @Test func blanksOfAKeyCount() {
        #expect(bytes(" 4711") { identity.conversation(key: $0).description } == "496d7502-cbb2-51dc-b132-d8eb78e46573")
    }

    @Test func aMessageWithAnIDIsThatID() {
        let id = bytes("4711") { key in bytes("9001") { identity.message(key: key, id: $0).description } }
        #expect(id == "984a24e9-a498-5f91-877d-23d3ffbfca45")
    }

    @Test func aMessageWithoutOneIsWhatItSays() {
        let digest = bytes("Helloé") {
            MessageDigest(sender: .customer, time: Timestamp(microseconds: 1_663_599_229_000_000), text: $0)
        }
        let ids = (0...1).map { repetition in
            bytes("4711") { identity.message(key: $0, digest: digest, repetition: repetition).description }
        }
        #expect(ids == ["c06bdb9d-6e3c-5632-91c4-1548ac492412", "31116579-39f1-52f9-ab60-f1825e89455e"])
        let timeless = bytes("Hi") { MessageDigest(sender: .agent, time: .none, text: $0) }
        let id = bytes("4711") { identity.message(key: $0, digest: timeless, repetition: 0).description }
        #expect(id == "32b256e8-a267-52e1-9ea5-b54f77bf39d3")
    }

    @Test func aCustomerIsTheBusinesssWhateverThePlan() {
        #expect(
            bytes("88") { identity.customer(externalID: $0).description } == "b7e58c81-8b96-54ec-a9bc-0c60b95fb258")
        let address = EmailAddress.normalised(" Ann@Example.COM\t")
        #expect(identity.customer(email: address).description == "044bdcee-3e2b-549d-85da-cbe55e267dc6")
    }

    @Test(arguments: [
        "b2c3d4e5-f6a7-8901-bcde-f12345678901", "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-ffff-FFFF-ffff-FFFFFFFFFFFF",
    ])
    func anIDReadIsWrittenTheSame(text: String) {
        #expect(BinaryUUID(text)?.description == text.lowercased())
    }

    @Test(arguments: [
        "", "b2c3d4e5f6a78901bcdef12345678901", "b2c3d4e5-f6a7-8901-bcde-f1234567890",
        "b2c3d4e5-f6a7-8901-bcde-f123456789012", "g2c3d4e5-f6a7-8901-bcde-f12345678901",
    ])
    func whatIsNoIDIsNotRead(text: String) { #expect(BinaryUUID(text) == nil) }
}
