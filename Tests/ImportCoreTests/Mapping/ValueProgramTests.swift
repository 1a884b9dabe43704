import ImportCore
import Testing

@Suite struct ValueProgramTests {
    @Test func aFieldIsTakenAsItStands() throws {
        #expect(try map(Rules.field("a"), ["", " x ", "ä", .null, .missing]).values == [nil, " x ", "ä", nil, nil])
    }

    @Test func thePlansSpellingsOfNothingAreNothing() throws {
        #expect(
            try map(Rules.field("a"), ["-", "N/A", "--", "", "n/a"], nulls: ["-", "N/A"]).values
                == [nil, nil, "--", "", "n/a"])
    }

    @Test func anObjectIsNoText() throws {
        let result = try map(Rules.field("a"), [.object, "b"])
        #expect(result.values == [nil, "b"])
        #expect(result.found == ["0 subject value.not-text"])
    }

    @Test func aTemplateLeavesMissingPartsOutAndIsNothingWithoutAnyPart() throws {
        let rule = ValueRule(
            .template([.field(Rules.path("a")), .text(": "), .field(Rules.path("b"))]), line: 1)
        let result = try map(
            rule,
            rows: [
                ["a": "x", "b": "y"], ["a": "x"], ["b": "y"], [:], ["a": "", "b": .null], ["a": "é", "b": .object],
            ])
        #expect(result.values == ["x: y", "x: ", ": y", nil, nil, "é: "])
        #expect(result.found == ["5 subject value.not-text"])
    }

    @Test func aTemplateOfNoFieldsIsNothing() throws {
        // Its text alone says nothing of the record.
        #expect(try map(ValueRule(.template([.text("x")]), line: 1), ["a"]).values == [nil])
    }

    @Test func aConstantIsTheSameForAll() throws {
        #expect(try map(ValueRule(.constant("c"), line: 1), ["a", .missing]).values == ["c", "c"])
    }

    @Test func theFirstThatHasAValueIsTaken() throws {
        let rule = ValueRule(
            .firstOf([Rules.field("a"), Rules.field("b"), ValueRule(.constant("c"), line: 1)]), line: 1)
        let result = try map(rule, rows: [["a": "1", "b": "2"], ["a": "", "b": "2"], [:]])
        #expect(result.values == ["1", "2", "c"])
    }

    @Test func whatHasItsValueIsNotAskedAgain() throws {
        var second = Rules.field("b")
        second.meaning = .values([.init(from: "x", to: "y")])
        let rule = ValueRule(.firstOf([Rules.field("a"), second]), line: 1)
        let result = try map(rule, rows: [["a": "1", "b": "unknown"], ["b": "x"], ["b": "unknown"]])
        #expect(result.values == ["1", "y", nil])
        #expect(result.found == ["2 subject value.unknown"])
    }

    @Test func aGuardedRuleIsAskedOnlyWhereItsConditionHolds() throws {
        var rule = Rules.field("a")
        rule.meaning = .values([.init(from: "x", to: "y")])
        rule.coversMissing = true
        let condition = ConditionRule(value: Rules.field("kind"), test: .isAny(["k"]))
        let guarded = ValueRule(.guarded([condition], then: rule), line: 1)
        let result = try map(
            guarded, rows: [["kind": "k", "a": "x"], ["kind": "l", "a": "z"], ["a": .object], ["kind": "k"]])
        #expect(result.values == ["y", nil, nil, nil])
        #expect(result.found == ["3 subject value.missing"])
    }

    @Test func anUnknownValueIsRejectedWithTheKnownOnes() throws {
        let result = try map(values(.reject), ["new", "urgnt", .missing])
        #expect(result.values[0] == "open")
        #expect(result.values[2] == nil)
        #expect(result.found == ["1 subject value.unknown"])
    }

    @Test func anUnknownValueIsLeftOutOrReplaced() throws {
        #expect(try map(values(.none), ["new", "urgnt"]).values == ["open", nil])
        #expect(try map(values(.constant("closed")), ["urgnt", .missing]).values == ["closed", nil])
        #expect(try map(values(.none), ["urgnt"]).found.isEmpty)
    }

    @Test func aMissingValueIsCoveredWhereThePlanSaysSo() throws {
        #expect(
            try map(values(.constant("closed"), coversMissing: true), [.missing, ""]).values == ["closed", "closed"])
        #expect(try map(values(.reject, coversMissing: true), [.missing]).found == ["0 subject value.missing"])
        // A value that was found wrong is not said to be missing as well.
        #expect(try map(values(.reject, coversMissing: true), ["urgnt"]).found == ["0 subject value.unknown"])
    }

    @Test func manyValuesAreFoundToo() throws {
        var rule = Rules.field("a")
        rule.meaning = .values((0..<40).map { .init(from: "k\($0)", to: "v\($0)") })
        rule.otherwise = .none
        #expect(try map(rule, ["k0", "k39", "k40"]).values == ["v0", "v39", nil])
    }

    @Test(arguments: [
        (ValueRule.Conversion.trim, "\u{2003} ä b \n", "ä b"), (.collapse, " a\t\u{A0}b  ", " a b "),
        (.lowercase, "ÄÖ Straße A[Z", "äö straße a[z"), (.uppercase, "straße é a{z", "STRASSE É A{Z"),
        (.uppercase, "abc@`z", "ABC@`Z"), (.lowercase, "ABC@[Z", "abc@[z"),
    ])
    func textIsConverted(_ conversion: ValueRule.Conversion, _ from: String, _ to: String) throws {
        var rule = Rules.field("a")
        rule.conversions = [conversion]
        #expect(try map(rule, [.text(from), .text(to), .missing]).values[0] == to)
    }

    @Test func conversionsComeOneAfterAnotherAndMayLeaveNothing() throws {
        var rule = values(.reject)
        rule.conversions = [.trim, .lowercase]
        #expect(try map(rule, [" NEW ", "  "]).values == ["open", nil])
    }

    @Test func aValueIsLookedUpInAFile() throws {
        var rule = Rules.field("a")
        let lookup = LookupRule(file: "people.csv", match: "mail", take: "id", line: 1)
        rule.meaning = .lookup(lookup)
        let found = try map(rule, ["a@b", "x", .missing], lookups: [lookup: People()])
        #expect(found.values == ["17", nil, nil])
        #expect(found.found == ["1 subject lookup.missing"])
        rule.otherwise = .constant("0")
        #expect(try map(rule, ["a@b", "x"], lookups: [lookup: People()]).values == ["17", "0"])
    }

    private struct People: LookupTable {
        let count = 1
        func value(for key: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
            key.elementsEqual("a@b".utf8) ? Array("17".utf8) : nil
        }
    }

    private func values(_ otherwise: ValueRule.Otherwise, coversMissing: Bool = false) -> ValueRule {
        var rule = Rules.field("a")
        rule.meaning = .values([.init(from: "new", to: "open"), .init(from: "done", to: "closed")])
        rule.otherwise = otherwise
        rule.coversMissing = coversMissing
        return rule
    }

    private func map(
        _ rule: ValueRule, _ values: [TestCell], nulls: [String] = [""],
        lookups: [LookupRule: any LookupTable] = [:]
    ) throws -> (values: [String?], found: [String]) {
        try map(rule, rows: values.map { ["a": $0] }, nulls: nulls, lookups: lookups)
    }

    private func map(
        _ rule: ValueRule, rows: [[String: TestCell]], nulls: [String] = [""],
        lookups: [LookupRule: any LookupTable] = [:]
    ) throws -> (values: [String?], found: [String]) {
        let program = try Rules.compile(Rules.plan(texts: [.subject: rule], nulls: nulls), lookups: lookups)
        let drafts = program.map(RecordBatch(program.layout, rows))
        return (drafts.text(.subject), drafts.found)
    }
}
