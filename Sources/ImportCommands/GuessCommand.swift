import ArgumentParser
import Foundation
import ImportCore

/// What a file is, and a plan to begin with.
struct GuessCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "guess",
        abstract: "Looks at a file's bytes, says what it is, and prints a plan to begin with.",
        discussion: """
              $ pingback-import guess samples/zendesk/tickets.json
              $ pingback-import guess samples/plain-csv/tickets.csv > plan.yaml
              $ pingback-import guess samples/zendesk/tickets.json --json

            A file's name says nothing to it. What the file cannot tell, such as whether 3/4/24 is in March or in April, \
            stands in the plan as a question, "? this | or that", and every other command refuses the plan until \
            it is answered. Several files must be parts of one export; of the files in a zip archive the known export is \
            taken, and archive.zip/tickets.csv names one of them.

            An encoding that the bytes do not tell is only suggested: look at the records, and say it with --encoding.
            """)

    @Argument(help: "The files of one export.")
    var files: [String]

    @Option(help: "The file's encoding, by any name that iconv knows, where its bytes do not tell.")
    var encoding: String?

    @Flag(help: "What was found out as one JSON object, for programs.")
    var json = false

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let found = try await GuessedFiles.look(at: files, encoding: encoding)
        let first = found.glance
        let plan = try StarterPlan(first, files: found.files, besides: found.besides)
        if json { try Console.print(findings(first, plan)) } else { try Console.print(Array(plan.text.utf8)) }
        for question in plan.questions { console.say("question: \(question)") }
        return .done
    }

    private func findings(_ glance: SourceGlance, _ plan: StarterPlan) -> [UInt8] {
        var text = JSONText()
        text.beginObject()
        text.key("container")
        text.string(glance.container.rawValue)
        text.key("preset")
        if plan.isRecognised { text.string(plan.presetName) } else { text.null() }
        text.key("records")
        text.number(glance.records)
        text.key("unreadable")
        text.number(glance.unreadable)
        if !glance.isJSON {
            text.key("delimiter")
            text.string(String(UnicodeScalar(glance.dialect.delimiter)))
            text.key("header")
            text.bool(glance.dialect.header)
        }
        text.key("encoding")
        text.string(glance.encoding.name)
        text.key("byte_order_mark")
        text.bool(glance.encoding.hasByteOrderMark)
        text.key("compression")
        if let compression = glance.compression { text.string(compression) } else { text.null() }
        text.key("stream")
        if let stream = glance.envelope?.stream { text.string(stream) } else { text.null() }
        for (key, facts) in [("sure", plan.sure), ("guessed", plan.guessed), ("questions", plan.questions)] {
            text.key(key)
            text.beginArray()
            for fact in facts { text.string(fact) }
            text.endArray()
        }
        text.key("fields")
        text.beginArray()
        for field in glance.fields {
            text.beginObject()
            text.key("name")
            text.string(field.name)
            text.key("kind")
            text.string(field.kind.rawValue)
            text.key("filled")
            text.number(field.filled)
            text.endObject()
        }
        text.endArray()
        text.key("plan")
        text.string(plan.text)
        text.endObject()
        text.endLine()
        return text.bytes
    }
}
