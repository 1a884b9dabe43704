/// The plan of a year, as it stands tonight.
struct NightlyPlan: Sendable {
    /// What decides what a record maps to: another one is another meaning.
    struct Variant: Sendable, Equatable {
        var waitIsPending = true
        var duplicates = "reject"
    }

    enum Target: Sendable, Equatable {
        case sandbox
        case postgres(url: String)

        var name: String { self == .sandbox ? "sandbox" : "postgres" }
        var isPostgres: Bool { self != .sandbox }
    }

    var target: Target
    var variant = Variant()
    var isIncremental = false
    var goesBySince = false
    var overwrites = false
    /// Whether a full export must hold about what the last one did.
    var expects = true

    static let name = "plan.yaml"
    static let folder = "export"
    /// In percent of the records read.
    static let rejectionLimit = 30

    var text: String {
        let destination =
            switch target {
            case .sandbox: "sandbox: { concurrency: 4, patience: 2s }"
            case .postgres(let url): "postgres: { url: \"\(url)\", patience: 30s }"
            }
        let options = [
            "export: \(isIncremental ? "incremental" : "full")",
            isIncremental || !expects ? "" : "expect: at_least 90%",
            goesBySince ? "since: updated_at, overlap: 2d" : "", "on_drift: \(overwrites ? "overwrite" : "keep")",
        ]
        return """
            version: 1
            name: year
            business_id: \(Workspace.businessID)
            source:
              files: ["\(Self.folder)/*.jsonl"]
              key: id
              messages:
                in: replies
                map:
                  content: text
                  sender_type: { from: who, values: { customer: customer, agent: agent } }
                  created_at: { from: at, date: iso8601 }
                  id: "no"
            conversation:
              initial_message: text
              status:
                from: status
                values: { new: open, wait: \(variant.waitIsPending ? "pending" : "open"), solved: resolved, done: closed }
              assignee_id: agent
              created_at: { from: created, date: iso8601 }
              updated_at: { from: updated, date: iso8601 }
              first_response_at: { from: answered, date: iso8601 }
            customer: { name: name, email: email }
            duplicates: \(variant.duplicates)
            limits: { rejections: \(Self.rejectionLimit)% }
            sync: { \(options.filter { !$0.isEmpty }.joined(separator: ", ")) }
            destinations: { \(destination) }

            """
    }
}
