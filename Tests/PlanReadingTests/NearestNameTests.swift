import ImportCore
import Testing

@Suite("The nearest name")
struct NearestNameTests {
    private static let names = ["files", "format", "encoding", "null_values", "messages", "in", "key"]

    @Test(arguments: [
        ("filse", "files"), ("file", "files"), ("fromat", "format"), ("nullvalues", "null_values"),
        ("Null Values", "null_values"), ("mesages", "messages"), ("kye", "key"), ("KEY", "key"), ("i", "in"),
    ])
    func isFoundThroughASlip(_ typed: String, _ name: String) {
        #expect(NearestName.of(typed, among: Self.names) == name)
    }

    @Test(arguments: ["preset", "", "x", "colour", "formulation"])
    func isNotFoundWhereNothingIsNear(_ typed: String) {
        #expect(NearestName.of(typed, among: Self.names) == nil)
    }

    @Test func isTheFirstOfEquallyNearOnes() {
        #expect(NearestName.of("bat", among: ["cat", "bar"]) == "cat")
    }
}
