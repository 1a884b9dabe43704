import ArgumentParser

extension Console.LogFormat: ExpressibleByArgument {}

/// How the program talks on the way.
struct TalkOptions: ParsableArguments {
    @Flag(help: "Say nothing but errors and the last line.")
    var quiet = false

    @Option(help: ArgumentHelp("How to write on standard error: text or json, one object a line.", valueName: "format"))
    var logFormat = Console.LogFormat.text

    @Flag(help: "With --log-format json: let a line about a rejected record say what is wrong with its values.")
    var logValues = false

    @Flag(help: "Show no progress on a terminal.")
    var noProgress = false

    var console: Console { Console(isQuiet: quiet, format: logFormat, showsValues: logValues) }

    var showsProgress: Bool { !quiet && !noProgress && logFormat == .text && Console.isTerminal }
}
