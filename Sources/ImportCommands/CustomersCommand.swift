import ArgumentParser
import Foundation
import ImportCore
import PingBackAPI

/// Builds the lookup from an address to PingBack's customer id.
struct CustomersCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "customers",
        abstract: "Collects the ids of PingBack's customers, as a lookup file for a plan.",
        discussion: """
              $ pingback-import customers samples/zendesk/plan.yaml
              $ pingback-import customers samples/zendesk/plan.yaml --output customers.csv

            Every conversation is read, since they alone show customers' ids; nothing is written at the destination. Who has \
            no conversation cannot be found. The file has the columns customer_id, email (in lower case), phone and \
            external_id; a plan uses it with

              customer_id: { from: E-mail, convert: [trim, lowercase], lookup: customers.csv, match: email,
                             take: customer_id, otherwise: none }

            An address that leads to two customers is left out, and listed in a second file (*.ambiguous.csv). Stopped or \
            cut off, the command goes on where it was when it is repeated.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("A destination of the plan.", valueName: "name"))
    var to = "sandbox"

    @Option(help: ArgumentHelp("The lookup file; by default beside the plan.", valueName: "file"))
    var output: String?

    @Flag(help: "Write the customers' names too.")
    var names = false

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        Console.about(plan: file.plan.name, destination: to)
        return try await DestinationSetup.lend(DestinationChoice(to, in: file), for: file) { setup in
            guard let destination = setup.destination as? APIDestination else {
                throw DestinationError.notAnAPI("customers", destination: to)
            }
            return try await collect(from: destination, file)
        }
    }

    private func collect(from destination: APIDestination, _ file: PlanFile) async throws -> ExitStatus {
        let files = CustomerFiles(lookup: output ?? file.customers(at: to))
        let origin = try await destination.prepare()
        let begun = try files.unfinished(origin: origin, includesNames: names)
        if let begun { console.say("going on: \(Figures.counted(begun.count, "customer")) known already") }
        let control = RunControl()
        let steps = StepTalk(console: console, showsProgress: talk.showsProgress)
        let isWithNames = names
        let scan = try await SignalWatch.draining(control, console: console) {
            var scan = begun ?? CustomerScan(origin: origin, includesNames: isWithNames)
            do {
                try await destination.scanCustomers(&scan, control: control, note: { steps.noted($0) }) { scan in
                    steps.progressed(
                        "\(Figures.grouped(scan.rows)) conversations, \(Figures.counted(scan.count, "customer"))")
                    if scan.page % CustomerFiles.pagesBetweenSaves == 0 { try await files.save(scan) }
                }
            } catch {
                // What went wrong first is what is told.
                try? await files.save(scan)
                throw error
            }
            return scan
        }
        steps.clearLine()
        if let stopped = control.stopReason, scan.stage != .done {
            try await files.save(scan)
            console.conclude("\(file.plan.name): stopped; repeat the command, and it goes on")
            return stopped
        }
        let lookup = CustomerLookup(scan.customers)
        try await files.write(lookup, includesNames: names)
        tell(scan, lookup, files, name: file.plan.name)
        return .done
    }

    private func tell(_ scan: CustomerScan, _ lookup: CustomerLookup, _ files: CustomerFiles, name: String) {
        var table = FigureTable()
        table.add("conversations read", scan.rows)
        table.add("customers", lookup.customers.count)
        table.add("  with an e-mail address of their own", lookup.customers.count { $0.email != nil })
        table.add("  with a phone number of their own", lookup.customers.count { $0.phone != nil })
        table.add("  with an external id of their own", lookup.customers.count { $0.externalID != nil })
        table.add("values of several customers, left out", lookup.ambiguities.count)
        console.say(table.text)
        if !lookup.ambiguities.isEmpty { console.say("left out, and why: \(files.ambiguous)") }
        console.conclude("\(name): \(Figures.counted(lookup.customers.count, "customer")) in \(files.lookup)")
    }
}
