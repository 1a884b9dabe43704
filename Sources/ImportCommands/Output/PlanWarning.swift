/// Something about a plan that is probably a mistake, and may be meant: said, and then the command goes on.
struct PlanWarning {
    /// `plan.yaml:12`
    var place: String
    var message: String
    /// The way out.
    var hint: String

    /// The lines that stand on standard error, in the form of an error.
    var text: String { "\(place): warning: \(message)\n  try: \(hint)" }
}
