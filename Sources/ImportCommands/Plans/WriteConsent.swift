import ImportCore

/// What a person must have agreed to before the first write to a destination, as it cannot be taken back there: what is
/// left behind, and that people may get messages. `--yes` agrees to neither.
struct WriteConsent: Sendable {
    private let destination: String
    private let planPath: String
    private let url: String
    let fidelity: Fidelity
    private let acceptedNames: [String]
    private let accepted: FidelitySet
    /// Whether loss has to be accepted, and not only told.
    private let needsLossAccepted: Bool
    /// Whether opening messages have to be agreed to.
    private let needsOpeningMessages: Bool

    /// - Parameter acceptedLoss: words of the command line, beside the plan's.
    init(
        to choice: DestinationChoice, plan: String, acceptedLoss: [String]
    ) throws(ConsentError) {
        for name in acceptedLoss where !FidelityField.names.contains(name) { throw .unknownWord(name) }
        destination = choice.name
        planPath = plan
        url = choice.api?.url ?? "PingBack"
        fidelity = choice.fidelity
        let ofPlan = choice.api?.acceptedLoss ?? []
        acceptedNames = ofPlan + acceptedLoss.filter { !ofPlan.contains($0) }
        accepted = acceptedNames.reduce(into: []) { $0.formUnion(FidelityField.covered(by: $1)) }
        needsLossAccepted = choice.api != nil && !choice.isRehearsal
        needsOpeningMessages = choice.api != nil && !choice.isLoopback && choice.api?.openingMessages != .send
    }

    /// Whether anything has to be agreed to at all.
    var isNeeded: Bool { needsLossAccepted || needsOpeningMessages }

    /// - Parameters:
    ///   - figures: of the source; nil where it can be read only once.
    ///   - plan: which fields it maps, for then.
    /// - Throws: what stops a run.
    func check(_ figures: FidelityFigures?, plan: Plan) throws(ConsentError) {
        if let loss = unacceptedLoss(figures, plan: plan) { throw loss }
        if let messages = openingMessages(figures, plan: plan) { throw messages }
    }

    /// Nil where all that is lost is accepted, or need not be.
    func unacceptedLoss(_ figures: FidelityFigures?, plan: Plan) -> ConsentError? {
        let lost = (figures?.fields ?? plan.fidelityFields).intersection(fidelity.lost).subtracting(accepted).fields
        guard needsLossAccepted, !lost.isEmpty else { return nil }
        return .loss(
            lost.map { field in
                figures.map { "\(field.name) (\(Figures.counted($0[field], "record")))" } ?? field.name
            }, destination: destination, plan: planPath,
            line: "accept_loss: [\((acceptedNames + lost.map(\.name)).joined(separator: ", "))]")
    }

    /// Nil where the plan agrees, or nobody could get a message.
    func openingMessages(_ figures: FidelityFigures?, plan: Plan) -> ConsentError? {
        guard needsOpeningMessages else { return nil }
        guard let figures else {
            guard plan.fidelityFields.contains(.initialMessage) else { return nil }
            return .openingMessages(
                "how many is not known, since the source can be read only once", url: url, plan: planPath)
        }
        return figures.withText > 0 ? .openingMessages(figures.recipients, url: url, plan: planPath) : nil
    }
}

extension FidelityFigures {
    /// Who could get a message.
    var recipients: String {
        let addressed =
            "\(Figures.grouped(withText - withTextAndNoCustomer)) to " + (isCustomerCountCut ? "at least " : "")
            + Figures.counted(customersWithText, "customer")
        return Figures.counted(withText, "conversation") + " with a text: \(addressed), "
            + "\(Figures.grouped(withTextAndNoCustomer)) that \(withTextAndNoCustomer == 1 ? "names" : "name") no customer"
    }
}

/// What nobody has agreed to yet.
enum ConsentError: PresentableError {
    case unknownWord(String)
    case loss([String], destination: String, plan: String, line: String)
    case openingMessages(String, url: String, plan: String)

    var report: FailureReport {
        switch self {
        case .unknownWord(let word):
            let nearest = NearestName.of(word, among: FidelityField.names)
            return FailureReport(
                .plan, place: "--accept-loss", "\(word) names nothing that could be lost",
                hint: nearest.map { "did you mean \($0)?" } ?? "pingback-import schema fidelity prints the words")
        case .loss(let fields, let destination, let plan, let line):
            return FailureReport(
                .plan, place: plan, "\(destination) does not carry " + fields.joined(separator: ", "),
                safe: "nothing was sent", hint: "add to destinations: \(destination):  \(line)")
        case .openingMessages(let words, let url, let plan):
            return FailureReport(
                .plan, place: plan, "\(url) may deliver opening messages to real people: \(words)",
                safe: "nothing was sent",
                hint: "add to the destination  opening_messages: send  or leave initial_message out of the plan")
        }
    }
}
