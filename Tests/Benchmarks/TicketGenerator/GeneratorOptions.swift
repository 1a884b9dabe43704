/// What the generator is asked for.
struct GeneratorOptions {
    static let usage = """
        usage: TicketGenerator --count N --format csv|jsonl --output FILE [--seed N]
                                [--messages N] [--customers N]

          --count N       how many tickets
          --format        csv (a home-made export) or jsonl (an API's dump)
          --output FILE   the file to write; one that is there is overwritten
          --seed N        1 when left out; the same seed gives the same bytes
          --messages N    comments of each ticket, in jsonl only; 0 when left out
          --customers N   how many people the requesters are drawn from; 300,000 when left out
        """

    var count = 0
    var seed: UInt64 = 1
    var format = TicketFormat.csv
    var output = ""
    var messages = 0
    /// A team's customers write about three times each in a million tickets.
    var customers = 300_000

    /// Nil when the arguments are not as the usage says.
    init?(_ arguments: some Sequence<String>) {
        var rest = arguments.makeIterator()
        while let name = rest.next() {
            guard let value = rest.next() else { return nil }
            switch name {
            case "--count": count = Int(value) ?? 0
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--format":
                guard let named = TicketFormat(rawValue: value) else { return nil }
                format = named
            case "--output": output = value
            case "--messages":
                guard let number = Int(value), number >= 0 else { return nil }
                messages = number
            case "--customers":
                guard let number = Int(value), number > 0 else { return nil }
                customers = number
            default: return nil
            }
        }
        guard count > 0, !output.isEmpty, messages == 0 || format == .jsonl else { return nil }
    }
}
