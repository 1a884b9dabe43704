import ArgumentParser

/// Where a verb leaves what it found out.
struct ReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder for rejected records and why; by default beside the plan.", valueName: "folder"))
    var rejects: String?

    @Option(help: ArgumentHelp("A file for the summary as JSON.", valueName: "file"))
    var summary: String?

    @Option(help: ArgumentHelp("Stop after so many records.", valueName: "records"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is a number of records, from 1") }
    }
}
