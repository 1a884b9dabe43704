import ArgumentParser
import ImportCore

/// Prints a schema by name.
struct SchemaCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema (2020-12) of the create-conversation request.",
        discussion: """
              $ pingback-import schema request
            """)

    enum Name: String, ExpressibleByArgument, CaseIterable { case request }

    @Argument(help: "Which schema.")
    var name: Name

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        switch name {
        case .request: try Console.print(RequestSchema.text(messageCharacters: Limits().messageCharacters))
        }
        return .done
    }
}
