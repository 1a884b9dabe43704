import ImportCore
import PlanReading
import Testing

/// Plans for tests: all that a plan must have, on five lines, and what a test puts into or after it.
enum Plans {
    static let business = "b2c3d4e5-f6a7-8901-bcde-f12345678901"

    /// `source` stands on line 4, `conversation` on line 5, `more` from line 6 on.
    static func text(
        source: String = "{files: tickets.csv, key: id}", conversation: String = "{initial_message: body}",
        more: String = ""
    ) -> String {
        """
        version: 1
        name: acme
        business_id: \(business)
        source: \(source)
        conversation: \(conversation)
        \(more)
        """
    }

    static func read(_ text: String, environment: [String: String] = [:]) throws(PlanError) -> Plan {
        try PlanReader.read(text: text, path: "plan.yaml", environment: environment)
    }

    static func error(in text: String, environment: [String: String] = [:]) -> PlanError? {
        do {
            _ = try read(text, environment: environment)
            return nil
        } catch {
            return error
        }
    }

    /// What is wrong with a plan, as a person reads it; empty where nothing is.
    static func report(_ text: String, environment: [String: String] = [:]) -> String {
        error(in: text, environment: environment)?.report.text ?? ""
    }

    /// The rule for `conversation.initial_message`, written as `expression`.
    static func rule(_ expression: String) throws -> ValueRule? {
        try read(text(conversation: "{initial_message: \(expression)}")).conversation.texts[.initialMessage]
    }
}

/// A piece of a plan, and what the program says about it.
struct Complaint: Sendable, CustomTestStringConvertible {
    var piece: String
    var report: String

    init(_ piece: String, _ report: String) {
        self.piece = piece
        self.report = report
    }

    var testDescription: String { piece }
}
