import ArgumentParser
import ImportCore
import PingBackAPI
import PostgresWriting

/// Prints a schema by name.
struct SchemaCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract:
            "Prints the request's JSON Schema (2020-12), PingBack's tables as SQL, or what each destination carries.",
        discussion: """
              $ pingback-import schema request
              $ pingback-import schema postgres > schema.sql
              $ pingback-import schema fidelity

            The tables are for a rehearsal database: psql -v ON_ERROR_STOP=1 -f schema.sql

            The words of fidelity are those that accept_loss in a plan takes; one covers what is below it.
            """)

    enum Name: String, ExpressibleByArgument, CaseIterable { case request, postgres, fidelity }

    @Argument(help: "Which schema.")
    var name: Name

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        switch name {
        case .request: try Console.print(RequestSchema.text(messageCharacters: Limits().messageCharacters))
        case .fidelity:
            try Console.print(FidelityTable.words([("api, sandbox", .pingBackAPI), ("postgres", .postgres)]))
        case .postgres: try Console.print(ReferenceSchema.ddl(PostgresTables()))
        }
        return .done
    }
}
