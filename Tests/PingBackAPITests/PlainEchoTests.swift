import Foundation
import ImportTestSupport
import Testing

@testable import PingBackAPI

@Suite("The quick reading of an answer")
struct PlainEchoTests {
    private static let usual = #"""
        {"id":"a-1","business_id":"b","customer_id":null,"customer":{"id":7,"name":"Zo\u00eb","tags":[]},
         "channel_type":"email","channel_id":"c","status":"open","n":[-0.5e+3,1E9,0,true,false,null,{"x":[[]]}],
         "messages":[{"content":"Grüße \"so\"\n\\ \/ 😀","sender_type":"agent"}],"created_at":"2026-01-01T00:00:00Z"}
        """#

    /// What the general decoder makes of it.
    private func decoded(_ body: Data) -> CreationEcho? { try? JSONDecoder().decode(CreationEcho.self, from: body) }

    @Test("gives what the general decoder gives")
    func givesTheSame() throws {
        for text in [
            Self.usual, #"{"id":"1"}"#, #" { "id" : "1" , "customer" : null } "#, #"{"customer":{},"id":"ß"}"#,
            #"{"id":"1","customer":[1,{"a":"b"}],"business_id":null}"#,
        ] {
            let body = Data(text.utf8)
            let echo = try #require(PlainEcho.read(body), "\(text)")
            #expect(echo == decoded(body))
        }
    }

    @Test(
        "leaves what is unusual to the general decoder",
        arguments: [
            "", "null", "[]", "{}", #"{"id":null}"#, #"{"id":1}"#, #"{"id":"1","id":"2"}"#, #"{"i\u0064":"1"}"#,
            #"{"id":"\u0031"}"#, #"{"id":"1"}x"#, #"{"id":"1",}"#, #"{"id":"1""#, #"{"id":"1","x":"\ud83d"}"#,
            #"{"id":"1","x":01}"#, #"{"id":"1","x":1.}"#, #"{"id":"1","x":nul}"#, "{\"id\":\"1\",\"x\":\"\t\"}",
            #"{"id":"1","x":"\q"}"#, #"{"id":"1","x":[1,]}"#, #"{"id":"1","x":{"a"}}"#, #"{"id":"1","business_id":{}}"#,
            #"{"id":"1","x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
        ])
    func leavesTheUnusual(text: String) { #expect(PlainEcho.read(Data(text.utf8)) == nil) }

    @Test("leaves bytes that are no UTF-8 to the general decoder")
    func leavesBrokenText() {
        #expect(PlainEcho.read(Data(#"{"id":"1","x":""#.utf8) + [0xC3, 0x28] + Data(#""}"#.utf8)) == nil)
    }

    /// Bytes changed, left out, put in and swapped at random: whatever it still reads, the general decoder reads so too.
    @Test("reads nothing that the general decoder does not read", arguments: 1...8)
    func readsNothingElse(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let original = Array(Self.usual.utf8)
        let pieces = Array(#"{}[]",:\untrfale0123456789.-+eE /"#.utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xFF]
        var read = 0
        for _ in 0..<4_000 {
            var bytes = original
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = pieces.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(pieces.randomElement(using: &random) ?? 0, at: place)
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            guard let echo = PlainEcho.read(Data(bytes)) else { continue }
            read += 1
            let expected = decoded(Data(bytes))
            if echo != expected {
                Issue.record(
                    "\(String(decoding: bytes, as: UTF8.self)) is read as \(echo), not \(String(describing: expected))")
                return
            }
        }
        #expect(read > 400)
    }
}
