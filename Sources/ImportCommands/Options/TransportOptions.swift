import ArgumentParser

/// How an API is reached, where the command line says more than the plan.
struct TransportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Trust the authorities in this file (PEM), in place of the system's, with the server's certificate.",
            valueName: "file"))
    var ca: String?

    @Flag(help: "Let plain HTTP leave this machine, with the token and people's messages.")
    var allowHttp = false

    @Flag(help: "Take the API's token from the first line of standard input.")
    var tokenStdin = false

    /// - Parameter files: what the records are read from.
    func check(besides files: [String]) throws {
        if tokenStdin && files.contains("-") {
            throw ValidationError(
                "--token-stdin: standard input is the source of the records; use token_file in the plan")
        }
    }

    var isEmpty: Bool { ca == nil && !allowHttp && !tokenStdin }
}
