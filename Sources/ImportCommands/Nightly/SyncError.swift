import ImportCore

/// Why a plan cannot be synchronised as it is.
enum SyncError: PresentableError {
    case noOptions(plan: String)
    case readOnce(plan: String)

    var report: FailureReport {
        switch self {
        case .noOptions(let plan):
            FailureReport(
                .plan, place: plan, "the plan does not say what an export holds", safe: "nothing was sent",
                hint: "add  sync: { export: full }  where each export holds all tickets, else  export: incremental")
        case .readOnce(let plan):
            FailureReport(
                .plan, place: plan, "the source comes through standard input or a pipe, and can be read only once",
                safe: "nothing was sent",
                hint: "write it into a file first: a night is compared before anything is sent")
        }
    }
}
