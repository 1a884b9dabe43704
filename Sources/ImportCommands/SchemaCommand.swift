import ArgumentParser
import ImportCore
import PingBackAPI
import PlanReading
import PostgresWriting

/// Prints a schema by name.
struct SchemaCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract:
            "Prints the request's JSON Schema (2020-12), PingBack's tables as SQL, what each destination carries, or a preset.",
        discussion: """
              $ pingback-import schema request
              $ pingback-import schema postgres > schema.sql
              $ pingback-import schema fidelity
              $ pingback-import schema preset zendesk-json

            The tables are for a rehearsal database: psql -v ON_ERROR_STOP=1 -f schema.sql

            The words of fidelity are those that accept_loss in a plan takes; one covers what is below it.

            A preset is written in the language of plans. Saved as a file of your own, and changed, it is named in \
            a plan by its path: preset: my-zendesk.yaml.
            """)

    enum Name: String, ExpressibleByArgument, CaseIterable { case request, postgres, fidelity, preset }

    @Argument(help: "Which schema.")
    var name: Name

    @Argument(help: ArgumentHelp("Of a preset: which.", valueName: "preset"))
    var preset: String?

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        guard name == .preset else {
            if preset != nil { throw ValidationError("a second name goes with preset") }
            return
        }
        guard let preset else { throw ValidationError("name a preset: \(Presets.names.joined(separator: ", "))") }
        guard Presets.names.contains(preset) else {
            let nearest = NearestName.of(preset, among: Presets.names)
            throw ValidationError("there is no preset \(preset)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
        }
    }

    func execute() async throws -> ExitStatus {
        switch name {
        case .preset: if let preset { try Console.print(Array((Presets.named(preset)?.text ?? "").utf8)) }
        case .request: try Console.print(RequestSchema.text(messageCharacters: Limits().messageCharacters))
        case .fidelity:
            try Console.print(FidelityTable.words([("api, sandbox", .pingBackAPI), ("postgres", .postgres)]))
        case .postgres: try Console.print(ReferenceSchema.ddl(PostgresTables()))
        }
        return .done
    }
}
