import Foundation
import ImportCore
import Testing

@testable import ImportCommands
@testable import PlanReading

/// Holds the documentation to the code: what the code knows, the pages name, and nothing else.
@Suite("The documentation")
struct DocumentationTests {
    // MARK: - What the code knows

    @Test("names every rejection code once, and no other")
    func rejectionCodes() throws {
        let named = try Page("RejectionCodes").rows.compactMap(\.firstCode)
        #expect(Set(named) == Set(RejectionCode.allCases.map(\.rawValue)))
        #expect(named.count == Set(named).count)
    }

    @Test("names every exit status in the README and on its page", arguments: ["README", "ExitStatuses"])
    func exitStatuses(page: String) throws {
        let named = try Page(page).rows.compactMap { row in row.cells.first.flatMap { Int32($0) } }
        #expect(named == ExitStatus.allCases.map(\.rawValue))
    }

    @Test("names every event of the log and every metric, and no other")
    func eventsAndMetrics() throws {
        let named = try Page("Watching").rows.compactMap(\.firstCode)
        let end = RunEnd(
            plan: "p", destination: "api", status: .done, reason: "done", created: 1, requests: 1,
            startedAt: Date(), finishedAt: Date(), seconds: 1)
        let metrics = MetricsFile.example(end).matches(of: /# TYPE (\S+)/).map { String($0.1) }
        #expect(Set(named) == Set(LogEvent.allCases.map(\.rawValue) + metrics))
        #expect(named.count == Set(named).count)
    }

    @Test("names every key and every later word of a plan", arguments: planVocabulary)
    func planWords(name: String, words: [String]) throws {
        let page = try Page("Plans")
        let missing = words.filter { !page.codes.contains($0) }
        #expect(missing.isEmpty, "of \(name)")
    }

    @Test("names every word of a fault script", arguments: faultVocabulary)
    func faultWords(name: String, words: [String]) throws {
        let page = try Page("Faults")
        let missing = words.filter { !page.codes.contains($0) }
        #expect(missing.isEmpty, "of \(name)")
    }

    @Test("names tests that there are")
    func reliability() throws {
        let tests = try Self.tests
        for row in try Page("Reliability").rows where row.cells.count == 3 && row.cells[2].hasPrefix("`") {
            for match in row.cells[2].matches(of: /`(\w+)\.(\w+)`/) {
                #expect(tests.contains("\(match.1).\(match.2)"), "\(match.0)")
            }
        }
    }

    /// Every test by suite and function: the suite is the type before it in its file.
    private static var tests: Set<String> {
        get throws {
            let folder = URL(filePath: Page.repository + "/Tests")
            var tests: Set<String> = []
            for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
                ?? .init()
            where file.pathExtension == "swift" {
                var suite = ""
                for match in try String(contentsOf: file, encoding: .utf8).matches(of: /(struct|func) (\w+)/) {
                    if match.1 == "struct" && match.2.hasSuffix("Tests") { suite = String(match.2) }
                    if match.1 == "func" { tests.insert(suite + "." + match.2) }
                }
            }
            return tests
        }
    }

    // MARK: - The pages themselves

    @Test("has a topic on the first page for every page")
    func topics() throws {
        let linked = Set(try Page("Documentation").text.matches(of: /- <doc:(\w+)>/).map { String($0.1) })
        #expect(linked == Set(try Page.names).subtracting(["Documentation"]))
    }

    @Test("has links that lead somewhere", arguments: try Page.all)
    func links(page: Page) {
        for match in page.text.matches(of: /<doc:(\w+)>/) {
            #expect(FileManager.default.fileExists(atPath: Page.catalog + "/\(match.1).md"), "<doc:\(match.1)>")
        }
        for match in page.text.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
            #expect(FileManager.default.fileExists(atPath: page.folder + "/" + match.1), "\(match.1)")
        }
        let headings = page.text.matches(of: /(?m)^#+ (.+)$/).map { $0.1.lowercased().replacing(" ", with: "-") }
        for match in page.text.matches(of: /\]\(#([^)]+)\)/) {
            #expect(headings.contains(String(match.1)), "#\(match.1)")
        }
    }

    @Test("has lines of at most 120 characters, but for tables and addresses", arguments: try Page.all)
    func lineLength(page: Page) {
        for (index, line) in page.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.count > 120 && !line.hasPrefix("|") && !line.contains("://") {
            Issue.record("\(page.path):\(index + 1) has \(line.count) characters")
        }
    }
}

/// What may be typed in a plan, by where it stands.
private let planVocabulary: [(String, [String])] = [
    ("the plan", RootKey.words), ("source", SourceKey.words), ("source.csv", DialectKey.words),
    ("source.envelope", EnvelopeKey.words), ("source.skip", SkipKey.words),
    ("source.repairs", Repair.allCases.map(\.rawValue)),
    ("source.messages", MessagesKey.words), ("source.messages.map", MessageKey.words),
    ("source.messages.in", MessageListKey.words), ("source.messages.in.split", SplitKey.words),
    ("order", MessageRules.Order.allCases.map(\.rawValue)), ("a condition", ConditionKey.words),
    ("conversation", ConversationKey.words), ("customer", CustomerKey.words),
    ("an expression", ExpressionKey.words), ("zone", ZoneKey.words),
    ("destinations", DestinationsKey.words), ("a destination", APIKey.words), ("in_doubt", DoubtKey.words),
    ("postgres", PostgresKey.words), ("postgres.tables", PostgresTablesKey.words),
    ("tls", PostgresOptions.TLSMode.allCases.map(\.rawValue)),
    ("load", PostgresOptions.Load.allCases.map(\.rawValue)),
    ("on_finish", FinishKey.words), ("limits", LimitKey.words),
    ("convert", ValueRule.Conversion.allCases.map(\.rawValue)),
    ("format", SourceDescription.Format.allCases.map(\.rawValue)),
    ("duplicates", Plan.DuplicateKeys.allCases.map(\.rawValue)), ("sync", SyncKey.words),
    ("export", SyncOptions.Export.allCases.map(\.rawValue)), ("on_drift", DriftRule.allCases.map(\.rawValue)),
    ("ambiguous", ZoneRule.Ambiguous.allCases.map(\.rawValue)),
    ("absent", DoubtOptions.Absent.allCases.map(\.rawValue)),
    ("status", ConversationStatus.allCases.map(\.name)), ("sender_type", SenderType.allCases.map(\.name)),
    ("channel_type", ChannelType.allCases.map(\.rawValue)),
]

/// What may be typed in a fault script.
private let faultVocabulary: [(String, [String])] = [
    ("a script", FaultScriptKey.words), ("limits", LoadLimitKey.words), ("answer", StatedAnswerKey.words),
    ("a rule", FaultRuleKey.words), ("when", FaultConditionKey.words), ("do", FaultActionKey.words),
    ("request", RequestKind.allCases.map(\.rawValue)),
    ("close", FaultAction.CutMoment.allCases.map(\.rawValue)),
    ("a wrong answer", FaultAction.Garbling.allCases.map(\.rawValue)),
    ("unknown_customer", UnknownCustomer.allCases.map(\.rawValue)),
]

extension PlanKey {
    /// All that may be typed here, be it that the program says "not yet".
    fileprivate static var words: [String] { names + later.keys.sorted() }
}

/// A page of the documentation, as its text stands in the repository.
struct Page: CustomTestStringConvertible {
    let path: String
    let text: String

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let catalog = repository + "/Sources/ImportCommands/Documentation.docc"

    /// `README`, or the name of a page of the catalog.
    init(_ name: String) throws {
        try self.init(path: (name == "README" ? Self.repository : Self.catalog) + "/\(name).md")
    }

    private init(path: String) throws {
        self.path = path
        text = try String(contentsOfFile: path, encoding: .utf8)
    }

    /// The names of the catalog's pages.
    static var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: catalog).filter { $0.hasSuffix(".md") }
                .map { String($0.dropLast(3)) }.sorted()
        }
    }

    /// The catalog's pages, and those that a user of the repository sees first.
    static var all: [Page] {
        get throws {
            let first =
                ["README.md", "CHANGELOG.md"]
                + ["zendesk", "plain-csv", "bad-night", "nightly"].map { "samples/\($0)/README.md" }
            return try names.map { try Page($0) } + first.map { try Page(path: repository + "/" + $0) }
        }
    }

    var folder: String { String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)) }
    var testDescription: String { String(path.dropFirst(Self.repository.count + 1)) }

    /// A row of a table.
    struct Row {
        let cells: [String]

        /// The first cell, where it is nothing but code.
        var firstCode: String? {
            guard let first = cells.first, let match = first.wholeMatch(of: /`([^`]+)`/) else { return nil }
            return String(match.1)
        }
    }

    var rows: [Row] {
        text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            Row(cells: line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) })
        }
    }

    /// Everything that stands as code within the text, and its words.
    var codes: Set<String> {
        Set(
            text.matches(of: /`([^`\n]+)`/).flatMap { match in
                let words = match.1.split { !($0.isLetter || $0.isNumber || "_-".contains($0)) }
                return [String(match.1)] + words.map { String($0) }
            })
    }
}
