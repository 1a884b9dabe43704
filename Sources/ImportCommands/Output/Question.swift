import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A question that has to be answered with yes before something is done that cannot be taken back.
struct Question {
    let text: String
    /// What `--yes` would do, for where nobody can be asked.
    let command: String

    /// Returns when the answer is yes: given beforehand, or typed at a terminal.
    func ask(isAnswered: Bool) throws(UnansweredQuestion) {
        if isAnswered { return }
        guard isatty(STDIN_FILENO) == 1, Console.isTerminal else {
            throw UnansweredQuestion(message: "\(text) Nobody can be asked here.", command: command)
        }
        Console.progress("\(text) Go on? [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
            throw UnansweredQuestion(message: "the question was not answered with yes", command: command)
        }
    }
}

/// A question without the answer that it takes to go on.
struct UnansweredQuestion: PresentableError {
    let message: String
    let command: String

    var report: FailureReport {
        FailureReport(.plan, message, safe: "nothing was changed", hint: "\(command) --yes")
    }
}
