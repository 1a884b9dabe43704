import ArgumentParser

/// Where a command writes to, and what it may leave behind there.
struct WritingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A destination of the plan.", valueName: "name"))
    var to = "sandbox"

    @Option(help: ArgumentHelp("The checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @Flag(
        help:
            "Where the plan's message budget is used up or its window is closed, wait for the next instead of stopping."
    )
    var wait = false

    @Option(
        help: ArgumentHelp(
            "Accept that these are left behind, beside what the plan accepts; by commas.", valueName: "words"))
    var acceptLoss: String?

    func validate() throws {
        if wait && to == "postgres" {
            throw ValidationError("--wait waits for a message budget or a window, which postgres has not")
        }
    }
}
