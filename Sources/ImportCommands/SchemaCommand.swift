import ArgumentParser
import ImportCore
import PostgresWriting

/// Prints a schema by name.
struct SchemaCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema (2020-12) of the create-conversation request, or PingBack's tables as SQL.",
        discussion: """
              $ pingback-import schema request
              $ pingback-import schema postgres > schema.sql

            The tables are for a rehearsal database: psql -v ON_ERROR_STOP=1 -f schema.sql
            """)

    enum Name: String, ExpressibleByArgument, CaseIterable { case request, postgres }

    @Argument(help: "Which schema.")
    var name: Name

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        switch name {
        case .request: try Console.print(RequestSchema.text(messageCharacters: Limits().messageCharacters))
        case .postgres: try Console.print(ReferenceSchema.ddl(PostgresTables()))
        }
        return .done
    }
}
